"""What is looked at before a run is checked and approved, all rows at once, each finding as a set.

A finding blocks (拦截) or reminds (提醒). Blocking ones must be put right and the list made anew; reminders are read
by the person who checks. What was left out of the list is shown beside them (run_movement.py).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum

from assistance.bankfiles.spec import BadSpec, read_spec
from assistance.models import (
    Adjustment,
    BankFormat,
    DateEvent,
    LineStatus,
    PayeeInstitution,
    PaymentLine,
    PaymentRun,
    RunKind,
    Standard,
)
from assistance.selectors import certificates, overlap_month, run_difference
from civaffairs.lib.months import Month
from civaffairs.registry import county
from civaffairs.registry.models import BankAccount
from civaffairs.registry.scope import code_range


@dataclass(frozen=True)
class Check:
    """One question asked of all lines of a run. `advice` says what to do about it."""

    key: str
    title: str
    advice: str
    blocks: bool
    find: Callable[[PaymentRun, date], QuerySet]
    kinds: frozenset[str] = frozenset(RunKind.values)


@dataclass(frozen=True)
class Problem:
    """What a check found: how many lines and how much money."""

    check: Check
    count: int
    total_fen: int
    key: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", self.check.key)

    @property
    def title(self) -> str:
        return self.check.title

    @property
    def advice(self) -> str:
        return self.check.advice

    @property
    def blocks(self) -> bool:
        return self.check.blocks


def claimant(run: PaymentRun) -> str:
    """The column of an entitlement that says whose it is: of a person or of a household."""
    return "beneficiary" if run.scheme.spec.for_person else "household"


def listed(run: PaymentRun) -> QuerySet:
    return PaymentLine.objects.filter(run=run).exclude(status=LineStatus.VOID)


def _without_account(run: PaymentRun, on: date) -> QuerySet:
    return listed(run).filter(account_index="", entitlement__paid_to=None)


def _home_without_account(run: PaymentRun, on: date) -> QuerySet:
    return listed(run).filter(account_index="").exclude(entitlement__paid_to=None)


def _account_moved_on(run: PaymentRun, on: date) -> QuerySet:
    current = BankAccount.objects.filter(
        person=OuterRef("payee"),
        state=BankAccount.State.ACTIVE,
        number_index=OuterRef("account_index"),
        holder=OuterRef("holder"),
    )
    homes = PayeeInstitution.objects.usable().filter(
        pk=OuterRef("entitlement__paid_to"),
        account_index=OuterRef("account_index"),
        holder=OuterRef("holder"),
    )
    # Asked of the few homes first: a line paid to one is not looked for among the accounts of persons.
    own = Q(entitlement__paid_to=None) & ~Exists(current)
    home = ~Q(entitlement__paid_to=None) & ~Exists(homes)
    return listed(run).exclude(account_index="").filter(own | home)


def _payee_died_before(run: PaymentRun, on: date) -> QuerySet:
    return listed(run).filter(payee__died_on__lt=F("month"))


def _payee_died(run: PaymentRun, on: date) -> QuerySet:
    return listed(run).filter(payee__died_on__gte=F("month"))


def _entitlement_changed(run: PaymentRun, on: date) -> QuerySet:
    ended = Q(entitlement__until_month__lte=F("month")) | Q(entitlement__from_month__gt=F("month"))
    held = Q(entitlement__held_since__lte=F("month"))
    same = {name: F(f"entitlement__{name}") for name in ("base_fen", "classified_fen", "care_fen")}
    # A line of arrears alone is of a right that has ended or is otherwise not in this month's list.
    moved = Q(is_arrears=False) & (ended | held | ~Q(**same))
    return listed(run).filter(moved | ~Q(payee=F("entitlement__payee")))


def _one_account_for_many(run: PaymentRun, on: date) -> QuerySet:
    # That many are paid to one home is what it is there for.
    shared = (
        listed(run)
        .filter(entitlement__paid_to=None)
        .exclude(account_index="")
        .values("account_index")
        .annotate(payees=Count("payee", distinct=True))
        .filter(payees__gt=1)
        .values("account_index")
    )
    return listed(run).filter(entitlement__paid_to=None, account_index__in=shared)


def _account_changed_lately(run: PaymentRun, on: date) -> QuerySet:
    day = on - timedelta(days=county.value("account_watch_days", on))
    replaced = BankAccount.objects.filter(person=OuterRef("payee"), state=BankAccount.State.REPLACED)
    fresh = BankAccount.objects.filter(
        person=OuterRef("payee"), state=BankAccount.State.ACTIVE, from_day__gte=day
    )
    return listed(run).filter(Exists(fresh), Exists(replaced), entitlement__paid_to=None)


def _holder_is_another(run: PaymentRun, on: date) -> QuerySet:
    own = listed(run).filter(entitlement__paid_to=None)
    return own.exclude(account_index="").exclude(holder=F("payee_name"))


def _owes(run: PaymentRun, on: date) -> QuerySet:
    """Lines of persons or households that owe money back. Two sets, because a look-up for each line takes minutes."""
    claims = Adjustment.objects.open().filter(scheme=run.scheme_id, amount_fen__lt=0)
    of_person = claims.exclude(entitlement__beneficiary=None).values("entitlement__beneficiary")
    of_family = claims.filter(entitlement__beneficiary=None).values("entitlement__household")
    return listed(run).filter(
        Q(entitlement__beneficiary__in=of_person)
        | Q(entitlement__beneficiary=None, entitlement__household__in=of_family)
    )


def _big_change(run: PaymentRun, on: date) -> QuerySet:
    if run.scheme.spec.cadence != "monthly":
        return listed(run).none()  # there is no month before to compare with
    percent = county.value("big_change_percent", on)
    before = Month.of(run.month).previous.first_day
    whose = claimant(run)
    # The line of the month before, whichever entitlement paid it: a new standard opens a new one.
    # The scheme is asked of the entitlement: asked of the line, SQLite walks the whole month for every household.
    last = (
        PaymentLine.objects.filter(month=before, entitlement__scheme=run.scheme_id, is_arrears=False)
        .filter(**{f"entitlement__{whose}": OuterRef(f"entitlement__{whose}")})
        .live()
    )
    # What is paid or kept back for closed months is no change of the month's own sum.
    last_sum = last.order_by("-id").annotate(own=F("amount_fen") - F("arrears_fen")).values("own")
    lines = (
        listed(run)
        .filter(is_arrears=False)
        .annotate(own=F("amount_fen") - F("arrears_fen"), last_fen=Subquery(last_sum[:1]))
    )
    # Whole numbers only: |new − last| × 100 > last × percent.
    up = Q(own__gt=F("last_fen") * (100 + percent) / 100)
    down = Q(own__lt=F("last_fen") * (100 - percent) / 100)
    return lines.filter(up | down, last_fen__isnull=False)


def _certified_long_ago(run: PaymentRun, on: date) -> QuerySet:
    """Whose 生存认证 had run out before the month, as long as each standard lets it last, and nobody has answered for it
    since: neither by the event of its end nor by a change that says a newer one."""
    if run.scheme.spec.rule != "old_age":
        return listed(run).none()
    old = Q(pk__in=())
    for standard in Standard.objects.confirmed().filter(scheme=run.scheme_id):
        months = int(standard.params.get("certified_months") or 0)
        if not months:
            continue
        first = Month.of(run.month).plus(-months).first_day
        answered = DateEvent.objects.filter(
            kind=DateEvent.Kind.CERTIFICATE,
            entitlement__scheme=run.scheme_id,
            entitlement__number=OuterRef("entitlement__number"),
            decided_on__gte=first,
        )
        old |= Q(entitlement__standard=standard, certified__lt=first.isoformat()) & ~Exists(answered)
    certified = certificates.answered_day("certified_on", "entitlement__", else_earlier=True)
    return listed(run).filter(is_arrears=False).annotate(certified=certified).filter(old)


def _card_ended(run: PaymentRun, on: date) -> QuerySet:
    """Whose disability certificate ended before the month, and nobody has answered for that end."""
    if run.scheme.spec.rule not in certificates.ASKING_RULES:
        return listed(run).none()
    rows = listed(run).filter(is_arrears=False)
    return certificates.ended_unanswered(rows, "entitlement__").filter(card_end__lt=run.month)


def _returned_before(run: PaymentRun, on: date) -> QuerySet:
    came_back = PaymentLine.objects.filter(
        payee=OuterRef("payee"), account_index=OuterRef("account_index"), status=LineStatus.RETURNED
    )
    return listed(run).exclude(account_index="").filter(Exists(came_back))


def _narrow_encodings() -> set[str]:
    """The character sets of the banks' formats in use that put nothing in place of a sign they lack."""
    found = set()
    for spec in BankFormat.objects.filter(is_active=True).values_list("spec", flat=True):
        try:
            read = read_spec(spec)
        except BadSpec:
            continue  # cannot issue anything; said where a format is chosen
        if not read.substitute and not read.encoding.startswith("utf-8"):
            found.add(read.encoding)
    return found


