"""What a programme asks beyond the family, its income and property: described once, as data.

The form that asks, the page that shows the answers and the rule that reads them work from the same tuple. An answer
that was not given is UNKNOWN for the rule, never no and never zero.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from civaffairs.lib.assessment import UNKNOWN, Unknown
from civaffairs.lib.errors import BadInput

# "category" chooses one of the categories of the programme (assistance.schemes), which a county may have named itself;
# "many" is a tuple of keys.
QuestionKind = Literal["choice", "many", "category", "bool", "fen", "int", "date", "text"]


@dataclass(frozen=True)
class Question:
    """One thing to ask.

    `when` names another question and the answers to it for which this one is asked at all; else it stays UNKNOWN.
    A question that is not `required` may be left open by the clerk, and the rule says whether it can do without.
    Amounts are fen; `unit` is what stands behind a number.
    """

    name: str
    label: str
    kind: QuestionKind
    choices: tuple[tuple[str, str], ...] = ()
    help: str = ""
    source: str = ""
    required: bool = True
    when: tuple[str, tuple[Any, ...]] | None = None
    unit: str = ""
    least: int | None = None
    most: int | None = None
    group: str = ""
    # What was done in the case answers it; nobody is asked.
    by_deed: bool = False
    # How an open answer is read to people; most say 未填.
    left_open: str = ""


Answers = Mapping[str, Any]


def asked(question: Question, answers: Answers) -> bool:
    """Whether what was answered before brings this question up."""
    if question.when is None:
        return True
    name, values = question.when
    given = answers.get(name, UNKNOWN)
    if isinstance(given, Unknown):
        return False
    if isinstance(given, tuple | list):
        return any(value in values for value in given)
    return given in values


NOT_GIVEN = "未填"


def shown(question: Question, value: Any, categories: Mapping[str, str] | None = None) -> str:
    """An answer as people read it; money and days in their usual form, an open one as 未填."""
    from_choices = dict(question.choices) if question.kind != "category" else dict(categories or {})
    if isinstance(value, Unknown) or value is None:
        return question.left_open or NOT_GIVEN
    if question.kind == "bool":
        return "是" if value else "否"
    if question.kind in ("choice", "category"):
        return from_choices.get(str(value), str(value))
    if question.kind == "many":
        return "、".join(from_choices.get(str(each), str(each)) for each in value) or "无"
    if question.kind == "fen":
        return f"{value / 100:,.2f} 元" if value % 100 else f"{value // 100:,} 元"
    return f"{value}{question.unit}"


def to_plain(answers: Answers) -> dict[str, Any]:
    """For a JSON column: days as text, UNKNOWN left out."""
    plain: dict[str, Any] = {}
    for name, value in answers.items():
        if isinstance(value, Unknown):
            continue
        plain[name] = (
            value.isoformat()
            if isinstance(value, date)
            else list(value)
            if isinstance(value, tuple)
            else value
        )
    return plain


def from_plain(questions: Iterable[Question], plain: Mapping[str, Any]) -> dict[str, Any]:
    """What the rule reads: every question has a value or UNKNOWN.

    Raises BadInput when a stored value is not of the question's kind.
    """
    answers: dict[str, Any] = {}
    for question in questions:
        value = plain.get(question.name)
        if value is None or value == "":
            answers[question.name] = UNKNOWN
        elif question.kind == "date":
            try:
                answers[question.name] = date.fromisoformat(value)
            except (TypeError, ValueError):
                raise BadInput(f"“{question.label}”不是日期", question.name) from None
        elif question.kind == "many":
            answers[question.name] = tuple(value)
        else:
            answers[question.name] = value
    return answers
