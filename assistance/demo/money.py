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
from assistance.demo.sizes import MONTHS, TODAY, Size
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
# 11,564.73 planned and 8,382.53 arrived of the real report. Every programme that pays has more than its five months take,
# but 残疾人两项补贴: there the rest stands as 没有资金来源 for the visitor to deal with.
PLANNED = (
    ("城乡低保", S.CENTRAL, "省财社〔2025〕186号", date(2025, 12, 12), 3_286.00),
    ("城乡低保", S.PROVINCE, "省财社〔2026〕9号", date(2026, 1, 19), 1_342.00),
    ("城乡低保", S.CITY, "市财社〔2026〕17号", date(2026, 2, 10), 379.50),
    ("城乡低保", S.COUNTY, "云财社〔2026〕6号", date(2026, 1, 23), 965.23),
    ("特困供养", S.PROVINCE, "省财社〔2026〕10号", date(2026, 1, 14), 880.00),
    ("特困供养", S.COUNTY, "云财社〔2026〕7号", date(2026, 1, 23), 248.00),
    ("临时救助", S.PROVINCE, "省财社〔2026〕11号", date(2026, 1, 14), 186.00),
    ("临时救助", S.COUNTY, "云财社〔2026〕8号", date(2026, 1, 23), 50.00),
    ("医疗救助", S.CENTRAL, "省财社〔2025〕190号", date(2025, 12, 15), 330.00),
    ("医疗救助", S.COUNTY, "云财社〔2026〕9号", date(2026, 1, 23), 132.00),
    ("残疾人两项补贴", S.PROVINCE, "省财社〔2026〕12号", date(2026, 1, 14), 420.00),
    ("残疾人两项补贴", S.CITY, "市财社〔2026〕21号", date(2026, 2, 24), 280.00),
    ("残疾人两项补贴", S.COUNTY, "云财社〔2026〕10号", date(2026, 1, 23), 300.00),
    ("高龄津贴", S.CITY, "市财社〔2026〕5号", date(2026, 1, 12), 120.00),
    ("高龄津贴", S.COUNTY, "云财社〔2026〕11号", date(2026, 1, 23), 360.00),
    ("养老服务", S.PROVINCE, "省财社〔2026〕13号", date(2026, 1, 14), 131.00),
    ("养老服务", S.COUNTY, "云财社〔2026〕12号", date(2026, 1, 23), 50.00),
    ("儿童福利", S.CENTRAL, "省财社〔2025〕192号", date(2025, 12, 15), 170.00),
    ("儿童福利", S.COUNTY, "云财社〔2026〕13号", date(2026, 1, 23), 130.00),
    ("优抚", S.CENTRAL, "省财社〔2026〕41号", date(2026, 3, 20), 700.00),
    ("优抚", S.PROVINCE, "省财社〔2026〕14号", date(2026, 1, 14), 420.00),
    ("优抚", S.COUNTY, "云财社〔2026〕14号", date(2026, 1, 23), 280.00),
    ("教育救助", S.COUNTY, "云财社〔2026〕15号", date(2026, 1, 23), 30.00),
    ("慰问", S.COUNTY, "云财社〔2026〕4号", date(2026, 1, 9), 300.00),
    ("其他定补", S.COUNTY, "云财社〔2026〕16号", date(2026, 1, 23), 75.00),
)
# What a line begins the year with: allotted ahead by centre and province in December, or left over. The last number is
# the least in wan yuan: the rights of a very small county are not in proportion.
OPENING = (
    ("临时救助", S.COUNTY, "云财社〔2025〕64号", date(2026, 1, 1), 20.00, 3.50),
    ("医疗救助", S.CENTRAL, "省财社〔2025〕190号", date(2026, 1, 1), 20.00, 0.90),
    ("残疾人两项补贴", S.COUNTY, "云财社〔2025〕65号", date(2026, 1, 1), 10.00, 0.10),
    ("养老服务", S.COUNTY, "云财社〔2025〕66号", date(2026, 1, 1), 4.00, 0.20),
    ("儿童福利", S.COUNTY, "云财社〔2025〕67号", date(2026, 1, 1), 20.00, 1.00),
    ("优抚", S.CENTRAL, "省财社〔2025〕188号", date(2026, 1, 1), 2_000.00, 90.00),
    ("优抚", S.PROVINCE, "省财社〔2025〕189号", date(2026, 1, 1), 300.00, 3.00),
    ("教育救助", S.COUNTY, "云财社〔2025〕68号", date(2026, 1, 1), 2.00, 0.10),
    ("慰问", S.COUNTY, "云财社〔2025〕69号", date(2026, 1, 1), 10.00, 1.00),
    ("其他定补", S.COUNTY, "云财社〔2025〕71号", date(2026, 1, 1), 12.00, 0.80),
)
ARRIVED = (
    ("城乡低保", S.CENTRAL, "省财社〔2025〕186号", date(2026, 1, 6), 1_900.00),
    ("城乡低保", S.PROVINCE, "省财社〔2026〕9号", date(2026, 2, 6), 1_042.00),
    ("城乡低保", S.COUNTY, "云财社〔2026〕6号", date(2026, 2, 27), 482.50),
    ("城乡低保", S.CITY, "市财社〔2026〕17号", date(2026, 4, 9), 243.25),
    ("城乡低保", S.CENTRAL, "省财社〔2025〕186号", date(2026, 5, 8), 814.78),
    ("特困供养", S.PROVINCE, "省财社〔2026〕10号", date(2026, 1, 20), 620.00),
    ("特困供养", S.COUNTY, "云财社〔2026〕7号", date(2026, 4, 10), 160.00),
    ("临时救助", S.PROVINCE, "省财社〔2026〕11号", date(2026, 1, 20), 118.00),
    ("临时救助", S.COUNTY, "云财社〔2026〕8号", date(2026, 3, 13), 30.00),
    ("医疗救助", S.CENTRAL, "省财社〔2025〕190号", date(2026, 1, 20), 260.00),
    ("医疗救助", S.COUNTY, "云财社〔2026〕9号", date(2026, 3, 20), 50.00),
    ("残疾人两项补贴", S.PROVINCE, "省财社〔2026〕12号", date(2026, 1, 20), 280.00),
    ("残疾人两项补贴", S.COUNTY, "云财社〔2026〕10号", date(2026, 2, 12), 120.00),
    ("残疾人两项补贴", S.CITY, "市财社〔2026〕21号", date(2026, 3, 12), 200.00),
    ("高龄津贴", S.CITY, "市财社〔2026〕5号", date(2026, 1, 20), 120.00),
    ("高龄津贴", S.COUNTY, "云财社〔2026〕11号", date(2026, 2, 12), 285.00),
    ("养老服务", S.PROVINCE, "省财社〔2026〕13号", date(2026, 1, 20), 60.00),
    ("养老服务", S.COUNTY, "云财社〔2026〕12号", date(2026, 5, 22), 20.00),
    ("儿童福利", S.CENTRAL, "省财社〔2025〕192号", date(2026, 1, 8), 130.00),
    ("儿童福利", S.COUNTY, "云财社〔2026〕13号", date(2026, 4, 10), 100.00),
    ("优抚", S.COUNTY, "云财社〔2026〕14号", date(2026, 2, 12), 155.00),
    ("优抚", S.PROVINCE, "省财社〔2026〕14号", date(2026, 3, 13), 300.00),
    ("优抚", S.CENTRAL, "省财社〔2026〕41号", date(2026, 4, 14), 527.00),
    ("教育救助", S.COUNTY, "云财社〔2026〕15号", date(2026, 2, 12), 25.00),
    ("慰问", S.COUNTY, "云财社〔2026〕4号", date(2026, 1, 14), 280.00),
    ("其他定补", S.COUNTY, "云财社〔2026〕16号", date(2026, 2, 12), 60.00),
)
SECOND = next(row for row in ARRIVED if row[3] == date(2026, 5, 8))
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
    """What the money ledger of the year begins with and what is planned, in proportion to the size of the county, to the
    fen."""
    for *row, least in OPENING:
        note = "上年提前下达" if row[1] != S.COUNTY else "上年结转"
        _enter(staff, size, K.OPENING, tuple(row), note=note, least=least)
    for row in PLANNED:
        _enter(staff, size, K.PLANNED, row)


def _enter(
    staff: Staff,
    size: Size,
    kind: str,
    row: tuple[str, str, str, date, float],
    *,
    note: str = "",
    least: float = 0,
) -> None:
    programme, source, document, day, wan = row
    fund.add_entry(
        by=staff.cashier_zhou,
        on=day,
        year=2026,
        programme=programme,
        source=source,
        kind=kind,
        amount_fen=max(round(round(wan * 100) * 10_000 * size.share), round(least * 1_000_000)),
        day=day,
        document_number=document,
        note=note,
    )


class Payer:
    """Takes the months one after the other."""

    def __init__(self, staff: Staff, papers: Papers, size: Size) -> None:
        self.staff, self.papers, self.size = staff, papers, size
        self._coming = sorted(ARRIVED, key=lambda row: row[3])
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
        self._arrive(TODAY)

    def _arrive(self, until: date) -> None:
        """What arrived up to a day is entered before the lists of that day are signed: no list takes what comes later."""
        while self._coming and self._coming[0][3] <= until:
            row = self._coming.pop(0)
            _enter(self.staff, self.size, K.ARRIVED, row, note="第二批" if row is SECOND else "")

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
        self._arrive(day[2])
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
