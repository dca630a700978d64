"""Every figure by hand, as of any month, and equal to the rows that stand behind it."""

from copy import deepcopy
from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse

from assistance.models import EntitlementMember
from assistance.services import fund, seal
from assistance.services.bankreturn import record_bank_return
from reporting.figures import Book, Period, catalogue, find, period_of, split
from reporting.figures.catalogue import UNIT_KINDS
from tests import journeys, payments
from tests.cast import (
    BAISHI,
    BAISHI_VILLAGE,
    COUNTY,
    LIUTANG,
    PASSWORD,
    QINGXI,
    QINGXI_VILLAGE,
    Cast,
    make_cast,
)
from tests.kept import kept
from tests.reporting import spring as world
from tests.reporting.spring import APRIL, DECEMBER, FEBRUARY, JANUARY, MARCH, MAY, SPRING


def book(first: date = JANUARY, month: date = MAY, area: str = COUNTY) -> Book:
    return Book.of(area, first, month)


def rows_page(client, key: str, **query):
    query = {"first": "2026-01", "month": "2026-05", **query}
    return client.get(reverse("figure_rows", args=[key]), query)


def with_households() -> tuple[Cast, dict]:
    cast = make_cast()
    return cast, world.households(cast)


def with_spring() -> Cast:
    cast = make_cast()
    world.spring(cast)
    return cast


def with_everything() -> Cast:
    """Rows behind every kind of figure."""
    cast = make_cast()
    journeys.standard(cast)
    world.spring(cast)
    journeys.approved(cast)
    journeys.refused(cast)
    fund.add_entry(
        by=cast.cashier_zhou,
        on=MAY,
        year=2026,
        programme="城乡低保",
        source="province",
        kind="arrived",
        amount_fen=300_000_00,
        day=APRIL,
        document_number="云财社〔2026〕2号",
    )
    return cast


households_kept, spring_kept, everything_kept = (
    kept(with_households),
    kept(with_spring),
    kept(with_everything),
)


# --- the stock and its moves ------------------------------------------------------------------------


class TestTheHouseholdsOfASpring:
    @pytest.fixture
    def cast(self, households_kept, db):
        return deepcopy(households_kept[0])

    @pytest.fixture
    def rows(self, households_kept, db):
        return deepcopy(households_kept[1])

    def test_the_stock_of_a_month_is_who_is_in_force_in_it(self, rows):
        for month, (households, persons) in world.RURAL_STOCK.items():
            seen = book(month, month)
            assert seen.value("dibao.rural.households") == households, month
            assert seen.value("dibao.rural.persons") == persons, month
        assert book().value("dibao.urban.households") == 1
        assert book().value("dibao.both.persons") == 10

    def test_a_continued_grant_moves_persons_and_no_household(self, rows):
        in_february = book(FEBRUARY, FEBRUARY)
        assert in_february.value("dibao.rural.new_households") == 0
        assert in_february.value("dibao.rural.left_households") == 0
        assert in_february.value("dibao.rural.new_persons") == 2
        assert in_february.value("dibao.rural.left_persons") == 1

    def test_moves_add_up_over_the_period(self, rows):
        seen = book()
        assert seen.value("dibao.rural.new_households.total") == 1
        assert seen.value("dibao.rural.new_persons.total") == 5
        assert seen.value("dibao.rural.left_households.total") == 1
        assert seen.value("dibao.rural.left_persons.total") == 2
        assert seen.value("dibao.rural.new_households") == 0
        assert seen.value("dibao.rural.new_households", APRIL) == 1

    def test_who_leaves_counts_in_the_first_month_without_payment(self, rows):
        seen = book()
        assert [seen.value("dibao.rural.left_households", month) for month in SPRING.months] == [
            0,
            0,
            1,
            0,
            0,
        ]

    def test_a_past_month_does_not_move_when_later_months_do(self, cast, rows):
        before = {figure.key: book(month=MARCH).value(figure.key) for figure in catalogue()}
        rows["甲"].until_month = MAY
        rows["甲"].save()
        EntitlementMember.objects.filter(entitlement=rows["甲"]).update(until_month=MAY)
        payments.entitlement(cast, "后来户", from_month=MAY)
        after = {figure.key: book(month=MARCH).value(figure.key) for figure in catalogue()}
        assert after == before
        assert book().value("dibao.rural.left_persons") == 2


