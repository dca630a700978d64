"""The whole application form: its parts, how what was typed is kept, and how far each section has come.

What was typed is a plain mapping of field name to the list of strings that the browser sent. A draft and every
version handed in keep it in this shape, right or wrong, so that nothing has to be translated back.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django import forms
from django.forms import BaseForm, BaseFormSet, formset_factory
from django.utils.datastructures import MultiValueDict

from assistance.forms.application import required
from assistance.forms.shapes import Shape, shape_of
from assistance.models.application import goes_to_institution
from assistance.schemes import DIBAO_RURAL
from civaffairs.lib.months import age_on
from civaffairs.registry.models import Relationship

Content = dict[str, list[str]]

HEADS = ("basics", "wealth", "housing", "support", "answers", "account")
ROWS = ("member", "income", "deduction", "property", "supporter")
MOST_ROWS = 60
LONGEST_VALUE = 2000
_ROW_FIELD = re.compile(rf"({'|'.join(ROWS)})-(\d+)-(\w+)")
_ROW_TOTAL = re.compile(rf"({'|'.join(ROWS)})-TOTAL_FORMS")


# --- what was typed -------------------------------------------------------------------------------------


def content_of(posted: Mapping[str, Any]) -> Content:
    """What a browser sent (a QueryDict), without token and version, without rows that were removed or never
    touched; rows are numbered anew and members get a key by which the other rows name them."""
    heads: Content = {}
    rows: dict[str, dict[int, Content]] = {name: {} for name in ROWS}
    for name, values in posted.lists():
        values = [str(value)[:LONGEST_VALUE] for value in values]
        if match := _ROW_FIELD.fullmatch(name):
            rows[match[1]].setdefault(int(match[2]), {})[match[3]] = values
        elif name.split("-", 1)[0] in HEADS and any(values):
            heads[name] = values
    content = dict(heads)
    for prefix, found in rows.items():
        kept = [row for _, row in sorted(found.items()) if "DELETE" not in row and _touched(row)]
        _put_rows(content, prefix, kept[:MOST_ROWS])
    return content


def pack(parts: Mapping[str, Any], shape: Shape | None = None) -> Content:
    """The same shape from Python values: {"basics": {...}, "member": [{...}, ...], ...}.

    Dates, fen and truth values are written as the fields show them. Members may give their own "key". Without `shape` it
    is the form of 低保. What a shape does not ask is left out.
    """
    shape = shape or shape_of(DIBAO_RURAL)
    content: Content = {}
    for name, form in shape.heads.items():
        for field, value in parts.get(name, {}).items():
            if field in form.base_fields and (written := _written(form.base_fields[field], value)):
                content[f"{name}-{field}"] = written
    for prefix, form in shape.rows.items():
        rows = [
            {
                field: _written(form.base_fields[field], value)
                for field, value in row.items()
                if field in form.base_fields
            }
            for row in parts.get(prefix, [])
        ]
        _put_rows(content, prefix, [{k: v for k, v in row.items() if v} for row in rows])
    return content


def _written(field: forms.Field, value: Any) -> list[str]:
    if value is None or value == "" or value == []:
        return []
    if isinstance(field, forms.BooleanField):
        return ["on"] if value else []
    if isinstance(value, tuple | set | frozenset):
        value = sorted(value) if isinstance(value, set | frozenset) else list(value)
    if isinstance(value, list | tuple):
        return [str(each) for each in value]
    return [str(field.prepare_value(value))]


def _touched(row: Content) -> bool:
    return any(value.strip() for name, values in row.items() if name != "key" for value in values)


def _put_rows(content: Content, prefix: str, rows: Sequence[Content]) -> None:
    if prefix == "member":
        taken = {row["key"][0] for row in rows if row.get("key", [""])[0]}
        fresh = (f"m{n}" for n in range(1, 10_000) if f"m{n}" not in taken)
        seen: set[str] = set()
        for row in rows:
            key = row.get("key", [""])[0]
            if not re.fullmatch(r"m\d{1,6}", key) or key in seen:
                row["key"] = [next(fresh)]
            seen.add(row["key"][0])
    for number, row in enumerate(rows):
        for field, values in row.items():
            if any(values):
                content[f"{prefix}-{number}-{field}"] = values
    content[f"{prefix}-TOTAL_FORMS"] = [str(len(rows))]
    content[f"{prefix}-INITIAL_FORMS"] = ["0"]


def people_in(content: Content) -> list[tuple[str, str]]:
    """(key, name) of the members as typed, for the lists in the other rows."""
    total = int(content.get("member-TOTAL_FORMS", ["0"])[0])
    found = []
    for number in range(total):
        key = content.get(f"member-{number}-key", [""])[0]
        name = content.get(f"member-{number}-name", [""])[0].strip()
        found.append((key, name or f"第{number + 1}人"))
    return found


def label_of(content: Content) -> str:
    """The name by which the list of drafts calls this form: the head of household, else the first member."""
    names = []
    for number, (_, name) in enumerate(people_in(content)):
        head = content.get(f"member-{number}-relationship", [""])[0] == Relationship.HEAD
        names.insert(0 if head else len(names), name)
    return names[0][:60] if names else ""


# --- rows ------------------------------------------------------------------------------------------------


class MemberRows(BaseFormSet):
    def clean(self) -> None:
        """One head, and nobody twice."""
        rows = [row for row in self.forms if row.has_changed()]
        if not rows:
            raise required("请填写家庭成员，从户主开始")
        relations = [row.cleaned_data.get("relationship") for row in rows]
        heads = [row for row, relation in zip(rows, relations, strict=True) if relation == Relationship.HEAD]
        if not heads and all(relations):
            raise forms.ValidationError("还没有户主，请把其中一人的“与户主关系”选为户主")
        for extra in heads[1:]:
            extra.add_error("relationship", f"户主只能有一人，{_name(heads[0])}已经是户主")
        if all("protected" in row.cleaned_data for row in rows):
            if not any(row.cleaned_data["protected"] for row in rows):
                raise forms.ValidationError("至少要有一名保障对象")
        seen: dict[str, BaseForm] = {}
        for row in rows:
            number = row.cleaned_data.get("id_number") or row.cleaned_data.get("substitute_number")
            if number and number in seen:
                row.add_error("id_number", f"与{_name(seen[number])}的号码重复，同一人只填一次")
            elif number:
                seen[number] = row


def _name(row: BaseForm) -> str:
    return row.cleaned_data.get("name") or "另一人"


class OnePerson(BaseFormSet):
    def clean(self) -> None:
        """Exactly one: a second person has a form of his own."""
        rows = [row for row in self.forms if row.has_changed()]
        if not rows:
            raise required("请填写保障对象")
        if len(rows) > 1:
            raise forms.ValidationError("这个项目按人申请，一份申请只填一个人，其他人另填一份")


@lru_cache(maxsize=256)
def _factory(shape_key: str, prefix: str, form: type[forms.Form]) -> type[BaseFormSet]:
    formset = BaseFormSet
    if prefix == "member":
        formset = OnePerson if shape_key == "person" else MemberRows
    return formset_factory(
        form, formset=formset, extra=0, can_delete=True, max_num=MOST_ROWS, absolute_max=MOST_ROWS
    )


# --- the whole -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Section:
    """How far a part of the form has come, in a word and a tone of the badges."""

    key: str
    label: str
    words: str
    tone: str


class Declaration:
    """The form bound to what was typed. Templates read the parts by name; services read `cleaned`."""

    def __init__(self, content: Content, on: date, shape: Shape | None = None) -> None:
        self.content, self.on = content, on
        self.shape = shape or shape_of(DIBAO_RURAL)
        data: MultiValueDict = MultiValueDict(content)
        people = people_in(content)
        self.parts: dict[str, Any] = {}
        for name, form in self.shape.heads.items():
            extra = {"people": people} if name == "basics" else {}
            self.parts[name] = form(data, prefix=name, **extra)
        for prefix, row_form in self.shape.rows.items():
            factory = _factory(self.shape.key, prefix, row_form)
            data.setdefault(f"{prefix}-TOTAL_FORMS", "0")
            data.setdefault(f"{prefix}-INITIAL_FORMS", "0")
            kwargs = {"on": on} if prefix == "member" else {"people": people}
            self.parts[prefix] = factory(data, prefix=prefix, form_kwargs=kwargs)
        self._check_between_parts()

    @property
    def members(self) -> list[BaseForm]:
        return list(self.parts["member"].forms)

    @property
    def all_parts(self) -> list[Any]:
        """In the order of the page, for the error summary."""
        return [self.parts[name] for _, names in self.shape.sections.values() for name in names]

    def is_valid(self) -> bool:
        return not any(True for _ in self.errors())

    def errors(self) -> Iterable[forms.ValidationError]:
        for part in self.all_parts:
            yield from _errors_of(part)

    @property
    def cleaned(self) -> dict[str, Any]:
        """{"basics": {...}, "member": [{...}, ...], ...}; complete only when the form is valid."""
        found: dict[str, Any] = {name: {} for name in HEADS} | {name: [] for name in ROWS}
        return found | {
            name: [row.cleaned_data for row in part.forms] if name in ROWS else part.cleaned_data
            for name, part in self.parts.items()
        }

    @property
    def answers(self) -> dict[str, Any]:
        """The answers to the programme's questions, those left open as None."""
        form = self.parts.get("answers")
        return dict(form.cleaned_data) if form is not None else {}

    def sections(self) -> list[Section]:
        """Where each section stands. Asked before quieten()."""
        return [self._section(key, label, names) for key, (label, names) in self.shape.sections.items()]

    def quieten(self) -> None:
        """Take away the complaints about what has not been filled in yet; what is wrong stays marked."""
        for part in self.all_parts:
            if isinstance(part, BaseFormSet):
                _only_wrong(part.non_form_errors())
            for form in part.forms if isinstance(part, BaseFormSet) else [part]:
                for name in list(form.errors):
                    if not _only_wrong(form.errors[name]):
                        del form.errors[name]

    def _section(self, key: str, label: str, names: tuple[str, ...]) -> Section:
        codes = [error.code for name in names for error in _errors_of(self.parts[name])]
        # questions that demand nothing may stay open like an empty list
        optional = all(name == "answers" or (name in ROWS and name != "member") for name in names)
        if any(code != "required" for code in codes):
            return Section(key, label, "有误", "bad")
        if not any(self._filled(name) for name in names):
            return Section(key, label, "可不填" if optional and not codes else "未填", "plain")
        return Section(key, label, "未填完", "warn") if codes else Section(key, label, "已填", "good")

    def _filled(self, name: str) -> bool:
        if name in ROWS:
            return self.content.get(f"{name}-TOTAL_FORMS", ["0"]) != ["0"]
        return any(key.startswith(f"{name}-") for key in self.content)

    def _check_between_parts(self) -> None:
        """What one part says must agree with another: income with the members, lists with their yes or no."""
        for part in self.parts.values():
            part.is_valid()
        if self.shape.asks_money:
            self._money_agrees()
            self._list_agrees("wealth", "property_state", "property", "财产")
            self._list_agrees("support", "support_state", "supporter", "义务人")
            self._single_is_one()
        if self.shape.one_person:
            self._minor_has_guardian()
        if "account" in self.parts:
            if goes_to_institution(self.answers):
                self._account_may_wait()
            self._account_has_reason()

    def _money_agrees(self) -> None:
        stated = {}
        for member in self.members:
            key = self.content.get(f"{member.prefix}-key", [""])[0]
            stated[key] = (member, member.cleaned_data.get("income_state"))
        earning = {row.cleaned_data.get("member") for row in self.parts["income"].forms}
        for key, (member, state) in stated.items():
            if state == "has" and key not in earning:
                member.add_error("income_state", required(f"{_name(member)}有收入，请在“收入”里逐项填写"))
        for row in self.parts["income"].forms:
            member, state = stated.get(row.cleaned_data.get("member"), (None, None))
            if state in ("none", "unknown"):
                words = "申报没有收入" if state == "none" else "收入未核定"
                row.add_error("member", f"{_name(member)}在“家庭成员”里选的是“{words}”，两处不一致")

    def _list_agrees(self, head: str, field: str, rows: str, what: str) -> None:
        form, count = self.parts[head], len(self.parts[rows].forms)
        state = form.cleaned_data.get(field)
        if state == "has" and not count:
            form.add_error(field, required(f"选了有{what}，请在下面至少填一行"))
        elif state == "none" and count:
            form.add_error(field, f"选了没有{what}，下面却填了 {count} 行，两处不一致")

    def _minor_has_guardian(self) -> None:
        """A person under age is applied for by a guardian (《民法典》第23条)."""
        birth = self.applicant.cleaned_data.get("birth") if self.applicant else None
        basics = self.parts["basics"]
        if birth and age_on(birth, self.on) < 18 and not basics.cleaned_data.get("agent_name"):
            basics.add_error("agent_name", required("未满18周岁的由监护人代为申请，请填写监护人"))

    def _account_may_wait(self) -> None:
        """Who is kept in a home needs no account of his own: the home's is chosen with the decision."""
        form = self.parts["account"]
        _only_missing(form)
        for name in ("bank", "holder", "number", "holder_reason"):
            form.cleaned_data.setdefault(name, "")

    def _account_has_reason(self) -> None:
        account, applicant = self.parts["account"], self.applicant
        holder = account.cleaned_data.get("holder")
        name = applicant.cleaned_data.get("name") if applicant else None
        if holder and name and holder.replace(" ", "") != name.replace(" ", ""):
            if not account.cleaned_data.get("holder_reason"):
                account.add_error("holder_reason", required(f"户名不是申请人{name}，请写明原因"))

    def _single_is_one(self) -> None:
        """单人保 is for one person of a household (民发〔2021〕57号第8条)."""
        protected = [row for row in self.members if row.cleaned_data.get("protected")]
        if self.parts["basics"].cleaned_data.get("single_person") and len(protected) > 1:
            self.parts["basics"].add_error(
                "single_person", f"单人保只保一人，家庭成员里选了 {len(protected)} 名保障对象"
            )

    @property
    def applicant(self) -> BaseForm | None:
        """The member who applies: the one chosen, else the head of household."""
        key = self.parts["basics"].cleaned_data.get("applicant")
        for member in self.members:
            if key and self.content.get(f"{member.prefix}-key", [""])[0] == key:
                return member
        return self.head

    @property
    def head(self) -> BaseForm | None:
        heads = (m for m in self.members if m.cleaned_data.get("relationship") == Relationship.HEAD)
        if self.shape.one_person:
            return self.members[0] if self.members else None
        return next(heads, None)


def _errors_of(part: Any) -> Iterable[forms.ValidationError]:
    if isinstance(part, BaseFormSet):
        yield from part.non_form_errors().as_data()
        for form in part.forms:
            yield from _errors_of(form)
    else:
        for errors in part.errors.as_data().values():
            yield from errors


def _only_missing(form: forms.Form) -> None:
    """Take away what says that something is missing."""
    for name in list(form.errors):
        if not _only_wrong(form.errors[name]):
            del form.errors[name]


def _only_wrong(errors: Any) -> bool:
    errors.data[:] = [error for error in errors.data if error.code != "required"]
    return bool(errors.data)
