"""What excludes what, when a form is handed in and before a case is decided: every row of the table, from both sides."""

from copy import deepcopy
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assistance.models import Application, Entitlement, EntitlementChange, OverlapFinding
from assistance.policy.overlaps import ELSEWHERE, OVERLAPS, Claim, Hit, Overlap, hits
from assistance.policy.rule import Receipt
from assistance.selectors import overlap as selectors
from assistance.services import case as case_services
from assistance.services import overlap, readiness
from assistance.services.application import DeclarationRefused
from assistance.services.grant import first_month
from civaffairs.lib.errors import BadInput, NotAllowed, NotReady
from civaffairs.registry.access import Forbidden, NotVisible
from civaffairs.registry.models import Person
from tests import overlaps, programmes
from tests.cast import Cast, make_cast
from tests.kept import kept

DAY = date(2026, 3, 2)

pytestmark = pytest.mark.django_db

cast_kept = kept(make_cast, scope="module")


@pytest.fixture
def cast(cast_kept, db) -> Cast:
    return deepcopy(cast_kept)


SIDES = [
    pytest.param(row, side, id=f"{row.key}-{side}")
    for row in OVERLAPS
    for side in ("a", "b")
    if row.b != "*"
    and not (row.a == row.b and side == "b")
    and overlaps.code_of(row.a if side == "a" else row.b) in programmes.BY_CODE
]


def claimed(row: Overlap, side: str) -> str:
    return overlaps.code_of(row.a if side == "a" else row.b)


def someone_for(code: str) -> Person:
    case = programmes.BY_CODE[code]
    person = overlaps.someone("沈福安", birth=case.birth)
    number = programmes.card(case.birth)
    person.birth = case.birth
    person.set_id_number(number)
    person.save()
    return person


def give(cast: Cast, row: Overlap, side: str, person: Person) -> Receipt:
    """What the person has of the other side of the row."""
    name, categories = (row.b, row.b_categories) if side == "a" else (row.a, row.a_categories)
    code, category = overlaps.code_of(name), (categories or ("",))[0]
    if code in ELSEWHERE:
        overlaps.outside(person, code)
        return Receipt(str(person.pk), code, code, 9_000)
    single = row.single and overlaps.FAMILIES[code] == "dibao"
    fen = 0 if overlaps.SCHEMES[code].rule in ("edge", "rigid") else 10_000
    overlaps.right(cast, person, code, category=category, fen=fen, single=single)
    return Receipt(str(person.pk), code, overlaps.FAMILIES[code], fen, category)


def expected(row: Overlap, side: str, receipt: Receipt) -> Hit | None:
    """What the pure table says. The category is what the form answers; the sum is not known yet."""
    code = claimed(row, side)
    category = str(programmes.BY_CODE[code].answers.get("category", ""))
    single = row.single and "dibao" not in (overlaps.FAMILIES[code],)
    claim = Claim(code, overlaps.FAMILIES[code], category, None, (receipt.person,), single)
    return next(iter(hits(claim, [receipt])), None)


@pytest.mark.parametrize(("row", "side"), SIDES)
def test_when_the_form_is_handed_in(cast, row, side):
    code = claimed(row, side)
    person = someone_for(code)
    receipt = give(cast, row, side, person)
    hit = expected(row, side, receipt)
    waits = hit is not None and (hit.ends == "receipt" or hit.effect == "higher")
    same_family = overlaps.FAMILIES[code] == receipt.family
    if same_family or (hit is not None and hit.level == "block" and not waits):
        with pytest.raises(DeclarationRefused) as refused:
            overlaps.handed_in(cast, code, person)
        said = "".join(refused.value.missing)
        assert (hit.article if hit else row.article) in said
        assert not Application.objects.filter(scheme=code, applicant=person).exists()
        return
    application = overlaps.handed_in(cast, code, person)
    found = OverlapFinding.objects.filter(application=application)
    if hit is None:
        assert not found
        return
    [kept] = found
    assert (kept.pair, kept.level, kept.article, kept.place) == (
        hit.overlap.key,
        hit.level,
        hit.article,
        OverlapFinding.Place.ENTRY,
    )
    assert kept.concluded_on is None
    hints = application.events.get(act="submit").details["oddities"]
    assert any(hit.message in words and hit.article in words for words in hints)


