"""Programmes as their pages show them: in words, with what the county has set and from which document."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q

from assistance.models import Entitlement, MaterialKind, Scheme, SchemeTerms, Standard
from assistance.policy.overlaps import EFFECTS, LEVELS, NAMES, OVERLAPS, Overlap
from assistance.policy.rules import rule_of
from assistance.schemes import (
    CADENCES,
    CLASSES,
    DECIDERS,
    FORMS,
    OWN_TERMS,
    SCHEMES,
    STARTS,
    STEPS,
    UNITS,
    SchemeSpec,
)
from assistance.selectors import standard as standards
from assistance.services.scheme_terms import IN_ORDER, LIMITS
from civaffairs.lib.names import search_initials
from civaffairs.registry import county
from civaffairs.registry.models import Posting

LABELS = {
    "name": "名称",
    "short_name": "简称",
    "number_prefix": "编号字母",
    "klass": "类别",
    "programme": "资金项目",
    "cadence": "发放方式",
    "categories": "对象类别",
    "steps": "办理环节",
    "peer": "会审单位",
    "decided_by": "由谁审批",
    "starts": "从哪个月起发",
    "months_after_death": "去世后",
    "stops_next": "其他原因停发",
    "review_months": "复核",
    "limits": "办理期限",
    "closed": "受理新申请",
}


# --- in words -------------------------------------------------------------------------------------------


def after_death(months: int) -> str:
    if months < 0:
        return "去世当月起停发"
    return "发到去世当月" if months == 0 else f"去世当月之后再发{months}个月"


def term_in_words(name: str, value: Any) -> str:
    """One of the terms as a clerk reads it; `value` as the JSON column or the spec has it."""
    match name:
        case "klass":
            return CLASSES[value]
        case "cadence":
            return CADENCES[value]
        case "decided_by":
            return DECIDERS[value]
        case "starts":
            return f"{STARTS[value]}起"
        case "months_after_death":
            return after_death(value)
        case "closed":
            return "停止受理，已经受理和享受的照旧" if value else "受理"
        case "stops_next":
            return "次月起停发" if value else "当月起停发"
        case "review_months":
            return f"每{value}个月一次" if value else "不复核"
        case "steps":
            return steps_in_words(value)
        case "categories":
            return "、".join(label for _, label in value) or "不分类"
        case "limits":
            return "；".join(limit_in_words(key, days) for key, days in value) or "按县级参数"
    return str(value) or "无"


def steps_in_words(steps: Iterable[str]) -> str:
    """The steps in the order in which a case goes through them, from the form to the decision."""
    have = set(steps)
    return " → ".join(
        ["受理", *(STEPS[step] for step in IN_ORDER if step in have and step != "account"), "审批"]
    )


def limit_in_words(key: str, days: int) -> str:
    return f"{LIMITS[key].label}{days}{LIMITS[key].unit}"


# --- the list -------------------------------------------------------------------------------------------


@dataclass
class Row:
    """A programme in the list, with the number that its standard begins with."""

    scheme: Scheme
    spec: SchemeSpec
    main: str = ""
    main_label: str = ""
    since: date | None = None
    waiting: str = ""
    closed: bool = False

    @property
    def hint(self) -> str:
        return "、".join(self.spec.aliases)

    @property
    def cadence(self) -> str:
        return CADENCES[self.spec.cadence] if rule_of(self.spec.rule).pays else "不发钱"

    @property
    def decider(self) -> str:
        return DECIDERS[self.spec.decided_by]


@dataclass
class Class:
    label: str
    rows: list[Row] = field(default_factory=list)


def found_by(scheme: Scheme, words: str) -> bool:
    """Whether somebody who types these words means this programme: by name, older name, or initials."""
    words = words.strip().lower()
    spec = scheme.spec
    names = (scheme.name, scheme.short_name, spec.programme, *spec.aliases)
    if any(words in name.lower() for name in names):
        return True
    return words.isascii() and any(words in search_initials(name) for name in names if name)


def classes_of(posting: Posting, words: str, klass: str, on: date) -> list[Class]:
    """The programmes grouped by class, each with the first number of its county standard in force. Three queries."""
    waiting = {row.scheme_id: row for row in SchemeTerms.objects.filter(confirmed_at=None)}
    schemes = [
        scheme
        for scheme in Scheme.objects.filter(Q(is_active=True) | Q(pk__in=waiting))
        if (not klass or scheme.klass == klass) and (not words.strip() or found_by(scheme, words))
    ]
    in_force = _in_force([scheme.pk for scheme in schemes], posting, on)
    groups = {key: Class(label) for key, label in CLASSES.items()}
    for scheme in schemes:
        row = Row(scheme, scheme.spec if scheme.is_active else spec_of_proposal(waiting[scheme.pk]))
        if standard := in_force.get(scheme.pk):
            row.main_label, row.main = standards.main_number(standard)
            row.since = standard.from_month
        row.closed = scheme.is_active and scheme.spec_on(on).closed
        if scheme.pk in waiting:
            row.waiting = "新规定待确认" if scheme.is_active else "新项目待确认"
        groups[scheme.klass].rows.append(row)
    return [group for group in groups.values() if group.rows]


def spec_of_proposal(row: SchemeTerms) -> SchemeSpec:
    """A programme of the county's own that nobody has confirmed yet, as it would be."""
    return Scheme(code=row.scheme_id, terms=[_as_json(row)]).spec


