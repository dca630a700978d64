"""The form of what a programme asks besides, made from the questions of its rule."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from assistance.policy.questions import Question, asked
from civaffairs.shell.fields import DayField, MoneyField, NumberField, YesNoField
from civaffairs.shell.forms import PlainForm

MOST_FEN = 10**10


def please_answer(question: Question) -> ValidationError:
    words = "请选择" if question.kind in ("choice", "category", "bool", "many") else "请填写"
    return ValidationError(f"{words}“{question.label}”", code="required")


class AnswersForm(PlainForm):
    """Base: which questions there are stands in `questions`.

    A question that another answer makes needless is neither demanded nor kept.
    """

    questions: tuple[Question, ...] = ()
    # Names of questions that may be left open in general, but not in this case.
    needed: frozenset[str] = frozenset()

    def demand(self, names: frozenset[str]) -> None:
        """Let these be answered too; the field shows it."""
        self.needed = names
        for name in names & self.fields.keys():
            self.fields[name].must = True

    def clean(self) -> None:
        for question in self.questions:
            if asked(question, self.cleaned_data):
                due = question.required or question.name in self.needed
                if due and self._is_open(question.name):
                    self.add_error(question.name, please_answer(question))
            else:
                self.cleaned_data[question.name] = None
                self.errors.pop(question.name, None)

    def _is_open(self, name: str) -> bool:
        return name not in self.errors and self.cleaned_data.get(name) in (None, "", [])

    def groups(self) -> list[tuple[str, list]]:
        """The fields under the headings of their questions, in order."""
        found: dict[str, list] = {}
        for question in self.questions:
            found.setdefault(question.group, []).append(self[question.name])
        return list(found.items())


def answers_form(questions: tuple[Question, ...], categories: Mapping[str, str]) -> type[AnswersForm]:
    """The class for these questions; `categories` are the programme's own. What the case itself answers is not asked."""
    questions = tuple(question for question in questions if not question.by_deed)
    fields: dict[str, Any] = {question.name: _field_of(question, categories) for question in questions}
    widths = {q.name: {"many": 12, "text": 8}.get(q.kind, 4) for q in questions}
    return type("ProgrammeAnswers", (AnswersForm,), {**fields, "questions": questions, "widths": widths})


def _field_of(question: Question, categories: Mapping[str, str]) -> forms.Field:
    # Whether an answer is due depends on the other answers: clean() says so.
    told: dict[str, Any] = {"label": question.label, "help_text": question.help, "required": False}
    if question.kind == "bool":
        field: forms.Field = YesNoField(**told)
    elif question.kind in ("choice", "category"):
        choices = question.choices if question.kind == "choice" else tuple(categories.items())
        field = forms.ChoiceField(**told, choices=[("", "请选择"), *choices])
    elif question.kind == "many":
        field = forms.MultipleChoiceField(
            **told, choices=question.choices, widget=forms.CheckboxSelectMultiple
        )
    elif question.kind == "fen":
        most = question.most if question.most is not None else MOST_FEN
        field = MoneyField(
            **{**told, "label": f"{question.label}（元）"}, min_fen=question.least or 0, max_fen=most
        )
    elif question.kind == "int":
        unit = f"（{question.unit}）" if question.unit else ""
        low = question.least or 0
        high = question.most if question.most is not None else 10**6
        field = NumberField(**{**told, "label": f"{question.label}{unit}"}, low=low, high=high)
    elif question.kind == "date":
        field = DayField(**told)
    else:
        field = forms.CharField(**told, max_length=300)
    if question.when is not None:
        name, values = question.when
        field.widget.attrs |= {
            "data-when": f"answers-{name}",
            "data-when-in": " ".join(_as_sent(value) for value in values),
        }
    field.must = question.required
    return field


def _as_sent(value: Any) -> str:
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