def test_a_grant_that_never_began_to_pay_is_neither_new_nor_left(cast):
    payments.entitlement(cast, "未起发", from_month=MARCH, until_month=MARCH)
    seen = book()
    assert seen.value("dibao.rural.new_households.total") == 0
    assert seen.value("dibao.rural.left_persons.total") == 0


def test_a_return_after_a_month_without_grant_is_a_leaver_and_a_newcomer(cast):
    row = payments.entitlement(cast, "中断户", from_month=DECEMBER, until_month=FEBRUARY)
    again = world.continued(row, persons=1, base_fen=30_000)
    type(again).objects.filter(pk=again.pk).update(from_month=APRIL, pays_from=APRIL)
    seen = book()
    assert seen.value("dibao.rural.left_households", FEBRUARY) == 1
    assert seen.value("dibao.rural.new_households", APRIL) == 1
    assert seen.value("dibao.rural.new_persons", APRIL) == 1


def test_a_member_who_leaves_inside_a_grant_counts_as_left(cast):
    row = payments.entitlement(cast, "减员户", persons=2, from_month=DECEMBER)
    EntitlementMember.objects.filter(entitlement=row).exclude(person=row.payee).update(until_month=MARCH)
    assert book().value("dibao.rural.left_persons", MARCH) == 1
    assert book().value("dibao.rural.left_households.total") == 0


# --- money ------------------------------------------------------------------------------------------


class TestTheMoneyOfASpring:
    @pytest.fixture(autouse=True)
    def spring(self, spring_kept, db):
        """Nobody looks at its instances."""

    def test_money_is_what_the_bank_was_sent_by_month_of_the_list(self):
        seen = book()
        for month, fen in world.RURAL_FUND.items():
            assert seen.value("dibao.rural.fund", month) == fen, month
            assert seen.value("dibao.rural.heads", month) == world.RURAL_HEADS[month], month
        assert seen.value("dibao.rural.fund.total") == 810_000
        assert seen.value("dibao.urban.fund.total") == 225_000
        assert seen.value("dibao.both.fund.total") == 1_035_000
        assert seen.value("dibao.rural.classified_fund.total") == 20_000

    def test_the_average_divides_by_the_heads_of_all_months_and_not_by_the_last(self):
        seen = book()
        # 8,100 yuan over 6 + 7 + 6 + 9 + 9 = 37 heads
        assert seen.value("dibao.rural.per_head.total") == 21_892
        assert seen.value("dibao.rural.per_head.total") != 810_000 // 5 // 9
        assert seen.value("dibao.rural.per_head") == 21_111
        assert seen.value("dibao.rural.per_head", JANUARY) == 23_333


def test_a_list_that_is_not_at_the_bank_is_no_money_yet(cast):
    world.households(cast)
    assert book().value("dibao.rural.fund.total") == 0
    assert book().value("dibao.rural.per_head.total") is None


def test_money_that_came_back_is_not_paid_until_it_is_sent_again(cast):
    rows = world.households(cast)
    run = world.paid(cast, MAY)
    line = run.lines.get(entitlement=rows["丁"])
    serial = [each.pk for each in seal.lines_in_order(run)].index(line.pk) + 1
    answer = (
        "序号,收款账号,收款户名,金额,处理结果,失败原因\r\n"
        f"{serial},{line.account},{line.holder},200.00,失败,账号已注销"
    )
    record_bank_return(
        run_id=run.pk,
        upload=BytesIO(answer.encode("gbk")),
        name="回盘.csv",
        by=cast.cashier_zhou,
        on=date(2026, 5, 20),
    )
    assert book().value("dibao.rural.fund") == 170_000
    assert book().value("dibao.rural.lines") == 3
    world.paid(cast, date(2026, 6, 1), kind="reissue")
    assert book().value("dibao.rural.fund") == 170_000
    assert book(month=date(2026, 6, 1)).value("dibao.rural.fund") == 20_000


