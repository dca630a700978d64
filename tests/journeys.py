"""States of a case, reached by acting as the people responsible would. Nothing is set by hand.

Every journey takes the cast and what should differ on the form, and gives the application. Days count from
the day of hand-in, so that the weekends and the statutory days fall where they would.
"""

from datetime import date, timedelta
from itertools import count

from assistance.models import (
    Application,
    LabourAbility,
    Objection,
    Scheme,
    Standard,
    Visit,
)
from assistance.policy.dibao import suggested_params
from assistance.services import case
from assistance.workflow import Status
from civaffairs.lib.identity import check_digit
from civaffairs.registry import clock
from civaffairs.registry.models import Attachment
from tests import declarations
from tests.cast import COUNTY, QINGXI_VILLAGE, Cast

MONDAY = date(2026, 3, 2)
STANDARD_FEN = 70_000

VISIT = {
    "investigators": ["李望春", "何满仓"],
    "present": "本人",
    "result": Visit.Result.TRUE,
    "living": "砖瓦房三间，家电简陋，粮食够吃到夏收。",
}
CHECK = {"report_number": "核2026-0001", "result": "consistent", "findings": "未发现未申报的财产"}

_serial = count(1)


def standard(cast: Cast, **params) -> Standard:
    """The county's rural and urban standard of 2026, entered by one person and confirmed by another."""
    found = None
    for code in ("dibao-urban", "dibao-rural"):
        found, _ = Standard.objects.get_or_create(
            scheme_id=code,
            office_id=COUNTY,
            from_month=date(2026, 1, 1),
            defaults={
                "document_number": "云民发〔2025〕60号",
                "params": suggested_params(
                    **(
                        {
                            "standard_fen": STANDARD_FEN,
                            "classified": {"elder": {"percent": 10}, "minor": {"amount_fen": 5_000}},
                        }
                        | params
                    )
                ),
                "entered_by": cast.county_qian,
                "confirmed_by": cast.county_zhao,
                "confirmed_at": clock.now(),
            },
        )
    return found


def submitted(
    cast: Cast,
    *,
    on: date = MONDAY,
    office: str = QINGXI_VILLAGE,
    income_fen: int | None = 240_000,
    scheme: str = "dibao-rural",
):
    """A rural couple with a grandchild, 2,400 yuan a year, handed in by the village's assistant."""
    number = next(_serial)
    people = [
        ("head", f"梁大山{number}", "male", date(1955, 4, 3), LabourAbility.LOST),
        ("spouse", f"余秀兰{number}", "female", date(1958, 9, 9), LabourAbility.NONE),
        ("grandchild", f"梁小满{number}", "female", date(2015, 6, 1), LabourAbility.NONE),
    ]
    members = [
        declarations.member(
            key=f"m{place}",
            name=name,
            relationship=relationship,
            id_number=id_number(birth, sex, number),
            labour=labour,
            income_state="none" if place else "has",
        )
        for place, (relationship, name, sex, birth, labour) in enumerate(people)
    ]
    income = {"member": "m0", "kind": "business", "label": "种植玉米"}
    income |= {"unknown": True} if income_fen is None else {"annual": income_fen}
    return declarations.submitted(
        cast,
        scheme=scheme,
        on=on,
        office=office,
        by=cast.village_wang,
        basics={"applied_on": on, "causes": ["illness"], "reason": "年老多病，没有劳动能力"},
        member=members,
        income=[income],
        account={"holder": people[0][1], "number": f"62170000000{number:08}"},
    )


def id_number(birth: date, sex: str, number: int) -> str:
    """An invented ID number with a true check digit; odd serials are men's."""
    first = f"519901{birth:%Y%m%d}{(number * 2 + (sex == 'male')) % 1000:03d}"
    return first + check_digit(first)


def after(application: Application, days: int) -> date:
    """A day counted from the hand-in."""
    return application.submitted_on + timedelta(days=days)


def do(act: str, application: Application, by, days: int, **fields) -> Application:
    """One act by one person, so many days after the hand-in, from a page that is up to date."""
    version = Application.objects.values_list("version", flat=True).get(pk=application.pk)
    return case.perform(
        act, application_id=application.pk, by=by, on=after(application, days), version=version, **fields
    )


def accepted(cast: Cast, *, acceptance: dict | None = None, **changes) -> Application:
    application = submitted(cast, **changes)
    return do("accept", application, cast.township_li, 1, **(acceptance or {}))


def surveyed(cast: Cast, *, check: dict | None = None, **changes) -> Application:
    """Visited, checked and reckoned; not yet handed on."""
    standard(cast)
    application = accepted(cast, **changes)
    do("request_check", application, cast.township_li, 2)
    do("record_visit", application, cast.township_li, 3, visited_on=after(application, 3), **VISIT)
    found = CHECK | {"reported_on": after(application, 4)} | (check or {})
    do("record_check", application, cast.county_qian, 4, **found)
    return do("assess", application, cast.township_li, 4)


