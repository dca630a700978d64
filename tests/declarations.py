"""Families as a clerk would type them, drafts, and applications handed in. All people are invented."""

from datetime import date
from typing import Any

from assistance.forms.declaration import Content, pack
from assistance.models import Application, Draft
from assistance.services import application as intake
from tests.cast import QINGXI_VILLAGE, Cast

HANDED_IN = date(2026, 3, 2)

# A true check digit each; nobody has these numbers.
HEAD_ID = "519901196603070018"
WIFE_ID = "519901196811230020"
SON_ID = "519901201204150030"


def family(**changes: Any) -> dict[str, Any]:
    """What a family of three declares. `changes` replace whole parts: basics, member, income, account …"""
    parts = {
        "basics": {
            "applied_on": HANDED_IN,
            "phone": "13900000001",
            "single_person": False,
            "address": "青溪村3组18号",
            "causes": ["illness", "labour"],
            "reason": "户主患病，妻子照料家庭，孩子上学，家庭收入低。",
        },
        "member": [
            {
                "key": "m1",
                "name": "田有根",
                "relationship": "head",
                "id_number": HEAD_ID,
                "protected": True,
                "labour": "partial",
                "health": "大病",
                "severe_illness": True,
                "illness": "尿毒症",
                "marriage": "已婚",
                "education": "初中",
                "employment": "务农",
                "income_state": "has",
            },
            {
                "key": "m2",
                "name": "柳叶青",
                "relationship": "spouse",
                "id_number": WIFE_ID,
                "protected": True,
                "labour": "full",
                "health": "健康",
                "severe_illness": False,
                "employment": "务农",
                "income_state": "has",
            },
            {
                "key": "m3",
                "name": "田小禾",
                "relationship": "son",
                "id_number": SON_ID,
                "protected": True,
                "labour": "none",
                "health": "健康",
                "severe_illness": False,
                "employment": "在读",
                "school": "青溪镇中学",
                "income_state": "none",
            },
        ],
        "income": [
            {"member": "m1", "kind": "business", "label": "种粮", "annual": 360_000},
            {"member": "m2", "kind": "wage", "label": "镇上打零工", "annual": 480_000},
        ],
        "deduction": [],
        "wealth": {"property_state": "none"},
        "property": [],
        "housing": {"kind": "自有住房", "structure": "砖木", "area": 80, "rooms": 3},
        "support": {"support_state": "none"},
        "supporter": [],
        "account": {"bank": "云岭农商行青溪支行", "holder": "田有根", "number": "6217000012345678901"},
    }
    unknown = changes.keys() - parts.keys()
    if unknown:
        raise ValueError(f"no such part of the form: {sorted(unknown)}")
    for name, part in changes.items():
        parts[name] = {**parts[name], **part} if isinstance(part, dict) else part
    return parts


def member(**changes: Any) -> dict[str, Any]:
    """One more person of the household; replace what matters."""
    return {
        "name": "田小苗",
        "relationship": "daughter",
        "id_number": "",
        "protected": True,
        "labour": "none",
        "health": "健康",
        "severe_illness": False,
        "income_state": "none",
        **changes,
    }


def drafted(
    cast: Cast,
    *,
    scheme: str = "dibao-rural",
    office: str = QINGXI_VILLAGE,
    by: Any = None,
    on: date = HANDED_IN,
    content: Content | None = None,
    **changes: Any,
) -> Draft:
    """A form filled in and saved, not handed in."""
    by = by or cast.township_li
    draft = intake.create_draft(scheme_code=scheme, office_code=office, by=by, on=on)
    typed = content if content is not None else pack(family(**changes))
    return intake.save_draft(draft_id=draft.pk, by=by, content=typed, version=draft.version)


def submitted(cast: Cast, **changes: Any) -> Application:
    """An application handed in by the township's clerk (or `by`); `changes` as in drafted()."""
    by, on = changes.get("by") or cast.township_li, changes.get("on", HANDED_IN)
    draft = drafted(cast, **changes)
    return intake.submit_draft(draft_id=draft.pk, by=by, on=on)
