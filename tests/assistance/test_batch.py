"""Batches: one person once, the sum from the standard, approved by another, paid by the ordinary list."""

from dataclasses import replace
from datetime import date

import pytest

from assistance.models import (
    Batch,
    BatchItem,
    Entitlement,
    EntitlementMember,
    PaymentLine,
    RunKind,
)
from assistance.policy.batches import Candidate, choose_once
from assistance.selectors.batch import next_document_number
from assistance.services import batch as services
from assistance.services import batch_rows, payment
from assistance.services.batch import Source
from assistance.services.change_chain import Terms, chain_of, rewrite
from assistance.workflow import RunStatus
from civaffairs.lib.errors import BadInput, Conflict, NotAllowed, NotReady, Stale
from civaffairs.registry.access import Forbidden, NotVisible
from tests import batches, payments
from tests.cast import BAISHI_VILLAGE, LIUTANG, QINGXI
from tests.payments import TODAY
from tests.runs import job_kinds  # noqa: F401 the fixture acts by itself

pytestmark = pytest.mark.django_db
Outcome = BatchItem.Outcome
FESTIVAL = {"tekun": 50_000, "child": 50_000, "veteran": 40_000, "dibao": 30_000, "old": 10_000}


def festival_rates(**changes: int) -> dict[str, int]:
    return {"status": 0, "disabled": 0, "fixed": 0} | FESTIVAL | changes


def also(row: Entitlement, scheme: str, **more) -> Entitlement:
    """The payee of `row` receives another programme for himself."""
    right = Entitlement.objects.create(
        scheme_id=scheme,
        office_id=row.office_id,
        household=row.household,
        standard=row.standard,
        number=f"X{row.pk}{scheme}",
        beneficiary=row.payee,
        payee=row.payee,
        persons=1,
        base_fen=5_000,
        amount_fen=5_000,
        from_month=date(2026, 1, 1),
        pays_from=date(2026, 1, 1),
        **more,
    )
    EntitlementMember.objects.create(
        entitlement=right, person=row.payee, family=right.scheme.family, relationship="head", labour="lost"
    )
    return right


def run_of(cast, scheme: str, month: date = batches.MAY, kind: str = RunKind.REGULAR):
    run, _ = payment.create_run(scheme_code=scheme, month=month, kind=kind, by=cast.county_qian, on=TODAY)
    payment.prepare_run(run_id=run.pk)
    run.refresh_from_db()
    return run


def outcomes(batch: Batch) -> dict[str, int]:
    found: dict[str, int] = {}
    for outcome in batch.items.values_list("outcome", flat=True):
        found[outcome] = found.get(outcome, 0) + 1
    return found


def test_festival_money_from_the_choice_to_the_bank_list(cast):
    """Somebody in 低保 and 优抚 gets one sum, the higher; it goes to the account of the programme he is counted under."""
    batches.standard(cast, "festival", rates=festival_rates())
    family = payments.entitlement(cast, "赵玥", persons=3)
    soldier = also(family, "vet-living")
    batch = batches.approved(cast, "festival", "dibao-rural", "vet-living")
    assert outcomes(batch) == {Outcome.LISTED: 3, Outcome.DUPLICATE: 1}
    assert (batch.person_count, batch.total_fen) == (3, 40_000 + 2 * 30_000)
    assert batch.items.get(outcome=Outcome.LISTED, person=family.payee).source == soldier

    run = run_of(cast, "festival")
    assert (run.line_count, run.total_fen, run.line_unit) == (3, 100_000, "人")
    lines = PaymentLine.objects.filter(run=run).select_related("entitlement__batch_item")
    assert {line.account_index for line in lines} == {family.payee.accounts.get().number_index}
    assert all(line.entitlement.batch_item.batch_id == batch.pk for line in lines)
    assert {line.entitlement.members.get().person_id for line in lines} == set(
        family.members.values_list("person_id", flat=True)
    )
    payment.check_run(run_id=run.pk, by=cast.cashier_zhou, on=TODAY)
    assert payment.approve_run(run_id=run.pk, by=cast.county_zhao, on=TODAY).status == RunStatus.APPROVED