def _as_json(row: SchemeTerms) -> dict[str, Any]:
    return {"from_day": row.from_day.isoformat(), "terms": row.terms}


def _in_force(codes: list[str], posting: Posting, on: date) -> dict[str, Standard]:
    """The latest confirmed standard of the county that has begun, by programme."""
    rows = Standard.objects.confirmed().filter(
        scheme_id__in=codes, office_id=f"{posting.office_id[:6]}000000", from_month__lte=on
    )
    return {row.scheme_id: row for row in rows.select_related("scheme").order_by("from_month", "id")}


# --- one programme --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fact:
    """One thing about a programme; `document` is the county's paper that set it, "" where it is as the nation has it."""

    label: str
    value: str
    document: str = ""
    since: str = ""
    note: str = ""


def facts_of(scheme: Scheme, spec: SchemeSpec) -> list[Fact]:
    """What does not depend on the county's procedure."""
    names = {"个人": "一名对象填一份"}
    return [
        Fact("类别", CLASSES[spec.klass]),
        Fact("申请单位", f"按{UNITS[spec.unit]}申请"),
        Fact("申请表", FORMS[spec.form], note=names.get(FORMS[spec.form], "")),
        Fact("常要材料", "、".join(str(MaterialKind(kind).label) for kind in spec.materials)),
        Fact("编号字母", spec.number_prefix),
        Fact("资金项目", spec.programme),
        Fact("也叫", "、".join(spec.aliases) or "无"),
        Fact("依据", "；".join(documents_of(scheme)) if scheme.is_own else "；".join(spec.sources)),
    ]


def documents_of(scheme: Scheme) -> list[str]:
    """The county's papers on a programme, newest last."""
    return [
        f"{row['document']}{'《' + row['title'] + '》' if row.get('title') else ''}" for row in scheme.terms
    ]


def local_facts(scheme: Scheme, spec: SchemeSpec, on: date) -> list[Fact]:
    """Each of the terms in force on a day, and the county's paper behind it where there is one."""
    set_by: dict[str, Mapping[str, Any]] = {}
    for row in scheme.terms:
        if row["from_day"] <= on.isoformat() or (scheme.is_own and row is scheme.terms[0]):
            set_by |= dict.fromkeys(row["terms"], row)
    found = []
    for name in ("cadence", "steps", "peer", "decided_by", "starts", "months_after_death", "stops_next"):
        if name != "peer" or spec.peer:
            found.append(_fact(name, getattr(spec, name), set_by))
    found += [
        _fact("review_months", spec.review_months, set_by),
        _fact("categories", spec.categories, set_by),
    ]
    return found


def _fact(name: str, value: Any, set_by: Mapping[str, Mapping[str, Any]]) -> Fact:
    row = set_by.get(name)
    document, since = (row["document"], row["from_day"]) if row else ("", "")
    return Fact(LABELS[name], term_in_words(name, value), document, since)


def limits_of(scheme: Scheme, spec: SchemeSpec, on: date) -> list[Fact]:
    """The days of each step that the programme has: its own, or those of the county's settings."""
    settings, own = county.values(on), dict(spec.limits)
    document = next((row["document"] for row in reversed(scheme.terms) if "limits" in row["terms"]), "")
    found = []
    for key in _limits_that_count(spec):
        days = own.get(key, settings[key])
        source = (document or "本项目规定") if key in own else "县级参数"
        found.append(Fact(LIMITS[key].label, f"{days}{LIMITS[key].unit}", document=source))
    return found


def _limits_that_count(spec: SchemeSpec) -> list[str]:
    needs = {"survey_days": ("check", "visit"), "review_days": ("review",)}
    needs |= {"post_days": ("notice",), "notice_days": ("notice",)}
    township = spec.decided_by != "county"
    return [
        key
        for key in LIMITS
        if (key not in needs or any(step in spec.steps for step in needs[key]))
        and (key != "total_days_delegated" or township)
        and (key != "total_days" or spec.decided_by != "township")
    ]


