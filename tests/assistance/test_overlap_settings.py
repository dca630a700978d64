"""What a county sets otherwise, money of other offices, and who is not enrolled: the acts and what they refuse."""

from copy import deepcopy
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assistance.forms.declaration import Declaration
from assistance.models import Draft, EnrolmentLead, OverlapSetting, Standard
from assistance.policy.overlaps import DISABILITY, PersonState, eligible_not_enrolled
from assistance.policy.rule import Receipt
from assistance.schemes import SCHEMES
from assistance.selectors import enrolment as lists
from assistance.selectors import overlap as selectors
from assistance.selectors import overlap_table
from assistance.selectors.scheme import overlaps_of
from assistance.services import application as intake
from assistance.services import enrolment, overlap
from assistance.services.outside import end_outside, record_outside
from civaffairs.lib.errors import BadInput, Conflict, NotAllowed
from civaffairs.lib.months import age_on
from civaffairs.registry import clock
from civaffairs.registry.access import Forbidden, NotVisible
from civaffairs.registry.models import Membership, Person, Relationship
from tests import overlaps
from tests.cast import BAISHI_VILLAGE, COUNTY, Cast, make_cast
from tests.kept import kept

TODAY = date(2026, 5, 6)
JUNE = date(2026, 6, 1)
KEY = "old-age+tekun"  # local practice: a county may set it as it likes

pytestmark = pytest.mark.django_db

cast_kept = kept(make_cast, scope="module")


@pytest.fixture
def cast(cast_kept, db) -> Cast:
    return deepcopy(cast_kept)


def propose(cast: Cast, **changes) -> OverlapSetting:
    fields = {
        "key": KEY,
        "from_day": JUNE,
        "effect": "forbid",
        "level": "block",
        "yields": "a",
        "document_number": "云民发〔2026〕21号",
        "by": cast.county_qian,
        "on": TODAY,
    }
    return overlap.propose_setting(**(fields | changes))


def effect(on: date, key: str = KEY) -> str:
    return next(row.effect for row in selectors.table_on(on) if row.key == key)


# --- the county's own rule -------------------------------------------------------------------------------------


def test_it_holds_from_its_day_on_once_another_has_confirmed_it(cast):
    setting = propose(cast)
    assert effect(JUNE) == "allow"
    with pytest.raises(NotAllowed):
        overlap.confirm_setting(setting_id=setting.pk, by=cast_same_user(cast), on=TODAY)
    overlap.confirm_setting(setting_id=setting.pk, by=cast.county_zhao, on=TODAY)
    overlap.confirm_setting(setting_id=setting.pk, by=cast.county_zhao, on=TODAY)  # pressed twice
    assert (effect(TODAY), effect(JUNE)) == ("allow", "forbid")
    row = overlap_table.row_of(KEY, JUNE)
    assert (row.effect, row.level, row.yields) == ("不能同时享受", "拦截", "高龄津贴让位")
    assert row.now.article == "云民发〔2026〕21号"
    with pytest.raises(NotAllowed):
        overlap.discard_setting(setting_id=setting.pk, by=cast.county_qian)


def cast_same_user(cast: Cast):
    """The proposer with the right to confirm besides: four eyes are users, not posts."""
    posting = cast.county_zhao
    posting.user_id = cast.county_qian.user_id
    other = type(posting).objects.get(pk=posting.pk)
    cast.__dict__["county_zhao"] = other
    return posting