def _fits(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _name_not_writable(run: PaymentRun, on: date) -> QuerySet:
    encodings = _narrow_encodings()
    # No database knows GBK's signs by itself: the names are read once, and asked for are the few that fall out.
    names = listed(run).values_list("holder", flat=True).distinct() if encodings else ()
    odd = [name for name in names if not all(_fits(name, encoding) for encoding in encodings)]
    return listed(run).filter(holder__in=odd)


def _not_tied_to_last_month(run: PaymentRun, on: date) -> QuerySet:
    """The lines of the townships whose 上月＋新增－减少 is not 本月; all, where such a township has none left."""
    off = run_difference.untied(run)
    if not off:
        return listed(run).none()
    where = Q()
    for code in off:
        low, high = code_range(code)
        where |= Q(office__gte=low, office__lt=high)
    there = listed(run).filter(where)
    return there if there.exists() else listed(run)


_MONTHLY = frozenset({RunKind.REGULAR.value, RunKind.SUPPLEMENT.value})

CHECKS = (
    Check(
        "no-account",
        "没有可用账户",
        "请乡镇登记账户并由另一人复核，再“重新生成”；或移出本批，账户办好后由“当月补充”发放。",
        True,
        _without_account,
    ),
    Check(
        "no-home-account",
        "供养机构没有可用账户",
        "机构的收款账户没有确认或已停用：请在“供养机构”里登记、由另一人确认，再“重新生成”。",
        True,
        _home_without_account,
    ),
    Check(
        "dead",
        "领款人在所属月份之前已死亡",
        "请核实后办理停发或变更领款人，再“重新生成”。",
        True,
        _payee_died_before,
    ),
    Check(
        "account-moved",
        "生成名册后账户又有变更",
        "名册上还是旧账户，请“重新生成”。",
        True,
        _account_moved_on,
    ),
    Check(
        "entitlement-changed",
        "与现在的待遇不一致（已停发、暂停或金额有变）",
        "名册生成后待遇有变化，请“重新生成”。",
        True,
        _entitlement_changed,
        _MONTHLY,
    ),
    Check(
        "movement",
        "上月＋新增－减少与本月不等",
        "同一对象可能列了两笔，或明细在生成后变过：请到“与上月的差异”看是哪个乡镇，再“重新生成”。",
        True,
        _not_tied_to_last_month,
        frozenset({RunKind.REGULAR.value}),
    ),
    Check(
        "owes",
        "还有没收回的追缴款",
        "请督促退回并登记；县里规定了抵扣比例的，已按比例从本月抵扣。",
        False,
        _owes,
        _MONTHLY,
    ),
    Check(
        "overlap-block",
        "与不能同时享受的待遇重叠",
        "请到“待遇叠加”逐户核实，停发或暂停其中一项，再“重新生成”。",
        True,
        lambda run, on: overlap_month.lines_meeting(run, "block"),
        _MONTHLY,
    ),
    Check(
        "overlap-warn",
        "待遇叠加提醒没有登记结论",
        "请到“待遇叠加”登记处理结论；两项没有变化的，以后各月不再提醒。",
        True,
        lambda run, on: overlap_month.lines_meeting(run, "warn"),
        _MONTHLY,
    ),
    Check(
        "shared-account",
        "一个账户收多人的钱",
        "请核实是否有代领协议或监护关系，防止一人冒领。",
        False,
        _one_account_for_many,
    ),
    Check(
        "other-holder",
        "户名不是领款人本人",
        "应有监护、代领的说明，请抽查。",
        False,
        _holder_is_another,
    ),
    Check(
        "new-account",
        "账户近期变更过",
        "请核对变更凭证和复核人。",
        False,
        _account_changed_lately,
    ),
    Check(
        "died-in-month",
        "领款人在所属月份内死亡",
        "当月可以发放；请尽快办理停发，下月起不再列入。",
        False,
        _payee_died,
    ),
    Check(
        "certified-long-ago",
        "生存认证已过有效期",
        "请到“到期事件”告知本人补做并登记；联系不上的，核实后办理暂停。",
        False,
        _certified_long_ago,
        _MONTHLY,
    ),
    Check(
        "card-ended",
        "残疾人证已过有效期",
        "请到“到期事件”通知本人换证：已换的登记新证有效期，没有换的按建议暂停或停发。",
        False,
        _card_ended,
        _MONTHLY,
    ),
    Check(
        "big-change",
        "金额与上月相差较大",
        "请抽查调整依据。",
        False,
        _big_change,
        _MONTHLY,
    ),
    Check(
        "returned-before",
        "这个账户以前退回过",
        "账户没有更换，可能再次退回，请先与银行或本人核实。",
        False,
        _returned_before,
    ),
    Check(
        "name-not-writable",
        "户名里有银行格式写不出的字",
        "按 GBK 编码的格式会拒绝整批文件：请先与银行约定写法并更正户名，或发放时选 UTF-8 的格式。",
        False,
        _name_not_writable,
    ),
)
BY_KEY = {check.key: check for check in CHECKS}


def _asked_of(run: PaymentRun) -> Iterator[Check]:
    return (check for check in CHECKS if run.kind in check.kinds)


def _found(check: Check, run: PaymentRun, on: date) -> Problem:
    sums = check.find(run, on).aggregate(count=Count("pk"), total=Sum("amount_fen"))
    return Problem(check, sums["count"], sums["total"] or 0)


def problems(run: PaymentRun, on: date) -> list[Problem]:
    """Everything found, blocking first. The number of queries depends on the checks, not on the lines."""
    return [found for check in _asked_of(run) if (found := _found(check, run, on)).count]


def blocking(run: PaymentRun, on: date) -> list[Problem]:
    """What must be put right before the run may go on."""
    return [found for check in _asked_of(run) if check.blocks and (found := _found(check, run, on)).count]


def lines_with(run: PaymentRun, key: str, on: date) -> QuerySet:
    """The lines of one finding."""
    return BY_KEY[key].find(run, on)
