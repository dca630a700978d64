"""Form fields: what clerks type, what the services get, and the sentence for what is wrong."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from civaffairs.lib.identity import check_digit
from civaffairs.lib.months import Month
from civaffairs.registry import clock
from civaffairs.shell import fields

GOOD_ID = "51990119590105002" + check_digit("51990119590105002")


@pytest.fixture(autouse=True)
def _a_fixed_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: date(2026, 5, 25))


def sentence(field, typed: str) -> str:
    with pytest.raises(ValidationError) as caught:
        field.clean(typed)
    return caught.value.messages[0]


@pytest.mark.parametrize(
    ("typed", "fen"),
    [("1234.5", 123450), ("1,234.50", 123450), ("１２３４．５", 123450), (" 12元 ", 1200), ("0", 0)],
)
def test_money_is_typed_in_yuan_and_kept_in_fen(typed: str, fen: int) -> None:
    assert fields.MoneyField().clean(typed) == fen


def test_a_blank_amount_is_unknown_and_not_zero() -> None:
    assert fields.MoneyField(required=False).clean("") is None
    assert fields.MoneyField(required=False).clean("   ") is None


def test_money_outside_its_bounds_is_refused_with_the_bound_named() -> None:
    assert sentence(fields.MoneyField(max_fen=100_00), "100.01") == "金额不能超过 100.00 元，请核对"
    assert sentence(fields.MoneyField(min_fen=1), "0") == "金额不能少于 0.01 元"
    assert sentence(fields.MoneyField(), "-1") == "金额不能是负数"
    assert fields.MoneyField(allow_negative=True).clean("-1") == -100


def test_money_shows_fen_as_yuan_and_gives_back_what_was_mistyped() -> None:
    assert fields.MoneyField().prepare_value(123450) == "1,234.50"
    assert fields.MoneyField().prepare_value("12..5") == "12..5"


@pytest.mark.parametrize("typed", ["20240105", "2024-1-5", "2024.1.5", "2024年1月5日", "２０２４０１０５"])
def test_a_day_is_typed_in_any_of_the_usual_ways(typed: str) -> None:
    assert fields.DayField().clean(typed) == date(2024, 1, 5)


def test_a_day_that_has_not_come_is_refused_where_it_must_have_been() -> None:
    field = fields.DayField(label="入户日期", not_after_today=True)
    assert field.clean("20260525") == date(2026, 5, 25)
    assert sentence(field, "20260526") == "入户日期不能晚于今天（2026-05-25）"
    assert sentence(field, "20260230") == "2026年2月没有 30 日，请核对"
    early = fields.DayField(label="入户日期", earliest=date(2026, 5, 1))
    assert sentence(early, "20260430") == "入户日期不能早于 2026-05-01"


def test_a_month_is_a_month_or_its_first_day_for_a_column() -> None:
    assert fields.MonthField().clean("202405") == Month(2024, 5)
    assert fields.MonthField(as_day=True).clean("2024年5月") == date(2024, 5, 1)
    assert fields.MonthField().prepare_value(date(2024, 5, 1)) == "2024-05"
    assert fields.MonthField().prepare_value(Month(2024, 5)) == "2024-05"
    assert "没有 13 月" in sentence(fields.MonthField(), "2024-13")


def test_an_id_number_is_cleaned_and_a_wrong_digit_is_named() -> None:
    assert fields.IdCardField().clean(f" {GOOD_ID[:6]} {GOOD_ID[6:].lower()} ") == GOOD_ID
    wrong = GOOD_ID[:-1] + ("1" if GOOD_ID[-1] != "1" else "2")
    assert sentence(fields.IdCardField(), wrong) == "第18位校验码不对，请核对是否输错一位"
    assert sentence(fields.IdCardField(), "12345") == "身份证号应为18位，现在是5位"


def test_an_id_number_born_after_the_day_of_the_house_is_refused() -> None:
    first17 = "51990120260526001"
    assert "还没到" in sentence(fields.IdCardField(), first17 + check_digit(first17))


def test_account_and_phone_keep_digits_only() -> None:
    assert fields.AccountField().clean("6228 4804 0256 4890 018") == "6228480402564890018"
    assert fields.PhoneField().clean("138-0013-8000") == "13800138000"
    assert "科学记数法" in sentence(fields.AccountField(), "6.22E+18")


def test_a_number_field_takes_whole_numbers_in_range_only() -> None:
    field = fields.NumberField(low=1, high=20, unit="人")
    assert field.clean("３") == 3
    assert sentence(field, "0") == "应在 1 到 20人 之间"
    assert sentence(field, "2.5") == "请填整数"
    assert sentence(field, "二") == "请填整数"


def test_an_unanswered_question_is_neither_yes_nor_no() -> None:
    optional = fields.YesNoField(required=False)
    assert optional.clean("") is None
    assert optional.clean("yes") is True
    assert optional.clean("no") is False
    with pytest.raises(ValidationError):
        fields.YesNoField().clean("")
    assert fields.YesNoField().prepare_value(False) == "no"
    assert fields.YesNoField().prepare_value(None) is None


def test_a_stored_value_sent_back_unchanged_is_no_change() -> None:
    assert not fields.MoneyField().has_changed(123450, "1,234.50")
    assert fields.MoneyField().has_changed(123450, "1,234.51")
    assert not fields.DayField().has_changed(date(2024, 1, 5), "20240105")


def test_an_office_is_found_by_its_initials() -> None:
    offices = fields.OfficeSelect(choices=[("", "全部"), ("519901101201", "青溪镇 青溪村")])
    shown = offices.render("area", "")
    assert "data-search-select" in shown
    assert 'data-initials="qxc' in shown
