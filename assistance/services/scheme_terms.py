"""What a county may set for a programme, and within which bounds. Nothing here reads or writes a row.

A set of terms is a mapping as the JSON column keeps it: steps and limits, who decides, start, stop, review, categories;
a programme of the county's own says its name, class and number letters besides. What national rules leave no choice
about stands in FIRM and BARRED with the article, and a wish against it is refused with that article.
"""

import re
from collections.abc import Mapping
from typing import Any

from assistance.policy.rules import rule_of
from assistance.procedure import SETTINGS
from assistance.schemes import (
    CADENCES,
    CLASSES,
    DECIDERS,
    LOCAL_TERMS,
    MOST_MONTHS_AFTER_DEATH,
    SCHEMES,
    STARTS,
    STEPS,
    SchemeSpec,
)
from civaffairs.lib.errors import BadInput

# The order in which a case goes through them, whatever order they were ticked in.
IN_ORDER = ("check", "visit", "deliberate", "review", "notice", "peer", "account")

# Days of the procedure that a programme may have otherwise than the county's settings.
_OWN_LIMITS = ("accept_days", "survey_days", "review_days", "post_days", "notice_days", "decide_days")
_OWN_LIMITS += ("total_days", "total_days_extended", "total_days_delegated", "inform_days")
LIMITS = {setting.key: setting for setting in SETTINGS if setting.key in _OWN_LIMITS}
MOST_DAYS = 200
MOST_REVIEW_MONTHS = 60
MOST_CATEGORIES = 40
LENGTHS = {"name": 60, "short_name": 12, "peer": 40, "category": 30}

# Lists know these rhythms (docs/how/payment-run.md); by the batch many are granted at once, which wants a rule of its own.
OWN_CADENCES = {key: CADENCES[key] for key in ("monthly", "quarterly", "yearly", "one-off")}

_57 = "《最低生活保障审核确认办法》（民发〔2021〕57号）"
_43 = "《特困人员认定办法》（民发〔2021〕43号）"
_SURVEYED = ("check", "visit", "review", "notice")
# Steps that the rule's own text demands, by rule.
FIRM: dict[str, tuple[tuple[str, ...], str]] = {
    "dibao": (_SURVEYED, _57),
    "tekun": (("visit", "review", "notice"), _43),
    "temporary_expense": (("notice",), "《关于进一步健全完善临时救助制度的意见》（2026年）"),
    "disability_living": (("review", "peer"), "国发〔2015〕52号"),
    "disability_care": (("review", "peer"), "国发〔2015〕52号"),
}
# Steps that it forbids.
BARRED: dict[str, tuple[tuple[str, ...], str]] = {
    "temporary_quick": (("check", "notice"), "《关于进一步健全完善临时救助制度的意见》（2026年）"),
    "de_facto_orphan": (("notice",), "民发〔2019〕62号"),
    "orphan": (("notice",), "《个人信息保护法》第28、31条"),
}
# The fewest days of notice where a national rule names them.
NOTICE_DAYS = {"dibao": (7, _57), "tekun": (7, _43)}

_LETTERS = re.compile(r"[A-Z]{2,3}")


def may_cadence(spec: SchemeSpec) -> dict[str, str]:
    """The rhythms that a programme may be given."""
    return OWN_CADENCES if spec.code not in SCHEMES else {spec.cadence: CADENCES[spec.cadence]}


def may_add_categories(spec: SchemeSpec) -> bool:
    """Whether the category is chosen on the form; else the rule works it out and knows its own ones only."""
    return any(question.kind == "category" for question in rule_of(spec.rule).questions)


def as_terms(spec: SchemeSpec) -> dict[str, Any]:
    """What holds for a programme, as a form starts from it."""
    plain = {name: getattr(spec, name) for name in LOCAL_TERMS}
    return plain | {
        "steps": [step for step in IN_ORDER if step in spec.steps],
        "categories": [list(pair) for pair in spec.categories],
        "limits": [list(pair) for pair in spec.limits],
    }


def read(spec: SchemeSpec, terms: Mapping[str, Any]) -> dict[str, Any]:
    """The terms in their stored form. `spec` is the programme as it is without them.

    Raises BadInput with the field, and with the article where a national rule is against it.
    """
    strange = [name for name in terms if name not in LOCAL_TERMS]
    if strange:
        raise BadInput(f"没有“{strange[0]}”这一项", strange[0])
    clean: dict[str, Any] = {}
    for name, read_one in _READERS.items():
        if name in terms:
            clean[name] = read_one(spec, terms[name])
    steps = clean.get("steps", list(spec.steps))
    peer = clean.get("peer", spec.peer)
    if "peer" in steps and not peer:
        raise BadInput("有会审的，请填写由哪个单位会审", "peer")
    if "peer" not in steps and clean.get("peer"):
        raise BadInput("没有勾选会审，会审单位不用填", "peer")
    if "limits" in clean:
        _limits_go_together(spec, dict(clean["limits"]))
    return clean


