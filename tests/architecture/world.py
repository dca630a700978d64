"""One object behind every address, all in 青溪镇 or at the county, reached by acting."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from io import BytesIO

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from assistance.models import (
    Adjustment,
    Application,
    BankFormat,
    BankReturn,
    Batch,
    Draft,
    EnrolmentLead,
    Entitlement,
    EntitlementChange,
    FundEntry,
    OutsideBenefit,
    OverlapSetting,
    PayeeInstitution,
    PaymentRun,
    PettyCash,
    Repayment,
    Scheme,
    SchemeTerms,
    SettlementFile,
    Standard,
    StandardChange,
    WriteOff,
)
from assistance.policy.dibao_standard import suggested_params
from assistance.schemes import FIXED_RATE
from assistance.services import enrolment, fund, overlap, payment, scheme_terms, seal
from assistance.services import entitlement as entitlements
from assistance.services.adjustment import record_repayment
from assistance.services.bank_format import propose_format
from assistance.services.bankfile import issue_bank_file
from assistance.services.bankreturn import record_bank_return
from assistance.services.claims import propose_write_off
from assistance.services.outside import record_outside
from assistance.services.petty_cash import allot
from assistance.services.scheme import confirm_terms, propose_scheme, propose_terms
from assistance.services.standard import propose_standard
from civaffairs.jobs import runner
from civaffairs.jobs.models import Job
from civaffairs.jobs.services import make_job
from civaffairs.registry import audit, clock
from civaffairs.registry.models import Attachment, BankAccount, CountySetting, Office, Person
from civaffairs.registry.services import accounts, settings
from reporting.models import IssuedReport, Report
from reporting.services.issue import issue_report
from reporting.services.report import new_report
from tests import adjustments, batches, declarations, institutions, journeys, payments, settled_care
from tests.cast import COUNTY, LIUTANG, QINGXI, QINGXI_VILLAGE, Cast
from tests.runs import SAID
from tests.standards import ages, elder, in_force, previewed

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64
MAY, TODAY = payments.MAY, payments.TODAY


@dataclass
class World:
    cast: Cast
    case: Application
    draft: Draft
    attachment: Attachment
    village: Office
    entitlement: Entitlement
    change: EntitlementChange
    run: PaymentRun
    open_run: PaymentRun
    bank_return: BankReturn
    batch: Batch
    petty_cash: PettyCash
    settlement_file: SettlementFile
    fund: FundEntry
    adjustment: Adjustment
    repayment: Repayment
    write_off: WriteOff
    institution: PayeeInstitution
    person: Person
    account: BankAccount
    standard: Standard
    standard_change: StandardChange
    setting: CountySetting
    terms: SchemeTerms
    overlap: OverlapSetting
    outside: OutsideBenefit
    lead: EnrolmentLead
    job: Job
    event: int

    @cached_property
    def own_scheme(self) -> Scheme:
        """A programme of the county's own, in force."""
        row = propose_scheme(
            identity={"name": "尘肺病人生活补助", "short_name": "尘肺病人", "klass": "welfare"},
            from_day=TODAY,
            document_number="云民〔2026〕77号",
            terms=scheme_terms.as_terms(FIXED_RATE) | {"categories": [["c1", "一期"]]},
            by=self.cast.county_qian,
            on=TODAY,
        )
        return confirm_terms(terms_id=row.pk, by=self.cast.county_zhao, on=TODAY).scheme

    @cached_property
    def bank_format(self) -> BankFormat:
        """A bank's format that waits for its second person."""
        spec = BankFormat.objects.get(name="通用CSV（UTF-8）").spec
        return propose_format(name="云岭银行", spec=spec, by=self.cast.cashier_zhou, on=TODAY)

    @cached_property
    def report(self) -> Report:
        return self.issued.report

    @cached_property
    def issued(self) -> IssuedReport:
        """A report as printed; made only where a door asks for it, because its PDF takes a while."""
        report, _ = new_report(
            kind="livelihood-monthly", first=MAY, month=MAY, by=self.cast.supervisor_wu, on=date(2026, 6, 2)
        )
        return issue_report(
            report_id=report.pk,
            by=self.cast.supervisor_wu,
            on=date(2026, 6, 2),
            version=report.version,
            address_of=lambda code: f"http://127.0.0.1/verify/{code}/",
            exception_reason="试办数据不全",
        )


