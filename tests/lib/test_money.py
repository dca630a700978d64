from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civaffairs.lib.errors import BadInput
from civaffairs.lib.money import MAX_YUAN, in_words, parse_yuan, round_fen, wan, yuan

FEN = st.integers(-MAX_YUAN * 100, MAX_YUAN * 100)


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("0", 0),
        ("1234.5", 123450),
        ("1,234.5", 123450),
        ("１，２３４．５０", 123450),
        (" ￥ 1 234.50 元 ", 123450),
        ("¥8", 800),
        ("人民币 560 元整", 56000),
        ("620。5", 62050),
        ("7.", 700),
        ("1.100", 110),
        ("12,345,678.09", 1234567809),
    ],
)
def test_an_amount_is_read_as_people_type_it(typed, fen):
    assert parse_yuan(typed) == fen


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("", "请填写"),
        ("   元", "请填写"),
        ("-5", "负数"),
        ("1.234", "两位小数"),
        ("1,23", "逗号"),
        ("12,34,567", "逗号"),
        ("六百", "数字"),
        ("1.2E+05", "科学记数法"),
        ("1.2.3", "数字"),
        ("99999999999999", "太大"),
        (".5", "数字"),
        ("5－3", "数字"),
    ],
)
def test_what_is_not_an_amount_is_refused_with_a_plain_sentence(typed, word):
    with pytest.raises(BadInput, match=word):
        parse_yuan(typed)


def test_thousands_of_digits_are_too_large_and_leading_zeros_nothing():
    with pytest.raises(BadInput, match="太大"):
        parse_yuan("9" * 5000)
    assert parse_yuan("0" * 5000 + "12.50") == 1250


def test_a_negative_amount_needs_leave():
    assert parse_yuan("－1,000.01", allow_negative=True) == -100001


@given(FEN, st.booleans())
def test_what_is_shown_reads_back_to_the_same_fen(fen, grouping):
    assert parse_yuan(yuan(fen, grouping), allow_negative=True) == fen


def test_yuan_shows_two_decimals_and_groups_by_thousands():
    assert yuan(123450) == "1,234.50"
    assert yuan(123450, grouping=False) == "1234.50"
    assert yuan(-5) == "-0.05"


@pytest.mark.parametrize("wrong", [1.0, True, "1"])
def test_a_float_or_text_is_never_taken_for_fen(wrong):
    with pytest.raises(TypeError):
        yuan(wrong)


def test_ten_thousands_round_half_up():
    assert wan(34_564_999) == "34.56"
    assert wan(34_565_000) == "34.57"
    assert wan(-34_565_000) == "-34.57"
    assert wan(-4_999) == "0.00"
    assert wan(1_234_560_000, 1) == "1234.6"


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"),
        (5, "伍分"),
        (50, "伍角整"),
        (123450, "壹仟贰佰叁拾肆元伍角整"),
        (100000, "壹仟元整"),
        (140950, "壹仟肆佰零玖元伍角整"),
        (600714, "陆仟零柒元壹角肆分"),
        (168032, "壹仟陆佰捌拾元叁角贰分"),
        (32504, "叁佰贰拾伍元零肆分"),
        (1640902, "壹万陆仟肆佰零玖元零贰分"),
        (100001, "壹仟元零壹分"),
        (100_0001_00, "壹佰万零壹元整"),
        (1_0000_0000_00, "壹亿元整"),
        (1_0000_0001_00, "壹亿零壹元整"),
        (1_0001_0000_00, "壹亿零壹万元整"),
        (1_1000_0000_00, "壹亿壹仟万元整"),
        (3_0000_0000_0000_00, "叁万亿元整"),
        (-123450, "负壹仟贰佰叁拾肆元伍角整"),
    ],
)
def test_capital_figures_follow_the_rule_for_bills(fen, words):
    assert in_words(fen) == words


def read_back(words: str) -> int:
    """An independent reader of capital figures, so that every amount can be checked and not only known ones."""
    digits, places = "零壹贰叁肆伍陆柒捌玖", {"拾": 10, "佰": 100, "仟": 1000}
    sign = -1 if words.startswith("负") else 1
    whole, _, rest = words.removeprefix("负").removesuffix("整").rpartition("元")
    total, section, digit = 0, 0, 0
    for char in whole:
        if char in digits:
            digit = digits.index(char)
        elif char in places:
            section, digit = section + digit * places[char], 0
        else:
            size = {"万": 10**4, "亿": 10**8}[char]
            if char == "亿":
                total, section, digit = (total + section + digit) * size, 0, 0
            else:
                total, section, digit = total + (section + digit) * size, 0, 0
    fen = (total + section + digit) * 100
    for char, unit in pairwise(rest):
        fen += {"角": 10, "分": 1}.get(unit, 0) * (digits.index(char) if char in digits else 0)
    return sign * fen


@given(st.integers(-(10**18) + 1, 10**18 - 1))
def test_capital_figures_say_the_same_amount(fen):
    words = in_words(fen)
    assert read_back(words) == fen
    assert "零零" not in words
    assert words.endswith(("整", "分"))


def test_an_amount_without_an_agreed_reading_is_refused():
    with pytest.raises(ValueError, match="no agreed reading"):
        in_words(10**18)


def test_rounding_is_named_and_has_a_unit():
    assert round_fen(Fraction(1005, 10)) == 101
    assert round_fen(Fraction(1004, 10)) == 100
    assert round_fen(61234, 10, "up") == 61240
    assert round_fen(61234, 10, "down") == 61230
    assert round_fen(61250, 100, "half_up") == 61300
    assert round_fen(Fraction(1, 3), 100, "up") == 100


def test_a_float_cannot_be_rounded_to_fen():
    with pytest.raises(TypeError):
        round_fen(100.5)


@given(
    st.fractions(min_value=-(10**9), max_value=10**9),
    st.sampled_from([1, 10, 100]),
    st.sampled_from(["half_up", "up", "down"]),
)
def test_rounding_stays_within_one_unit_and_is_the_same_size_both_ways(value, unit, mode):
    rounded = round_fen(value, unit, mode)
    assert rounded % unit == 0
    assert abs(rounded - value) < unit
    assert round_fen(-value, unit, mode) == -rounded
    if mode == "half_up":
        assert abs(rounded - value) * 2 <= unit
    elif mode == "up":
        assert abs(rounded) >= abs(value)
    else:
        assert abs(rounded) <= abs(value)