@dataclass(frozen=True)
class Neighbour:
    """What holds between a programme and another."""

    other: str
    effect: str
    level: str
    who: str
    article: str
    is_local: bool
    is_set: bool = False  # by the county; the article is then its document

    @property
    def stops(self) -> bool:
        """Whether it comes up at all: what is allowed is no hit."""
        return self.effect != EFFECTS["allow"]


def overlaps_of(spec: SchemeSpec, rows: Iterable[Overlap] = OVERLAPS) -> list[Neighbour]:
    """The rows of the table in which a programme stands, what excludes first. `rows` as the county has set them
    (selectors/overlap.table_on): what differs from the national table is the county's, with its document."""
    found = []
    national = set(OVERLAPS)
    for row in rows:
        mine = {spec.code, spec.family}
        if row.a in mine and row.b in mine:
            found.append(_neighbour(row, "本项目再领一份", row not in national))
        elif row.a in mine or row.b in mine:
            other = _called(row.b if row.a in mine else row.a)
            found.append(_neighbour(row, other, row not in national))
    order = list(EFFECTS.values())
    return sorted(found, key=lambda each: order.index(each.effect))


def _called(key: str) -> str:
    return (
        "其他各项" if key == "*" else NAMES.get(key) or (SCHEMES[key].short_name if key in SCHEMES else key)
    )


def _neighbour(row: Overlap, other: str, is_set: bool) -> Neighbour:
    words = []
    if row.scope == "household":
        words.append("全家")
    if row.single:
        words.append("单人保")
    if row.a_categories or row.b_categories:
        words.append("部分类别")
    return Neighbour(
        other,
        EFFECTS[row.effect],
        LEVELS[row.level],
        "、".join(words) or "本人",
        row.article,
        row.certainty == "local",
        is_set,
    )


# --- what the county has set, and what waits --------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    label: str
    value: str
    was: str


@dataclass
class Set:
    """A set of terms on the page: its paper, who did what, and what it changes."""

    row: SchemeTerms
    changes: list[Change]
    words: str
    tone: str


def history_of(scheme: Scheme, on: date) -> list[Set]:
    """All sets of terms, newest first, each beside what held before it."""
    rows = list(
        scheme.terms_rows.select_related("proposed_by__user", "confirmed_by__user").order_by("from_day", "id")
    )
    found, before = [], _ground(scheme)
    for row in rows:
        now = Scheme(code=scheme.code, terms=[_as_json(each) for each in _up_to(rows, row)]).spec
        names = [name for name in OWN_TERMS if name in row.terms]
        if before is None:
            changes = [Change(LABELS[name], term_in_words(name, getattr(now, name)), "") for name in names]
        else:
            changes = [
                Change(
                    LABELS[name],
                    term_in_words(name, getattr(now, name)),
                    term_in_words(name, getattr(before, name)),
                )
                for name in names
            ]
        if row.confirmed_at is None:
            state = ("待确认", "todo")
        elif row.from_day > on:
            state = ("待生效", "wait")
        else:
            state = ("已生效", "good")
        found.append(Set(row, changes, *state))
        if row.confirmed_at is not None:
            before = now
    return found[::-1]


def _ground(scheme: Scheme) -> SchemeSpec | None:
    """What a programme of the catalogue is before the county has set anything."""
    return None if scheme.is_own else SCHEMES[scheme.code]


def _up_to(rows: list[SchemeTerms], row: SchemeTerms) -> list[SchemeTerms]:
    """The confirmed sets up to a row, and the row itself."""
    return [each for each in rows[: rows.index(row) + 1] if each.confirmed_at is not None or each is row]


def rule_in_words(spec: SchemeSpec) -> tuple[str, list[str]]:
    """The rule's own name, and what the form asks for it."""
    rule = rule_of(spec.rule)
    return rule.label, [question.label for question in rule.questions]


def people_in(scheme: Scheme, posting: Posting, on: date) -> int:
    """Rights in force on a day in the area of the posting."""
    return (
        Entitlement.objects.visible_to(posting)
        .filter(scheme=scheme, from_month__lte=on)
        .filter(Q(until_month=None) | Q(until_month__gt=on))
        .count()
    )


def standard_in_force(scheme: Scheme, posting: Posting, on: date) -> Standard | None:
    return _in_force([scheme.pk], posting, on).get(scheme.pk)