def test_price_subsidy_is_the_local_standard_times_the_rise_and_says_by_when(cast):
    batches.standard(cast, "price")
    batches.standard(cast, "dibao-rural", standard_fen=70_500)
    batches.standard(cast, "dibao-urban", standard_fen=90_000)
    payments.entitlement(cast, "赵玥", persons=2)
    payments.entitlement(cast, "孙玥", scheme="dibao-urban", office=LIUTANG)
    batch = batches.approved(cast, "price", "dibao-rural", "dibao-urban")
    # 705.00 × 3.85% = 27.14 → 27; 900.00 × 3.85% = 34.65 → 35 (docs/policy/batches.md, example 1)
    assert sorted(batch.items.values_list("amount_fen", flat=True)) == [2_700, 2_700, 3_500]
    assert batch.pay_by == date(2026, 6, 1)
    run = run_of(cast, "price")
    assert (run.line_count, run.total_fen) == (3, 8_900)


def test_premiums_go_to_the_insurance_office_for_each_person_himself(cast):
    batches.standard(cast, "premium-aid")
    office = batches.insurance_office(cast)
    family = payments.entitlement(cast, "赵玥", persons=2, with_account=False)
    batch = batches.approved(cast, "premium-aid", "dibao-rural", paid_to=office.pk)
    assert batch.total_fen == 2 * 32_000
    run = run_of(cast, "premium-aid")
    lines = list(PaymentLine.objects.filter(run=run))
    assert {line.holder for line in lines} == {office.holder}
    assert {line.payee_id for line in lines} == set(family.members.values_list("person_id", flat=True))
    payment.check_run(run_id=run.pk, by=cast.cashier_zhou, on=TODAY)


def test_who_is_helped_twice_counts_for_the_insurance_as_the_first_of_his_identities(cast):
    batches.standard(
        cast, "premium-aid", percent={"tekun": 50, "child": 0, "edge": 0, "dibao": 0, "rigid": 0, "other": 0}
    )
    office = batches.insurance_office(cast)
    also(payments.entitlement(cast, "赵玥"), "tekun-rural", category="scattered-self")
    batch = batches.prepared(cast, "premium-aid", "dibao-rural", "tekun-rural", paid_to=office.pk)
    # 特困 comes first although its 200 are less than the 320 of 低保
    assert list(batch.items.filter(outcome=Outcome.LISTED).values_list("standing", "amount_fen")) == [
        ("tekun", 20_000)
    ]


def test_the_rows_are_chosen_as_the_rule_chooses(cast):
    """The statement and choose_once take the same rows, in whatever order the county puts its programmes."""
    batches.standard(cast, "price")
    batches.standard(cast, "dibao-rural")
    family = payments.entitlement(cast, "赵玥", persons=2)
    also(family, "vet-living")
    also(payments.entitlement(cast, "钱玥"), "orphan")
    for order in (["dibao-rural", "vet-living", "orphan"], ["orphan", "vet-living", "dibao-rural"]):
        batch = batches.prepared(cast, "price", *order, title=f"先{order[0]}")
        rows = [Candidate(row.person_id, row.scheme_id, row.pk) for row in batch.items.all()]
        chosen = {row.row for row in choose_once(rows, order).taken}
        assert chosen == set(batch.items.filter(outcome=Outcome.LISTED).values_list("pk", flat=True))
        services.discard_batch(batch_id=batch.pk, by=cast.county_qian, on=TODAY, reason="换个先后")


def test_who_is_left_out_stays_on_the_page_with_the_reason(cast):
    batches.standard(cast, "festival", rates=festival_rates(disabled=0))
    dead = payments.entitlement(cast, "钱逝")
    dead.payee.died_on = date(2026, 4, 30)
    dead.payee.save()
    held = payments.entitlement(cast, "孙停", held_since=date(2026, 4, 1))
    ended = payments.entitlement(cast, "李止", until_month=date(2026, 5, 1))
    none = payments.entitlement(cast, "周残", scheme="disability-care")
    payments.entitlement(cast, "吴在")
    batch = batches.prepared(cast, "festival", "dibao-rural", "disability-care")
    found = dict(batch.items.values_list("source", "outcome"))
    assert (found[dead.pk], found[held.pk], found[none.pk]) == ("dead", "held", "no-rate")
    assert ended.pk not in found
    assert batch.person_count == 1


def test_categories_and_area_narrow_the_choice(cast):
    batches.standard(cast, "festival", rates=festival_rates())
    self_able = payments.entitlement(cast, "钱特", scheme="tekun-rural", category="scattered-self")
    payments.entitlement(cast, "孙特", scheme="tekun-rural", category="central-full")
    payments.entitlement(cast, "李特", scheme="tekun-rural", category="scattered-self", office=BAISHI_VILLAGE)
    batch = batches.prepared(cast, "festival", Source("tekun-rural", ("scattered-self",)), area=QINGXI)
    assert list(batch.items.values_list("source", flat=True)) == [self_able.pk]


