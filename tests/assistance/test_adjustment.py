"""补发 and 追缴: money that came back by hand, what was booked by mistake, and the pages that show them."""

from datetime import date

import pytest
from django.urls import reverse

from assistance.models import Adjustment, Repayment
from assistance.selectors import adjustment as selectors
from assistance.services.adjustment import cancel_adjustment, record_repayment
from civaffairs.lib.errors import BadInput, NotAllowed
from civaffairs.registry.models import AuditEvent
from tests import adjustments, payments
from tests.adjustments import owed
from tests.cast import BAISHI_VILLAGE
from tests.payments import MAY, TODAY
from tests.runs import job_kinds, prepared  # noqa: F401 a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture
def claim(cast):
    return owed(payments.entitlement(cast, "赵玥"), -9_000, months=3, by=cast.county_meng)


def repay(claim: Adjustment, cast, fen: int = 4_000, receipt: str = "川财 0001", day: date = TODAY):
    return record_repayment(
        adjustment_id=claim.pk, amount_fen=fen, paid_on=day, receipt=receipt, by=cast.cashier_zhou, on=TODAY
    )


# --- money that comes back ----------------------------------------------------------------------------------


def test_money_comes_back_in_parts_and_never_more_than_was_claimed(cast, claim):
    repay(claim, cast)
    with pytest.raises(BadInput, match=r"最多还能登记 50\.00 元"):
        repay(claim, cast, fen=5_001, receipt="0002")
    repay(claim, cast, fen=5_000, receipt="0002")
    claim.refresh_from_db()
    assert (claim.settled_fen, claim.open_fen) == (-9_000, 0)
    with pytest.raises(NotAllowed, match="已经全部收回"):
        repay(claim, cast, fen=1, receipt="0003")


def test_a_second_press_is_no_second_repayment(cast, claim):
    first, new = repay(claim, cast)
    again, second = repay(claim, cast, receipt="川财0001")
    assert (first.pk, new, second) == (again.pk, True, False)
    claim.refresh_from_db()
    assert (Repayment.objects.count(), claim.settled_fen) == (1, -4_000)
    with pytest.raises(BadInput, match=r"已经登记过：2026-05-06 退回 40\.00 元"):
        repay(claim, cast, fen=3_000)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"fen": 0}, "大于 0"),
        ({"receipt": "  "}, "请填写票据号"),
        ({"day": date(2026, 5, 7)}, "不能晚于今天"),
        ({"day": date(2026, 2, 28)}, "早于多发的月份"),
    ],
)
def test_a_wrong_repayment_is_told_at_its_field(cast, claim, changes, words):
    with pytest.raises(BadInput, match=words) as refused:
        repay(claim, cast, **changes)
    assert refused.value.field in ("amount", "receipt", "paid_on")
    claim.refresh_from_db()
    assert claim.settled_fen == 0


def test_nothing_comes_back_from_what_is_owed_to_the_family(cast):
    with pytest.raises(NotAllowed, match="这一笔是补发"):
        repay(owed(payments.entitlement(cast), 500), cast, fen=100)


def test_what_a_list_keeps_back_and_what_comes_by_hand_add_up(cast):
    adjustments.offset(cast, 10)
    right = payments.entitlement(cast, base_fen=30_000)
    claim = owed(right, -5_000)
    repay(claim, cast, fen=1_500)
    run = prepared(cast)
    assert run.lines.get().arrears_fen == -3_000
    with pytest.raises(BadInput, match=r"最多还能登记 5\.00 元"):
        repay(claim, cast, fen=600, receipt="0002")
    repay(claim, cast, fen=500, receipt="0002")
    claim.refresh_from_db()
    assert claim.open_fen == 0


# --- booked by mistake ----------------------------------------------------------------------------------------


def test_a_mistake_is_taken_back_by_another_with_a_reason(cast, claim):
    with pytest.raises(NotAllowed, match="登记人"):
        cancel_adjustment(adjustment_id=claim.pk, reason="重复", by=cast.county_meng, on=TODAY)
    with pytest.raises(BadInput, match="请填写撤销原因"):
        cancel_adjustment(adjustment_id=claim.pk, reason=" ", by=cast.county_zhao, on=TODAY)
    for _ in range(2):
        done = cancel_adjustment(adjustment_id=claim.pk, reason="重复登记", by=cast.county_zhao, on=TODAY)
    assert (done.cancelled_on, done.open_fen) == (TODAY, 0)
    assert AuditEvent.objects.filter(action="adjustment.cancel").count() == 1
    assert prepared(cast).lines.get().arrears_fen == 0
    with pytest.raises(NotAllowed, match="已经撤销"):
        repay(claim, cast)


