"""Building the invented county from nothing, in one transaction: it is there whole, or not at all."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Sum

from assistance.demo import petty_cash, raises, settled_care, standards
from assistance.demo.cases import Cases
from assistance.demo.choice import Choice
from assistance.demo.homes import open_homes
from assistance.demo.ledger import Ledger, chunks
from assistance.demo.money import SCHEMES as PAID_FIRST
from assistance.demo.money import Payer, enter_funds
from assistance.demo.numbers import enact_all
from assistance.demo.papers import Papers
from assistance.demo.people import People
from assistance.demo.places import COUNTY, places
from assistance.demo.programme_cases import ProgrammeCases
from assistance.demo.programme_papers import ProgrammePapers
from assistance.demo.rights import Rights, in_chunks
from assistance.demo.sizes import FIRST_MONTH, MONTHS, SIZES, TODAY, Size
from assistance.demo.staff import Staff, hire, open_offices, staff_of
from assistance.demo.waiting import leave_waiting
from assistance.models import Entitlement, PaymentLine, Scheme
from assistance.schemes import SCHEMES
from civaffairs.lib.errors import NotAllowed
from civaffairs.lib.money import wan, yuan
from civaffairs.registry import audit
from civaffairs.registry.calendar import work_calendar
from civaffairs.registry.models import AuditEvent, DemoDay, Level, Office, Posting

SEED = 519901
# About so many cases of the programmes beside 低保 are under way; only the bar of progress reads it.
WAITING_CASES = 115

# (words, how much is done, of how much)
Progress = Callable[[str, int, int], None]


@dataclass
class Built:
    """What was made, in words for the terminal."""

    size: str
    fresh: bool
    words: list[str] = field(default_factory=list)


def built_size() -> str | None:
    """The size of the county that stands in this database; None when there is none."""
    event = AuditEvent.objects.filter(action="demo.build").order_by("seq").first()
    return event.details["size"] if event else None


def build(name: str, progress: Progress) -> Built:
    """The county of that size. Asked again it changes nothing. Raises NotAllowed where it must not be built."""
    standing = built_size()
    if standing is not None:
        return Built(standing, fresh=False)
    if not settings.DEMO:
        raise NotAllowed("这里不是演示环境（没有设置 DEMO=1），不写入演示数据。")
    if Office.objects.exists():
        raise NotAllowed("这个数据库里已经有机构，不是空的，不写入演示数据。请换一个空的数据目录。")
    size = SIZES[name]
    with transaction.atomic():
        staff = _ground(size, progress)
        people = People(SEED, TODAY)
        ledger = _households(size, people, staff, progress)
        papers = ledger.papers
        choice = _programmes(size, ledger, progress)
        _cases(size, people, staff, papers, progress)
        cases = _programme_cases(size, choice, papers, progress)
        progress("发放", 0, len(MONTHS))
        payer = Payer(staff, papers, size)
        payer.pay(lambda done: progress("发放", done, len(MONTHS)))
        leave_waiting(payer, cases)
        settled_care.load(staff, papers, people)
        _let_the_planner_look()
        audit.record(
            "demo.build",
            subject=Office.objects.get(level=Level.COUNTY),
            office_code=Office.objects.get(level=Level.COUNTY).code,
            details={"size": name},
        )
    return Built(name, fresh=True, words=summary())


def _ground(size: Size, progress: Progress) -> Staff:
    progress("机构、人员、标准", 0, 1)
    found = places(size.townships, size.villages)
    open_offices(found)
    staff = hire(found, settings.DEMO_PASSWORD)
    DemoDay.objects.update_or_create(pk=1, defaults={"day": TODAY})
    # What is stamped from here on is shown on this day (registry/clock.py).
    audit.record("demo.move_day", details={"day": TODAY.isoformat()})
    standards.enact(staff)
    enact_all(staff)
    raises.enact_care_money(staff)
    enter_funds(staff, size)
    petty_cash.allot(staff)
    progress("机构、人员、标准", 1, 1)
    return staff


def _papers(staff: Staff) -> Papers:
    return Papers(staff, rules_in_force(), work_calendar())


def rules_in_force() -> dict[tuple[str, date], standards.Standard]:
    return {
        (row.scheme_id, row.from_month): row
        for row in standards.Standard.objects.filter(scheme__family="dibao")
    }


def _cases(size: Size, people: People, staff: Staff, papers: Papers, progress: Progress) -> None:
    villages = [p for p in places(size.townships, size.villages) if p.level == Level.VILLAGE]
    progress("在办申请", 0, size.cases)
    for done in Cases(people, staff, papers, villages).tell(size.cases):
        progress("在办申请", min(done, size.cases), size.cases)


def _programmes(size: Size, ledger: Ledger, progress: Progress) -> Choice:
    """Every programme beside 低保: who gets it, how much, and the papers of those of this year."""
    people = ledger.people.beside(SEED + 1, 100_000_000)
    villages = [p for p in places(size.townships, size.villages) if p.level == Level.VILLAGE]
    # What begins in May reaches those who have a right already by a raise.
    old = standards.Standard.objects.exclude(scheme__family="dibao").filter(from_month__lt=MONTHS[-1])
    standards_of = {row.scheme_id: row for row in old}
    choice = Choice(people, villages, size.share, open_homes(villages, ledger.staff, people))
    rights = choice.choose()
    for chunk in chunks(choice.households, lambda done: None):
        ledger.write_people(chunk)
    writer = Rights(ledger, standards_of, ProgrammePapers(ledger.papers), people)
    done = 0
    for some in in_chunks(rights):
        progress("其他救助项目", done, len(rights))
        writer.write(some)
        done += len(some)
    _let_the_planner_look()
    return choice


def _programme_cases(size: Size, choice: Choice, papers: Papers, progress: Progress) -> ProgrammeCases:
    villages = [p for p in places(size.townships, size.villages) if p.level == Level.VILLAGE]
    cases = ProgrammeCases(choice, ProgrammePapers(papers), villages)
    for done in cases.tell():
        progress("其他项目在办申请", done, max(done, WAITING_CASES))
    petty_cash.give(cases)
    return cases


def _households(size: Size, people: People, staff: Staff, progress: Progress) -> Ledger:
    papers = _papers(staff)
    ledger = Ledger(people, staff, papers.rules, papers)
    villages = [p for p in places(size.townships, size.villages) if p.level == Level.VILLAGE]
    for scheme, flow in ((standards.URBAN, size.urban), (standards.RURAL, size.rural)):
        words = f"{SCHEMES[scheme].short_name}家庭"
        total = flow.households + flow.gone_households
        own = [village for village in villages if village.urban == SCHEMES[scheme].is_urban]
        for chunk in chunks(
            ledger.invent(scheme, flow, own), lambda done, w=words, t=total: progress(w, done, t)
        ):
            ledger.write(chunk)
    audit.record(
        "ledger.import",
        subject=Office.objects.get(level=Level.COUNTY),
        office_code=Office.objects.get(level=Level.COUNTY).code,
        label=f"{COUNTY}历史台账",
        details={"lines": Entitlement.objects.count()},
    )
    _let_the_planner_look()
    return ledger


def _let_the_planner_look() -> None:
    """Neither database knows by itself what one long transaction has written."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def staff_now() -> Staff:
    """The staff of a county that stands."""
    return staff_of(Posting.objects.select_related("user", "office"), Staff())