def test_a_later_paper_takes_over_and_may_set_it_back(cast):
    first = propose(cast)
    overlap.confirm_setting(setting_id=first.pk, by=cast.county_zhao, on=TODAY)
    july = date(2026, 7, 1)
    back = propose(cast, from_day=july, effect="allow", level="warn", yields="")
    overlap.confirm_setting(setting_id=back.pk, by=cast.county_zhao, on=TODAY)
    assert (effect(JUNE), effect(july)) == ("forbid", "allow")
    assert len(overlap_table.row_of(KEY, JUNE).papers) == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"effect": "maybe"}, "effect"),
        ({"level": "loud"}, "level"),
        ({"yields": "c"}, "yields"),
        ({"document_number": " "}, "document_number"),
        ({"from_day": date(2026, 5, 5)}, "from_day"),
        ({"effect": "allow", "level": "warn", "yields": ""}, "effect"),  # as it is already
        # the text of a national rule, and the same programme twice
        ({"key": "disability-care+child", "effect": "forbid"}, "effect"),
        ({"key": "dibao-edge+tekun", "effect": "forbid", "level": "warn"}, "level"),
        ({"key": "old-age+old-age", "effect": "allow"}, "effect"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(cast, changes, field):
    with pytest.raises(BadInput) as refusal:
        propose(cast, **changes)
    assert refusal.value.field == field


def test_a_refusal_by_a_national_rule_names_the_article(cast):
    with pytest.raises(BadInput) as refusal:
        propose(cast, key="dibao-edge+tekun", effect="allow")
    assert refusal.value.article == "《社会救助法》第13条"
    assert refusal.value.article in refusal.value.message


def test_a_reminder_of_a_national_rule_may_be_made_stricter(cast):
    setting = propose(cast, key="de-facto-orphan+dibao", effect="topup", level="block", yields="")
    assert setting.level == "block"


def test_one_paper_waits_at_a_time_and_only_county_clerks_bring_it(cast):
    propose(cast)
    with pytest.raises(Conflict):
        propose(cast, effect="choose")
    for posting in (cast.township_li, cast.county_zhao):
        with pytest.raises(Forbidden):
            propose(cast, by=posting)
    with pytest.raises(NotVisible):
        propose(cast, key="old-age+moon")


# --- money of other offices ---------------------------------------------------------------------------------------


def outside(cast: Cast, person: Person, **changes):
    fields = {
        "person_id": person.pk,
        "kind": "welfare-care",
        "amount_fen": 20_000,
        "from_month": date(2026, 1, 1),
        "source": "老干局发放表",
        "by": cast.township_li,
        "on": TODAY,
    }
    return record_outside(**(fields | changes))


def test_money_of_another_office_is_entered_once_and_ended(cast):
    person = overlaps.someone()
    row = outside(cast, person)
    assert outside(cast, person).pk == row.pk
    with pytest.raises(Conflict):
        outside(cast, person, amount_fen=30_000)
    end_outside(outside_id=row.pk, until_month=JUNE, by=cast.township_li, on=TODAY)
    end_outside(outside_id=row.pk, until_month=JUNE, by=cast.township_li, on=TODAY)
    with pytest.raises(NotAllowed):
        end_outside(outside_id=row.pk, until_month=date(2026, 7, 1), by=cast.township_li, on=TODAY)
    assert outside(cast, person, amount_fen=30_000).pk != row.pk


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "moon"}, "kind"),
        ({"amount_fen": -1}, "amount"),
        ({"from_month": date(2026, 7, 1)}, "from_month"),
        ({"source": " "}, "source"),
    ],
)
def test_wrong_money_of_another_office_is_refused_at_its_field(cast, changes, field):
    with pytest.raises(BadInput) as refusal:
        outside(cast, overlaps.someone(), **changes)
    assert refusal.value.field == field


def test_it_ends_not_before_it_begins_and_a_neighbour_does_not_see_it(cast):
    row = outside(cast, overlaps.someone())
    with pytest.raises(BadInput):
        end_outside(outside_id=row.pk, until_month=date(2025, 12, 1), by=cast.township_li, on=TODAY)
    with pytest.raises(NotVisible):
        end_outside(outside_id=row.pk, until_month=JUNE, by=cast.outsider_sun, on=TODAY)


# --- who is not enrolled ---------------------------------------------------------------------------------------------


def disabled(name: str, grade: int, kind: int = 4, birth: date = date(1980, 3, 8)) -> Person:
    person = overlaps.someone(name, birth=birth)
    person.disability_kind, person.disability_grade = kind, grade
    person.set_disability_number(f"{person.id_number}{kind}{grade}")
    person.save()
    return person


def named(cast: Cast, family: str, on: date = TODAY) -> set[str]:
    return set(lists.people(cast.county_qian, family, on).values_list("name", flat=True))


def crowd(cast: Cast) -> dict[str, Person]:
    """One of each kind, in and out of programmes."""
    people = {
        "三级低保": disabled("三级低保", 3),
        "一级低保": disabled("一级低保", 1),
        "二级": disabled("二级", 2),
        "四级": disabled("四级", 4),
        "一级特困": disabled("一级特困", 1),
        "一级孤儿": disabled("一级孤儿", 1, birth=date(2014, 3, 8)),
        "七十九": overlaps.someone("七十九", birth=date(1946, 6, 30)),
        "八十": overlaps.someone("八十", birth=date(1945, 1, 30)),
        "八十有": overlaps.someone("八十有", birth=date(1940, 1, 30)),
        "八十特困": overlaps.someone("八十特困", birth=date(1940, 1, 30)),
        "独居低保": overlaps.someone("独居低保", birth=date(1960, 1, 30)),
        "有家低保": overlaps.someone("有家低保", birth=date(1960, 1, 30)),
        "年轻低保": overlaps.someone("年轻低保", birth=date(1980, 1, 30)),
    }
    for name in ("三级低保", "一级低保", "独居低保", "有家低保", "年轻低保"):
        overlaps.right(cast, people[name], "dibao-rural")
    overlaps.right(cast, people["一级特困"], "tekun-rural", category="scattered-self")
    overlaps.right(cast, people["八十特困"], "tekun-rural", category="scattered-self")
    overlaps.right(cast, people["一级孤儿"], "orphan", category="scattered")
    overlaps.right(cast, people["八十有"], "old-age")
    wife = overlaps.someone("老伴", birth=date(1975, 1, 30))
    Membership.objects.filter(person=wife).delete()
    Membership.objects.create(
        household=overlaps.home(people["有家低保"]),
        person=wife,
        relationship=Relationship.SPOUSE,
        from_day=date(2025, 1, 1),
    )
    return people


