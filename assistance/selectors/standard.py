"""Standards as pages show them: in words, and beside the one before."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import QuerySet

from assistance.models import Scheme, Standard
from assistance.policy.dibao_standard import CLASSES
from assistance.policy.parameters import Parameter
from assistance.policy.rules import RULES, rule_of
from assistance.schemes import CLASSES as SCHEME_CLASSES
from civaffairs.lib import money
from civaffairs.registry.models import Posting

# What a list of standards can be narrowed to besides the programme: those that somebody has to confirm.
WAITING = "waiting"


def parameters_of(scheme: Scheme) -> tuple[Parameter, ...]:
    """The numbers that the scheme's rule needs, those by category spelt out."""
    return rule_of(scheme.spec.rule).parameters_for(scheme.spec.category_names)


def standards_of(posting: Posting, query: Mapping[str, Any]) -> QuerySet:
    standards = Standard.objects.visible_to(posting).select_related(
        "scheme", "office", "entered_by__user", "confirmed_by__user"
    )
    if scheme := query.get("scheme"):
        standards = standards.filter(scheme_id=scheme)
    if query.get("state") == WAITING:
        standards = standards.filter(confirmed_at=None)
    return standards


def mark_states(standards: list[Standard], on: date) -> None:
    """Say of each whether it holds today: the latest confirmed month of its scheme and area that has begun."""
    wanted = {(s.scheme_id, s.office_id) for s in standards}
    holding: dict[tuple[str, str], int] = {}
    rows = Standard.objects.confirmed().filter(
        from_month__lte=on, scheme_id__in={s for s, _ in wanted}, office_id__in={o for _, o in wanted}
    )
    for scheme, office, pk in rows.order_by("from_month", "id").values_list("scheme_id", "office_id", "pk"):
        holding[scheme, office] = pk
    for standard in standards:
        if standard.confirmed_at is None:
            standard.words, standard.tone = "待确认", "todo"
        elif standard.from_month > on:
            standard.words, standard.tone = "待生效", "wait"
        elif holding.get((standard.scheme_id, standard.office_id)) == standard.pk:
            standard.words, standard.tone = "执行中", "good"
        else:
            standard.words, standard.tone = "已被替代", "plain"
        standard.main_label, standard.main = main_number(standard)


def before(standard: Standard) -> Standard | None:
    """The standard in force that this one follows in its area."""
    rows = Standard.objects.confirmed().filter(
        scheme_id=standard.scheme_id, office_id=standard.office_id, from_month__lt=standard.from_month
    )
    return rows.order_by("-from_month", "-id").first()


def latest(scheme_code: str, posting: Posting) -> Standard | None:
    """What the form for the next standard starts from."""
    rows = Standard.objects.visible_to(posting).confirmed().filter(scheme_id=scheme_code)
    return rows.order_by("-from_month", "-id").first()


@dataclass
class Line:
    """One number of a standard, and what it was before. `of` names the table that it is a row of."""

    label: str
    value: str
    was: str
    source: str
    of: str = ""
    help: str = ""

    @property
    def changed(self) -> bool:
        return self.was != "" and self.was != self.value


@dataclass
class Group:
    title: str
    lines: list[Line] = field(default_factory=list)


def groups_of(standard: Standard, previous: Standard | None) -> list[Group]:
    """The numbers under their headings; those by category or age one a line, so that they stand under each other."""
    groups: dict[str, Group] = {}
    names = standard.scheme.category_names_ever
    for parameter in parameters_of(standard.scheme):
        now = standard.params.get(parameter.name)
        was = previous.params.get(parameter.name) if previous else None
        lines = groups.setdefault(parameter.group, Group(parameter.group)).lines
        rows, rows_before = _rows(parameter, now, names), dict(_rows(parameter, was, names) or ())
        if rows is None:
            before_words = in_words(parameter, was) if previous else ""
            words, source = in_words(parameter, now), parameter.source
            lines.append(Line(parameter.label, words, before_words, source, help=parameter.help))
            continue
        for label, value in rows:
            gone = "无" if previous else ""
            lines.append(Line(label, value, rows_before.pop(label, gone), parameter.source, parameter.label))
        for label, value in rows_before.items():
            lines.append(Line(label, "无", value, parameter.source, parameter.label))
        if not rows and not rows_before:
            lines.append(Line("没有分类", "无", "", parameter.source, parameter.label))
    return list(groups.values())


