"""The invented county's standards: one until the summer of 2025, and the raise that is in force now."""

from datetime import date

from assistance.demo.places import COUNTY_CODE
from assistance.demo.staff import Staff
from assistance.models import Standard
from assistance.policy.dibao import suggested_params
from assistance.services.standard import confirm_standard, propose_standard

BEFORE, RAISE = date(2024, 7, 1), date(2025, 7, 1)
URBAN, RURAL = "dibao-urban", "dibao-rural"
_EXTRA = {
    "severe_disability": {"percent": 20},
    "serious_illness": {"percent": 15},
    "elder": {"percent": 10},
    "minor": {"percent": 10},
}
# month → (document, title, fen a person and month by scheme)
_DOCUMENTS = {
    BEFORE: ("云民发〔2024〕31号", "关于调整城乡最低生活保障标准的通知", {URBAN: 56_500, RURAL: 37_500}),
    RAISE: ("云民发〔2025〕28号", "关于提高城乡最低生活保障标准的通知", {URBAN: 60_000, RURAL: 40_000}),
}


def enact(staff: Staff) -> dict[tuple[str, date], Standard]:
    """Both standards of both schemes, entered by the county's clerk and confirmed by the approver."""
    found = {}
    for month, (number, title, amounts) in _DOCUMENTS.items():
        for scheme, fen in amounts.items():
            proposed = propose_standard(
                scheme_code=scheme,
                office_code=COUNTY_CODE,
                from_month=month,
                document_number=number,
                document_title=title,
                params=suggested_params(standard_fen=fen, classified=_EXTRA),
                by=staff.county_qian,
            )
            found[scheme, month] = confirm_standard(standard_id=proposed.pk, by=staff.county_zhao)
    return found