def test_the_lists_say_what_the_pure_function_says_of_each(cast):
    people = crowd(cast)
    wanted: dict[str, set[str]] = {kind.family: set() for kind in lists.KINDS}
    for name, person in people.items():
        receipts = tuple(
            Receipt(str(person.pk), m.entitlement.scheme_id, m.family, 10_000, m.entitlement.category)
            for m in person.entitlement_memberships.select_related("entitlement")
        )
        alone = overlaps.home(person).memberships.filter(until_day=None).count() == 1
        state = PersonState(
            str(person.pk),
            age_on(person.birth, TODAY),
            person.disability_kind,
            person.disability_grade,
            alone,
            receipts,
        )
        for suggestion in eligible_not_enrolled(state):
            wanted[suggestion.family].add(name)
    assert wanted == {
        "disability-living": {"三级低保", "一级低保"},
        "disability-care": {"一级低保", "二级", "一级孤儿"},
        "old-age": {"八十", "八十特困"},
        "tekun": {"独居低保"},
    }
    assert {family: named(cast, family) for family in wanted} == wanted


def test_the_dead_and_those_who_ask_already_are_not_named(cast):
    people = crowd(cast)
    Person.objects.filter(pk=people["八十"].pk).update(died_on=date(2026, 4, 1))
    assert "八十" not in named(cast, "old-age")
    outside(cast, people["二级"], kind="work-injury-care")
    assert "二级" not in named(cast, "disability-care")
    overlaps.handed_in(cast, "disability-care", people["一级低保"], on=TODAY)
    assert "一级低保" not in named(cast, "disability-care")


def test_the_lists_reach_as_far_as_the_county_s_standard(cast):
    crowd(cast)
    for code, params in {
        "old-age": {"ages": [{"from_age": 90, "amount_fen": 10_000}]},
        "disability-living": {"rates": {"grade1": 8_000, "grade2": 8_000, "grade3": 0, "grade4": 0}},
        "disability-care": {"rates": {"grade1": 9_000, "grade2": 0, "grade3": 0, "grade4": 0}},
    }.items():
        Standard.objects.create(
            scheme_id=code,
            office_id=COUNTY,
            from_month=date(2026, 4, 1),
            document_number="云民〔2026〕9号",
            params=params,
            entered_by=cast.county_qian,
            confirmed_by=cast.county_zhao,
            confirmed_at=clock.now(),
        )
    extent = lists.extent_on(COUNTY, TODAY)
    assert (extent.reach.old_age_from, extent.missing) == (90, ())
    assert named(cast, "old-age") == set()
    assert named(cast, "disability-living") == {"一级低保"}
    assert named(cast, "disability-care") == {"一级低保", "一级孤儿"}


def test_a_county_s_own_rule_opens_or_closes_a_list(cast):
    crowd(cast)
    setting = propose(cast)
    overlap.confirm_setting(setting_id=setting.pk, by=cast.county_zhao, on=TODAY)
    assert named(cast, "old-age", TODAY) == {"八十", "八十特困"}
    assert named(cast, "old-age", JUNE) == {"八十"}


def test_a_lead_opens_the_form_with_the_person_in_it_and_once(cast):
    person = crowd(cast)["一级低保"]
    fields = {"person_id": person.pk, "family": "disability-care", "by": cast.village_wang, "on": TODAY}
    draft = enrolment.start(**fields)
    assert enrolment.start(**fields).pk == draft.pk
    content = intake.content_of_draft(draft)
    assert content["member-0-name"] == [person.name]
    assert content["member-0-id_number"] == [person.id_number]
    assert content["member-0-disability_number"] == [person.disability_number]
    form = intake.declaration_of(draft, content, TODAY)
    assert isinstance(form, Declaration)
    assert EnrolmentLead.objects.get(person=person).draft_id == draft.pk
    assert Draft.objects.count() == 1


def test_a_tekun_lead_is_of_the_town_or_the_country(cast):
    person = crowd(cast)["独居低保"]
    draft = enrolment.start(person_id=person.pk, family="tekun", by=cast.township_li, on=TODAY)
    assert draft.scheme_id == "tekun-rural"