def changed(spec: SchemeSpec, clean: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the terms that differ from what holds already."""
    now = as_terms(spec)
    return {name: value for name, value in clean.items() if value != now[name]}


# --- one by one -----------------------------------------------------------------------------------------


def _steps(spec: SchemeSpec, value: Any) -> list[str]:
    wanted = list(value) if isinstance(value, list | tuple) else []
    for step in wanted:
        if step not in STEPS:
            raise BadInput(f"没有“{step}”这一步", "steps")
    firm, article = FIRM.get(spec.rule, ((), ""))
    for step in firm:
        if step not in wanted:
            raise BadInput(f"{spec.short_name}不能没有{STEPS[step]}（{article}）", "steps", article=article)
    barred, article = BARRED.get(spec.rule, ((), ""))
    for step in barred:
        if step in wanted:
            raise BadInput(f"{spec.short_name}不做{STEPS[step]}（{article}）", "steps", article=article)
    if "deliberate" in wanted and "visit" not in wanted:
        raise BadInput("民主评议要看入户调查的情况，请同时勾选入户调查", "steps")
    if rule_of(spec.rule).pays and "account" not in wanted:
        raise BadInput("这个项目要发钱，不能不登记收款账户", "steps")
    return [step for step in IN_ORDER if step in wanted]


def _peer(spec: SchemeSpec, value: Any) -> str:
    return _text(value, "会审单位", "peer", LENGTHS["peer"], must=False)


def _one_of(choices: Mapping[str, str], label: str, name: str):
    def read_one(spec: SchemeSpec, value: Any) -> str:
        if value not in choices:
            raise BadInput(f"请选择{label}", name)
        return str(value)

    return read_one


def _cadence(spec: SchemeSpec, value: Any) -> str:
    if value not in may_cadence(spec):
        raise BadInput("请选择多久发一次", "cadence")
    return str(value)


def _whole(low: int, high: int, label: str, name: str, unit: str):
    def read_one(spec: SchemeSpec, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise BadInput(f"{label}应在{low}到{high}{unit}之间", name)
        return value

    return read_one


def _stops_next(spec: SchemeSpec, value: Any) -> bool:
    if not isinstance(value, bool):
        raise BadInput("请选择从哪个月起停发", "stops_next")
    return value


def _categories(spec: SchemeSpec, value: Any) -> list[list[str]]:
    found: dict[str, str] = {}
    for row in value if isinstance(value, list | tuple) else ():
        key, name = row
        name = _text(name, "类别名称", "categories", LENGTHS["category"])
        if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,29}", str(key)) or key in found:
            raise BadInput("类别的代号不对，请刷新后重填", "categories")
        if name in found.values():
            raise BadInput(f"类别“{name}”重复了", "categories")
        found[key] = name
    if len(found) > MOST_CATEGORIES:
        raise BadInput(f"类别最多{MOST_CATEGORIES}个", "categories")
    known = spec.category_names
    if not may_add_categories(spec) and set(found) != set(known):
        raise BadInput(f"{spec.short_name}的类别由测算规则定，只能改名称，不能增减", "categories")
    if not found and may_add_categories(spec):
        raise BadInput("至少要有一个类别；不分类的填一个，例如“全部对象”", "categories")
    return [[key, name] for key, name in found.items()]


def _limits(spec: SchemeSpec, value: Any) -> list[list[Any]]:
    found: dict[str, int] = {}
    for key, days in value if isinstance(value, list | tuple) else ():
        if key not in LIMITS:
            raise BadInput(f"没有“{key}”这个期限", "limits")
        if isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= MOST_DAYS:
            raise BadInput(f"{LIMITS[key].label}应在1到{MOST_DAYS}之间", key)
        found[key] = days
    least, article = NOTICE_DAYS.get(spec.rule, (1, ""))
    if found.get("notice_days", least) < least:
        raise BadInput(f"{spec.short_name}的公示不少于{least}天（{article}）", "notice_days", article=article)
    return [[key, found[key]] for key in LIMITS if key in found]


def _limits_go_together(spec: SchemeSpec, limits: Mapping[str, int]) -> None:
    total = limits.get("total_days")
    if total is None:
        return
    for key in ("accept_days", "survey_days", "review_days", "decide_days"):
        if limits.get(key, 0) > total:
            raise BadInput(f"{LIMITS[key].label}比总期限还长", key)
    if limits.get("total_days_extended", total) < total:
        raise BadInput("延长后的总期限不能比总期限短", "total_days_extended")


def _text(value: Any, label: str, name: str, most: int, *, must: bool = True) -> str:
    text = value.strip() if isinstance(value, str) else ""
    if must and not text:
        raise BadInput(f"请填写{label}", name)
    if len(text) > most:
        raise BadInput(f"{label}最多{most}个字，现在{len(text)}个字", name)
    return text


_READERS = {
    "steps": _steps,
    "peer": _peer,
    "decided_by": _one_of(DECIDERS, "由谁审批", "decided_by"),
    "starts": _one_of(STARTS, "从哪个月起发", "starts"),
    "months_after_death": _whole(
        -1, MOST_MONTHS_AFTER_DEATH, "去世后续发的月数", "months_after_death", "个月"
    ),
    "stops_next": _stops_next,
    "review_months": _whole(0, MOST_REVIEW_MONTHS, "复核间隔", "review_months", "个月"),
    "categories": _categories,
    "limits": _limits,
    "cadence": _cadence,
}


# --- what a programme of the county's own says besides --------------------------------------------------


def read_identity(identity: Mapping[str, Any]) -> dict[str, Any]:
    """Name, short name, class and number letters. Raises BadInput; whether they are taken is not known here."""
    prefix = str(identity.get("number_prefix", "")).strip().upper()
    if not _LETTERS.fullmatch(prefix):
        raise BadInput("编号字母用2到3个大写字母，例如 SZ", "number_prefix")
    if identity.get("klass") not in CLASSES:
        raise BadInput("请选择类别", "klass")
    return {
        **read_names(identity),
        "number_prefix": prefix,
        "klass": identity["klass"],
    }


def read_names(identity: Mapping[str, Any]) -> dict[str, str]:
    """Name and short name. Raises BadInput."""
    return {
        "name": _text(identity.get("name"), "项目名称", "name", LENGTHS["name"]),
        "short_name": _text(identity.get("short_name"), "简称", "short_name", LENGTHS["short_name"]),
    }
