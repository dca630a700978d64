"""Numbers that people and bodies are known by: read as typed, checked, brought to one written form, masked
for the screen.

A parser raises BadInput for what cannot be right and returns warnings for what is only odd. The county code
inside an ID number is never checked against a list: counties were merged and renamed, and true numbers of old
people would be turned away.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Literal

from civaffairs.lib.errors import BadInput
from civaffairs.lib.months import age_on

# GB/T 2260 provinces, and the residence permits of people from Hong Kong (81), Macao (82) and Taiwan (83),
# same structure since 2018.
PROVINCES = frozenset(
    f"{code}"
    for block in (range(11, 16), range(21, 24), range(31, 38), range(41, 47), range(50, 55), range(61, 66))
    for code in block
) | {"71", "81", "82", "83"}
DISABILITY_KINDS = {1: "视力", 2: "听力", 3: "言语", 4: "肢体", 5: "智力", 6: "精神", 7: "多重"}
DISABILITY_GRADES = {1: "一级", 2: "二级", 3: "三级", 4: "四级"}

OLDEST_PLAUSIBLE_AGE = 115

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_SCIENTIFIC = re.compile(r"\d+(\.\d+)?E\+?\d+", re.IGNORECASE)
# The multiplication sign and the Cyrillic and Greek look-alikes come out of old Word files in place of the
# check letter.
_LOOKS_LIKE_X = str.maketrans({"×": "X", "Х": "X", "х": "X", "Χ": "X", "χ": "X"})
# Area codes of three digits (GB: 010 and 02x); every other one has four.
_AREA = r"(010|02\d|0[3-9]\d{2})"


Sex = Literal["male", "female"]


@dataclass(frozen=True)
class IdCard:
    """A resident ID number of 18 characters and what it says.

    `region6` is the place of first registration, not of residence.
    """

    number: str
    birth: date
    sex: Sex
    region6: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class DisabilityCert:
    """残疾人证.

    `number` is the whole number, suffix included; `kind` 1–7 and `grade` 1–4 (1 is the most severe).
    """

    number: str
    id_number: str
    kind: int
    grade: int
    suffix: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def kind_label(self) -> str:
        return DISABILITY_KINDS[self.kind]

    @property
    def grade_label(self) -> str:
        return DISABILITY_GRADES[self.grade]


@dataclass(frozen=True)
class Account:
    """A bank card or passbook number, digits only."""

    number: str
    warnings: tuple[str, ...] = ()


def compact(text: str) -> str:
    """Half-width, no blanks, hyphens or dots between groups, letters upper case: the form in which numbers
    are compared.
    """
    narrow = unicodedata.normalize("NFKC", str(text)).translate(_LOOKS_LIKE_X)
    return re.sub(r"[\s\-‐-―−_\u200b-\u200f\u2060\ufeff'`]", "", narrow).upper()


def check_digit(first17: str) -> str:
    """The 18th character of a resident ID number, GB 11643-1999 (ISO 7064 MOD 11-2)."""
    if not re.fullmatch(r"[0-9]{17}", first17):
        raise ValueError("seventeen digits are needed")
    total = sum(int(digit) * weight for digit, weight in zip(first17, _ID_WEIGHTS, strict=True))
    return _ID_CHECKS[total % 11]


def parse_id_card(text: str, today: date) -> IdCard:
    """Read a resident ID number or a residence permit number.

    Old numbers of 15 digits become 18. Raises BadInput.
    """
    number, warnings = compact(text), []
    _refuse_scientific(text, "身份证号")
    if not number:
        raise BadInput("请填写身份证号")
    if len(number) == 15 and number.isascii() and number.isdigit():
        number = number[:6] + "19" + number[6:]
        number += check_digit(number)
        warnings.append("这是15位老号码，已按规则补成18位，请与户口簿核对")
    if len(number) != 18:
        raise BadInput(f"身份证号应为18位，现在是{len(number)}位")
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise BadInput("身份证号只能是数字，最后一位可以是 X")
    if number[:2] not in PROVINCES:
        raise BadInput(f"身份证号前两位“{number[:2]}”不是省级代码，请核对")
    birth = _birth(number[6:14])
    if birth > today:
        raise BadInput("身份证号里的出生日期还没到，请核对第7到14位")
    if check_digit(number[:17]) != number[17]:
        raise BadInput("第18位校验码不对，请核对是否输错一位")
    if age_on(birth, today) > OLDEST_PLAUSIBLE_AGE:
        warnings.append(f"按出生日期已满{age_on(birth, today)}周岁，请核对")
    sex: Sex = "male" if int(number[16]) % 2 else "female"
    return IdCard(number, birth, sex, number[:6], tuple(warnings))


def parse_disability_cert(text: str, today: date) -> DisabilityCert:
    """Read a 残疾人证 number: ID number, kind, grade, and B1, B2 … after a replacement. Raises BadInput.

    Whether the ID inside is the person's own is for the caller to compare.
    """
    number = compact(text)
    _refuse_scientific(text, "残疾人证号")
    if not number:
        raise BadInput("请填写残疾人证号")
    if len(number) not in (20, 22):
        raise BadInput(f"残疾人证号应为20位（补证后22位），现在是{len(number)}位")
    id_number, kind, grade, suffix = number[:18], number[18], number[19], number[20:]
    try:
        card = parse_id_card(id_number, today)
    except BadInput as error:
        raise BadInput(f"残疾人证号前18位有误：{error.message}") from error
    if kind not in "1234567":
        raise BadInput("残疾人证号第19位是残疾类别，只能是1到7")
    if grade not in "1234":
        raise BadInput("残疾人证号第20位是残疾等级，只能是1到4")
    if suffix and not re.fullmatch(r"B[1-9]", suffix):
        raise BadInput("残疾人证号最后两位应是补证次数，例如 B1")
    return DisabilityCert(number, card.number, int(kind), int(grade), suffix, card.warnings)


def parse_uscc(text: str) -> tuple[str, tuple[str, ...]]:
    """Read a 统一社会信用代码 (GB 32100-2015).

    A wrong check character only warns: some issued codes fail it. Raises BadInput.
    """
    code = compact(text)
    _refuse_scientific(text, "统一社会信用代码")
    if len(code) != 18:
        raise BadInput(f"统一社会信用代码应为18位，现在是{len(code)}位")
    wrong = [letter for letter in code if letter not in _USCC_ALPHABET]
    if wrong:
        raise BadInput(f"统一社会信用代码里不会有“{wrong[0]}”，请核对")
    total = sum(_USCC_ALPHABET.index(code[i]) * pow(3, i, 31) for i in range(17))
    if _USCC_ALPHABET[-total % 31] != code[17]:
        return code, ("统一社会信用代码的校验位不对，请与证照核对",)
    return code, ()


def parse_account(text: str) -> Account:
    """Read a bank card or passbook number. Raises BadInput.

    Passbooks of rural credit co-operatives do not follow the card check sum, so a failure is a warning.
    """
    number = compact(text)
    _refuse_scientific(text, "账号")
    if not number:
        raise BadInput("请填写银行账号")
    if not re.fullmatch(r"[0-9]+", number):
        raise BadInput("银行账号只能是数字")
    if not 8 <= len(number) <= 32:
        raise BadInput(f"银行账号应为8到32位数字，现在是{len(number)}位")
    if 16 <= len(number) <= 19 and not _luhn(number):
        return Account(number, ("账号按银行卡规则校验不通过，请再对一遍，是存折账号的可不理会",))
    return Account(number)


def parse_phone(text: str) -> str:
    """Read a mobile number or a fixed line with its area code; returns 13800138000 or 0551-62345678.

    Raises BadInput.
    """
    number = re.sub(r"[()]", "", compact(text))
    _refuse_scientific(text, "电话")
    number = re.sub(r"^(\+|00)?86(?=1\d{10}$|0\d{9,11}$)", "", number)
    if not number:
        raise BadInput("请填写联系电话")
    if not re.fullmatch(r"[0-9]+", number):
        raise BadInput("联系电话只能是数字")
    if re.fullmatch(r"1[3-9][0-9]{9}", number):
        return number
    if line := re.fullmatch(_AREA + r"([2-9]\d{6,7})", number):
        return f"{line[1]}-{line[2]}"
    if number.startswith("1"):
        raise BadInput(
            f"手机号应为11位，现在是{len(number)}位" if len(number) != 11 else "手机号第二位不对，请核对"
        )
    if number.startswith("0"):
        raise BadInput("固定电话请写区号加7或8位号码，例如 0551-62345678")
    raise BadInput("请填11位手机号，固定电话要加区号")


def mask_id_card(number: str) -> str:
    """First six and last four of an ID number; of anything shorter only the last four."""
    return _mask(number, 6 if len(number) >= 15 else 0, 4)


def mask_account(number: str) -> str:
    """Last four digits of an account."""
    return _mask(number, 0, 4)


def mask_phone(number: str) -> str:
    """First three and last four of a telephone number."""
    return _mask(number, 3, 4)


def _mask(text: str, head: int, tail: int) -> str:
    # A number too short to hide anything is hidden whole.
    if len(text) < head + tail + 2:
        return "*" * len(text)
    return text[:head] + "*" * (len(text) - head - tail) + text[-tail:]


def _birth(digits: str) -> date:
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:])
    if year < 1900:
        raise BadInput(f"身份证号里的出生年份{year}不对，请核对第7到10位")
    try:
        return date(year, month, day)
    except ValueError:
        raise BadInput(f"身份证号里的出生日期{digits}不存在，请核对第7到14位") from None


def _refuse_scientific(text: str, what: str) -> None:
    """Spreadsheets turn long numbers into 6.22E+18 and lose the last digits; nothing can bring them back."""
    if _SCIENTIFIC.fullmatch(re.sub(r"\s", "", unicodedata.normalize("NFKC", str(text)))):
        raise BadInput(
            f"{what}被表格软件变成了科学记数法，后面的数字已丢失。请把这一列设为文本格式后重新填写"
        )


def _luhn(number: str) -> bool:
    digits = [int(digit) for digit in reversed(number)]
    return sum(digits[0::2] + [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]) % 10 == 0
