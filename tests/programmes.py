"""One invented case for every programme that is worked case by case, and the way from its form to the bank file.

`CASES` says who asks and what is answered; `taken_through` takes it along the steps that the programme has, each by the
person responsible.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import Any

from assistance.forms.declaration import pack
from assistance.forms.shapes import shape_of
from assistance.models import Application, LabourAbility, PayeeInstitution, Scheme, Standard
from assistance.policy.rules import rule_of
from assistance.services import application as intake
from assistance.services import case as case_services
from assistance.workflow import Status
from civaffairs.lib.identity import check_digit
from civaffairs.registry import clock
from civaffairs.registry.keys import blind_index
from civaffairs.registry.models import Person
from tests import journeys
from tests.cast import COUNTY, QINGXI, QINGXI_VILLAGE, Cast

_serial = count(500)

YES, NO = True, False
ELDER, ADULT, CHILD = date(1940, 3, 5), date(1975, 3, 5), date(2014, 3, 5)


@dataclass(frozen=True)
class Case:
    """`grade`/`kind`: of the disability certificate. `params`: numbers of the standard that the suggestion leaves at
    zero. `in_dibao`: the person's household receives 低保 already."""

    code: str
    birth: date = ELDER
    answers: Mapping[str, Any] = field(default_factory=dict)
    params: Mapping[str, Any] = field(default_factory=dict)
    kind: int | None = None
    grade: int | None = None
    ill: str = ""
    in_dibao: bool = False
    fen: int | None = None  # the amount that must come out, where the numbers stand here

    def __str__(self) -> str:
        return self.code


ABLE = dict.fromkeys(("eat", "dress", "bed", "toilet", "walk", "wash"), YES)
CASES = (
    Case("dibao-urban"),
    Case("dibao-rural"),
    Case(
        "tekun-rural",
        answers={
            "own_income_fen": 0,
            "property_ok": YES,
            "supporter": "none",
            **ABLE,
            "wash": NO,
            "mode": "scattered",
            "agreement": YES,
            "payee": "person",
        },
    ),
    Case(
        "tekun-urban",
        answers={
            "own_income_fen": 0,
            "property_ok": YES,
            "supporter": "none",
            **ABLE,
            "mode": "central",
            "payee": "institution",
        },
    ),
    Case("dibao-edge"),
    Case(
        "rigid-burden",
        answers={
            "spent_living_fen": 500_000,
            "spent_medical_fen": 4_000_000,
            "spent_education_fen": 0,
            "spent_disability_fen": 0,
            "spent_other_fen": 0,
        },
    ),
    Case("temp-quick", ADULT, {"cause": "accident", "asked_fen": 50_000}),
    Case("temp-urgent", ADULT, {"cause": "accident", "months": 2, "advance_given": NO}),
    Case(
        "temp-expense",
        ADULT,
        {
            "cause": "illness",
            "medical_fen": 9_000_000,
            "medical_borne_fen": 5_000_000,
            "education_fen": 0,
            "education_borne_fen": 0,
            "living_fen": 600_000,
        },
    ),
    Case(
        "disability-living",
        ADULT,
        {"cert_until": date(2034, 3, 4), "injury_care": NO, "other_fen": 0, "is_local": YES},
        kind=4,
        grade=2,
        in_dibao=True,
    ),
    Case(
        "disability-care",
        ADULT,
        {
            "cert_until": date(2026, 6, 10),
            "long_care": YES,
            "injury_care": NO,
            "other_fen": 0,
            "is_local": YES,
        },
        kind=4,
        grade=1,
    ),
    Case("old-age", answers={"is_local": YES, "certified_on": date(2026, 1, 10)}),
    Case("longevity", date(1925, 3, 5), {"is_local": YES, "certified_on": date(2026, 1, 10)}),
    Case("elder-poor", answers={"standing": "dibao", "other_fen": 0, "is_local": YES}, in_dibao=True),
    Case(
        "elder-disabled",
        answers={
            "ability": "severe",
            "assessed_on": date(2026, 2, 1),
            "standing": "dibao",
            "other_fen": 0,
            "is_local": YES,
        },
        in_dibao=True,
    ),
    Case(
        "elder-service",
        answers={"category": "alone", "other_fen": 0, "is_local": YES},
    ),
    Case(
        "orphan",
        CHILD,
        {"father": "dead", "mother": "dead", "place": "scattered", "is_local": YES},
    ),
    Case(
        "de-facto-orphan",
        CHILD,
        {"father": "dead", "mother": "lost", "mother_months": 8, "place": "scattered", "is_local": YES},
    ),
    Case(
        "vet-disability", ADULT, {"category": "g6-duty", "is_mental": NO, "bar": "none", "arrival": "settled"}
    ),
    Case(
        "vet-survivor",
        ELDER,
        {"category": "martyr", "relation": "spouse", "is_needy": YES, "bar": "none", "arrival": "settled"},
    ),
    Case("vet-living", ELDER, {"category": "combat", "bar": "none"}),
    Case(
        "vet-service",
        ADULT,
        {"area": "ordinary", "enlisted_on": date(2025, 3, 15), "cause": 1, "left_badly": NO},
    ),
    Case(
        "medical",
        ADULT,
        {
            "cause": "2026-ZY-0017",
            "treatment": "inpatient",
            "settled_on": date(2026, 2, 10),
            "total_fen": 3_000_000,
            "in_policy_fen": 2_600_000,
            "basic_fen": 1_200_000,
            "serious_fen": 0,
            "other_fen": 0,
            "used_fen": 0,
        },
        ill="胃癌",
        in_dibao=True,
    ),
    Case(
        "education",
        date(2007, 3, 5),
        {
            "stage": "bachelor",
            "school": "云川师范学院",
            "cause": 2025,
            "is_new": YES,
            "is_full_time": YES,
            "cost_fen": 600_000,
        },
        in_dibao=True,
    ),
    Case(
        "silicosis",
        ADULT,
        {"category": "stage2"},
        {"rates": {"stage1": 30_000, "stage2": 45_000, "stage3": 60_000}},
        fen=45_000,
    ),
    Case(
        "retrenched", ELDER, {"category": "fixed"}, {"rates": {"forty": 52_000, "fixed": 41_000}}, fen=41_000
    ),
    Case(
        "kashin-beck",
        ADULT,
        {"category": "grade3"},
        {"rates": {"grade1": 5_000, "grade2": 9_000, "grade3": 16_000}},
        fen=16_000,
    ),
)
BY_CODE = {case.code: case for case in CASES}


