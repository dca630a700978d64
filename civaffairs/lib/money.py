"""Money is an integer of fen from the form to the bank file; this module is the only way between fen and
text.

Decimals are not exact on SQLite, and a float cannot hold 0.1 yuan, so neither is ever stored or added.
"""

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Literal

from civaffairs.lib.errors import BadInput

Rounding = Literal["half_up", "up", "down"]

# Ten times a large province's yearly relief budget; anything above is a slip of the keyboard. Far inside a
# 64-bit column.
MAX_YUAN = 10**12
_MOST_DIGITS = 13

# A Chinese keyboard gives 。 where a clerk means the decimal point.
_SAME_AS = str.maketrans({"。": ".", "，": ",", "、": ",", "−": "-", "–": "-", "—": "-"})
_PLAIN = re.compile(r"(-?)(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d*))?")

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")


def parse_yuan(text: str, *, allow_negative: bool = False) -> int:
    """Fen from an amount in yuan as people type it: 1,234.5, １２３４．５, ￥1234.50, 1234.5元, 1 234.5.

    A thousands comma must stand before three digits, because 1,23 is more often a slip for 1.23 than for 123.
    Raises BadInput when it is not an amount, has more than two decimals, is negative without leave, or is
    absurdly large.
    """
    cleaned = unicodedata.normalize("NFKC", str(text).translate(_SAME_AS)).translate(_SAME_AS)
    cleaned = re.sub(r"\s+|人民币|[¥$]|RMB|CNY", "", cleaned, flags=re.IGNORECASE).removesuffix("整")
    cleaned = cleaned.removesuffix("元").removeprefix("+")
    if not cleaned:
        raise BadInput("请填写金额，没有就填 0")
    if re.fullmatch(r"-?\d+(\.\d+)?[eE][+-]?\d+", cleaned):
        raise BadInput("金额是科学记数法（像 1.2E+05），请改成普通数字")
    match = _PLAIN.fullmatch(cleaned)
    if match is None:
        if "," in cleaned:
            raise BadInput("金额里的逗号位置不对，请去掉逗号再填")
        raise BadInput("金额请填数字，例如 1234.50")
    sign, whole, decimals = match[1], match[2].replace(",", ""), match[3] or ""
    if len(decimals.rstrip("0")) > 2:
        raise BadInput("金额最多两位小数（到分）")
    if sign and not allow_negative:
        raise BadInput("金额不能是负数")
    whole = whole.lstrip("0") or "0"
    # Counted before it is read: Python refuses to read thousands of digits as a number.
    fen = int(whole) * 100 + int((decimals + "00")[:2]) if len(whole) <= _MOST_DIGITS else None
    if fen is None or fen > MAX_YUAN * 100:
        raise BadInput("金额太大，请核对是否多输了位数")
    return -fen if sign else fen


def yuan(fen: int, grouping: bool = True) -> str:
    """Yuan with two decimals, 123450 → 1,234.50. Without grouping for files that machines read."""
    whole, rest = divmod(abs(_whole(fen)), 100)
    shown = f"{whole:,}" if grouping else str(whole)
    return f"{'-' if fen < 0 else ''}{shown}.{rest:02d}"


def wan(fen: int, places: int = 2) -> str:
    """万元 with half-up rounding, 34_564_999 → 34.56.

    Ungrouped: reports print 万元 columns without commas.
    """
    exponent = Decimal(1).scaleb(-places)
    value = (Decimal(_whole(fen)) / 1_000_000).quantize(exponent, ROUND_HALF_UP)
    return str(abs(value) if value == 0 else value)


def in_words(fen: int) -> str:
    """Capital Chinese figures for rosters and vouchers: 壹仟贰佰叁拾肆元伍角整.

    Follows the rule for filling in bills (《正确填写票据和结算凭证的基本规定》): 整 after 元 or 角 but not
    after 分, one 零 for any run of zeros inside, 零 before 分 when 角 is zero. Where the rule leaves 零 free
    (a zero only in the 元 or 万 place) it is not written. Raises ValueError from 1 亿亿 yuan upward, which
    has no agreed reading.
    """
    if _whole(fen) < 0:
        return "负" + in_words(-fen)
    whole, rest = divmod(fen, 100)
    if whole >= 10**16:
        raise ValueError("no agreed reading above 9999 万亿")
    jiao, cents = divmod(rest, 10)
    text = f"{_spell(whole)}元" if whole else ""
    if not rest:
        return f"{text}整" if whole else "零元整"
    if jiao:
        text += f"{_DIGITS[jiao]}角"
    elif whole:
        text += "零"
    return text + (f"{_DIGITS[cents]}分" if cents else "整")


def round_fen(value: Fraction | int, unit_fen: int = 1, mode: Rounding = "half_up") -> int:
    """Fen rounded to a multiple of `unit_fen` (1 = 分, 10 = 角, 100 = 元).

    half_up is 四舍五入, up is 见分进角 (any remainder counts), down drops the remainder. Negative values
    round like positive ones, so that a payment and its reversal are the same size. A float raises TypeError:
    it has already lost the answer.
    """
    if isinstance(value, bool) or not isinstance(value, int | Fraction):
        raise TypeError(f"fen must be int or Fraction, not {type(value).__name__}")
    if unit_fen < 1:
        raise ValueError("rounding unit must be at least one fen")
    whole, rest = divmod(abs(Fraction(value)), unit_fen)
    if mode == "half_up":
        whole += rest * 2 >= unit_fen
    elif mode == "up":
        whole += rest > 0
    elif mode != "down":
        raise ValueError(f"unknown rounding {mode!r}")
    return int(whole) * unit_fen * (-1 if value < 0 else 1)


def _whole(fen: int) -> int:
    if isinstance(fen, bool) or not isinstance(fen, int):
        raise TypeError(f"fen must be int, not {type(fen).__name__}")
    return fen


def _spell(number: int) -> str:
    """Digits of a whole number below 10**16, without the unit.

    亿 and 万 are read as one number above and one below.
    """
    for size, name in ((10**8, "亿"), (10**4, "万")):
        if number >= size:
            high, low = divmod(number, size)
            gap = "零" if 0 < low < size // 10 else ""
            return _spell(high) + name + gap + (_spell(low) if low else "")
    text, pending_zero = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            text += ("零" if pending_zero else "") + _DIGITS[digit] + _PLACES[place]
            pending_zero = False
        elif text:
            pending_zero = True
    return text