def build(cast: Cast) -> World:
    """The cast's own work, from the empty form to the bank's answer."""
    deciding = journeys.deciding(cast)
    person = deciding.applicant
    upload = SimpleUploadedFile("存折.png", PNG, "image/png")
    account = accounts.propose_account_with_proof(
        person_id=person.pk,
        by=cast.township_li,
        on=clock.today(),
        upload=upload,
        holder=person.name,
        bank="云岭农商银行",
        number="6217000011112222333",
        reason="换新卡",
    )
    entitlement = payments.entitlement(cast)
    run, bank_return = _paid(cast)
    return World(
        cast=cast,
        case=deciding,
        draft=declarations.drafted(cast, by=cast.village_wang),
        attachment=account.proof,
        village=Office.objects.get(pk=QINGXI_VILLAGE),
        entitlement=entitlement,
        change=_change(cast, entitlement),
        run=run,
        open_run=_prepared(cast, "dibao-urban"),
        bank_return=bank_return,
        batch=_batch(cast),
        petty_cash=_petty_cash(cast),
        settlement_file=settled_care.tried(cast, [{}], on=TODAY),
        fund=_fund(cast),
        adjustment=adjustments.owed(entitlement, -100),
        repayment=_repayment(cast, entitlement),
        write_off=_write_off(cast, entitlement),
        institution=institutions.home(cast),
        person=person,
        account=account,
        standard=propose_standard(
            scheme_code="dibao-rural",
            office_code=COUNTY,
            from_month=date(2099, 1, 1),
            document_number="云民〔2098〕1号",
            params=suggested_params(),
            by=cast.county_qian,
        ),
        standard_change=_standard_change(cast),
        setting=settings.propose_setting(
            key="notice_days",
            value=10,
            from_month=date(2099, 1, 1),
            document_number="云民〔2098〕2号",
            by=cast.county_qian,
            on=clock.today(),
        ),
        overlap=overlap.propose_setting(
            key="old-age+tekun",
            from_day=date(2099, 1, 1),
            effect="forbid",
            level="block",
            yields="a",
            document_number="云民〔2098〕3号",
            by=cast.county_qian,
            on=clock.today(),
        ),
        outside=record_outside(
            person_id=person.pk,
            kind="work-injury-care",
            amount_fen=120_000,
            from_month=date(2025, 1, 1),
            source="社保局核定表",
            by=cast.township_li,
            on=clock.today(),
        ),
        lead=enrolment.drop(
            person_id=person.pk,
            family="disability-care",
            reason="残疾人证已注销",
            by=cast.township_li,
            on=clock.today(),
        ),
        terms=propose_terms(
            scheme_code="old-age",
            from_day=date(2099, 1, 1),
            document_number="云民〔2098〕3号",
            terms={"review_months": 6},
            by=cast.county_qian,
            on=clock.today(),
        ),
        job=_job(cast),
        event=audit.record("login", user=cast.township_li.user).seq,
    )


def _standard_change(cast: Cast) -> StandardChange:
    """A raise of the allowance for old people, reckoned and waiting."""
    old = in_force(cast, "longevity", date(2025, 1, 1), ages=ages({100: 10_000}))
    elder(cast, old, age=100)
    new = in_force(cast, "longevity", date(2026, 7, 1), ages=ages({100: 12_000}))
    return previewed(cast, new)