def test_a_township_with_its_own_standard_pays_by_it(cast):
    batches.standard(cast, "festival", rates=festival_rates())
    batches.standard(cast, "festival", office=QINGXI, rates=festival_rates(dibao=33_000))
    payments.entitlement(cast, "赵玥")
    payments.entitlement(cast, "孙玥", office=BAISHI_VILLAGE)
    batch = batches.prepared(cast, "festival", "dibao-rural")
    assert sorted(batch.items.values_list("amount_fen", flat=True)) == [30_000, 33_000]


def test_nobody_gets_the_same_twice_but_who_was_forgotten_gets_it(cast):
    batches.standard(cast, "festival", rates=festival_rates())
    payments.entitlement(cast, "赵玥")
    batches.approved(cast, "festival", "dibao-rural")
    late = payments.entitlement(cast, "钱玥")
    second = batches.prepared(cast, "festival", "dibao-rural")
    assert outcomes(second) == {Outcome.HAD_IT: 1, Outcome.LISTED: 1}
    assert second.items.get(outcome=Outcome.LISTED).source == late
    services.approve_batch(batch_id=second.pk, by=cast.county_zhao, on=TODAY)
    # Two batches of a month, one list.
    assert run_of(cast, "festival").line_count == 2


def test_a_batch_approved_after_its_list_is_paid_by_the_next(cast):
    batches.standard(cast, "festival", rates=festival_rates())
    payments.entitlement(cast, "赵玥")
    batches.approved(cast, "festival", "dibao-rural")
    run = run_of(cast, "festival")
    payment.check_run(run_id=run.pk, by=cast.cashier_zhou, on=TODAY)
    payment.approve_run(run_id=run.pk, by=cast.county_zhao, on=TODAY)
    payments.entitlement(cast, "钱玥")
    batches.approved(cast, "festival", "dibao-rural")
    later = run_of(cast, "festival", month=date(2026, 6, 1))
    assert (later.line_count, later.lines.get().month) == (1, batches.MAY)


def test_who_is_taken_out_needs_a_reason_and_does_not_come_back_by_another_programme(cast):
    batches.standard(cast, "festival", rates=festival_rates())
    family = payments.entitlement(cast, "赵玥")
    also(family, "vet-living")
    batch = batches.prepared(cast, "festival", "dibao-rural", "vet-living")
    item = batch.items.get(outcome=Outcome.LISTED)
    with pytest.raises(BadInput) as refusal:
        services.remove_item(item_id=item.pk, by=cast.county_qian, on=TODAY, reason=" ")
    assert refusal.value.field == "reason"
    services.remove_item(item_id=item.pk, by=cast.county_qian, on=TODAY, reason="本人自愿放弃")
    batch.refresh_from_db()
    assert (batch.person_count, batch.total_fen) == (0, 0)
    with pytest.raises(NotReady):
        services.approve_batch(batch_id=batch.pk, by=cast.county_zhao, on=TODAY)
    services.renew_batch(batch_id=batch.pk, by=cast.county_qian, on=TODAY)
    assert outcomes(batch) == {Outcome.REMOVED: 1, Outcome.DUPLICATE: 1}
    item = batch.items.get(outcome=Outcome.REMOVED)
    assert item.reason == "本人自愿放弃"
    services.restore_item(item_id=item.pk, by=cast.county_qian, on=TODAY)
    batch.refresh_from_db()
    assert batch.person_count == 1


def test_four_eyes_and_rights(cast):
    batches.standard(cast, "festival", rates=festival_rates())
    payments.entitlement(cast, "赵玥")
    plan = batches.plan("festival", "dibao-rural")
    with pytest.raises(Forbidden):
        services.prepare_batch(plan=plan, by=cast.township_li, on=TODAY)
    batch = batches.prepared(cast, "festival", "dibao-rural")
    with pytest.raises(Forbidden):
        services.approve_batch(batch_id=batch.pk, by=cast.county_qian, on=TODAY)
    Batch.objects.filter(pk=batch.pk).update(prepared_by=cast.county_meng)
    with pytest.raises(NotAllowed):
        services.approve_batch(batch_id=batch.pk, by=cast.county_meng, on=TODAY)
    with pytest.raises((Forbidden, NotVisible)):
        services.undo_batch(batch_id=batch.pk, by=cast.township_li, on=TODAY, reason="试")