def test_planned_and_arrived_come_from_the_ledger_of_the_county(cast):
    entry = {
        "by": cast.cashier_zhou,
        "on": MAY,
        "year": 2026,
        "programme": "城乡低保",
        "source": "province",
    }
    fund.add_entry(
        kind="planned", amount_fen=900_000_00, day=FEBRUARY, document_number="云财社〔2026〕1号", **entry
    )
    fund.add_entry(
        kind="arrived", amount_fen=300_000_00, day=APRIL, document_number="云财社〔2026〕2号", **entry
    )
    assert book().value("fund.planned") == 900_000_00
    assert book().value("fund.arrival_rate") == 3333
    assert book(month=MARCH).value("fund.arrived") == 0
    assert book(area=QINGXI).value("fund.planned") is None


def test_standards_are_those_in_force(cast):
    journeys.standard(cast)
    assert book().value("dibao.rural.standard") == journeys.STANDARD_FEN
    assert book(DECEMBER, DECEMBER).value("dibao.rural.standard") is None


# --- people and cases -------------------------------------------------------------------------------


def test_people_are_classed_on_the_last_day_of_the_month(cast):
    row = payments.entitlement(cast, "三代户", persons=3, from_month=DECEMBER)
    ages = (date(1966, 5, 31), date(2008, 5, 31), date(2008, 6, 1))
    for member, birth in zip(row.members.order_by("pk"), ages, strict=True):
        type(member.person).objects.filter(pk=member.person_id).update(birth=birth)
    seen = book()
    assert seen.value("dibao.rural.elder") == 1
    assert seen.value("dibao.rural.adult") == 1
    assert seen.value("dibao.rural.minor") == 1
    assert seen.value("dibao.rural.women") == 3
    assert book(month=APRIL).value("dibao.rural.elder") == 0


def test_a_household_with_two_causes_counts_under_both(cast):
    payments.entitlement(cast, "两因户", causes=["illness", "labour"])
    payments.entitlement(cast, "一因户", causes=["illness"])
    seen = book()
    assert seen.value("dibao.rural.cause_illness") == 2
    assert seen.value("dibao.rural.cause_labour") == 1
    assert seen.value("dibao.rural.cause_school") == 0


def test_a_case_walked_to_its_end_is_counted_with_its_household(cast):
    application = journeys.approved(cast)
    seen = book(month=APRIL)
    assert seen.value("dibao.rural.received.total") == 1
    assert seen.value("dibao.rural.decided.total") == 1
    assert seen.value("dibao.rural.approved.total") == 1
    assert seen.value("dibao.rural.in_time_rate.total") == 10000
    assert seen.value("dibao.rural.new_households") == 1
    assert seen.value("dibao.rural.new_persons") == application.members.count() == 3
    assert book(month=MARCH).value("dibao.rural.households") == 0


def test_a_refusal_is_decided_and_not_granted(cast):
    journeys.refused(cast)
    seen = book(month=APRIL)
    assert seen.value("dibao.rural.refused.total") == 1
    assert seen.value("dibao.rural.approved.total") == 0
    assert seen.value("dibao.rural.households") == 0


# --- the dictionary ---------------------------------------------------------------------------------


def test_every_figure_says_what_it_counts_in_which_unit_and_from_where():
    for figure in catalogue():
        assert figure.unit in UNIT_KINDS, figure.key
        assert "单位：" in figure.definition, figure.key
        assert "数据来源：" in figure.definition, figure.key
        for part in (*figure.parts, *((figure.counts,) if figure.counts else ())):
            assert find(part) is not None, (figure.key, part)


# --- the rows behind, and their pages -------------------------------------------------------------


