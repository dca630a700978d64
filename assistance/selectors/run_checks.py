"""What is looked at before a run is checked and approved, all rows at once, each finding as a set.

A finding blocks (拦截) or reminds (提醒). Blocking ones must be put right and the list made anew; reminders are read
by the person who checks. What was left out of the list is shown too, because a household that is missing does not
complain to the screen.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum

from assistance.bankfiles.spec import BadSpec, read_spec
from assistance.models import BankFormat, Entitlement, LineStatus, PaymentLine, PaymentRun, RunKind
from civaffairs.lib.months import Month
from civaffairs.registry import county
from civaffairs.registry.models import BankAccount


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


def listed(run: PaymentRun) -> QuerySet:
    return PaymentLine.objects.filter(run=run).exclude(status=LineStatus.VOID)


def _without_account(run: PaymentRun, on: date) -> QuerySet:
    return listed(run).filter(account_index="")


def _account_moved_on(run: PaymentRun, on: date) -> QuerySet:
    current = BankAccount.objects.filter(
        person=OuterRef("payee"),
        state=BankAccount.State.ACTIVE,
        number_index=OuterRef("account_index"),
        holder=OuterRef("holder"),
    )
    return listed(run).exclude(account_index="").filter(~Exists(current))


def _payee_died_before(run: PaymentRun, on: date) -> QuerySet:
    return listed(run).filter(payee__died_on__lt=F("month"))


def _payee_died(run: PaymentRun, on: date) -> QuerySet:
    return listed(run).filter(payee__died_on__gte=F("month"))


def _entitlement_changed(run: PaymentRun, on: date) -> QuerySet:
    ended = Q(entitlement__until_month__lte=F("month")) | Q(entitlement__from_month__gt=F("month"))
    held = Q(entitlement__held_since__lte=F("month"))
    other = ~Q(amount_fen=F("entitlement__amount_fen")) | ~Q(base_fen=F("entitlement__base_fen"))
    return listed(run).filter(ended | held | other | ~Q(payee=F("entitlement__payee")))


def _one_account_for_many(run: PaymentRun, on: date) -> QuerySet:
    shared = (
        listed(run)
        .exclude(account_index="")
        .values("account_index")
        .annotate(payees=Count("payee", distinct=True))
        .filter(payees__gt=1)
        .values("account_index")
    )
    return listed(run).filter(account_index__in=shared)


def _account_changed_lately(run: PaymentRun, on: date) -> QuerySet:
    day = on - timedelta(days=county.value("account_watch_days", on))
    replaced = BankAccount.objects.filter(person=OuterRef("payee"), state=BankAccount.State.REPLACED)
    fresh = BankAccount.objects.filter(
        person=OuterRef("payee"), state=BankAccount.State.ACTIVE, from_day__gte=day
    )
    return listed(run).filter(Exists(fresh), Exists(replaced))


def _holder_is_another(run: PaymentRun, on: date) -> QuerySet:
    return listed(run).exclude(account_index="").exclude(holder=F("payee_name"))


def _big_change(run: PaymentRun, on: date) -> QuerySet:
    percent = county.value("big_change_percent", on)
    before = Month.of(run.month).previous.first_day
    # The household's line of the month before, whichever entitlement paid it: a new standard opens a new one.
    # The scheme is asked of the entitlement: asked of the line, SQLite walks the whole month for every household.
    last = PaymentLine.objects.filter(
        month=before,
        entitlement__scheme=run.scheme_id,
        entitlement__household=OuterRef("entitlement__household"),
    ).live()
    lines = listed(run).annotate(last_fen=Subquery(last.order_by("-id").values("amount_fen")[:1]))
    # Whole numbers only: |new − last| × 100 > last × percent.
    up = Q(amount_fen__gt=F("last_fen") * (100 + percent) / 100)
    down = Q(amount_fen__lt=F("last_fen") * (100 - percent) / 100)
    return lines.filter(up | down, last_fen__isnull=False)


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
        "shared-account",
        "一个账户收多户的钱",
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


@dataclass(frozen=True)
class LeftOut:
    """Households in force for the month that are not in the list, and why."""

    reason: str
    count: int
    total_fen: int


def left_out(run: PaymentRun) -> list[LeftOut]:
    """Why households that are in force are not in this run. Nothing for a reissue."""
    if run.kind == RunKind.REISSUE:
        return []
    any_line = PaymentLine.objects.filter(entitlement=OuterRef("pk"), month=run.month)
    rows = (
        Entitlement.objects.in_area(run.office_id)
        .filter(scheme_id=run.scheme_id)
        .payable_in(run.month)
        .filter(~Exists(any_line.exclude(status=LineStatus.VOID)))
    )
    held, dead = Q(held_since__lte=run.month), Q(payee__died_on__lt=run.month)
    set_aside = Exists(any_line.filter(run=run, status=LineStatus.VOID))
    reasons = (
        ("暂停发放", rows.filter(held)),
        ("领款人已死亡，待停发或变更领款人", rows.filter(dead).exclude(held)),
        ("月保障金为0", rows.filter(amount_fen=0).exclude(held).exclude(dead)),
        ("没有账户，已移出本批", rows.filter(set_aside).exclude(held).exclude(dead)),
    )
    found = []
    for reason, those in reasons:
        sums = those.aggregate(count=Count("pk"), total=Sum("amount_fen"))
        if sums["count"]:
            found.append(LeftOut(reason, sums["count"], sums["total"] or 0))
    return found


@dataclass(frozen=True)
class Movement:
    """Last month's households to this month's: last + new − gone = now."""

    last: int
    new: int
    gone: int
    now: int
    last_fen: int
    now_fen: int

    @property
    def adds_up(self) -> bool:
        return self.last + self.new - self.gone == self.now


def movement(run: PaymentRun) -> Movement | None:
    """Households of this regular run against those of the month before; None where the month before has none."""
    if run.kind != RunKind.REGULAR:
        return None
    before = Month.of(run.month).previous.first_day

    def of(month: date) -> QuerySet:
        return PaymentLine.objects.in_area(run.office_id).filter(scheme_id=run.scheme_id, month=month)

    last = of(before).exclude(status=LineStatus.VOID).filter(original=None)
    now = listed(run)
    sums = last.aggregate(count=Count("pk"), total=Sum("amount_fen"))
    if not sums["count"]:
        return None
    # Two sets against each other, not one look-up for each line, which takes SQLite minutes for a county.
    new = now.exclude(entitlement__household__in=last.values("entitlement__household")).count()
    gone = last.exclude(entitlement__household__in=now.values("entitlement__household")).count()
    return Movement(sums["count"], new, gone, run.line_count, sums["total"], run.total_fen)
