"""An invented family as a clerk would have typed it: the parts of the application form."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from assistance.demo.people import Family, Someone
from assistance.forms.declaration import Content, pack
from assistance.forms.shapes import shape_of
from assistance.models import Cause
from assistance.schemes import SchemeSpec
from civaffairs.lib.months import age_on

_REASONS = {
    Cause.ILLNESS: "家中有人患重病，医药费用高",
    Cause.DISABILITY: "家中有残疾人，需要照料",
    Cause.SCHOOL: "孩子上学，开支大",
    Cause.LABOUR: "家中缺少劳动力",
    Cause.OTHER: "家庭收入低，生活困难",
}


def reason_of(family: Family) -> str:
    return "；".join(_REASONS[Cause(cause)] for cause in family.causes) + "，申请最低生活保障。"


def content_of_family(family: Family, on: date, spec: SchemeSpec | None = None, **changes: Any) -> Content:
    """The form as typed, of 低保 unless `spec` names another programme for families. `changes` replace whole parts."""
    earning = {place for place, *_ in family.incomes}
    parts = {
        "basics": {
            "applied_on": on,
            "phone": family.phone,
            "single_person": False,
            "address": family.address,
            "causes": family.causes,
            "reason": reason_of(family),
        },
        "member": [
            {
                "key": f"m{place + 1}",
                "name": someone.name,
                "relationship": someone.relationship,
                "id_number": someone.id_number,
                "protected": True,
                "labour": someone.labour,
                "health": someone.health,
                "severe_illness": someone.severe_illness,
                "illness": someone.illness,
                "disability_number": someone.disability_number,
                "marriage": someone.marriage,
                "education": someone.education,
                "employment": someone.employment,
                "school": someone.school,
                "insurance": "城乡居民医保",
                "income_state": "has" if place in earning else "none",
            }
            for place, someone in enumerate(family.members)
        ],
        "income": [
            {"member": f"m{place + 1}", "kind": kind, "label": label, "annual": fen}
            for place, kind, label, fen in family.incomes
        ],
        "deduction": [],
        "wealth": {"property_state": "none"},
        "property": [],
        "housing": housing_of(family),
        "support": {"support_state": "none"},
        "supporter": [],
        "account": {"bank": family.bank, "holder": family.head.name, "number": family.account},
    }
    return pack(parts | changes, shape_of(spec) if spec else None)


def reason_for(spec: SchemeSpec) -> str:
    return f"符合{spec.short_name}条件，申请办理。"


def content_for(
    spec: SchemeSpec,
    family: Family,
    people: list[Someone],
    answers: Mapping[str, Any],
    on: date,
    **changes: Any,
) -> Content:
    """The form of any programme: the family, or the one person who asks, and the answers to its questions."""
    if spec.form == "full":
        return content_of_family(family, on, spec=spec, answers=dict(answers), **changes)
    first = people[0]
    parts = {
        "basics": {
            "applied_on": on,
            "phone": family.phone,
            "address": family.address,
            "reason": reason_for(spec),
            **_guardian(family, first, on),
        },
        "member": [
            {
                "key": f"m{place + 1}",
                "name": someone.name,
                "relationship": someone.relationship,
                "id_number": someone.id_number,
                "protected": True,
                "labour": someone.labour,
                "health": someone.health,
                "severe_illness": someone.severe_illness,
                "illness": someone.illness,
                "disability_number": someone.disability_number,
                "employment": someone.employment,
                "school": someone.school,
            }
            for place, someone in enumerate(people)
        ],
        "answers": dict(answers),
        "account": {"bank": family.bank, "holder": first.name, "number": family.account},
    }
    return pack(parts | changes, shape_of(spec))


def _guardian(family: Family, child: Someone, on: date) -> dict[str, str]:
    """Who asks for a child: whom it lives with, else the village, which is guardian of those who have nobody."""
    if age_on(child.birth, on) >= 18:
        return {}
    if family.guardian or child is not family.head:
        return {"agent_name": family.guardian or family.head.name, "agent_relation": "监护人"}
    return {"agent_name": "村（居）民委员会", "agent_relation": "监护人"}


def housing_of(family: Family) -> dict[str, Any]:
    area = 40 + 12 * len(family.members)
    if family.urban:
        return {"kind": "公租房、廉租房", "structure": "楼房", "area": area, "rooms": 2}
    return {"kind": "自有住房", "structure": "砖木", "area": area + 20, "rooms": 3}


def dumped(content: Content) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))
