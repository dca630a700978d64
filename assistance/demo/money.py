"""The invented county's money: what was planned and arrived, and the five monthly runs with the bank's answers.

The runs go through the services with the right people on the right days, as everything about money should.
"""

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta

from assistance import tasks  # noqa: F401 the kinds of jobs are known once their module is read
from assistance.demo import raises
from assistance.demo.batches import approved_for
from assistance.demo.papers import Papers
from assistance.demo.people import invented_card
from assistance.demo.photos import take_card
from assistance.demo.sizes import MONTHS, Size
from assistance.demo.staff import Staff
from assistance.models import BankFormat, Entitlement, FundEntry, LineStatus, PaymentLine, PaymentRun, RunKind
from assistance.selectors import run_checks
from assistance.services import bankfile, bankreturn, fund, payment
from civaffairs.jobs import runner
from civaffairs.registry.models import Person
from civaffairs.registry.services import accounts

SCHEMES = ("dibao-urban", "dibao-rural")
S, K = FundEntry.Source, FundEntry.Kind
# (programme, source, document, day) → wan yuan, at the size of the whole county. The parts of each kind add up to the
# 11,564.73 planned and 8,382.53 arrived of the real report.
PLANNED = (
    ("城乡低保", S.CENTRAL, "省财社〔2025〕186号", date(2025, 12, 12), 5_216.00),
    ("城乡低保", S.PROVINCE, "省财社〔2026〕9号", date(2026, 1, 19), 1_842.00),
    ("城乡低保", S.CITY, "市财社〔2026〕17号", date(2026, 2, 10), 486.50),
    ("城乡低保", S.COUNTY, "云财社〔2026〕6号", date(2026, 1, 23), 965.23),
    ("特困供养", S.PROVINCE, "省财社〔2026〕10号", date(2026, 1, 19), 1_128.00),
    ("临时救助", S.PROVINCE, "省财社〔2026〕11号", date(2026, 1, 19), 286.00),
    ("医疗救助", S.CENTRAL, "省财社〔2025〕190号", date(2025, 12, 15), 962.00),
    ("残疾人两项补贴", S.CITY, "市财社〔2026〕21号", date(2026, 2, 24), 398.00),
    ("养老服务", S.PROVINCE, "省财社〔2026〕33号", date(2026, 3, 16), 281.00),
)
ARRIVED = (
    ("城乡低保", S.CENTRAL, "省财社〔2025〕186号", date(2026, 1, 6), 3_000.00),
    ("城乡低保", S.PROVINCE, "省财社〔2026〕9号", date(2026, 2, 6), 1_842.00),
    ("城乡低保", S.COUNTY, "云财社〔2026〕6号", date(2026, 2, 27), 482.50),
    ("城乡低保", S.CITY, "市财社〔2026〕17号", date(2026, 4, 9), 243.25),
    ("城乡低保", S.CENTRAL, "省财社〔2025〕186号", date(2026, 5, 8), 814.78),
    ("特困供养", S.PROVINCE, "省财社〔2026〕10号", date(2026, 2, 6), 752.00),
    ("临时救助", S.PROVINCE, "省财社〔2026〕11号", date(2026, 3, 13), 143.00),
    ("医疗救助", S.CENTRAL, "省财社〔2025〕190号", date(2026, 3, 20), 705.00),
    ("残疾人两项补贴", S.CITY, "市财社〔2026〕21号", date(2026, 4, 9), 199.00),
    ("养老服务", S.PROVINCE, "省财社〔2026〕33号", date(2026, 5, 22), 201.00),
)
REASONS = ("户名与账号不符", "账户已销户", "账户状态异常（久悬）", "账号不存在")
# So many lines of a month come back for each ten thousand, and one at least.
RETURNED_PER_10000 = 9
MOST_RETURNED = 24
# Of a list as long as this one line comes back at least.
LONG_LIST = 100
# 低保 is paid at the beginning of a month, everything else after the twenty-first: by then who was decided on in the month
# is in the list.
LATER = timedelta(days=21)

# What the cashier of the county writes to the reminders of a list.
SAID = "已逐笔看过依据，可以发放"
CONCLUSIONS = {
    "owes": "追缴通知书已送达，按约定退回",
    "shared-account": "同一监护人代领，有代领协议",
    "other-holder": "监护人或委托人账户，协议在档",
    "new-account": "变更凭证和复核记录已核对",
    "died-in-month": "乡镇已在办停发，当月应发",
    "certified-long-ago": "已电话核实本人健在，补做认证",
    "big-change": "已抽查变更确认文书，金额无误",
    "returned-before": "已与银行核实，账户已恢复正常",
}


def enter_funds(staff: Staff, size: Size) -> None:
    """The money ledger of the year, in proportion to the size of the county, to the fen."""
    for kind, rows in ((K.PLANNED, PLANNED), (K.ARRIVED, ARRIVED)):
        for programme, source, document, day, wan in rows:
            fund.add_entry(
                by=staff.cashier_zhou,
                on=day,
                year=2026,
                programme=programme,
                source=source,
                kind=kind,
                amount_fen=round(round(wan * 100) * 10_000 * size.share),
                day=day,
                document_number=document,
                note="第二批" if (kind, day) == (K.ARRIVED, date(2026, 5, 8)) else "",
            )


