"""The text of a report: places in braces are filled with figures, conditions in double brackets choose words.

    截至{截止月份}月底，全县城市低保{城市低保户数}户{城市低保人数}人。
    [[城乡低保累计退出户数 > 0：累计退出{城乡低保累计退出户数}户。|没有退出户。]]

Clerks write the names of figures; the database keeps keys, so that a better name for a figure changes no report. A
name with ·目标 or ·完成率 behind it asks for the year's target and for how much of it is done.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from civaffairs.lib.errors import BadInput
from reporting.cells import KINDS
from reporting.document import Figure as Printed
from reporting.document import Run
from reporting.figures import Book, find, key_of
from reporting.figures.book import DONE, TARGET

_PLACE = re.compile(r"\{([^{}\n]*)\}")
_CONDITION = re.compile(
    r"\[\[\s*([^\[\]|：:<>=≥≤\n]+?)\s*(>=|<=|>|<|=|≥|≤)\s*([^\[\]|：:\n]+?)\s*[：:]([^\[\]|]*)(?:\|([^\[\]]*))?\]\]"
)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?%?")
_SUFFIXES = {"·目标": TARGET, "·完成率": DONE}
_COMPARE: dict[str, Callable[[Fraction, Fraction], bool]] = {
    ">": lambda a, b: a > b,
    "<": lambda a, b: a < b,
    ">=": lambda a, b: a >= b,
    "≥": lambda a, b: a >= b,
    "<=": lambda a, b: a <= b,
    "≤": lambda a, b: a <= b,
    "=": lambda a, b: a == b,
}


@dataclass(frozen=True)
class Words:
    """Words of the period and the house, by the name of their place."""

    by_name: dict[str, str]


WORD_NAMES = ("期间", "年份", "截止月份", "本单位", "地区", "地区范围")


def words_for(book: Book, office_name: str, region: str) -> Words:
    first, last = book.period.first, book.period.month
    span = f"{last.month}月" if first == last else f"{first.month}—{last.month}月"
    named = (span, str(last.year), str(last.month), office_name, region, f"全{region[-1:]}")
    return Words(dict(zip(WORD_NAMES, named, strict=True)))


# --- names and keys -------------------------------------------------------------------------------


def _turned(place: str, turn: Callable[[str], str | None]) -> str | None:
    for name, suffix in _SUFFIXES.items():
        for ending, other in ((name, suffix), (suffix, name)):
            if place.endswith(ending):
                found = turn(place.removesuffix(ending))
                return f"{found}{other}" if found else None
    return turn(place)


def to_keys(text: str) -> str:
    """What a clerk wrote, with keys for names. Raises BadInput that names every place nobody knows."""
    unknown: list[str] = []

    def key(place: str) -> str:
        place = place.strip()
        if place in WORD_NAMES:
            return place
        found = _turned(place, key_of) or (place if _known_key(place) else None)
        if found is None:
            unknown.append(place)
        return found or place

    kept = _each_place(text, key)
    if unknown:
        names = "、".join(f"“{name}”" for name in dict.fromkeys(unknown))
        raise BadInput(f"没有这个指标：{names}，请从右边的指标表里选")
    if "[[" in _CONDITION.sub("", kept) or "]]" in _CONDITION.sub("", kept):
        raise BadInput("[[ ]] 里的写法不对，应当像：[[城乡低保当月新增户数 > 0：有新增|没有新增]]")
    if "{" in _PLACE.sub("", kept) or "}" in _PLACE.sub("", kept):
        raise BadInput("花括号 { } 没有成对")
    return kept


def to_names(text: str) -> str:
    """Stored text as clerks read it."""

    def name(key: str) -> str:
        return _turned(key, lambda part: found.name if (found := find(part)) else None) or key

    return _each_place(text, name)


def _known_key(place: str) -> bool:
    return find(place.removesuffix(TARGET).removesuffix(DONE)) is not None


def _each_place(text: str, change: Callable[[str], str]) -> str:
    def side(value: str) -> str:
        return value if _NUMBER.fullmatch(value) else change(value)

    def condition(match: re.Match) -> str:
        left, sign, right, then, other = match.groups()
        tail = "" if other is None else f"|{other}"
        return f"[[{side(left)} {sign} {side(right)}：{then}{tail}]]"

    text = _CONDITION.sub(condition, text)
    return _PLACE.sub(lambda match: f"{{{change(match[1])}}}", text)


# --- filling --------------------------------------------------------------------------------------


def fill(text: str, book: Book, words: Words) -> list[tuple[Run, ...]]:
    """The paragraphs of a stored text with their figures. Empty lines divide nothing and are dropped."""
    chosen = _CONDITION.sub(lambda match: _choose(match, book), text)
    lines = [line.strip() for line in chosen.replace("\r", "").split("\n")]
    return [tuple(_runs(line, book, words)) for line in lines if line]


def _choose(match: re.Match, book: Book) -> str:
    left, sign, right, then, other = match.groups()
    a, b = _number(left, book), _number(right, book)
    # Unknown is not zero: neither branch would be true.
    if a is None or b is None:
        return ""
    return then if _COMPARE[sign](a, b) else other or ""


def _number(side: str, book: Book) -> Fraction | None:
    """A side of a condition in the unit of print: households, yuan, 万元, percent."""
    if _NUMBER.fullmatch(side):
        return Fraction(side.removesuffix("%"))
    key = side.removesuffix(TARGET).removesuffix(DONE)
    found = find(key)
    value = book.number(side) if found else None
    if found is None or value is None:
        return None
    scale = 100 if side.endswith(DONE) else KINDS[found.kind].scale
    return Fraction(value, scale)


def _runs(line: str, book: Book, words: Words) -> Iterator[Run]:
    at = 0
    for match in _PLACE.finditer(line):
        if line[at : match.start()]:
            yield line[at : match.start()]
        place, at = match[1], match.end()
        if place in words.by_name:
            yield words.by_name[place]
            continue
        text = book.text(place)
        key = place.removesuffix(TARGET).removesuffix(DONE)
        yield Printed(text, key, book.number(place)) if text is not None else f"{{{place}}}"
    if line[at:]:
        yield line[at:]