def test_who_does_not_qualify_is_named_no_more_until_it_is_taken_back(cast):
    person = crowd(cast)["二级"]
    fields = {"person_id": person.pk, "family": "disability-care", "by": cast.township_li, "on": TODAY}
    for reason in ("", "长" * 201):
        with pytest.raises(BadInput) as refusal:
            enrolment.drop(**fields, reason=reason)
        assert refusal.value.field == "reason"
    lead = enrolment.drop(**fields, reason="残疾人证已注销")
    assert enrolment.drop(**fields, reason="残疾人证已注销").pk == lead.pk
    assert "二级" not in named(cast, "disability-care")
    with pytest.raises(NotAllowed):
        enrolment.start(**(fields | {"by": cast.village_wang}))
    with pytest.raises(Forbidden):
        enrolment.restore(lead_id=lead.pk, by=cast.village_wang)
    enrolment.restore(lead_id=lead.pk, by=cast.township_li)
    assert "二级" in named(cast, "disability-care")


def test_a_neighbour_neither_sees_nor_begins(cast):
    person = crowd(cast)["二级"]
    assert not lists.people(cast.outsider_sun, "disability-care", TODAY).exists()
    with pytest.raises(NotVisible):
        enrolment.start(person_id=person.pk, family="disability-care", by=cast.outsider_sun, on=TODAY)
    overlaps.someone("邻镇", office=BAISHI_VILLAGE, birth=date(1930, 1, 1))
    assert named_by(cast.outsider_sun) == {"邻镇"}


def named_by(posting) -> set[str]:
    return set(lists.people(posting, "old-age", TODAY).values_list("name", flat=True))


# --- the pages ----------------------------------------------------------------------------------------------------------


def page_queries(client, url: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def test_the_number_of_queries_of_the_list_does_not_grow_with_people(cast, client):
    client.force_login(cast.township_li.user)
    people = crowd(cast)
    client.get("/enrolment/")
    few = page_queries(client, "/enrolment/?tab=disability-care")
    for at in range(8):
        overlaps.right(cast, disabled(f"某{at}", 1), "dibao-rural")
    assert people
    assert page_queries(client, "/enrolment/?tab=disability-care") == few


@pytest.mark.parametrize("tab", ["disability-living", "disability-care", "old-age", "tekun", "dropped"])
def test_every_list_shows_whom_it_names(cast, client, tab):
    crowd(cast)
    enrolment.drop(
        person_id=overlaps.someone("不符合的").pk,
        family="old-age",
        reason="户籍不在本县",
        by=cast.township_li,
        on=TODAY,
    )
    client.force_login(cast.township_li.user)
    text = client.get(f"/enrolment/?tab={tab}").content.decode()
    for name in {"dropped": {"不符合的"}}.get(tab) or named(cast, tab):
        assert name in text


def test_the_table_shows_every_pair_and_the_paper_that_waits(cast, client):
    propose(cast)
    client.force_login(cast.county_zhao.user)
    text = client.get("/overlaps/").content.decode()
    assert text.count(DISABILITY) > 8
    assert "云民发〔2026〕21号" in text
    assert "确认" in text
    assert "高龄津贴" in client.get("/overlaps/?q=高龄").content.decode()
    assert "表里没有这个项目" in client.get("/overlaps/?q=月亮").content.decode()


def test_a_paper_is_entered_by_the_form_and_its_mistakes_stand_at_the_field(cast, client):
    client.force_login(cast.county_qian.user)
    data = {
        "from_day": "2099-01-01",
        "document_number": "",
        "effect": "forbid",
        "level": "block",
        "yields": "a",
    }
    wrong = client.post(f"/overlaps/set/{KEY}/", data)
    assert wrong.status_code == 422
    right = client.post(f"/overlaps/set/{KEY}/", data | {"document_number": "云民〔2098〕1号"})
    assert right.status_code == 302
    assert OverlapSetting.objects.get().yields == "a"


def test_the_page_of_a_programme_shows_the_county_s_paper_where_it_has_set_a_row_otherwise(cast):
    def said() -> tuple[str, str, bool]:
        rows = overlaps_of(SCHEMES["old-age"], selectors.table_on(TODAY))
        (row,) = [row for row in rows if row.other == "特困人员救助供养"]
        return row.effect, row.article, row.is_set

    assert said()[0] == "可以同时享受"
    assert not said()[2]
    row = propose(cast, from_day=TODAY)
    overlap.confirm_setting(setting_id=row.pk, by=cast.county_zhao, on=TODAY)
    assert said() == ("不能同时享受", row.document_number, True)
