"""What changed in a declaration when it was handed in again, in words for the timeline."""

from assistance.models import Application
from assistance.policy.facts import ASSET_KINDS, DEDUCTION_KINDS, INCOME_CLASSES
from civaffairs.lib.money import yuan

Snapshot = dict[str, list[str]]

NOT_VERIFIED = "未核定"


def snapshot(application: Application) -> Snapshot:
    """Each declared line as one phrase, under its heading."""
    return {
        "家庭成员": [
            f"{row.person.name}（{row.get_relationship_display()}，{'保障' if row.protected else '不保障'}，"
            f"{row.get_labour_display()}）"
            for row in application.members.select_related("person")
        ],
        "收入": [
            f"{_owner(row)}{row.label or INCOME_CLASSES.get(row.kind, row.kind)} 年{_sum(row.annual_fen)}"
            for row in application.incomes.select_related("member__person")
        ],
        "扣减": [
            f"{_owner(row)}{row.label or DEDUCTION_KINDS.get(row.kind, row.kind)} 年{_sum(row.annual_fen)}"
            for row in application.deductions.select_related("member__person")
        ],
        "财产": [
            f"{row.owner}{row.label or ASSET_KINDS.get(row.kind, row.kind)}×{row.count} {_sum(row.value_fen)}"
            + (f"（豁免：{row.exempt_reason}）" if row.exempt_reason else "")
            for row in application.properties.all()
        ],
    }


def differences(before: Snapshot, application: Application) -> list[str]:
    """What was taken out and what was put in, heading by heading."""
    now = snapshot(application)
    found = []
    for heading, lines in now.items():
        earlier = before.get(heading, [])
        found += [f"{heading}去掉：{line}" for line in earlier if line not in lines]
        found += [f"{heading}增加：{line}" for line in lines if line not in earlier]
    return found


def _owner(row) -> str:
    return f"{row.member.person.name} " if row.member_id else ""


def _sum(fen: int | None) -> str:
    return NOT_VERIFIED if fen is None else f"{yuan(fen)}元"
