"""What the demo holds of the life of rights: asked of the one county that test_demo_county builds."""

from datetime import date

from django.db.models import F

from assistance.demo.choice import REMINDERS
from assistance.demo.sizes import MONTHS, SIZES, TODAY
from assistance.demo.staff import QINGXI
from assistance.models import (
    Adjustment,
    Advance,
    DateEvent,
    Entitlement,
    EntitlementChange,
    OverlapFinding,
    PaymentRun,
    PettyCash,
    PettyCashEntry,
    SettlementFile,
    StandardChange,
    StandardChangeRow,
)
from assistance.selectors import overlap_month
from assistance.workflow import ChangeKind, ChangeStatus

TINY = SIZES["tiny"]


class LifeOfRights:
    """Tests for a class that has built the smallest county."""

    def test_a_change_of_every_kind_stands_at_every_state(self) -> None:
        found: dict[str, set[str]] = {}
        mine = EntitlementChange.objects.in_area(QINGXI)
        for kind, status in mine.values_list("kind", "status"):
            found.setdefault(kind, set()).add(status)
        assert set(found) == set(ChangeKind.values)
        assert all(ChangeStatus.PROPOSED in states for states in found.values())
        assert {ChangeStatus.CONFIRMED, ChangeStatus.REFUSED} <= set().union(*found.values())
        assert mine.filter(informed_on__isnull=False).exists()
        # Whoever loses something has been heard before.
        unheard = EntitlementChange.objects.filter(after_fen__lt=F("before_fen"), heard_on=None)
        assert set(unheard.values_list("kind", flat=True)) <= {ChangeKind.DEATH, ChangeKind.HOLD}

    def test_a_death_that_was_told_late_is_asked_back_and_partly_paid(self) -> None:
        claims = Adjustment.objects.filter(cause=Adjustment.Cause.DEATH)
        assert claims.count() >= 2
        assert all(len(claim.months) == 3 for claim in claims)
        assert [claim for claim in claims if claim.settled_fen and claim.repayments.exists()]
        assert [claim for claim in claims if not claim.settled_fen]

    def test_a_raise_is_carried_out_and_another_waits(self) -> None:
        states = dict(StandardChange.objects.values_list("scheme_id", "state"))
        assert states == {
            "tekun-rural": StandardChange.State.APPLIED,
            "dibao-rural": StandardChange.State.PREVIEWED,
        }
        raised = Entitlement.objects.filter(scheme="tekun-rural").payable_in(MONTHS[-1])
        assert raised.exists()
        assert set(raised.values_list("standard__document_number", flat=True)) == {"云民发〔2026〕12号"}
        waiting = StandardChange.objects.get(state=StandardChange.State.PREVIEWED).rows
        assert waiting.filter(outcome__in=StandardChangeRow.APPLIED).exists()

    def test_townships_have_money_at_hand_and_have_given_some(self) -> None:
        accounts = PettyCash.objects.all()
        assert accounts.count() == TINY.townships
        for account in accounts:
            assert account.balance_fen == sum(entry.amount_fen for entry in account.entries.all()) > 0
        assert Advance.objects.filter(papers_due_on__lt=TODAY).exists()
        assert Advance.objects.filter(papers_due_on__gte=TODAY).exists()
        kinds = set(PettyCashEntry.objects.values_list("kind", flat=True))
        assert kinds == {"allot", "recall", "advance"}

    def test_hospitals_told_of_people_known_and_unknown(self) -> None:
        april, may = SettlementFile.objects.order_by("pk")
        assert (april.loaded_count, len(april.left_out)) == (april.row_count - 3, 3)
        assert april.settlements.filter(person=None).count() == 3
        assert may.loaded_on is None and may.content

    def test_the_calendar_has_brought_what_falls_due(self) -> None:
        states = set(DateEvent.objects.values_list("state", flat=True))
        assert states == set(DateEvent.State.values)

    def test_one_of_the_reminders_of_june_is_answered(self) -> None:
        run = PaymentRun.objects.get(month=date(2026, 6, 1))
        assert OverlapFinding.objects.filter(place=OverlapFinding.Place.MONTH).count() == 1
        assert len(list(overlap_month.pairs_of(run, level="warn"))) == REMINDERS - 1
