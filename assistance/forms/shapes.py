"""Which parts the application form of a programme has.

The family with its money, the family without it, or one person; and always the questions of its rule. Pages, drafts and
services read the parts by name, whichever there are.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from django.forms import Form

from assistance.forms.answers import answers_form
from assistance.forms.application import (
    AccountForm,
    BasicsForm,
    DeductionForm,
    HousingForm,
    IncomeForm,
    MemberForm,
    PeopleBasicsForm,
    PersonBasicsForm,
    PersonForm,
    PersonOfFamilyForm,
    PropertyForm,
    SupporterForm,
    SupportForm,
    WealthForm,
)
from assistance.policy.rules import rule_of
from assistance.schemes import SchemeSpec


@dataclass(frozen=True)
class Shape:
    """`heads` and `rows`: part → form; `sections`: key → label and parts, in the order of the page."""

    key: str
    heads: Mapping[str, type[Form]]
    rows: Mapping[str, type[Form]]
    sections: Mapping[str, tuple[str, tuple[str, ...]]]
    hints: Mapping[str, str] = field(default_factory=dict)

    @property
    def one_person(self) -> bool:
        return self.key == "person"

    @property
    def asks_money(self) -> bool:
        return "income" in self.rows


_FULL_SECTIONS = {
    "basics": ("申请信息", ("basics",)),
    "members": ("家庭成员", ("member",)),
    "incomes": ("收入", ("income",)),
    "deductions": ("扣减支出", ("deduction",)),
    "properties": ("家庭财产", ("wealth", "property")),
    "housing": ("住房", ("housing",)),
    "supporters": ("赡抚养人", ("support", "supporter")),
    "answers": ("专项情况", ("answers",)),
    "account": ("银行账户", ("account",)),
}
_PEOPLE_SECTIONS = {key: _FULL_SECTIONS[key] for key in ("basics", "members", "answers", "account")}
_PERSON_SECTIONS = {**_PEOPLE_SECTIONS, "members": ("保障对象", ("member",))}


@lru_cache(maxsize=256)
def shape_of(spec: SchemeSpec) -> Shape:
    """The form of a programme. Made once for each set of terms."""
    questions = rule_of(spec.rule).questions
    heads: dict[str, type[Form]]
    rows: dict[str, type[Form]]
    if spec.form == "full":
        heads = {"basics": BasicsForm, "wealth": WealthForm, "housing": HousingForm, "support": SupportForm}
        rows = {
            "member": MemberForm,
            "income": IncomeForm,
            "deduction": DeductionForm,
            "property": PropertyForm,
            "supporter": SupporterForm,
        }
        sections = _FULL_SECTIONS
    elif spec.form == "people":
        heads, rows, sections = {"basics": PeopleBasicsForm}, {"member": PersonOfFamilyForm}, _PEOPLE_SECTIONS
    else:
        heads, rows, sections = {"basics": PersonBasicsForm}, {"member": PersonForm}, _PERSON_SECTIONS
    if questions:
        heads["answers"] = answers_form(questions, spec.category_names)
    if spec.has("account"):
        heads["account"] = AccountForm
    kept = {
        key: (label, parts)
        for key, (label, names) in sections.items()
        if (parts := tuple(name for name in names if name in heads or name in rows))
    }
    return Shape(spec.form, heads, rows, kept)
