"""An invented family as a clerk would have typed it: the parts of the application form."""

import json
from datetime import date
from typing import Any

from assistance.demo.people import Family
from assistance.forms.declaration import Content, pack
from assistance.models import Cause

_REASONS = {
    Cause.ILLNESS: "家中有人患重病，医药费用高",
    Cause.DISABILITY: "家中有残疾人，需要照料",
    Cause.SCHOOL: "孩子上学，开支大",
    Cause.LABOUR: "家中缺少劳动力",
    Cause.OTHER: "家庭收入低，生活困难",
}


def reason_of(family: Family) -> str:
    return "；".join(_REASONS[Cause(cause)] for cause in family.causes) + "，申请最低生活保障。"


def content_of_family(family: Family, on: date, **changes: Any) -> Content:
    """The form as typed. `changes` replace whole parts."""
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
    return pack(parts | changes)


def housing_of(family: Family) -> dict[str, Any]:
    area = 40 + 12 * len(family.members)
    if family.urban:
        return {"kind": "公租房、廉租房", "structure": "楼房", "area": area, "rooms": 2}
    return {"kind": "自有住房", "structure": "砖木", "area": area + 20, "rooms": 3}


def dumped(content: Content) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))
