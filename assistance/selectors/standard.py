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
from civaffairs.lib import money
from civaffairs.registry.models import Posting


def parameters_of(scheme: Scheme) -> tuple[Parameter, ...]:
    """The numbers that the scheme's rule needs, those by category spelt out."""
    return rule_of(scheme.spec.rule).parameters_for(scheme.spec.category_names)


def standards_of(posting: Posting, query: Mapping[str, Any]) -> QuerySet:
    standards = Standard.objects.visible_to(posting).select_related(
        "scheme", "office", "entered_by__user", "confirmed_by__user"
    )
    if scheme := query.get("scheme"):
        standards = standards.filter(scheme_id=scheme)
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
        first = parameters_of(standard.scheme)[0]
        standard.main = in_words(first, standard.params.get(first.name))


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
    """One number of a standard, and what it was before."""

    label: str
    value: str
    was: str
    source: str

    @property
    def changed(self) -> bool:
        return self.was != "" and self.was != self.value


@dataclass
class Group:
    title: str
    lines: list[Line] = field(default_factory=list)


def groups_of(standard: Standard, previous: Standard | None) -> list[Group]:
    groups: dict[str, Group] = {}
    for parameter in parameters_of(standard.scheme):
        was = in_words(parameter, previous.params.get(parameter.name)) if previous else ""
        line = Line(
            parameter.label, in_words(parameter, standard.params.get(parameter.name)), was, parameter.source
        )
        groups.setdefault(parameter.group, Group(parameter.group)).lines.append(line)
    return list(groups.values())


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
        case "rates":
            return _by_category(parameter, value, lambda fen: f"{money.yuan(fen)}元")
        case "shares":
            return _by_category(parameter, value, lambda share: f"{share}%")
        case "ages":
            return (
                "；".join(f"{row['from_age']}周岁起 {money.yuan(row['amount_fen'])}元" for row in value)
                or "无"
            )
        case "bands":
            return "；".join(_band(row) for row in value) or "无"
        case "classified":
            return "；".join(_extra(name, extra) for name, extra in value.items()) or "不增发"
    return str(value)


def _by_category(parameter: Parameter, value: Mapping[str, int], shown) -> str:
    names = dict(parameter.choices)
    return "；".join(f"{names.get(key, key)} {shown(each)}" for key, each in value.items()) or "无"


def _band(row: Mapping[str, Any]) -> str:
    return f"{row['label']}：人均月收入不超过{money.yuan(row['max_income_fen'])}元，发{money.yuan(row['amount_fen'])}元"


def _extra(name: str, extra: Mapping[str, int]) -> str:
    amount = f"{extra['percent']}%" if "percent" in extra else f"{money.yuan(extra['amount_fen'])}元"
    return f"{CLASSES[name]} {amount}"


def schemes() -> list[Scheme]:
    """Those whose numbers can be entered."""
    rows = Scheme.objects.filter(is_active=True)
    return [scheme for scheme in rows if scheme.spec.rule in RULES]