def _prepared(cast: Cast, scheme: str) -> PaymentRun:
    payments.entitlement(cast, "孙玥", scheme=scheme, office=LIUTANG)
    run, job = payment.create_run(
        scheme_code=scheme, month=MAY, kind="regular", by=cast.county_qian, on=TODAY
    )
    runner.run(job.pk)
    run.refresh_from_db()
    return run


def _paid(cast: Cast) -> tuple[PaymentRun, BankReturn]:
    """A run at the bank, with an answer to none of its lines yet but one that fits nothing."""
    run = _prepared(cast, "dibao-rural")
    payment.check_run(run_id=run.pk, by=cast.cashier_zhou, on=TODAY, conclusions=SAID)
    payment.approve_run(run_id=run.pk, by=cast.county_zhao, on=TODAY)
    issue_bank_file(
        run_id=run.pk,
        format_id=BankFormat.objects.get(name="通用CSV（UTF-8）").pk,
        document_number="云民〔2026〕15号",
        by=cast.cashier_zhou,
        on=TODAY,
    )
    line = next(iter(seal.lines_in_order(run)))
    rows = [
        "序号,收款账号,收款户名,金额,处理结果,失败原因",
        f"1,{line.account},{line.holder},{line.amount_fen / 100:.2f},失败,户名不符",
    ]
    answer = BytesIO("\r\n".join(rows).encode("gbk"))
    loaded = record_bank_return(run_id=run.pk, upload=answer, name="回盘.csv", by=cast.cashier_zhou, on=TODAY)
    run.refresh_from_db()
    return run, loaded[0] if isinstance(loaded, tuple) else loaded


def _change(cast: Cast, entitlement: Entitlement) -> EntitlementChange:
    return entitlements.propose_change(
        entitlement_id=entitlement.pk,
        kind="stop",
        reason_code="income",
        explanation="儿子已就业，人均收入超过标准",
        from_month=date(2026, 7, 1),
        by=cast.township_li,
        on=TODAY,
        heard_on=TODAY - timedelta(days=1),
        heard_how="入户听取，本人无异议",
    )


def _petty_cash(cast: Cast) -> PettyCash:
    entry = allot(
        office_code=QINGXI,
        year=2026,
        amount_fen=5_000_00,
        document_number="云民〔2026〕6号",
        day=TODAY,
        by=cast.cashier_zhou,
        on=TODAY,
    )
    return entry.account


def _batch(cast: Cast) -> Batch:
    batches.standard(cast, "festival")
    return batches.prepared(cast, "festival", "dibao-rural")


def _repayment(cast: Cast, entitlement: Entitlement) -> Repayment:
    claim = adjustments.owed(entitlement, -200)
    made, _ = record_repayment(
        adjustment_id=claim.pk, amount_fen=50, paid_on=TODAY, receipt="0001", by=cast.cashier_zhou, on=TODAY
    )
    return made


def _write_off(cast: Cast, entitlement: Entitlement) -> WriteOff:
    return propose_write_off(
        adjustment_id=adjustments.owed(entitlement, -300).pk,
        amount_fen=300,
        document_number="云政〔2026〕3号",
        reason="本人去世，没有遗产",
        by=cast.cashier_zhou,
        on=TODAY,
    )


def _fund(cast: Cast) -> FundEntry:
    return fund.add_entry(
        by=cast.cashier_zhou,
        on=TODAY,
        year=2026,
        programme=next(iter(fund.PROGRAMMES)),
        source=FundEntry.Source.PROVINCE,
        kind=FundEntry.Kind.ARRIVED,
        amount_fen=1_000_00,
        day=TODAY,
        document_number="云财社〔2026〕1号",
    )


def _job(cast: Cast) -> Job:
    job, _ = make_job(kind="test", title="试办", key="world", by=cast.county_qian, params={})
    job.result_name = "名册.csv"
    job.result_file.save("world.csv", ContentFile(b"a,b"))
    return job
