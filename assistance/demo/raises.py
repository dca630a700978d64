"""Two raises of the invented county: care money of 特困 from May, which is carried out, and 低保 from July, which waits."""

from datetime import date

from assistance.demo.papers import Papers
from assistance.demo.places import COUNTY_CODE
from assistance.demo.sizes import MONTHS, TODAY
from assistance.demo.staff import Staff
from assistance.demo.standards import RURAL, URBAN
from assistance.models import Standard, StandardChange
from assistance.services import standard_change
from assistance.services.standard import confirm_standard, propose_standard
from civaffairs.jobs import runner
from civaffairs.jobs.models import Job
from civaffairs.lib.months import Month

TEKUN = "tekun-rural"
MAY, JULY = MONTHS[-1], Month.of(TODAY).next.first_day
_CARE = {
    "scattered-self": 6_600,
    "scattered-semi": 39_600,
    "scattered-full": 66_000,
    "central-self": 8_800,
    "central-semi": 59_400,
    "central-full": 99_000,
}
_DIBAO = {URBAN: 63_000, RURAL: 42_500}


def enact_care_money(staff: Staff) -> None:
    """The document of April. Who is decided on from May on is reckoned with it; who has it already waits for the raise."""
    before = Standard.objects.get(scheme=TEKUN)
    _enact(
        staff,
        TEKUN,
        MAY,
        ("云民发〔2026〕12号", "关于提高特困人员照料护理标准的通知"),
        before.params | {"care": _CARE},
    )


def raise_care_money(staff: Staff, papers: Papers) -> StandardChange:
    """Reckoned and carried out in the first days of May, before May's list."""
    change = _reckoned(staff, Standard.objects.get(scheme=TEKUN, from_month=MAY), papers.workday(MAY))
    _, job = standard_change.approve_change(
        change_id=change.pk, by=staff.county_zhao, on=papers.after(papers.workday(MAY), 2)
    )
    _work(job)
    return change


def prepare_dibao(staff: Staff, papers: Papers) -> StandardChange:
    """The yearly raise of July: in force on paper, reckoned for the countryside, left to the visitor for the town."""
    document = ("云民发〔2026〕19号", "关于提高2026年城乡最低生活保障标准的通知")
    made = {}
    for scheme, fen in _DIBAO.items():
        before = Standard.objects.filter(scheme=scheme).latest("from_month")
        made[scheme] = _enact(staff, scheme, JULY, document, before.params | {"standard_fen": fen})
    return _reckoned(staff, made[RURAL], papers.before(TODAY, 1), round_up=True)


def _enact(staff: Staff, scheme: str, month: date, document: tuple[str, str], params: dict) -> Standard:
    number, title = document
    proposed = propose_standard(
        scheme_code=scheme,
        office_code=COUNTY_CODE,
        from_month=month,
        document_number=number,
        document_title=title,
        params=params,
        by=staff.county_qian,
    )
    return confirm_standard(standard_id=proposed.pk, by=staff.county_meng)


def _reckoned(staff: Staff, standard: Standard, on: date, *, round_up: bool = False) -> StandardChange:
    change, job = standard_change.propose_change(
        standard_id=standard.pk, by=staff.county_qian, on=on, round_up=round_up
    )
    _work(job)
    return change


def _work(job: Job | None) -> None:
    if job is not None:
        runner.run(job.pk)