@pytest.mark.parametrize(("row", "side"), [p for p in SIDES if p.values[0].a != p.values[0].b])
def test_before_the_decision(cast, row, side):
    """What comes in between hand-in and decision is found as well."""
    code = claimed(row, side)
    person = someone_for(code)
    application = overlaps.handed_in(cast, code, person)
    hit = expected(row, side, give(cast, row, side, person))
    missing = [words for words in readiness.before_approval(application, DAY) if "沈福安" in words]
    if hit is None:
        assert missing == []
        return
    [words] = missing
    assert hit.message in words
    assert hit.article in words
    if hit.level == "block":
        with pytest.raises(NotAllowed):
            conclude(cast, application)
        return
    assert "还没有登记处理结论" in words
    conclude(cast, application)
    assert not [words for words in readiness.before_approval(application, DAY) if "沈福安" in words]


def met_of(application: Application) -> selectors.Met:
    record = readiness.current_assessment(application)
    [met] = selectors.case_meets(application, record, first_month(application, DAY), DAY)
    return met


def conclude(cast: Cast, application: Application, **changes) -> OverlapFinding:
    pair, number, person_id = met_of(application).numbers
    fields = {
        "application_id": application.pk,
        "pair": pair,
        "number": number,
        "person_id": person_id,
        "verdict": "both",
        "conclusion": "已核对台账，按县里文件可以同领",
        "by": cast.township_li,
        "on": DAY,
    }
    return overlap.conclude_case(**(fields | changes))


# --- one case after the other --------------------------------------------------------------------------------


def test_what_the_new_one_takes_the_place_of_has_to_end_before_the_decision(cast):
    """低保 to 特困: the form goes in, and the decision waits until the end of 低保 is proposed."""
    programmes.standard(cast, programmes.BY_CODE["tekun-rural"])
    person = someone_for("tekun-rural")
    dibao = overlaps.right(cast, person, "dibao-rural")
    application = overlaps.handed_in(cast, "tekun-rural", person)
    with pytest.raises(NotReady, match="请先对原来的提出停发"):
        programmes.granted(cast, application)
    EntitlementChange.objects.create(
        entitlement=dibao,
        office_id=dibao.office_id,
        kind="switch",
        reason_code="to_other",
        explanation="转入特困供养",
        from_month=date(2026, 4, 1),
        before_fen=dibao.amount_fen,
        after_fen=0,
        proposed_by=cast.township_li,
        proposed_on=DAY,
    )
    assert met_of(application).is_settled


def test_an_end_that_comes_too_late_settles_nothing(cast):
    person = someone_for("tekun-rural")
    dibao = overlaps.right(cast, person, "dibao-rural", until_month=date(2026, 6, 1))
    application = overlaps.handed_in(cast, "tekun-rural", person)
    assert not met_of(application).is_settled
    Entitlement.objects.filter(pk=dibao.pk).update(until_month=date(2026, 4, 1))
    assert readiness.before_approval(application, DAY) != []
    found = selectors.case_meets(application, None, first_month(application, DAY), DAY)
    assert found == []


def test_a_child_whose_form_chooses_its_own_money_may_ask_for_it_while_in_tekun(cast):
    child = someone_for("orphan")
    overlaps.right(cast, child, "tekun-rural", category="scattered-self")
    with pytest.raises(DeclarationRefused):
        overlaps.handed_in(cast, "orphan", child)
    application = overlaps.handed_in(cast, "orphan", child, beside_tekun="end")
    assert met_of(application).blocks


def test_care_money_of_the_work_injury_fund_said_on_the_form_is_refused_beside_the_question(cast):
    person = someone_for("disability-care")
    with pytest.raises(DeclarationRefused) as refused:
        overlaps.handed_in(cast, "disability-care", person, injury_care=True)
    errors = refused.value.declaration.parts["answers"].errors
    assert "国发〔2015〕52号" in errors["injury_care"][0]


def test_other_money_of_the_kind_said_on_the_form_is_a_reminder(cast):
    person = someone_for("disability-care")
    application = overlaps.handed_in(cast, "disability-care", person, other_fen=5_000)
    met = met_of(application)
    assert (met.hit.overlap.key, met.hit.receipt.amount_fen) == ("disability-care+welfare-care", 5_000)
    conclude(cast, application)
    assert met_of(application).is_settled


