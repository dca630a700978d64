"""What a page says a change would do in money is what its confirmation books, to the fen and the month."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assistance.models import Adjustment, Entitlement, EntitlementChange, PaymentLine
from assistance.policy.facts import IncomeItem
from assistance.services.change_preview import Preview, preview_of
from assistance.services.change_reckon import facts_on_record
from assistance.services.death import report_death
from assistance.services.entitlement import confirm_change
from assistance.workflow import ChangeKind, ChangeStatus
from civaffairs.lib.errors import Stale
from civaffairs.registry.models import Person
from tests import payments, rights, runs
from tests.runs import job_kinds  # noqa: F401 the fixture acts by itself

K = ChangeKind
APRIL, MAY, JUNE, JULY, AUGUST = (date(2026, month, 1) for month in (4, 5, 6, 7, 8))
TODAY = date(2026, 6, 18)
DIED, LATE = date(2026, 5, 20), date(2026, 8, 18)


def earning(row: Entitlement, annual_fen: int):
    facts = facts_on_record(row)
    item = IncomeItem("business", annual_fen, "种植玉米", facts.household.members[0].key)
    return replace(facts, household=replace(facts.household, incomes=(item,)))


def shown(cast, change: EntitlementChange, on: date) -> Preview:
    return preview_of(change.group(), cast.county_zhao, on)


def booked(preview: Preview) -> dict[str, tuple[int, list]]:
    """What the page says would be booked, by programme."""
    return {
        effect.entitlement.scheme_id: (effect.amount_fen, list(effect.difference.months))
        for effect in preview.effects
        if effect.amount_fen
    }


def standing(change: EntitlementChange) -> dict[str, tuple[int, list]]:
    """What the change has booked, with what was decided with it."""
    rows = Adjustment.objects.standing().filter(change__in=change.group())
    return {row.scheme_id: (row.amount_fen, row.months) for row in rows}


def confirmed(cast, change: EntitlementChange, on: date) -> None:
    confirm_change(change_id=change.pk, by=cast.county_zhao, on=on)


def spans(preview: Preview) -> list[tuple]:
    return [
        (span.start, span.until, span.before_fen, span.after_fen)
        for effect in preview.effects
        for span in effect.spans
    ]


# --- shown is booked ------------------------------------------------------------------------------------------


def test_a_cut(cast):
    row = rights.family(cast)
    rights.listed(cast, "dibao-rural", APRIL, MAY, JUNE)
    change = rights.proposed(cast, row, K.CUT, "income_up", MAY, TODAY, facts=earning(row, 600_000))
    preview = shown(cast, change, TODAY)
    assert spans(preview) == [(MAY, None, 209_000, 179_000)]
    (effect,) = preview.effects
    assert (effect.closed, effect.months_in_words) == ((MAY, JUNE), "2026年5月至6月")
    assert (effect.received_fen, effect.word, effect.size_fen) == (2 * 209_000, "追缴", 60_000)
    assert effect.reassessed
    confirmed(cast, change, TODAY)
    assert booked(preview) == standing(change)


def test_a_rise_on_top_of_a_cut_that_nothing_has_touched(cast):
    """The first 追缴 is taken back and reckoned in; the page says so, and the sum is that of both."""
    row = rights.family(cast)
    rights.listed(cast, "dibao-rural", APRIL, MAY, JUNE)
    row = rights.changed(cast, row, K.CUT, "income_up", MAY, TODAY, facts=earning(row, 600_000))
    change = rights.proposed(cast, row, K.RAISE, "error", MAY, TODAY, facts=earning(row, 480_000))
    preview = shown(cast, change, TODAY)
    assert preview.effects[0].taken_back_fen == -60_000
    assert preview.effects[0].taken_back_words == "追缴 600.00 元"
    confirmed(cast, change, TODAY)
    assert booked(preview) == standing(change)
    assert preview.amount_fen == -2 * 20_000


def test_a_rise(cast):
    row = rights.family(cast)
    rights.listed(cast, "dibao-rural", APRIL, MAY, JUNE)
    change = rights.proposed(cast, row, K.RAISE, "income_down", MAY, TODAY, facts=earning(row, 120_000))
    preview = shown(cast, change, TODAY)
    assert (preview.effects[0].word, preview.amount_fen) == ("补发", 20_000)
    confirmed(cast, change, TODAY)
    assert booked(preview) == standing(change)


def test_an_end_with_months_that_have_no_list_and_money_that_came_back(cast):
    """January to April were paid before the system came; May came back from the bank, June went out."""
    row = payments.entitlement(cast)
    runs.approved(cast)
    PaymentLine.objects.update(status="returned")
    rights.listed(cast, "dibao-rural", JUNE)
    change = rights.proposed(cast, row, K.STOP, "income", date(2026, 3, 1), TODAY)
    preview = shown(cast, change, TODAY)
    assert spans(preview) == [(date(2026, 3, 1), None, 35_820, 0)]
    assert preview.amount_fen == -3 * 35_820
    assert len(preview.effects[0].difference.void) == 1
    assert PaymentLine.objects.filter(status="returned").exists()
    confirmed(cast, change, TODAY)
    assert booked(preview) == standing(change)


@pytest.fixture
def three(cast):
    row = rights.family(cast)
    head = row.payee
    rights.own(cast, head, "old-age", 6_000, category="80")
    rights.own(cast, head, "disability-care", 10_000, category="grade1")
    spouse = row.members.get(relationship="spouse").person
    payments.account(spouse)
    for code in ("dibao-rural", "old-age", "disability-care"):
        rights.listed(cast, code, APRIL, MAY, JUNE, JULY, AUGUST)
    return head, spouse


def reported(cast, head: Person, spouse: Person) -> EntitlementChange:
    return report_death(
        person_id=head.pk,
        died_on=DIED,
        explanation="居民死亡医学证明",
        payee=spouse,
        by=cast.township_li,
        on=LATE,
    )


def test_a_death_entered_three_months_late(cast, three):
    change = reported(cast, *three)
    preview = shown(cast, change, LATE)
    assert {code: fen for code, (fen, _) in booked(preview).items()} == {
        "dibao-rural": -3 * 57_000,
        "old-age": -3 * 6_000,
        "disability-care": -3 * 10_000,
    }
    assert [effect.reassessed for effect in preview.effects].count(True) == 1
    confirmed(cast, change, LATE)
    assert booked(preview) == standing(change)


@pytest.mark.parametrize("backpay", [True, False])
def test_a_hold_and_what_follows_it(cast, backpay):
    row = rights.family(cast)
    rights.listed(cast, "dibao-rural", APRIL, MAY)
    held = rights.proposed(cast, row, K.HOLD, "absent", MAY, date(2026, 5, 20))
    preview = shown(cast, held, date(2026, 5, 20))
    assert spans(preview) == [(MAY, None, 209_000, 0)]
    confirmed(cast, held, date(2026, 5, 20))
    assert booked(preview) == standing(held)
    assert preview.amount_fen == -209_000
    back = rights.proposed(
        cast, rights.newest(row), K.RESUME, "found", JUNE, date(2026, 5, 25), details={"backpay": backpay}
    )
    preview = shown(cast, back, date(2026, 5, 25))
    confirmed(cast, back, date(2026, 5, 25))
    assert booked(preview) == standing(back)
    # The month is paid after all: what was to come back is taken back, and nothing new is booked.
    assert preview.amount_fen == 0
    assert preview.effects[0].taken_back_fen == (-209_000 if backpay else 0)


def test_a_taper_says_both_its_months_and_its_end(cast):
    row = rights.family(cast)
    change = rights.proposed(cast, row, K.TAPER, "work", JULY, TODAY, details={"months": 6})
    assert spans(shown(cast, change, TODAY)) == [(date(2027, 1, 1), None, 209_000, 0)]


# --- what else it reaches ---------------------------------------------------------------------------------------


def test_a_list_in_the_making_and_rights_that_lean_on_it_are_named(cast):
    row = rights.family(cast)
    rights.own(cast, row.payee, "disability-living", 8_000, category="grade1")
    rights.own(cast, row.payee, "old-age", 6_000)
    rights.listed(cast, "dibao-rural", APRIL)
    run = runs.prepared(cast, month=MAY)
    change = rights.proposed(cast, row, K.STOP, "income", MAY, date(2026, 5, 20))
    preview = shown(cast, change, date(2026, 5, 20))
    ((line, words),) = [(one.line, one.words) for one in preview.listed]
    assert (line.run, words) == (run, "不再列入")
    assert [one.entitlement.scheme_id for one in preview.beside] == ["disability-living"]
    assert preview.amount_fen == 0


def test_a_neighbours_clerk_is_told_nothing_of_rights_elsewhere(cast):
    row = rights.family(cast)
    rights.own(cast, row.payee, "disability-living", 8_000, category="grade1")
    change = rights.proposed(cast, row, K.STOP, "income", MAY, date(2026, 5, 20))
    assert not preview_of(change.group(), cast.outsider_sun, date(2026, 5, 20)).beside


# --- the page ------------------------------------------------------------------------------------------------------


def test_a_list_approved_after_the_page_was_opened_is_shown_before_anything_is_booked(cast, client):
    row = payments.entitlement(cast)
    change = rights.proposed(cast, row, K.STOP, "income", MAY, date(2026, 5, 6))
    client.force_login(cast.county_zhao.user)
    page = client.get(reverse("change_detail", args=[change.pk]))
    form = page.context["form"]
    assert form.initial["shown"] == 0
    runs.approved(cast)
    sent = {"version": change.version, "shown": 0, "outcome": "confirm", "opinion": "同意"}
    told = client.post(reverse("change_confirm", args=[change.pk]), sent)
    assert told.status_code == 422
    assert "补发或追缴的金额变了" in told.content.decode()
    assert not Adjustment.objects.exists()
    change.refresh_from_db()
    assert change.status == ChangeStatus.PROPOSED
    again = sent | {"shown": told.context["form"].data["shown"]}
    assert client.post(reverse("change_confirm", args=[change.pk]), again).status_code == 302
    assert Adjustment.objects.get().amount_fen == -35_820


def test_what_was_shown_and_is_not_booked_is_refused_by_the_service(cast):
    row = payments.entitlement(cast)
    change = rights.proposed(cast, row, K.STOP, "income", MAY, date(2026, 5, 6))
    with pytest.raises(Stale):
        confirm_change(change_id=change.pk, by=cast.county_zhao, on=date(2026, 5, 6), shown_fen=-1)
    row.refresh_from_db()
    assert row.until_month is None


def test_the_page_of_a_proposal_that_no_longer_fits_says_why(cast, client):
    row = rights.family(cast)
    change = rights.proposed(cast, row, K.CUT, "income_up", JULY, TODAY, facts=earning(row, 600_000))
    params = row.standard.params | {"standard_fen": 80_000}
    type(row.standard).objects.filter(pk=row.standard_id).update(params=params)
    client.force_login(cast.county_zhao.user)
    page = client.get(reverse("change_detail", args=[change.pk])).content.decode()
    assert "现在还不能确认" in page
    assert "提出以后情况有了变化" in page


def test_the_township_reckons_before_it_proposes_and_nothing_is_written(cast, client):
    row = rights.family(cast)
    client.force_login(cast.township_li.user)
    url = reverse("change_propose", args=[row.pk, "join"])
    client.get(url)
    owner = facts_on_record(row).household.members[0].key
    typed = {
        "estimate": "1",
        "seen": "0",
        "name": "梁小苗",
        "sex": "male",
        "birth": "2026-03-01",
        "relationship": "grandchild",
        "labour": "none",
        "reason_code": "born",
        "from_month": row.from_month.strftime("%Y-%m"),
        "explanation": "出生",
        "income-TOTAL_FORMS": "1",
        "income-INITIAL_FORMS": "0",
        "income-0-member": owner,
        "income-0-kind": "business",
        "income-0-label": "种植玉米",
        "income-0-annual": "2400",
        "deduction-TOTAL_FORMS": "0",
        "deduction-INITIAL_FORMS": "0",
    }
    people = Person.objects.count()
    answer = client.post(url, typed)
    page = answer.content.decode()
    assert answer.status_code == 200, page
    assert "预计" in page
    assert "2,840.00" in page
    assert 'value="梁小苗"' in page
    assert (Person.objects.count(), EntitlementChange.objects.count()) == (people, 0)


def test_a_death_is_reckoned_before_it_is_reported(cast, three, client):
    head, spouse = three
    client.force_login(cast.township_li.user)
    url = reverse("death_report", args=[head.pk])
    shown_form = client.get(url)
    assert shown_form.context["form"].fields["payee"].must
    owner = shown_form.context["facts"].before.household.members[0].key
    typed = {
        "estimate": "1",
        "died_on": "2026-03-01",
        "payee": spouse.pk,
        "explanation": "居民死亡医学证明",
        "income-TOTAL_FORMS": "1",
        "income-INITIAL_FORMS": "0",
        "income-0-member": owner,
        "income-0-kind": "business",
        "income-0-label": "种植玉米",
        "income-0-annual": "2400",
        "deduction-TOTAL_FORMS": "0",
        "deduction-INITIAL_FORMS": "0",
    }
    answer = client.post(url, typed)
    assert answer.status_code == 200, answer.content.decode()
    assert len(answer.context["preview"].effects) == 3
    assert not EntitlementChange.objects.exists()
    head.refresh_from_db()
    assert head.died_on is None


def test_the_queries_of_the_page_do_not_grow_with_the_rights_of_a_person(cast, client):
    row = rights.family(cast)
    head, spouse = row.payee, row.members.get(relationship="spouse").person
    client.force_login(cast.county_zhao.user)
    counts = []
    for codes in (("old-age",), ("disability-care", "disability-living", "longevity")):
        for code in codes:
            rights.own(cast, head, code, 6_000)
        change = reported(cast, head, spouse)
        url = reverse("change_detail", args=[change.pk])
        client.get(url)
        with CaptureQueriesContext(connection) as found:
            assert client.get(url).status_code == 200
        counts.append(len(found))
        EntitlementChange.objects.update(status=ChangeStatus.REFUSED)
    assert counts[0] == counts[1]


# --- one place ---------------------------------------------------------------------------------------------------


def test_what_is_owed_is_booked_in_one_place():
    """A row and its trace go together; a raise books by one statement, whose columns come from the same file."""
    root = Path(settings.BASE_DIR) / "assistance"
    makers = [
        path.name
        for path in sorted(root.rglob("*.py"))
        if "migrations" not in path.parts
        and any(
            words in path.read_text(encoding="utf-8")
            for words in ("Adjustment.objects.create", "Adjustment(")
        )
        and path.name != "entitlement.py"
    ]
    assert makers == ["booking.py"]
