"""How a family stands now, as a change of its right asks for it: what was on record, shown to be corrected.

What is not asked here (property on record, deductions) stays as the last reckoning had it.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms

from assistance.forms.answers import AnswersForm, answers_form, please_answer
from assistance.forms.application import DeductionForm, IncomeForm
from assistance.models import Entitlement
from assistance.policy.facts import Deduction, HouseholdFacts, IncomeItem
from assistance.policy.questions import from_plain, to_plain
from assistance.policy.rule import CaseFacts
from assistance.policy.rules import rule_of
from civaffairs.lib.assessment import UNKNOWN, Unknown
from civaffairs.registry.models import DisabilityKind
from civaffairs.shell.fields import YesNoField
from civaffairs.shell.forms import PlainForm

GRADES = (("1", "一级"), ("2", "二级"), ("3", "三级"), ("4", "四级"))


class StateForm(PlainForm):
    """One member as he is now."""

    severe_illness = forms.BooleanField(label="重特大疾病", required=False)
    disability_kind = forms.ChoiceField(
        label="残疾类别",
        required=False,
        choices=[("", "无"), *((str(value), label) for value, label in DisabilityKind.choices)],
    )
    disability_grade = forms.ChoiceField(label="残疾等级", required=False, choices=[("", "无"), *GRADES])
    widths = {"severe_illness": 4, "disability_kind": 4, "disability_grade": 4}

    def clean(self) -> None:
        if bool(self.cleaned_data.get("disability_kind")) != bool(self.cleaned_data.get("disability_grade")):
            self.add_error("disability_grade", "残疾类别和等级要么都填，要么都不填")


class WealthKnownForm(PlainForm):
    """Asked where no property is on record."""

    no_income = forms.BooleanField(label="全家确实没有收入", required=False)
    property_ok = YesNoField(
        label="财产已核查，符合规定",
        required=False,
        help_text="历史台账没有财产记录的，请核查后再选",
    )
    widths = {"no_income": 4, "property_ok": 6}


def _rows(form: type[forms.Form]) -> type[forms.BaseFormSet]:
    return forms.formset_factory(form, extra=0, can_delete=True, max_num=40)


class FactsForms:
    """All forms of one family together; `facts()` gives the family as it stands now."""

    def __init__(
        self,
        entitlement: Entitlement,
        before: CaseFacts,
        data: Mapping[str, Any] | None = None,
        needed: frozenset[str] = frozenset(),
    ):
        """`needed` are questions that this right wants answered though a form may leave them open in general."""
        spec = entitlement.scheme.spec
        self.before = before
        self.rule = rule_of(spec.rule)
        self.asks_money = spec.form == "full"
        house = before.household
        people = [(member.key, member.name) for member in house.members]
        self.members = [
            (
                member,
                StateForm(
                    data,
                    prefix=f"state-{member.key}",
                    initial={
                        "severe_illness": member.serious_illness is True,
                        "disability_kind": str(member.disability_kind or ""),
                        "disability_grade": str(member.disability_grade or ""),
                    },
                ),
            )
            for member in house.members
        ]
        self.income = self.deduction = self.wealth = None
        if self.asks_money:
            self.income = _rows(IncomeForm)(
                data,
                prefix="income",
                form_kwargs={"people": people},
                initial=[_income_initial(item) for item in house.known_incomes],
            )
            self.deduction = _rows(DeductionForm)(
                data,
                prefix="deduction",
                form_kwargs={"people": people},
                initial=[_deduction_initial(item) for item in house.deductions],
            )
            self.wealth = WealthKnownForm(data, prefix="wealth", initial={"no_income": house.incomes == ()})
            if isinstance(house.assets, Unknown):
                self.wealth.fields["property_ok"].must = True
            else:
                del self.wealth.fields["property_ok"]
        self.answers: AnswersForm | None = None
        if self.rule.questions:
            plain = to_plain(before.answers)
            self.answers = answers_form(self.rule.questions, spec.category_names)(
                data, prefix="answers", initial=plain
            )
            self.answers.demand(needed)

    @property
    def parts(self) -> list[Any]:
        forms_ = [form for _, form in self.members]
        return forms_ + [p for p in (self.income, self.deduction, self.wealth, self.answers) if p is not None]

    def is_valid(self) -> bool:
        # every part says what is wrong with it, not only the first
        valid = not [part for part in self.parts if not part.is_valid()]
        if valid and self.asks_money and self.wealth is not None and self.income is not None:
            rows, none_at_all = _kept(self.income), self.wealth.cleaned_data.get("no_income")
            if rows and none_at_all:
                self.wealth.add_error("no_income", "填了收入，就不要再勾“全家确实没有收入”")
            elif not rows and not none_at_all:
                self.wealth.add_error("no_income", "请填写收入；确实没有收入的，勾选“全家确实没有收入”")
            if "property_ok" in self.wealth.fields and self.wealth.cleaned_data.get("property_ok") is None:
                self.wealth.add_error("property_ok", "请选择财产是否已核查、符合规定")
            valid = not self.wealth.errors
        return valid

    def ask_for(self, names: frozenset[str]) -> bool:
        """Mark these questions where they were left open, once the rule has said that it wants them; whether any was."""
        if self.answers is None:
            return False
        open_ones = [
            question
            for question in self.answers.questions
            if question.name in names and self.answers.cleaned_data.get(question.name) in (None, "", [])
        ]
        for question in open_ones:
            self.answers.fields[question.name].must = True
            self.answers.add_error(question.name, please_answer(question))
        return bool(open_ones)

    def facts(self) -> CaseFacts:
        """Call after is_valid(). An income that is not verified, and property that nobody has looked at, stay unknown."""
        house = self.before.household
        members = tuple(
            replace(
                member,
                serious_illness=form.cleaned_data["severe_illness"],
                disability_kind=int(form.cleaned_data["disability_kind"] or 0) or None,
                disability_grade=int(form.cleaned_data["disability_grade"] or 0) or None,
            )
            for member, form in self.members
        )
        incomes, deductions, assets = house.incomes, house.deductions, house.assets
        if self.asks_money and self.income is not None and self.deduction is not None:
            incomes = tuple(_income(row) for row in _kept(self.income))
            if not incomes and not self.wealth.cleaned_data.get("no_income"):
                incomes = UNKNOWN
            deductions = tuple(
                Deduction(row["kind"], row["annual"], row["label"], row["member"] or None)
                for row in _kept(self.deduction)
            )
            if isinstance(assets, Unknown) and self.wealth.cleaned_data.get("property_ok"):
                assets = ()
        answers = self.before.answers
        if self.answers is not None:
            plain = {
                question.name: _plain(self.answers.cleaned_data.get(question.name))
                for question in self.rule.questions
            }
            answers = from_plain(self.rule.questions, plain)
        return replace(
            self.before,
            household=HouseholdFacts(members, incomes, deductions, assets, house.single),
            answers=answers,
        )


def _kept(rows: forms.BaseFormSet) -> list[dict[str, Any]]:
    return [row for row in rows.cleaned_data if row and not row.get("DELETE")]


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _income(row: dict[str, Any]) -> IncomeItem:
    annual = UNKNOWN if row["unknown"] else row["annual"]
    return IncomeItem(row["kind"], annual, row["label"], row["member"] or None, row["nature"])


def _income_initial(item: IncomeItem) -> dict[str, Any]:
    unknown = isinstance(item.annual_fen, Unknown)
    return {
        "member": item.owner or "",
        "kind": item.cls,
        "nature": item.nature,
        "label": item.label,
        "annual": None if unknown else item.annual_fen,
        "unknown": unknown,
    }


def _deduction_initial(item: Deduction) -> dict[str, Any]:
    return {
        "member": item.owner or "",
        "kind": item.kind,
        "label": item.label,
        "annual": None if isinstance(item.annual_fen, Unknown) else item.annual_fen,
    }