def test_a_household_s_status_stands_against_dibao_for_another_member(cast):
    head, wife = someone_for("dibao-rural"), overlaps.someone("余秀兰")
    overlaps.right(cast, wife, "dibao-edge", fen=0, household=overlaps.home(head))
    application = overlaps.handed_in(cast, "dibao-rural", head)
    assert met_of(application).hit.overlap.key == "dibao-edge+dibao"


def test_a_difference_that_the_rule_has_taken_off_is_no_reminder(cast):
    case = programmes.BY_CODE["de-facto-orphan"]
    programmes.standard(cast, case)
    child = someone_for("de-facto-orphan")
    dibao = overlaps.right(cast, child, "dibao-rural", fen=43_000)
    application = overlaps.handed_in(cast, "de-facto-orphan", child)
    assert met_of(application).hit.effect == "topup"
    for act in ("accept", "assess"):
        case_services.perform(act, application_id=application.pk, by=cast.township_li, on=DAY)
    application.refresh_from_db()
    record = readiness.current_assessment(application)
    month = first_month(application, DAY)
    assert record.category == "topup"
    assert selectors.case_meets(application, record, month, DAY) == []
    Entitlement.objects.filter(pk=dibao.pk).update(amount_fen=50_000, base_fen=50_000)
    assert selectors.case_meets(application, record, month, DAY) != []


# --- conclusions ----------------------------------------------------------------------------------------------


def reminded(cast: Cast) -> Application:
    person = someone_for("elder-poor")
    overlaps.right(cast, person, "disability-living", category="grade2")
    return overlaps.handed_in(cast, "elder-poor", person)


def test_a_conclusion_says_what_and_why_and_a_second_press_changes_nothing(cast):
    application = reminded(cast)
    for wrong, field in (
        ({"verdict": ""}, "verdict"),
        ({"conclusion": "  "}, "conclusion"),
        ({"conclusion": "长" * 301}, "conclusion"),
    ):
        with pytest.raises(BadInput) as refusal:
            conclude(cast, application, **wrong)
        assert refusal.value.field == field
    first = conclude(cast, application)
    assert conclude(cast, application).pk == first.pk
    other = conclude(cast, application, verdict="other", conclusion="已停发生活补贴")
    assert (other.pk, other.verdict) == (first.pk, "other")


def test_who_decides_does_not_conclude_and_a_neighbour_sees_nothing(cast):
    application = reminded(cast)
    with pytest.raises(Forbidden):
        conclude(cast, application, by=cast.county_zhao)
    with pytest.raises(NotVisible):
        conclude(cast, application, by=cast.outsider_sun)


def test_a_conclusion_before_the_decision_is_carried_into_the_lists(cast):
    """Tested from the side of the list: the finding of the case is about the same two rights."""
    application = reminded(cast)
    finding = conclude(cast, application)
    assert finding.other_number
    assert finding.application_id == application.pk


def test_another_sum_asks_again(cast):
    application = reminded(cast)
    conclude(cast, application)
    Entitlement.objects.filter(scheme="disability-living").update(amount_fen=20_000, base_fen=20_000)
    assert not met_of(application).is_settled


def test_the_number_of_queries_does_not_grow_with_what_people_have(cast):
    application = reminded(cast)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            selectors.case_meets(application, None, first_month(application, DAY), DAY)
        return len(seen)

    few = queries()
    for code in ("old-age", "vet-living", "disability-care", "kashin-beck"):
        overlaps.right(cast, application.applicant, code)
    assert queries() == few


def test_the_page_of_the_case_shows_it_and_takes_the_conclusion(cast, client):
    application = reminded(cast)
    client.force_login(cast.township_li.user)
    page = client.get(f"/cases/{application.pk}/").content.decode()
    assert "待遇叠加" in page and "登记结论" in page
    key, url = met_of(application).key, f"/overlaps/cases/{application.pk}/"
    assert "同类，只能领较高的一项" in client.get(url, {"hit": key}).content.decode()
    wrong = client.post(f"{url}conclude/", {"hit": key, "verdict": "", "conclusion": "已核对"})
    assert wrong.status_code == 422 and "已核对" in wrong.content.decode()
    done = client.post(f"{url}conclude/", {"hit": key, "verdict": "both", "conclusion": "已核对台账"})
    assert done.status_code == 302
    assert "已核对台账" in client.get(f"/cases/{application.pk}/").content.decode()
    assert client.get("/overlaps/cases/999999/").status_code == 404
