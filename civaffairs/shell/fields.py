"""Form fields that read what clerks type and answer in plain words.

Each is a thin coat over civaffairs.lib: the rule and its sentence live there. An empty optional field gives None,
never zero, because "not asked" and "nothing" are different answers in an income form.
"""

import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from civaffairs.lib.errors import BadInput
from civaffairs.lib.identity import (
    compact,
    parse_account,
    parse_disability_cert,
    parse_id_card,
    parse_phone,
)
from civaffairs.lib.money import parse_yuan, yuan
from civaffairs.lib.months import Month, parse_day
from civaffairs.lib.names import search_initials
from civaffairs.registry import clock


def _read(parse: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    try:
        return parse(*args, **kwargs)
    except BadInput as error:
        raise ValidationError(error.message, code="invalid") from error


def not_a_formula(text: str) -> None:
    """For text that goes into a CSV file which others open in a spreadsheet: it must not begin a formula there.
    The file of a bank takes no quoting sign in front, so the text itself is refused."""
    if unicodedata.normalize("NFKC", text).lstrip().startswith(("=", "+", "-", "@")):
        raise ValidationError("不能以“=、+、-、@”开头", code="formula")


class TypedField(forms.Field):
    """A text input with a data attribute by which entry.js tidies it when the cursor leaves."""

    widget = forms.TextInput
    widget_data: dict[str, str] = {}
    width = 2

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.own_messages = kwargs.get("error_messages") or {}
        width = kwargs.pop("width", None)
        super().__init__(*args, **kwargs)
        if width:
            self.width = width

    def widget_attrs(self, widget: forms.Widget) -> dict[str, str]:
        return {"autocomplete": "off", **self.widget_data}

    def to_python(self, value: Any) -> Any:
        text = "" if value is None else str(value).strip()
        return self.read(text) if text else None

    def read(self, text: str) -> Any:
        raise NotImplementedError


class MoneyField(TypedField):
    """Yuan on the screen, integer fen in Python. `max_fen` refuses what is plainly a slip of the keyboard."""

    widget_data = {"inputmode": "decimal", "data-money": "", "class": "is-money"}

    def __init__(
        self,
        *args: Any,
        min_fen: int | None = None,
        max_fen: int | None = None,
        allow_negative: bool = False,
        **kwargs: Any,
    ) -> None:
        self.min_fen, self.max_fen, self.allow_negative = min_fen, max_fen, allow_negative
        super().__init__(*args, **kwargs)

    def read(self, text: str) -> int:
        return _read(parse_yuan, text, allow_negative=self.allow_negative)

    def validate(self, value: int | None) -> None:
        super().validate(value)
        if value is None:
            return
        if self.min_fen is not None and value < self.min_fen:
            raise ValidationError(f"金额不能少于 {yuan(self.min_fen)} 元", code="min_fen")
        if self.max_fen is not None and value > self.max_fen:
            raise ValidationError(f"金额不能超过 {yuan(self.max_fen)} 元，请核对", code="max_fen")

    def prepare_value(self, value: Any) -> Any:
        return yuan(value) if isinstance(value, int) else value


class DayField(TypedField):
    """A date typed as 20240105, 2024-1-5, 2024.1.5 or 2024年1月5日; shown as 2024-01-05.

    `not_after_today` refuses a day that has not come; the sentence names the field.
    """

    widget_data = {"inputmode": "numeric", "data-day": "", "placeholder": "如 20240105"}

    def __init__(
        self,
        *args: Any,
        not_after_today: bool = False,
        earliest: date | None = None,
        **kwargs: Any,
    ) -> None:
        self.not_after_today, self.earliest = not_after_today, earliest
        super().__init__(*args, **kwargs)

    def read(self, text: str) -> date:
        return _read(parse_day, text)

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value is None:
            return
        if self.not_after_today and value > clock.today():
            raise ValidationError(
                f"{self.label or '日期'}不能晚于今天（{clock.today():%Y-%m-%d}）", code="future"
            )
        if self.earliest and value < self.earliest:
            raise ValidationError(f"{self.label or '日期'}不能早于 {self.earliest:%Y-%m-%d}", code="early")

    def prepare_value(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, date) else value


class MonthField(TypedField):
    """A month typed as 202405, 2024-05 or 2024年5月. Gives a lib Month, or its first day with `as_day`, which is
    how model columns keep months."""

    widget_data = {"inputmode": "numeric", "data-month": "", "placeholder": "如 202405"}

    def __init__(self, *args: Any, as_day: bool = False, **kwargs: Any) -> None:
        self.as_day = as_day
        super().__init__(*args, **kwargs)

    def read(self, text: str) -> Month | date:
        month = _read(Month.parse, text)
        return month.first_day if self.as_day else month

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, date):
            value = Month.of(value)
        return str(value) if isinstance(value, Month) else value


