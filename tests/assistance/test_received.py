"""幸福清单: everything a person or household has received, each sum once, seen through the gate, printed with a trace."""

from datetime import date

import pytest
from django.urls import reverse

from assistance.models import RunKind
from assistance.selectors import received
from civaffairs.registry.models import AuditEvent, Membership
from tests import payments
from tests.adjustments import owed
from tests.payments import MAY, TODAY
from tests.runs import answer, issued, job_kinds, load, prepared  # noqa: F401 acts by itself


def sheet(posting, person, scope: str = "person", year: int | None = None) -> received.Sheet:
    return received.sheet(person, posting, TODAY, scope, year)


def test_every_line_stands_with_its_parts_and_only_what_went_out_is_counted(cast):
    row = payments.entitlement(cast, base_fen=30_000, classified_fen=5_000)
    owed(row, 1_200)
    payments.entitlement(cast, "孙玥")
    run = issued(cast)
    (line,) = sheet(cast.township_li, row.payee).rows
    assert line.parts == (("基本", 30_000), ("分类施保", 5_000), ("补发", 1_200))
    assert (line.amount_fen, line.counted_fen, line.state, line.on) == (36_200, 36_200, "已报送", TODAY)
    load(run, cast, answer(run, {row.pk: "冻结"}))
    found = sheet(cast.township_li, row.payee)
    assert (found.rows[0].state, found.total_fen) == ("退回", 0)
    prepared(cast, month=MAY, kind=RunKind.REISSUE)
    found = sheet(cast.township_li, row.payee)
    assert {each.state for each in found.rows} == {"退回", "待发"}
    assert found.total_fen == 0


def test_a_household_has_the_lines_of_all_its_people_each_once(cast):
    row = payments.entitlement(cast, persons=2)
    head, other = row.payee, row.members.exclude(person=row.payee).get().person
    own = payments.entitlement(cast, "李梅", scheme="dibao-urban", beneficiary=other)
    assert own.household_id != row.household_id
    issued(cast)
    assert [each.amount_fen for each in sheet(cast.county_qian, head).rows] == [row.amount_fen]
    assert sheet(cast.county_qian, other).rows == ()
    family = sheet(cast.county_qian, other, "household")
    assert [each.amount_fen for each in family.rows] == [row.amount_fen]
    assert {one.pk for one in family.people} == {head.pk, other.pk}
    Membership.objects.filter(person=other).update(until_day=date(2026, 5, 1))
    assert sheet(cast.county_qian, other, "household").rows == ()


def test_twelve_months_or_a_year_and_what_was_received_by_year(cast):
    row = payments.entitlement(cast, from_month=date(2025, 12, 1))
    load(run := issued(cast, month=date(2025, 12, 1), number="云民〔2026〕1号"), cast, answer(run))
    issued(cast, month=MAY, number="云民〔2026〕2号")
    found = sheet(cast.township_li, row.payee)
    assert [(each.name, each.fen) for each in found.by_year] == [("2026年", 35_820), ("2025年", 35_820)]
    assert found.years == (2026, 2025)
    assert sheet(cast.township_li, row.payee, year=2025).total_fen == 35_820
    assert sheet(cast.township_li, row.payee, year=2024).rows == ()


def test_the_page_is_shut_to_the_neighbour_and_to_who_sees_no_payments(cast, client):
    row = payments.entitlement(cast)
    issued(cast)
    page = reverse("person_received", args=[row.payee_id])
    for posting, status in (
        (cast.township_li, 200),
        (cast.outsider_sun, 404),
        (cast.village_wang, 403),
        (cast.system_zheng, 403),
    ):
        client.force_login(posting.user)
        assert client.get(page).status_code == status
    client.force_login(cast.township_li.user)
    shown = client.get(page, {"of": "household", "year": "2026"}).content.decode()
    assert "358.20" in shown and "已报送" in shown
    assert client.get(page, {"of": "x", "year": "昨天"}).status_code == 200


def test_more_lines_ask_the_database_no_more_often(cast, django_assert_max_num_queries):
    row = payments.entitlement(cast)
    issued(cast)
    with django_assert_max_num_queries(7):
        sheet(cast.township_li, row.payee, "household")


@pytest.mark.parametrize("query", [{}, {"of": "household", "year": "2025"}])
def test_it_prints_with_a_trace(cast, client, query):
    row = payments.entitlement(cast)
    issued(cast)
    client.force_login(cast.township_li.user)
    made = client.get(reverse("print_received", args=[row.payee_id]), query)
    assert (made.status_code, made["Content-Type"]) == (200, "application/pdf")
    event = AuditEvent.objects.filter(action="paper.print").last()
    assert (event.object_id, event.reason) == (str(row.payee_id), "幸福清单")
