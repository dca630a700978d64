"""The invented county's numbers for every programme beside 低保, each from a document of its own."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from assistance.demo.places import COUNTY_CODE
from assistance.demo.staff import Staff
from assistance.models import Scheme, Standard
from assistance.policy.rules import rule_of
from assistance.services.standard import confirm_standard, propose_standard

# Those of 2023 stand for what has not been raised for years; 特困 follows 低保 in July, 优抚 rises every August.
LONG, JULY, AUGUST, JANUARY = date(2023, 1, 1), date(2025, 7, 1), date(2025, 8, 1), date(2026, 1, 1)
_AGES = [
    {"from_age": 80, "amount_fen": 5_000},
    {"from_age": 90, "amount_fen": 10_000},
    {"from_age": 100, "amount_fen": 30_000},
]
_DISABLED = {"grade1": 11_000, "grade2": 11_000, "grade3": 8_000, "grade4": 8_000}
_TEKUN_CARE = {
    "scattered-self": 6_200,
    "scattered-semi": 37_200,
    "scattered-full": 62_000,
    "central-self": 8_300,
    "central-semi": 55_800,
    "central-full": 93_000,
}
_TEKUN = ("云民发〔2025〕29号", "关于提高特困人员救助供养标准的通知")
_URGENT = ("云民发〔2023〕12号", "关于印发临时救助实施细则的通知")
_DISABILITY = ("云民发〔2023〕7号", "关于调整残疾人两项补贴标准的通知")
_OLD = ("云政办发〔2023〕15号", "关于印发高龄津贴和长寿保健费发放办法的通知")
_ELDER = ("云民发〔2023〕20号", "关于经济困难高龄、失能老年人补贴和养老服务补贴的通知")
_CHILD = ("云民发〔2025〕33号", "关于提高孤儿和事实无人抚养儿童基本生活保障标准的通知")
_SOLDIERS = ("云退役军人发〔2025〕14号", "关于提高部分优抚对象抚恤和生活补助标准的通知")
_MEDICAL = ("云医保发〔2023〕18号", "关于印发医疗救助实施办法的通知")
_OTHER = ("云民发〔2023〕26号", "关于调整部分定期定量补助对象补助标准的通知")

# programme → (first month, document, what the county sets otherwise than the empty form suggests)
NUMBERS: Mapping[str, tuple[date, tuple[str, str], Mapping[str, Any]]] = {
    "tekun-urban": (JULY, _TEKUN, {"basic": {"scattered": 78_000, "central": 90_000}, "care": _TEKUN_CARE}),
    "tekun-rural": (JULY, _TEKUN, {"basic": {"scattered": 52_000, "central": 62_400}, "care": _TEKUN_CARE}),
    "dibao-edge": (LONG, ("云民发〔2023〕9号", "关于印发低保边缘家庭认定办法的通知"), {}),
    "rigid-burden": (
        date(2025, 3, 1),
        ("云民发〔2025〕10号", "关于印发刚性支出困难家庭认定细则的通知"),
        {},
    ),
    "temp-quick": (LONG, _URGENT, {}),
    "temp-urgent": (LONG, _URGENT, {}),
    "temp-expense": (LONG, _URGENT, {}),
    "disability-living": (LONG, _DISABILITY, {"rates": _DISABLED}),
    "disability-care": (LONG, _DISABILITY, {"rates": _DISABLED}),
    "old-age": (LONG, _OLD, {"ages": _AGES}),
    "longevity": (LONG, _OLD, {"ages": [{"from_age": 100, "amount_fen": 20_000}]}),
    "elder-poor": (LONG, _ELDER, {}),
    "elder-disabled": (LONG, _ELDER, {}),
    "elder-service": (LONG, _ELDER, {}),
    "orphan": (JULY, _CHILD, {}),
    "de-facto-orphan": (JULY, _CHILD, {}),
    "vet-disability": (AUGUST, _SOLDIERS, {}),
    "vet-survivor": (AUGUST, _SOLDIERS, {}),
    "vet-living": (AUGUST, _SOLDIERS, {}),
    "vet-service": (LONG, ("云政办发〔2023〕22号", "关于义务兵家庭优待金发放办法的通知"), {}),
    "medical": (LONG, _MEDICAL, {}),
    "education": (LONG, ("云民发〔2023〕30号", "关于困难家庭学生教育救助的通知"), {}),
    "premium-aid": (JANUARY, ("云医保发〔2025〕41号", "关于做好2026年度城乡居民参保资助工作的通知"), {}),
    "festival": (JANUARY, ("云民发〔2025〕52号", "关于开展2026年春节走访慰问的通知"), {}),
    "price": (LONG, ("云发改〔2023〕16号", "关于社会救助和保障标准与物价上涨挂钩联动机制的通知"), {}),
    "silicosis": (LONG, _OTHER, {"rates": {"stage1": 30_000, "stage2": 45_000, "stage3": 60_000}}),
    "retrenched": (LONG, _OTHER, {"rates": {"forty": 52_000, "fixed": 41_000}}),
    "kashin-beck": (LONG, _OTHER, {"rates": {"grade1": 5_000, "grade2": 9_000, "grade3": 16_000}}),
}


def enact_all(staff: Staff) -> dict[str, Standard]:
    """One standard for each of these programmes, entered by the county's clerk and confirmed by the approver."""
    found = {}
    for scheme in Scheme.objects.filter(pk__in=NUMBERS):
        month, (number, title), own = NUMBERS[scheme.pk]
        spec = scheme.spec
        params = rule_of(spec.rule).suggested(spec.category_names) | dict(own)
        proposed = propose_standard(
            scheme_code=scheme.pk,
            office_code=COUNTY_CODE,
            from_month=month,
            document_number=number,
            document_title=title,
            params=params,
            by=staff.county_qian,
        )
        found[scheme.pk] = confirm_standard(standard_id=proposed.pk, by=staff.county_zhao)
    return found