def _rows(parameter: Parameter, value: Any, names: Mapping[str, str]) -> list[tuple[str, str]] | None:
    """Label and value of each row of a number that is a table; None for a plain one."""
    if parameter.kind in ("rates", "shares"):
        labels = dict(parameter.choices)
        return [
            (
                labels.get(key) or names.get(key, key),
                f"{money.yuan(each)} 元" if parameter.kind == "rates" else f"{each}%",
            )
            for key, each in (value or {}).items()
        ]
    if parameter.kind == "ages":
        return [(f"满{row['from_age']}周岁起", f"{money.yuan(row['amount_fen'])} 元") for row in value or ()]
    return None


def main_number(standard: Standard) -> tuple[str, str]:
    """Label and value of the number that a list shows: the first of the rule that is a sum or a share, as a range where
    there is one for each category or age."""
    parameters = parameters_of(standard.scheme)
    telling = (p for p in parameters if p.kind in ("fen", "rates", "ages", "percent", "shares"))
    parameter = next(telling, parameters[0])
    value = standard.params.get(parameter.name)
    if parameter.kind == "ages":
        return parameter.label, _range([row["amount_fen"] for row in value or ()], "档")
    if parameter.kind == "rates":
        return parameter.label, _range(list((value or {}).values()), "类")
    if parameter.kind == "shares":
        sums = list((value or {}).values())
        return parameter.label, "～".join(
            f"{each}%" for each in dict.fromkeys((min(sums), max(sums)))
        ) if sums else "无"
    return parameter.label, in_words(parameter, value)


def _range(sums: list[int], unit: str) -> str:
    if not sums:
        return "无"
    low, high = min(sums), max(sums)
    if low == high:
        return f"{money.yuan(low)} 元"
    return f"{money.yuan(low)}～{money.yuan(high)} 元（{len(sums)}{unit}）"


def in_words(parameter: Parameter, value: Any) -> str:
    """The value as a clerk reads it, with its unit."""
    if value is None:
        return "未填"
    match parameter.kind:
        case "fen":
            return f"{money.yuan(value)} 元"
        case "percent":
            return f"{value}%"
        case "bool":
            return "是" if value else "否"
        case "choice":
            return dict(parameter.choices).get(value, str(value))
        case "bands":
            return "；".join(_band(row) for row in value) or "无"
        case "classified":
            return "；".join(_extra(name, extra) for name, extra in value.items()) or "不增发"
    return str(value)


def _band(row: Mapping[str, Any]) -> str:
    return f"{row['label']}：人均月收入不超过{money.yuan(row['max_income_fen'])}元，发{money.yuan(row['amount_fen'])}元"


def _extra(name: str, extra: Mapping[str, int]) -> str:
    amount = f"{extra['percent']}%" if "percent" in extra else f"{money.yuan(extra['amount_fen'])}元"
    return f"{CLASSES[name]} {amount}"


def schemes() -> list[Scheme]:
    """Those whose numbers can be entered."""
    rows = Scheme.objects.filter(is_active=True)
    return [scheme for scheme in rows if scheme.spec.rule in RULES]


def schemes_by_class() -> list[tuple[str, list[tuple[str, str]]]]:
    """Code and name of those, under their classes, for a list to choose from."""
    groups: dict[str, list[tuple[str, str]]] = {label: [] for label in SCHEME_CLASSES.values()}
    for scheme in schemes():
        groups[SCHEME_CLASSES[scheme.klass]].append((scheme.code, scheme.name))
    return [(label, rows) for label, rows in groups.items() if rows]