def standard(cast: Cast, case: Case) -> Standard:
    """The county's numbers for the programme, entered by one person and confirmed by another."""
    journeys.standard(cast)
    scheme = Scheme.objects.get(pk=case.code)
    rule, names = rule_of(scheme.spec.rule), scheme.spec.category_names
    params = rule.suggested(names) | dict(case.params)
    found = Standard.objects.filter(scheme=scheme).first()
    if found is not None:
        return found
    rule.read(params, names)
    return Standard.objects.create(
        scheme=scheme,
        office_id=COUNTY,
        from_month=date(2025, 1, 1),
        document_number=f"云民发〔2025〕{next(_serial)}号",
        params=params,
        entered_by=cast.county_qian,
        confirmed_by=cast.county_zhao,
        confirmed_at=clock.now(),
    )


def certificate(card: str, kind: int, grade: int) -> str:
    return f"{card}{kind}{grade}"


def card(birth: date) -> str:
    number = next(_serial)
    first = f"519901{birth:%Y%m%d}{(number * 2 + 1) % 1000:03d}"
    return first + check_digit(first)


def parts(case: Case, on: date, id_number: str = "") -> dict[str, Any]:
    """What is typed into the form. A programme for households has the person as its only member."""
    id_number = id_number or card(case.birth)
    name = f"余{'甲乙丙丁戊己庚辛'[next(_serial) % 8]}平"
    member = {
        "key": "m0",
        "name": name,
        "relationship": "head",
        "id_number": id_number,
        "protected": True,
        "labour": LabourAbility.NONE if case.birth < date(1966, 1, 1) else LabourAbility.LOST,
        "health": "一般",
        "severe_illness": bool(case.ill),
        "illness": case.ill,
        "income_state": "has",
    }
    if case.grade and case.kind:
        member["disability_number"] = certificate(id_number, case.kind, case.grade)
    low = case.code.startswith("dibao-r") or case.code.startswith("dibao-u")
    annual = 240_000 if low else 960_000
    return {
        "basics": {
            "applied_on": on,
            "phone": "13800000000",
            "single_person": False,
            "address": "青溪村三组12号",
            "causes": ["illness"],
            "reason": "家里有困难",
            "agent_name": "余守义" if case.birth == CHILD else "",
            "agent_relation": "祖父" if case.birth == CHILD else "",
        },
        "member": [member],
        "income": [{"member": "m0", "kind": "business", "label": "种植玉米", "annual": annual}],
        "wealth": {"property_state": "none"},
        "support": {"support_state": "none"},
        "housing": {"kind": "自有住房"},
        "answers": dict(case.answers),
        "account": {"bank": "云川农商行青溪支行", "holder": name, "number": f"62170000{next(_serial):011}"},
    }


