"""A list against the month before: who is new, gone, paid more or less, and that the numbers carry over."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assistance.models import Entitlement, PaymentLine, RunDifference, RunOpening
from assistance.selectors import run_checks, run_difference
from assistance.services import payment
from civaffairs.jobs import runner
from civaffairs.lib.errors import NotReady
from reporting.exports.lists import KINDS
from tests import payments, rights, standards
from tests.cast import BAISHI, BAISHI_VILLAGE, COUNTY, QINGXI
from tests.payments import JUNE, MAY, TODAY
from tests.runs import SAID, approved, job_kinds, prepared  # noqa: F401 the fixture acts by itself

IN_JUNE = date(2026, 6, 4)


def raised(row: Entitlement, fen: int) -> None:
    Entitlement.objects.filter(pk=row.pk).update(base_fen=fen, amount_fen=fen)


@pytest.fixture
def june(cast):
    """May: 留, 走, 升, 降, 迁 in 青溪, 白 in 白石. June: 走 has ended, 来 is new, 迁 lives in 白石."""
    rows = {name: payments.entitlement(cast, name, base_fen=10_000) for name in "留走升降迁"}
    rows["白"] = payments.entitlement(cast, "白", office=BAISHI_VILLAGE, base_fen=20_000)
    approved(cast)
    Entitlement.objects.filter(pk=rows["走"].pk).update(until_month=JUNE)
    raised(rows["升"], 12_500)
    raised(rows["降"], 9_000)
    Entitlement.objects.filter(pk=rows["迁"].pk).update(office=BAISHI_VILLAGE)
    payments.entitlement(cast, "来", base_fen=7_000, from_month=JUNE)
    return prepared(cast, month=JUNE, on=IN_JUNE)


def test_every_difference_has_one_row_and_who_is_paid_the_same_has_none(june):
    rows = {
        row.entitlement.payee.name: (row.kind, row.last_fen, row.fen)
        for row in RunDifference.objects.select_related("entitlement__payee")
    }
    assert rows == {
        "走": ("gone", 10_000, 0),
        "来": ("new", 0, 7_000),
        "升": ("up", 10_000, 12_500),
        "降": ("down", 10_000, 9_000),
        "迁": ("moved", 10_000, 10_000),
    }


def test_each_township_carries_over_to_the_fen(june):
    found = run_difference.of_run(june, COUNTY)
    here, there = found.townships
    assert (here.name, there.name) == ("青溪镇", "白石镇")
    assert (here.opening.count, here.opening.fen) == (5, 50_000)
    assert (here.new.count, here.gone.count, here.up.count, here.down.count) == (1, 1, 1, 1)
    assert (here.left.count, here.left.last_fen, here.came.count) == (1, 10_000, 0)
    assert (here.closing.count, here.closing.fen) == (4, 38_500)
    assert (here.same, here.same_fen) == (1, 10_000)
    assert (there.opening.count, there.came.count, there.closing.count) == (1, 1, 2)
    assert here.adds_up and there.adds_up and found.adds_up and found.total.adds_up
    assert (found.total.closing.count, found.total.closing.fen) == (june.line_count, june.total_fen)


def test_a_township_sees_its_own_part(june, cast):
    (mine,) = run_difference.of_run(june, BAISHI).townships
    assert (mine.opening.count, mine.came.count, mine.closing.count, mine.adds_up) == (1, 1, 2, True)
    (ours,) = run_difference.of_run(june, QINGXI).townships
    assert (ours.left.count, ours.adds_up) == (1, True)
    seen = run_difference.rows_of(june, cast.outsider_sun, {})
    assert [row.entitlement.payee.name for row in seen] == ["迁"]


def test_a_line_that_changed_after_the_list_was_made_blocks(june, cast):
    line = june.lines.get(payee_name="留")
    PaymentLine.objects.filter(pk=line.pk).update(base_fen=11_000, amount_fen=11_000)
    raised(line.entitlement, 11_000)
    payment.PaymentRun.objects.filter(pk=june.pk).update(total_fen=june.total_fen + 1_000)
    assert run_difference.untied(june) == [QINGXI]
    with pytest.raises(NotReady) as refusal:
        payment.check_run(run_id=june.pk, by=cast.cashier_zhou, on=IN_JUNE, conclusions=SAID)
    assert refusal.value.missing == ["上月＋新增－减少与本月不等：4 户"]
    _, job = payment.regenerate_run(run_id=june.pk, by=cast.county_qian, on=IN_JUNE)
    runner.run(job.pk)
    assert payment.check_run(run_id=june.pk, by=cast.cashier_zhou, on=IN_JUNE, conclusions=SAID)


def test_one_household_listed_twice_blocks(june, cast):
    """Two rows of one right that overlap by mistake: each has its line, the household is one."""
    right = june.lines.get(payee_name="留").entitlement
    twice = Entitlement.objects.create(
        **{
            name: getattr(right, name)
            for name in (
                "scheme", "office", "household", "standard", "payee", "persons", "base_fen", "amount_fen"
            )
        },
        number="ND-TWICE",
        from_month=JUNE,
        pays_from=JUNE,
        until_month=date(2026, 7, 1),
    )  # fmt: skip
    _, job = payment.regenerate_run(run_id=june.pk, by=cast.county_qian, on=IN_JUNE)
    runner.run(job.pk)
    june.refresh_from_db()
    assert june.lines.filter(entitlement=twice).exists()
    assert [problem.key for problem in run_checks.blocking(june, IN_JUNE)] == ["movement"]


def test_who_is_set_aside_is_gone_with_the_reason(cast):
    row = payments.entitlement(cast, "账户没了")
    payments.entitlement(cast, "留")
    approved(cast)
    row.payee.accounts.update(state="replaced")
    run = prepared(cast, month=JUNE, on=IN_JUNE)
    assert run_difference.of_run(run, COUNTY).total.gone.count == 0
    payment.set_aside(run_id=run.pk, by=cast.county_qian, on=IN_JUNE)
    found = run_difference.of_run(run, COUNTY)
    assert (found.total.gone.count, found.adds_up) == (1, True)
    (gone,) = run_difference.explained(
        list(run_difference.rows_of(run, cast.county_qian, {})), run, cast.county_qian
    )
    assert gone.why.words == "没有账户，已移出本批"


def test_the_first_month_of_all_has_nothing_to_compare_with(cast):
    payments.entitlement(cast)
    run = prepared(cast)
    assert run_difference.of_run(run, COUNTY) is None
    assert not RunOpening.objects.exists() and not RunDifference.objects.exists()
    assert run_difference.untied(run) == []


def test_the_number_of_statements_does_not_grow(june, cast, client):
    client.force_login(cast.county_qian.user)
    url = reverse("run_difference", args=[june.pk])

    def statements() -> int:
        client.get(url)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get(url).status_code == 200
        return len(seen)

    few = statements()
    for n in range(30):
        payments.entitlement(cast, f"新{n}", from_month=JUNE)
    _, job = payment.regenerate_run(run_id=june.pk, by=cast.county_qian, on=IN_JUNE)
    runner.run(job.pk)
    assert statements() == few


def test_the_page_filters_links_and_exports(june, cast, client):
    client.force_login(cast.county_qian.user)
    url = reverse("run_difference", args=[june.pk])
    page = client.get(url).content.decode()
    assert "逐个乡镇相等" in page and "迁到别的乡镇" in page
    assert (
        reverse("run_difference", args=[june.pk])
        in client.get(reverse("run_detail", args=[june.pk])).content.decode()
    )
    only = client.get(url, {"kind": "up"})
    assert [row.entitlement.payee.name for row in only.context["page"]] == ["升"]
    assert [row.kind for row in client.get(url, {"q": "走"}).context["page"]] == ["gone"]
    listing = KINDS["differences"].read(
        cast.county_qian, IN_JUNE, {"run": str(june.pk), "kind": "gone"}, False
    )
    (line,) = listing
    assert (line["name"], line["last"], line["now"], line["by"]) == ("走", 10_000, 0, -10_000)
    assert MAY < TODAY


def test_behind_each_difference_stands_the_change_the_raise_or_the_case(cast):
    """June raises the allowance; one right ends by a change in June, another is held."""
    old = standards.in_force(cast, standards.OLD_AGE, standards.JANUARY, ages=standards.ages(standards.BANDS))
    standards.elder(cast, old, "升")
    ends, held = standards.elder(cast, old, "停"), standards.elder(cast, old, "暂")
    standards.listed(cast, MAY)
    rights.changed(cast, ends, "stop", "able", JUNE, date(2026, 5, 20))
    rights.changed(cast, held, "hold", "absent", JUNE, date(2026, 5, 20))
    new = standards.in_force(cast, standards.OLD_AGE, JUNE, ages=standards.ages({80: 6_000, 90: 10_000}))
    raise_ = standards.applied(cast, new)
    run = standards.in_the_making(cast, JUNE)

    def whys(posting):
        rows = run_difference.explained(list(run_difference.rows_of(run, posting, {})), run, posting)
        return {row.who.name: (row.why.words, row.why.url_name) for row in rows}

    assert whys(cast.county_qian) == {
        "升": ("提标", "standard_change_detail"),
        "停": ("停发：恢复劳动或自理能力", "change_detail"),
        "暂": ("暂停：联系不上本人", "change_detail"),
    }
    assert whys(cast.township_li)["升"] == ("提标", "entitlement_detail")
    assert raise_.office_id == COUNTY