def test_a_second_press_makes_no_second_batch_and_no_second_grant(cast):
    batches.standard(cast, "festival", rates=festival_rates())
    payments.entitlement(cast, "赵玥")
    batch = batches.prepared(cast, "festival", "dibao-rural")
    assert batches.prepared(cast, "festival", "dibao-rural").pk == batch.pk
    with pytest.raises(Conflict):
        batches.prepared(cast, "festival", "dibao-rural", document_number="云民〔2026〕31号")
    for _ in range(2):
        services.approve_batch(batch_id=batch.pk, by=cast.county_zhao, on=TODAY)
    assert Entitlement.objects.filter(scheme="festival").count() == 1


def test_an_approval_of_a_list_that_was_changed_meanwhile_is_refused(cast):
    batches.standard(cast, "festival", rates=festival_rates())
    first, second = payments.entitlement(cast, "赵玥"), payments.entitlement(cast, "钱玥")
    batch = batches.prepared(cast, "festival", "dibao-rural")
    seen = batch.version
    services.remove_item(
        item_id=batch.items.get(source=first).pk, by=cast.county_qian, on=TODAY, reason="重复"
    )
    with pytest.raises(Stale):
        services.approve_batch(batch_id=batch.pk, by=cast.county_zhao, on=TODAY, version=seen)
    second.payee.died_on = date(2026, 5, 1)
    second.payee.save()
    with pytest.raises(Stale) as refusal:
        services.approve_batch(batch_id=batch.pk, by=cast.county_zhao, on=TODAY)
    assert "1人" in refusal.value.message


def test_who_only_gets_another_sum_meanwhile_is_still_listed_but_not_who_is_paid_otherwise(cast):
    batches.standard(cast, "festival", rates=festival_rates())
    row = payments.entitlement(cast, "赵玥")
    batch = batches.prepared(cast, "festival", "dibao-rural")
    month = batch.as_of.replace(day=1)
    (raised,) = rewrite(
        chain_of(row), month, lambda old: replace(Terms.of(old), base_fen=old.base_fen + 5_000)
    )
    assert batch_rows.changed_since(batch) == 0
    other = payments.person("钱玥")
    rewrite(chain_of(raised), month, lambda old: replace(Terms.of(old), payee_id=other.pk))
    assert batch_rows.changed_since(batch) == 1
    with pytest.raises(Stale, match="换了领款人"):
        services.approve_batch(batch_id=batch.pk, by=cast.county_zhao, on=TODAY)


def test_it_can_be_taken_back_until_a_list_holds_it(cast):
    batches.standard(cast, "festival", rates=festival_rates())
    payments.entitlement(cast, "赵玥")
    batch = batches.approved(cast, "festival", "dibao-rural")
    run = run_of(cast, "festival")
    with pytest.raises(NotAllowed):
        services.undo_batch(batch_id=batch.pk, by=cast.county_zhao, on=TODAY, reason="文件有误")
    payment.cancel_run(run_id=run.pk, by=cast.county_qian, on=TODAY, opinion="撤回")
    services.undo_batch(batch_id=batch.pk, by=cast.county_zhao, on=TODAY, reason="文件有误")
    assert run_of(cast, "festival").line_count == 0
    again = batches.prepared(cast, "festival", "dibao-rural")
    assert outcomes(again) == {Outcome.LISTED: 1}


def test_what_was_paid_cannot_be_taken_back(cast):
    batches.standard(cast, "festival", rates=festival_rates())
    payments.entitlement(cast, "赵玥")
    batch = batches.approved(cast, "festival", "dibao-rural")
    run = run_of(cast, "festival")
    payment.check_run(run_id=run.pk, by=cast.cashier_zhou, on=TODAY)
    payment.approve_run(run_id=run.pk, by=cast.county_zhao, on=TODAY)
    with pytest.raises(NotAllowed) as refusal:
        services.undo_batch(batch_id=batch.pk, by=cast.county_zhao, on=TODAY, reason="文件有误")
    assert "已经列入发放名册" in refusal.value.message


def test_prices_that_have_not_risen_enough_set_nothing_off(cast):
    batches.standard(cast, "price")
    batches.standard(cast, "dibao-rural")
    payments.entitlement(cast, "赵玥")
    with pytest.raises(BadInput) as refusal:
        batches.prepared(cast, "price", "dibao-rural", indexes={"cpi": 349, "food": 599, "scpi": 700})
    assert "没有达到启动条件" in refusal.value.message
    assert "3.49% ＜ 3.5%" in refusal.value.message
    with pytest.raises(NotReady) as missing:
        batches.prepared(cast, "price", "dibao-rural", indexes={"cpi": 349, "food": None, "scpi": None})
    assert missing.value.missing == ["食品价格单月同比涨幅"]
    assert not Batch.objects.exists()