def test_what_a_list_holds_or_has_come_back_stays(cast, claim):
    repay(claim, cast)
    with pytest.raises(NotAllowed, match="已经登记了退回"):
        cancel_adjustment(adjustment_id=claim.pk, reason="重复登记", by=cast.county_zhao, on=TODAY)
    adjustment = owed(payments.entitlement(cast), 700)
    prepared(cast)
    with pytest.raises(NotAllowed, match="已经列入名册"):
        cancel_adjustment(adjustment_id=adjustment.pk, reason="重复登记", by=cast.county_zhao, on=TODAY)


# --- pages -----------------------------------------------------------------------------------------------------


def test_the_list_is_narrowed_and_summed(client, cast, claim):
    paid = owed(payments.entitlement(cast, "钱丰"), 700)
    prepared(cast)
    waiting = owed(payments.entitlement(cast, "孙宁", scheme="dibao-urban"), 300)
    repay(claim, cast)
    client.force_login(cast.county_qian.user)

    def names(**query) -> set[str]:
        page = client.get(reverse("adjustment_list"), query).context["page"]
        return {row.of_whom for row in page.rows}

    assert names() == {"赵玥", "钱丰", "孙宁"}
    assert names(kind="claim") == {"赵玥"}
    assert names(kind="owed", state="open") == {"孙宁"}
    assert names(state="settled") == {"钱丰"}
    assert names(scheme="dibao-urban") == {"孙宁"}
    assert names(area=BAISHI_VILLAGE) == set()
    assert names(q="赵") == names(q="zy") == {"赵玥"}
    sums = client.get(reverse("adjustment_list")).context["sums"]
    assert (sums.owed_count, sums.owed_fen, sums.owed_open_fen) == (2, 1_000, 300)
    assert (sums.claim_count, sums.claim_fen, sums.claim_open_fen) == (1, 9_000, 5_000)
    assert {paid.pk, waiting.pk} < set(Adjustment.objects.values_list("pk", flat=True))


def test_the_page_tells_month_by_month_and_what_settled_it(client, cast, claim):
    repay(claim, cast)
    client.force_login(cast.township_li.user)
    text = client.get(reverse("adjustment_detail", args=[claim.pk])).content.decode()
    assert text.count("-30.00") == 3
    assert "川财0001" in text
    assert "50.00 元" in text
    assert "登记退回</a>" not in text  # a township has nothing to receive
    owed_line = owed(payments.entitlement(cast), 700)
    run = prepared(cast)
    client.force_login(cast.cashier_zhou.user)
    text = client.get(reverse("adjustment_detail", args=[owed_line.pk])).content.decode()
    assert reverse("run_detail", args=[run.pk]) in text


def test_a_repayment_is_recorded_on_its_page_and_a_slip_keeps_what_was_typed(client, cast, claim):
    client.force_login(cast.cashier_zhou.user)
    url = reverse("adjustment_repay", args=[claim.pk])
    slip = client.post(url, {"amount": "90.01", "paid_on": "20260505", "receipt": "0007"})
    assert slip.status_code == 422
    assert "最多还能登记 90.00 元" in slip.content.decode()
    assert 'value="0007"' in slip.content.decode()
    assert client.post(url, {"amount": "90", "paid_on": "20260505", "receipt": "0007"}).status_code == 302
    claim.refresh_from_db()
    assert claim.open_fen == 0


def test_a_county_approver_cancels_on_the_page(client, cast, claim):
    client.force_login(cast.county_zhao.user)
    url = reverse("adjustment_cancel", args=[claim.pk])
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "重复登记"}).status_code == 302
    claim.refresh_from_db()
    assert claim.cancelled_on is not None


def test_the_right_shows_all_that_was_booked_under_any_row_of_it(cast, claim):
    later = adjustments.continued(claim.entitlement, MAY, 30_000)
    second = owed(later, 200)
    owed(payments.entitlement(cast), 999)
    assert [row.pk for row in selectors.of_entitlement(later)] == [second.pk, claim.pk]


@pytest.mark.parametrize("more", [0, 15])
def test_the_list_asks_as_much_for_many_as_for_few(client, cast, claim, django_assert_max_num_queries, more):
    for at in range(more):
        owed(payments.entitlement(cast, f"户{at}"), 100)
    client.force_login(cast.county_qian.user)
    with django_assert_max_num_queries(25):
        client.get(reverse("adjustment_list"))
