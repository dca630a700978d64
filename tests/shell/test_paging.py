"""Pages by key: every row once, in order, forwards and backwards, whatever the order."""

import pytest

from civaffairs.registry.models import Level, Office
from civaffairs.shell import paging

pytestmark = pytest.mark.django_db

ORDER = ("-level", "name", "code")


@pytest.fixture
def offices() -> list[str]:
    """23 villages with names that repeat, so that the order must be settled by the code."""
    county = Office.objects.create(code="519901000000", name="云岭县", full_name="云岭县", level=Level.COUNTY)
    for number in range(23):
        Office.objects.create(
            code=f"5199011{number:05d}",
            name=f"村{number % 4}",
            full_name="村",
            level=Level.VILLAGE if number % 2 else Level.TOWNSHIP,
            parent=county,
        )
    return list(Office.objects.order_by(*ORDER).values_list("code", flat=True))


def page(**query: str) -> paging.Page:
    return paging.page_of(Office.objects.all(), ORDER, query, size=5)


def test_going_forwards_meets_every_row_once_in_order(offices: list[str]) -> None:
    seen, here = [], page()
    assert here.previous_key == ""
    while True:
        seen += [office.code for office in here]
        if not here.next_key:
            break
        here = page(after=here.next_key)
    assert seen == offices


def test_going_back_shows_the_same_pages(offices: list[str]) -> None:
    pages = [page()]
    while pages[-1].next_key:
        pages.append(page(after=pages[-1].next_key))
    here = pages[-1]
    for earlier in reversed(pages[:-1]):
        here = page(before=here.previous_key)
        assert [office.code for office in here] == [office.code for office in earlier]
        assert here.next_key
    assert here.previous_key == ""


def test_a_row_that_comes_in_between_does_not_shift_the_next_page(offices: list[str]) -> None:
    first = page()
    Office.objects.create(code="519901200000", name="村0", full_name="村", level=Level.VILLAGE)
    assert [office.code for office in page(after=first.next_key)] == offices[5:10]


def test_a_key_that_was_tampered_with_gives_the_first_page(offices: list[str]) -> None:
    assert [office.code for office in page(after='["3","村9","x"]:abc')] == offices[:5]
    assert [office.code for office in page(after=page().next_key[:-1] + "~")] == offices[:5]


def test_the_count_is_capped(offices: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert page().count_words == "24"
    monkeypatch.setattr(paging, "COUNT_CAP", 10)
    assert page().count_words == "10 以上"


def test_a_page_costs_two_queries_whatever_it_holds(offices, django_assert_num_queries) -> None:
    with django_assert_num_queries(2):
        list(page())
    with django_assert_num_queries(2):
        list(paging.page_of(Office.objects.all(), ORDER, {}, size=50))


def test_an_empty_list_has_no_neighbours() -> None:
    empty = page()
    assert (len(empty), empty.next_key, empty.previous_key, empty.count_words) == (0, "", "", "0")
