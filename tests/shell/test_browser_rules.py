"""The browser's tidying and ID check say the same as the server: its scripts are run here, without a browser."""

import json
from datetime import date
from pathlib import Path

import pytest
import quickjs
from hypothesis import given, settings
from hypothesis import strategies as st

from civaffairs.lib.errors import BadInput
from civaffairs.lib.identity import check_digit, parse_id_card
from civaffairs.lib.money import parse_yuan, yuan
from civaffairs.lib.months import Month, age_on, parse_day

SCRIPTS = Path(__file__).resolve().parents[2] / "static" / "js"
TODAY = date(2026, 5, 25)


@pytest.fixture(scope="module")
def browser():
    context = quickjs.Context()
    context.eval(
        "var window = globalThis; var document = { addEventListener() {}, querySelectorAll: () => [] };"
    )
    for name in ("entry.js", "identity.js"):
        context.eval((SCRIPTS / name).read_text())
    context.eval("function call(name, ...args) { return JSON.stringify(window.bureau[name](...args)); }")
    call = context.get("call")
    return lambda name, *args: json.loads(call(name, *args))


def server_says(text: str) -> dict:
    try:
        card = parse_id_card(text, TODAY)
    except BadInput as error:
        return {"error": error.message}
    age = age_on(card.birth, TODAY)
    return {"number": card.number, "birth": card.birth.isoformat(), "sex": card.sex, "age": age}


def with_check(first17: str) -> str:
    return first17 + check_digit(first17)


@pytest.mark.parametrize(
    "text",
    [
        with_check("51990119590105002"),
        with_check("51990119590105002").lower(),
        "519901 1959 0105 0029",
        "５１９９０１１９５９０１０５００２９",
        "519901590105002",
        "519901195901050028",
        with_check("99990119590105002"),
        with_check("51990118990105002"),
        with_check("51990119590230002"),
        with_check("51990120040229001"),
        with_check("81000019900101001"),
        with_check("51990120260526001"),
        with_check("51990120260525001"),
        with_check("51990119600526001"),
        "5199011959010500",
        "51990119590105A02X",
        "abc",
    ],
)
def test_an_id_number_reads_alike_in_the_browser_and_on_the_server(browser, text: str) -> None:
    assert browser("readIdCard", text, TODAY.isoformat()) == server_says(text)


@settings(max_examples=300, deadline=None)
@given(
    region=st.sampled_from(["110105", "519901", "830000", "160000", "710000"]),
    birth=st.dates(date(1890, 1, 1), date(2030, 12, 31)),
    order=st.integers(0, 999),
    slip=st.integers(0, 40),
)
def test_any_id_number_reads_alike(browser, region: str, birth: date, order: int, slip: int) -> None:
    number = with_check(f"{region}{birth:%Y%m%d}{order:03d}")
    if slip < 18:
        number = number[:slip] + str((int(number[slip], 36) + 1) % 10) + number[slip + 1 :]
    assert browser("readIdCard", number, TODAY.isoformat()) == server_says(number)


def test_the_birthday_of_29_february_is_the_28th_in_a_common_year(browser) -> None:
    number = with_check("51990120040229001")
    ages = [browser("readIdCard", number, day)["age"] for day in ("2026-02-27", "2026-02-28", "2028-02-28")]
    assert ages == [21, 22, 23]


@pytest.mark.parametrize(
    "text", ["20240105", "2024-1-5", "2024.1.5", "2024/1/5", "2024年1月5日", "２０２４０１０５", "2024。1。5"]
)
def test_a_typed_day_is_tidied_to_what_the_server_reads(browser, text: str) -> None:
    assert browser("tidyDay", text) == parse_day(text).isoformat() == "2024-01-05"


@pytest.mark.parametrize("text", ["20240230", "2024-13-1", "昨天", "240105"])
def test_what_is_no_day_stays_as_it_was_typed(browser, text: str) -> None:
    assert browser("tidyDay", text) is None
    with pytest.raises(BadInput):
        parse_day(text)


@pytest.mark.parametrize("text", ["202405", "2024-5", "2024.05", "2024年5月", "2024/5"])
def test_a_typed_month_is_tidied_to_what_the_server_reads(browser, text: str) -> None:
    assert browser("tidyMonth", text) == str(Month.parse(text)) == "2024-05"


@settings(max_examples=200, deadline=None)
@given(fen=st.integers(0, 10**13), plain=st.booleans())
def test_an_amount_tidied_in_the_browser_is_the_amount_that_was_typed(browser, fen: int, plain: bool) -> None:
    typed = yuan(fen, grouping=not plain)
    assert browser("tidyMoney", typed) == yuan(fen)


@pytest.mark.parametrize("text", ["1234.5", "１２３４。5", "￥1,234.5元", "1234.50", "0", "007"])
def test_a_typed_amount_is_tidied_to_what_the_server_reads(browser, text: str) -> None:
    assert parse_yuan(browser("tidyMoney", text)) == parse_yuan(text)


@pytest.mark.parametrize("text", ["1,23", "1.234", "12万", "1.2E+05"])
def test_what_is_no_amount_stays_for_the_server_to_explain(browser, text: str) -> None:
    assert browser("tidyMoney", text) is None