def to_review(cast: Cast, **changes) -> Application:
    application = surveyed(cast, **changes)
    return do("finish_investigation", application, cast.township_li, 7)


def reviewed(cast: Cast, **changes) -> Application:
    """The township agrees; the notice is to be posted."""
    return do("review", to_review(cast, **changes), cast.reviewer_chen, 8, agree=True)


def on_notice(cast: Cast, **changes) -> Application:
    """Posted on the ninth day, hanging through the sixteenth, with a photo."""
    application = do("post_notice", reviewed(cast, **changes), cast.township_li, 9, place="青溪村村务公开栏")
    return do("attach_photo", application, cast.township_li, 10, attachment_id=photo(cast, application).pk)


def photo(cast: Cast, application: Application, **changes) -> Attachment:
    """A picture of the board as it lies in the store."""
    fields = {
        "office_id": application.office_id,
        "file": "attachments/ab/board.jpg",
        "name": "公示栏.jpg",
        "suffix": ".jpg",
        "content_type": "image/jpeg",
        "size": 1000,
        "sha256": "0" * 64,
        "place": "青溪村村务公开栏",
        "uploaded_by": cast.township_li,
    }
    return Attachment.objects.create(**(fields | changes))


def objected(cast: Cast, **changes) -> tuple[Application, Objection]:
    """Somebody telephoned while the notice hung."""
    application = on_notice(cast, **changes)
    application = do(
        "record_objection",
        application,
        cast.township_li,
        11,
        channel="phone",
        content="听说他家儿子在城里买了房。",
    )
    return application, Objection.objects.get(notice__application=application)


def reinvestigated(cast: Cast, **changes) -> Application:
    """The objection was right, and the case is under survey again."""
    application, objection = objected(cast, **changes)
    do(
        "answer_objection",
        application,
        cast.township_li,
        12,
        objection_id=objection.pk,
        upheld=True,
        answer="儿子确有住房，需要重新核实赡养情况。",
    )
    return do("reinvestigate", application, cast.township_li, 12, opinion="异议成立，重新入户调查")


def deciding(cast: Cast, **changes) -> Application:
    """At the county, after a clean notice."""
    return do("close_notice", on_notice(cast, **changes), cast.township_li, 17)


def with_peer(cast: Cast, **changes) -> Application:
    """Agreed to by the township, in a county where another body gives its opinion and no notice is hung."""
    terms = {"steps": ["check", "visit", "review", "peer", "account"], "peer": "县残疾人联合会"}
    row = {"from_day": "2020-01-01", "document": "测试〔2020〕1号", "title": "", "terms": terms}
    Scheme.objects.filter(pk="dibao-urban").update(terms=[row])
    return reviewed(cast, scheme="dibao-urban", **changes)


def returned(cast: Cast, **changes) -> Application:
    return do("return", deciding(cast, **changes), cast.county_qian, 18, opinion="赡养情况没有写清")


def approved(cast: Cast, **changes) -> Application:
    return do("approve", deciding(cast, **changes), cast.county_zhao, 22, opinion="同意给予保障")


def refused(cast: Cast, **changes) -> Application:
    return do("refuse", deciding(cast, **changes), cast.county_zhao, 22, opinion="收入超过低保标准")


def correction(cast: Cast, **changes) -> Application:
    application = submitted(cast, **changes)
    return do(
        "request_correction", application, cast.township_li, 1, opinion="请补交户口簿复印件和核对授权书"
    )


def withdrawn(cast: Cast, **changes) -> Application:
    return do("withdraw", accepted(cast, **changes), cast.village_wang, 2, opinion="家人已找到工作")


def terminated(cast: Cast, **changes) -> Application:
    return do("terminate", accepted(cast, **changes), cast.township_li, 5, opinion="拒不配合调查")


REACH = {
    Status.SUBMITTED: submitted,
    Status.CORRECTION: correction,
    Status.INVESTIGATING: accepted,
    Status.REVIEWING: to_review,
    Status.TO_POST: reviewed,
    Status.ON_NOTICE: on_notice,
    Status.PEER: with_peer,
    Status.DECIDING: deciding,
    Status.RETURNED: returned,
    Status.APPROVED: approved,
    Status.REFUSED: refused,
    Status.WITHDRAWN: withdrawn,
    Status.TERMINATED: terminated,
}


def in_every_state(cast: Cast) -> dict[Status, Application]:
    """A case in each state, in one county."""
    return {status: reach(cast) for status, reach in REACH.items()}