class TestTheRowsBehind:
    @pytest.fixture
    def everything(self, everything_kept, db):
        return deepcopy(everything_kept)

    @pytest.mark.parametrize("month", [MAY, MARCH])
    def test_every_figure_equals_the_sum_of_its_rows(self, everything, month):
        seen = book(month=month)
        compared = 0
        for figure in catalogue():
            if figure.rows is None:
                continue
            rows = figure.rows.total(COUNTY, period_of(figure, seen.period), figure.schemes or None)
            assert seen.value(figure.key) == rows, figure.key
            compared += bool(rows)
        assert compared > 40

    @pytest.mark.parametrize(
        ("area", "digits", "children"),
        [
            (COUNTY, 9, [QINGXI[:9], BAISHI[:9]]),
            (QINGXI, 12, [LIUTANG, QINGXI_VILLAGE]),
        ],
    )
    def test_townships_and_villages_add_up_to_the_figure(self, everything, area, digits, children):
        whole = book(area=area)
        for figure in catalogue():
            if figure.rows is None or figure.group == "资金落实":
                continue
            parts = split(figure, area, SPRING, children, digits)
            assert sum(parts.values()) == whole.value(figure.key), figure.key

    def test_a_village_sees_its_own_number(self, everything):
        assert book(area=BAISHI_VILLAGE).value("dibao.rural.households") == 1
        assert book(area=BAISHI_VILLAGE).value("dibao.rural.fund.total") == 100_000

    def test_rows_said_to_stand_behind_a_figure_are_counted(self, everything):
        seen = book()
        assert seen.row_count("dibao.rural.persons") == seen.value("dibao.rural.households")
        assert seen.row_count("dibao.rural.fund.total") == 4 + 4 + 3 + 4 + 4
        assert seen.row_count("fund.arrival_rate") is None

    def test_a_report_takes_few_reads_however_many_rows(self, everything, django_assert_max_num_queries):
        with django_assert_max_num_queries(14):
            Book.of(COUNTY, JANUARY, MAY).all()
        for number in range(5):
            payments.entitlement(everything, f"多出{number}")
        with django_assert_max_num_queries(14):
            Book.of(COUNTY, JANUARY, MAY).all()

    def test_a_number_leads_to_its_townships_and_its_households(self, everything, client):
        client.login(username="county_qian", password=PASSWORD)
        page = rows_page(client, "dibao.rural.persons")
        assert page.status_code == 200
        assert [(share.name, share.value) for share in page.context["shares"]] == [
            ("青溪镇", 11),
            ("白石镇", 1),
        ]
        names = {cells[0] for _url, cells in page.context["page"]}
        assert {"甲有田", "丙有水", "丁有林"} <= names
        assert "乙有山" not in names

    def test_a_township_sees_nothing_of_its_neighbour(self, everything, client):
        client.login(username="outsider_sun", password=PASSWORD)
        page = rows_page(client, "dibao.rural.persons")
        assert {cells[0] for _url, cells in page.context["page"]} == {"丁有林"}
        assert page.context["value"].value == 1
        assert rows_page(client, "dibao.rural.persons", area=QINGXI_VILLAGE).status_code == 404
        assert "甲有田" not in page.content.decode()

    def test_who_may_not_see_cases_sees_their_number_only(self, everything, client):
        client.login(username="cashier_zhou", password=PASSWORD)
        page = rows_page(client, "dibao.rural.received.total")
        assert page.context["value"].value == 2
        assert page.context["page"] is None
        assert "梁大山" not in page.content.decode()

    def test_the_dictionary_shows_figures_by_word_and_group(self, everything, client):
        client.login(username="supervisor_wu", password=PASSWORD)
        query = {"first": "2026-01", "month": "2026-05"}
        page = client.get(reverse("figure_list"), query | {"q": "人均"})
        names = [entry.name for _group, entries in page.context["groups"] for entry, _links in entries]
        assert "人均月保障金" in names
        assert "户数" not in names
        assert "218.92" in page.content.decode()


def test_an_unknown_figure_is_not_found(cast, client):
    client.login(username="county_qian", password=PASSWORD)
    assert rows_page(client, "dibao.rural.nothing").status_code == 404


def test_the_rows_page_takes_the_same_reads_for_five_and_for_fifty(
    cast, client, django_assert_max_num_queries
):
    client.login(username="county_qian", password=PASSWORD)
    for number in range(5):
        payments.entitlement(cast, f"户{number}")
    rows_page(client, "dibao.rural.persons")
    with django_assert_max_num_queries(40) as few:
        rows_page(client, "dibao.rural.persons")
    for number in range(45):
        payments.entitlement(cast, f"再{number}")
    with django_assert_max_num_queries(len(few)):
        rows_page(client, "dibao.rural.persons")


def test_a_period_is_not_the_whole_past(cast):
    seen = Period(JANUARY, MAY)
    assert seen.before == DECEMBER
    assert len(seen.months) == 5