def submitted(cast: Cast, case: Case, on: date, id_number: str = "", **changes: Any) -> Application:
    """The form handed in by the township's clerk; `changes` replace parts of what is typed."""
    scheme = Scheme.objects.get(pk=case.code)
    if case.in_dibao and not id_number:
        id_number = _in_dibao(cast, case)
    draft = intake.create_draft(scheme_code=case.code, office_code=QINGXI_VILLAGE, by=cast.township_li, on=on)
    typed = parts(case, on, id_number)
    if case.in_dibao:
        person = _person_of(id_number)
        typed["member"][0]["name"] = typed["account"]["holder"] = person.name
    typed |= changes
    draft = intake.save_draft(
        draft_id=draft.pk,
        by=cast.township_li,
        content=pack(typed, shape_of(scheme.spec_on(on))),
        version=draft.version,
    )
    return intake.submit_draft(draft_id=draft.pk, by=cast.township_li, on=on)


def _person_of(id_number: str) -> Person:
    return Person.objects.get(id_index=blind_index(id_number, "id-number"))


def _in_dibao(cast: Cast, case: Case) -> str:
    """The person's own household is granted 低保 in January 2026."""
    dibao = Case("dibao-rural", case.birth)
    number = card(case.birth)
    application = submitted(cast, dibao, date(2026, 1, 5), number)
    granted(cast, application)
    return number


def looked_into(cast: Cast, application: Application) -> "_Steps":
    """Along the steps that the programme has, to the one who decides."""
    step = _Steps(cast, application)
    spec = application.scheme.spec_on(application.submitted_on)
    step.do("accept", cast.township_li)
    if spec.has("check"):
        step.do("request_check", cast.township_li)
    if spec.has("visit"):
        step.do("record_visit", cast.township_li, visited_on=step.day, **journeys.VISIT)
    if spec.has("check"):
        step.do("record_check", cast.county_qian, **(journeys.CHECK | {"reported_on": step.day}))
    step.do("assess", cast.township_li)
    record = application.assessments.get(is_current=True)
    assert record.outcome == "eligible", (application.scheme_id, record.outcome, record.reasons)
    step.do("finish_investigation", cast.township_li)
    if spec.has("review"):
        step.do("review", cast.reviewer_chen, agree=True)
    if spec.has("notice"):
        step.do("post_notice", cast.township_li, place="青溪村村务公开栏")
        step.do("attach_photo", cast.township_li, attachment_id=journeys.photo(cast, application).pk)
        step.day += timedelta(days=9)
        step.do("close_notice", cast.township_li)
    if spec.has("peer"):
        step.do("record_peer", cast.county_qian, agree=True, document="云残函〔2026〕8号")
    return step


def granted(cast: Cast, application: Application) -> Application:
    """Looked into and decided."""
    step = looked_into(cast, application)
    spec = application.scheme.spec_on(application.submitted_on)
    decider = cast.reviewer_chen if spec.decided_by == "township" else cast.county_zhao
    kept = {"institution_id": home(cast).pk} if application.kept_by_institution else {}
    step.do("approve", decider, **kept)
    application.refresh_from_db()
    assert application.status == Status.APPROVED
    return application


def home(cast: Cast) -> PayeeInstitution:
    """青溪镇's home for the old, its account entered by the township and confirmed by the county's cashier."""
    number = "62170000000088888"
    found, _ = PayeeInstitution.objects.get_or_create(
        office_id=QINGXI,
        name="青溪镇敬老院",
        defaults={
            "holder": "青溪镇敬老院",
            "bank": "云川农商行青溪支行",
            "account": number,
            "account_index": blind_index(number, "bank-account"),
            "account_tail": number[-4:],
            "entered_by": cast.township_li,
            "confirmed_by": cast.cashier_zhou,
            "confirmed_on": date(2026, 1, 5),
        },
    )
    return found


class _Steps:
    def __init__(self, cast: Cast, application: Application) -> None:
        self.cast, self.application, self.day = cast, application, application.submitted_on

    def do(self, act: str, by, **fields: Any) -> None:
        case_services.perform(act, application_id=self.application.pk, by=by, on=self.day, **fields)
