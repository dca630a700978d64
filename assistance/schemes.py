"""The catalogue: what differs between programmes, as data.

A scheme of the trunk is 低保 in its urban and its rural form. A new scheme is a new entry here and, if it computes
in a new way, a module in policy/.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class SchemeSpec:
    """One programme. `starts` says from which month a decision pays; limits are in working days and are the
    statutory defaults that a county setting may tighten."""

    code: str
    name: str
    short_name: str
    is_urban: bool
    unit: str = "household"
    cadence: str = "monthly"
    rule: str = "dibao"
    starts: str = "next_month"  # 《最低生活保障审核确认办法》第23条: from the month after the decision
    number_prefix: str = "DB"
    family: str = "dibao"  # a person can be in one scheme of a family at a time
    sources: tuple[str, ...] = field(default=())


DIBAO_URBAN = SchemeSpec(
    code="dibao-urban",
    name="城市最低生活保障",
    short_name="城市低保",
    is_urban=True,
    number_prefix="CD",
    sources=("《最低生活保障审核确认办法》（民发〔2021〕57号）",),
)
DIBAO_RURAL = SchemeSpec(
    code="dibao-rural",
    name="农村最低生活保障",
    short_name="农村低保",
    is_urban=False,
    number_prefix="ND",
    sources=("《最低生活保障审核确认办法》（民发〔2021〕57号）",),
)

SCHEMES: dict[str, SchemeSpec] = {spec.code: spec for spec in (DIBAO_URBAN, DIBAO_RURAL)}

# Lines of the money ledger, as the budget names them, and the family of schemes that spends each; "" where payments
# of that programme are not made here.
PROGRAMMES: dict[str, str] = {
    "城乡低保": "dibao",
    "特困供养": "",
    "临时救助": "",
    "医疗救助": "",
    "残疾人两项补贴": "",
    "高龄津贴": "",
    "养老服务": "",
}


def spec(code: str) -> SchemeSpec:
    return SCHEMES[code]