class Payer:
    """Takes the months one after the other."""

    def __init__(self, staff: Staff, papers: Papers) -> None:
        self.staff, self.papers = staff, papers
        self.format = BankFormat.objects.get(name="通用CSV（UTF-8）")
        self._serial = 0
        self._cards = 0

    def pay(self, seen: Callable[[int], None]) -> None:
        """January to May of every programme; the first returns are put right and paid again in April."""
        for number, month in enumerate(MONTHS, start=1):
            for scheme in SCHEMES:
                self._month(scheme, month, RunKind.REGULAR, self.papers.workday(month + timedelta(days=3)))
            if month.month == 3:
                for scheme in SCHEMES:
                    self._reissue(scheme, month)
            prepared = self.papers.workday(month + timedelta(days=4))
            for scheme in approved_for(month, self.staff, prepared, self.papers.after(prepared, 1)):
                self._month(scheme, month, RunKind.REGULAR, self.papers.after(prepared, 2))
            if month == raises.MAY:
                raises.raise_care_money(self.staff, self.papers)
            for scheme in self._others(month):
                self._month(scheme, month, RunKind.REGULAR, self.papers.workday(month + LATER))
            if month.month == 4:
                for scheme in self._with_returns():
                    self._reissue(scheme, month)
            seen(number)

    def _others(self, month: date) -> list[str]:
        """The programmes beside 低保 that have something to pay for the month, in the order of the catalogue."""
        due = Entitlement.objects.listed_in(month).filter(amount_fen__gt=0).exclude(scheme_id__in=SCHEMES)
        due = due.exclude(scheme__runs__month=month)
        return list(due.order_by("scheme__order").values_list("scheme_id", flat=True).distinct())

    def _with_returns(self) -> list[str]:
        back = PaymentLine.objects.filter(status=LineStatus.RETURNED, reissue=None)
        back = back.exclude(scheme_id__in=SCHEMES)
        return list(back.order_by("scheme_id").values_list("scheme_id", flat=True).distinct())

    def _month(self, scheme: str, month: date, kind: RunKind, first: date) -> PaymentRun | None:
        """Prepared, checked, approved, issued and answered within a week of working days."""
        day, staff = [self.papers.after(first, n) for n in range(7)], self.staff
        run, job = payment.create_run(
            scheme_code=scheme, month=month, kind=kind, by=staff.county_qian, on=day[0]
        )
        runner.run(job.pk)
        found = run_checks.problems(run, day[1])
        payment.check_run(
            run_id=run.pk,
            by=staff.cashier_zhou,
            on=day[1],
            opinion="与台账核对一致",
            conclusions={problem.key: CONCLUSIONS.get(problem.key, SAID) for problem in found},
        )
        payment.approve_run(run_id=run.pk, by=staff.county_zhao, on=day[2], opinion="同意发放")
        self._serial += 1
        bankfile.issue_bank_file(
            run_id=run.pk,
            format_id=self.format.pk,
            document_number=f"云民〔2026〕{self._serial + 4}号",
            by=staff.cashier_zhou,
            on=day[3],
        )
        run.refresh_from_db()
        name = f"回盘{run.scheme.short_name}{month:%Y%m}.csv"
        bankreturn.record_bank_return(
            run_id=run.pk, upload=self._answer(run), name=name, by=staff.cashier_zhou, on=day[5]
        )
        return run

    def _answer(self, run: PaymentRun) -> io.BytesIO:
        """What a bank sends back: each line with its outcome."""
        lines = list(
            run.lines.exclude(status=LineStatus.VOID)
            .order_by("office_id", "id")
            .values_list("pk", "amount_fen", "payee__died_on")
        )
        bounced = set()
        if run.kind == RunKind.REGULAR:
            # The dead bring no new card, so their money does not come back here.
            alive = [pk for pk, _, died_on in lines if died_on is None]
            least = 1 if run.scheme_id in SCHEMES or len(lines) >= LONG_LIST else 0
            count = min(max(least, len(lines) * RETURNED_PER_10000 // 10_000), MOST_RETURNED, len(alive))
            # Another place each month, so that not the same household's money comes back again and again.
            step = max(1, len(alive) // max(count, 1))
            bounced = {alive[(n * step + run.month.month * 7) % len(alive)] for n in range(count)}
        text = io.StringIO(newline="")
        rows = csv.writer(text, lineterminator="\r\n")
        rows.writerow(["序号", "业务流水号", "交易金额", "处理结果", "失败原因"])
        for serial, (pk, fen, _) in enumerate(lines, start=1):
            failed = pk in bounced
            reason = REASONS[pk % len(REASONS)] if failed else ""
            rows.writerow([serial, pk, f"{fen // 100}.{fen % 100:02d}", "失败" if failed else "成功", reason])
        return io.BytesIO(text.getvalue().encode("utf-8-sig"))

    def _reissue(self, scheme: str, month: date) -> None:
        """The families bring their new cards, another person confirms them, and what came back is paid again."""
        back = PaymentLine.objects.filter(scheme_id=scheme, status=LineStatus.RETURNED, reissue=None)
        first = self.papers.workday(month + timedelta(days=17 if scheme in SCHEMES else 27))
        # The same family's money may have come back in two months; it brings one new card.
        owners = {line.payee_id: line for line in back.select_related("payee", "office")}
        for line in owners.values():
            self.new_card(line.payee, line.bank, line.office, first)
        self._month(scheme, month, RunKind.REISSUE, self.papers.after(first, 2))

    def new_card(self, person: Person, bank: str, office, on: date, *, confirm: bool = True) -> None:
        """A card in place of the one that failed, with a photo of it, proposed and (mostly) confirmed."""
        desk = self.staff.desk_of(office.pk)
        self._cards += 1
        proposed = accounts.propose_account(
            person_id=person.pk,
            by=desk.clerk,
            on=on,
            holder=person.name,
            bank=bank,
            number=invented_card(900_000_000 + self._cards),
            reason="原卡已销户，换发社会保障卡",
            proof_id=take_card(office, on, desk.clerk).pk,
        )
        if confirm:
            accounts.confirm_account(account_id=proposed.pk, by=desk.reviewer, on=on)