class IdCardField(TypedField):
    """A resident ID number: 15 digits become 18, x becomes X, and a wrong check digit is named. Gives the number.

    In the browser identity.js fills sex, birth and age of the same row from it.
    """

    widget_data = {"inputmode": "text", "data-idcard": "", "maxlength": "24", "class": "is-number"}
    width = 3

    def read(self, text: str) -> str:
        return _read(parse_id_card, text, clock.today()).number


class DisabilityCertField(TypedField):
    """A disability certificate number of 20 or 22 characters. Gives the number."""

    widget_data = {"maxlength": "30", "class": "is-number"}
    width = 3

    def read(self, text: str) -> str:
        return _read(parse_disability_cert, text, clock.today()).number


class AccountField(TypedField):
    """A bank card or passbook number. Gives digits."""

    widget_data = {"inputmode": "numeric", "data-digits": "", "class": "is-number"}
    width = 3

    def read(self, text: str) -> str:
        return _read(parse_account, text).number


class PhoneField(TypedField):
    """A mobile number, or a landline with its area code."""

    widget_data = {"inputmode": "tel", "data-digits": "", "class": "is-number"}

    def read(self, text: str) -> str:
        return _read(parse_phone, text)


class NumberField(TypedField):
    """A whole number typed in a text input: no arrows that turn 3 into 4 when the wheel is touched."""

    widget_data = {"inputmode": "numeric", "class": "is-number"}
    width = 1

    def __init__(self, *args: Any, low: int = 0, high: int = 10**9, unit: str = "", **kwargs: Any) -> None:
        self.low, self.high, self.unit = low, high, unit
        super().__init__(*args, **kwargs)

    def read(self, text: str) -> int:
        digits = compact(text)
        if not digits.isdecimal() or not digits.isascii():
            raise ValidationError("请填整数", code="invalid")
        return int(digits[:19])

    def validate(self, value: int | None) -> None:
        super().validate(value)
        if value is not None and not self.low <= value <= self.high:
            raise ValidationError(f"应在 {self.low} 到 {self.high}{self.unit} 之间", code="range")


class YesNoField(forms.TypedChoiceField):
    """是 or 否, and nothing chosen beforehand: an unanswered question must not read as 否."""

    widget = forms.RadioSelect
    width = 2

    def __init__(self, *args: Any, yes: str = "是", no: str = "否", **kwargs: Any) -> None:
        kwargs.setdefault("coerce", lambda answer: answer == "yes")
        kwargs.setdefault("empty_value", None)
        super().__init__(*args, choices=[("yes", yes), ("no", no)], **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value


class _FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files of one kind: a list, empty when none was chosen. What they are, the service finds out."""

    widget = _FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        chosen = data if isinstance(data, list | tuple) else [data]
        files = [super(FilesField, self).clean(file, initial) for file in chosen if file]
        if not files and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        return files


class OfficeSelect(forms.Select):
    """A list of offices that is searched by typing characters or initials: 青溪村, 村 or qxc."""

    def __init__(self, attrs=None, choices=()):
        super().__init__({"data-search-select": "", **(attrs or {})}, choices)

    def create_option(self, name, value, label, selected, index, subindex=None, attrs=None):
        option = super().create_option(name, value, label, selected, index, subindex, attrs)
        if value:
            option["attrs"]["data-initials"] = search_initials(str(label).split()[-1])
        return option