def summary() -> list[str]:
    """What is in force, what has moved and what was paid, counted from the rows: 低保 in full, the rest a line each."""
    words, last = [], MONTHS[-1]
    for code in PAID_FIRST:
        spec, rows = SCHEMES[code], Entitlement.objects.filter(scheme=code)
        now = rows.payable_in(last)
        households, persons = now.count(), now.aggregate(n=Sum("persons"))["n"]
        new = rows.filter(from_month__in=MONTHS, previous=None)
        gone = rows.filter(until_month__in=MONTHS, next=None)
        paid = PaymentLine.objects.filter(scheme=code, month__gte=FIRST_MONTH).moved()
        sums = paid.aggregate(fen=Sum("amount_fen"), persons=Sum("persons"))
        words.append(
            f"{spec.short_name}：5月在保 {households:,} 户 {persons:,} 人；1—5月新增 {new.count():,} 户 "
            f"{new.aggregate(n=Sum('persons'))['n']:,} 人，退出 {gone.count():,} 户 "
            f"{gone.aggregate(n=Sum('persons'))['n']:,} 人；发放 {wan(sums['fen'])} 万元，"
            f"人均月 {yuan(round(sums['fen'] / sums['persons']))} 元"
        )
    return words + _others()


def _others() -> list[str]:
    """One line for each programme beside 低保, by three counts over all of them."""
    last = MONTHS[-1]
    entitlements = Entitlement.objects.exclude(scheme__family="dibao").order_by()
    in_may = dict(entitlements.payable_in(last).values_list("scheme_id").annotate(n=Count("pk")))
    ever = dict(entitlements.values_list("scheme_id").annotate(n=Count("pk")))
    moved = PaymentLine.objects.filter(month__gte=FIRST_MONTH).moved().order_by()
    paid = dict(moved.values_list("scheme_id").annotate(fen=Sum("amount_fen")))
    words = []
    for scheme in Scheme.objects.filter(pk__in=ever):
        spec, count = scheme.spec, in_may.get(scheme.pk, 0)
        if spec.cadence in ("one-off", "batch"):
            held = f"1—5月救助 {ever[scheme.pk]:,} {spec.unit_word}次"
        else:
            held = f"5月在册 {count:,} {spec.unit_word}"
        money = f"；1—5月发放 {wan(paid[scheme.pk])} 万元" if scheme.pk in paid else "（只认定身份，不发钱）"
        words.append(f"{spec.short_name}：{held}{money}")
    return words