def test_a_missing_standard_is_named_and_never_zero(cast):
    payments.entitlement(cast, "赵玥")
    with pytest.raises(NotReady) as refusal:
        batches.prepared(cast, "festival", "dibao-rural")
    assert "2026年5月" in refusal.value.message
    batches.standard(cast, "price")
    batches.standard(cast, "dibao-urban")
    with pytest.raises(NotReady) as lacking:
        batches.prepared(cast, "price", "dibao-rural")
    assert "农村" in lacking.value.message


WRONG = [
    ({"title": " "}, "title"),
    ({"document_number": ""}, "document_number"),
    ({"month": date(2026, 8, 1)}, "month"),
    ({"as_of": date(2026, 5, 7)}, "as_of"),
    ({"occasion": "nothing"}, "occasion"),
    ({"sources": ()}, "sources"),
    ({"sources": (Source("festival"),)}, "sources"),
    ({"sources": (Source("medical"),)}, "sources"),
    ({"sources": (Source("dibao-rural"), Source("dibao-rural"))}, "sources"),
    ({"sources": (Source("tekun-rural", ("nobody",)),)}, "sources"),
    ({"scheme": "dibao-rural"}, "scheme"),
    ({"scheme": "price", "published_on": None}, "published_on"),
    ({"scheme": "price", "published_on": date(2026, 3, 1)}, "published_on"),
    ({"scheme": "price", "of_month": None}, "of_month"),
    ({"scheme": "premium-aid", "year": 2020}, "year"),
    ({"scheme": "premium-aid", "year": 2026}, "paid_to"),
]


@pytest.mark.parametrize(("changes", "field"), WRONG)
def test_what_is_wrong_is_said_at_its_field(cast, changes, field):
    batches.standard(cast, "festival", rates=festival_rates())
    payments.entitlement(cast, "赵玥")
    scheme = changes.get("scheme", "festival")
    changes = {name: value for name, value in changes.items() if name != "scheme"}
    with pytest.raises(BadInput) as refusal:
        batches.prepared(cast, scheme, "dibao-rural", **changes)
    assert refusal.value.field == field
    assert not Batch.objects.exists()


def test_the_number_of_queries_does_not_grow_with_the_people(cast, django_assert_max_num_queries):
    batches.standard(cast, "festival", rates=festival_rates())
    for name in ("赵玥", "钱玥", "孙玥", "李玥", "周玥"):
        payments.entitlement(cast, name, persons=3)
    with django_assert_max_num_queries(60):
        batch = batches.prepared(cast, "festival", "dibao-rural")
    with django_assert_max_num_queries(40) as counted:
        services.approve_batch(batch_id=batch.pk, by=cast.county_zhao, on=TODAY)
    assert batch.items.count() == 15
    assert len(counted) < 40


def test_a_right_of_a_batch_is_the_sum_of_one_month_and_numbered_by_the_batch(cast):
    batches.standard(cast, "festival", rates=festival_rates())
    payments.entitlement(cast, "赵玥", persons=2)
    batch = batches.approved(cast, "festival", "dibao-rural")
    rights = Entitlement.objects.filter(scheme="festival").order_by("number")
    assert [row.number for row in rights] == [f"JR202605{batch.pk:05}{n:07}" for n in (1, 2)]
    assert {(row.from_month, row.until_month) for row in rights} == {(date(2026, 5, 1), date(2026, 6, 1))}
    assert {row.category for row in rights} == {"dibao"}
    assert not batch_rows.on_a_list(batch)


def test_the_next_number_of_the_county_is_proposed(cast):
    assert next_document_number(cast.county_qian, TODAY) == ""
    batches.standard(cast, "festival")
    payments.entitlement(cast)
    first = batches.prepared(cast, "festival", "dibao-rural", document_number="云民〔2026〕30号")
    assert next_document_number(cast.county_qian, TODAY) == "云民〔2026〕31号"
    assert next_document_number(cast.county_qian, date(2027, 1, 4)) == "云民〔2027〕1号"
    type(first).objects.filter(pk=first.pk).update(document_number="会议纪要第三期")
    assert next_document_number(cast.county_qian, TODAY) == ""
