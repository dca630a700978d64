"""A regular list against the month before: sums by township, and the rows behind them with their case or change."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Substr

from assistance.models import (
    Entitlement,
    EntitlementChange,
    LineStatus,
    PaymentLine,
    PaymentRun,
    RunDifference,
    RunOpening,
    StandardChange,
    StandardChangeRow,
)
from assistance.workflow import ChangeStatus
from civaffairs.lib.months import Month
from civaffairs.registry import access
from civaffairs.registry.models import Office, Person, Posting
from civaffairs.registry.scope import code_range

K = RunDifference.Kind


@dataclass
class Sums:
    """How many, the sum of this month, and that of the month before."""

    count: int = 0
    fen: int = 0
    last_fen: int = 0

    @property
    def by_fen(self) -> int:
        return self.fen - self.last_fen

    def add(self, count: int, fen: int, last_fen: int) -> None:
        self.count += count
        self.fen += fen
        self.last_fen += last_fen


@dataclass
class Township:
    """One township's month against the one before. `came` and `left` are those who moved inside the county, whatever
    became of their sum; they are among `up`, `down` and `moved` of the township where they are now."""

    code: str
    name: str = ""
    opening: Sums = field(default_factory=Sums)
    closing: Sums = field(default_factory=Sums)
    new: Sums = field(default_factory=Sums)
    gone: Sums = field(default_factory=Sums)
    up: Sums = field(default_factory=Sums)
    down: Sums = field(default_factory=Sums)
    moved: Sums = field(default_factory=Sums)
    came: Sums = field(default_factory=Sums)
    left: Sums = field(default_factory=Sums)

    @property
    def same(self) -> int:
        """Who is paid the same in the same township."""
        return self.closing.count - self.new.count - self.up.count - self.down.count - self.moved.count

    @property
    def same_fen(self) -> int:
        return self.closing.fen - self.new.fen - self.up.fen - self.down.fen - self.moved.fen

    @property
    def expected(self) -> int:
        """上月＋新增－减少＋迁入－迁出."""
        return self.opening.count + self.new.count - self.gone.count + self.came.count - self.left.count

    @property
    def expected_fen(self) -> int:
        """The same in fen, with what became more or less."""
        carried = self.opening.fen + self.came.last_fen - self.left.last_fen
        return carried + self.new.fen - self.gone.last_fen + self.up.by_fen + self.down.by_fen

    @property
    def adds_up(self) -> bool:
        return (self.expected, self.expected_fen) == (self.closing.count, self.closing.fen)


@dataclass(frozen=True)
class Difference:
    """All townships that a posting sees, and their sum."""

    townships: tuple[Township, ...]
    total: Township

    @property
    def adds_up(self) -> bool:
        return all(one.adds_up for one in self.townships)

    @property
    def kinds(self) -> list[tuple[str, str, Sums]]:
        """(kind, word, sums) for those with rows of their own."""
        found = [(kind.value, kind.label, getattr(self.total, kind.value)) for kind in K]
        return [row for row in found if row[0] != K.MOVED or row[2].count]


def _area(code: str, column: str = "office") -> Q:
    low, high = code_range(code)
    return Q(**{f"{column}__gte": low, f"{column}__lt": high})


def of_run(run: PaymentRun, area: str) -> Difference | None:
    """What lies inside `area`, the code of a county or township; None for a village, and where the list has no month
    before. Four queries."""
    if not area.endswith("000"):
        return None
    townships: dict[str, Township] = {}

    def of(code: str) -> Township:
        return townships.setdefault(code, Township(code=f"{code}000"))

    openings = list(RunOpening.objects.filter(_area(area), run=run))
    if not openings and not RunOpening.objects.filter(run=run).exists():
        return None
    for row in openings:
        of(row.office_id[:9]).opening.add(row.count, row.total_fen, 0)
    for row in _closings(run, area):
        of(row["township"]).closing.add(row["count"], row["fen"], 0)
    inside = area[:9] if area[6:9] != "000" else ""
    for row in _grouped(run, area):
        here, there = row["township"], row["last_township"]
        sums = (row["count"], row["sum_fen"], row["sum_last"])
        if not inside or here == inside:
            getattr(of(here), row["kind"]).add(*sums)
            if row["moved"]:
                of(here).came.add(*sums)
        if row["moved"] and (not inside or there == inside):
            of(there).left.add(*sums)
    names = Office.objects.in_bulk([one.code for one in townships.values()])
    for one in townships.values():
        one.name = names[one.code].name if one.code in names else one.code
    found = tuple(townships[key] for key in sorted(townships))
    return Difference(found, _total(found))


def _closings(run: PaymentRun, area: str) -> QuerySet:
    lines = (
        PaymentLine.objects.in_area(area).filter(run=run, is_arrears=False).exclude(status=LineStatus.VOID)
    )
    return (
        lines.annotate(township=Substr("office_id", 1, 9))
        .order_by()
        .values("township")
        .annotate(count=Count("pk"), fen=Sum(F("amount_fen") - F("arrears_fen")))
    )


def _grouped(run: PaymentRun, area: str) -> QuerySet:
    rows = RunDifference.objects.filter(_area(area) | _area(area, "last_office"), run=run)
    return (
        rows.annotate(township=Substr("office_id", 1, 9), last_township=Substr("last_office_id", 1, 9))
        .order_by()
        .values("kind", "moved", "township", "last_township")
        .annotate(count=Count("pk"), sum_fen=Sum("fen"), sum_last=Sum("last_fen"))
    )


def _total(townships: Iterable[Township]) -> Township:
    total = Township(code="", name="合计")
    for one in townships:
        for name in ("opening", "closing", "new", "gone", "up", "down", "moved", "came", "left"):
            sums: Sums = getattr(one, name)
            getattr(total, name).add(sums.count, sums.fen, sums.last_fen)
    return total


def untied(run: PaymentRun) -> list[str]:
    """Codes of the townships of a list whose 上月＋新增－减少 is not 本月, in number or to the fen."""
    found = of_run(run, run.office_id)
    return [] if found is None else [one.code for one in found.townships if not one.adds_up]


# --- the rows -----------------------------------------------------------------------------------------------


def rows_of(run: PaymentRun, posting: Posting, asked: dict[str, str]) -> QuerySet[RunDifference]:
    """The rows that a posting sees, narrowed by `kind`, `area` and the name in `q`. Who moved away is his new
    township's."""
    rows = RunDifference.objects.visible_to(posting).filter(run=run)
    if asked.get("kind") in K.values:
        rows = rows.filter(kind=asked["kind"])
    if asked.get("area"):
        rows = rows.in_area(asked["area"])
    text = "".join(asked.get("q", "").split())
    if text:
        named = (
            Person.objects.filter(name_initials__startswith=text.lower())
            if text.isascii()
            else Person.objects.filter(name__startswith=text)
        )
        rows = rows.filter(
            Q(entitlement__beneficiary__in=named.values("pk"))
            | Q(entitlement__beneficiary=None, entitlement__payee__in=named.values("pk"))
        )
    return rows.select_related(
        "office__parent",
        "last_office",
        "entitlement__payee",
        "entitlement__beneficiary",
        "entitlement__decision",
    )


@dataclass(frozen=True)
class Why:
    """What is behind a row: its words, where they lead ("" to nothing but the right), and whose that is."""

    words: str
    url_name: str = ""
    pk: int = 0
    office: str = ""


def explained(rows: list[RunDifference], run: PaymentRun, posting: Posting) -> list[RunDifference]:
    """Each row with `.who` and `.why`: the change, the raise or the case that made it, or the right itself where that is
    not open to this posting. Three queries for a page."""
    numbers = {row.entitlement.number for row in rows}
    changes: dict[str, list[EntitlementChange]] = {}
    before = Month.of(run.month).previous.first_day
    for change in (
        EntitlementChange.objects.filter(
            entitlement__number__in=numbers,
            entitlement__scheme=run.scheme_id,
            status=ChangeStatus.CONFIRMED,
            from_month__lte=run.month,
        )
        .select_related("entitlement")
        .order_by("-id")
    ):
        changes.setdefault(change.entitlement.number, []).append(change)
    raises = {
        row.entitlement.number: row.change
        for row in StandardChangeRow.objects.filter(
            entitlement__number__in=numbers,
            entitlement__scheme=run.scheme_id,
            change__state=StandardChange.State.APPLIED,
            close_month__gt=before,
            close_month__lte=run.month,
        ).select_related("entitlement", "change")
    }
    aside = set(
        PaymentLine.objects.filter(
            run=run, status=LineStatus.VOID, entitlement__in=[row.entitlement_id for row in rows]
        ).values_list("entitlement", flat=True)
    )
    for row in rows:
        right = row.entitlement
        row.who = right.beneficiary or right.payee
        row.why = _open_to(
            posting,
            right,
            _why(row, run, changes.get(right.number, []), raises.get(right.number), right.pk in aside),
        )
    return rows


def _why(
    row: RunDifference,
    run: PaymentRun,
    changes: list[EntitlementChange],
    raised: StandardChange | None,
    aside: bool,
) -> Why:
    right = row.entitlement
    if row.kind == K.GONE and aside:
        return Why("没有账户，已移出本批")
    if raised and row.kind in (K.UP, K.DOWN):
        return Why("提标", "standard_change_detail", raised.pk, raised.office_id)
    latest = next(iter(changes), None)
    # What happened long ago is not behind a difference of this month, but for a list that had left somebody out.
    if latest is not None and _fits(row, run, latest):
        words = f"{latest.get_kind_display()}：{latest.get_reason_code_display()}"
        return Why(words, "change_detail", latest.pk, latest.office_id)
    if row.kind == K.NEW and right.decision_id and right.from_month == right.pays_from == run.month:
        case = right.decision.application
        return Why("新批准", "case_detail", case.pk, case.office_id)
    if row.kind == K.GONE:
        return _why_gone(right, run.month)
    if row.kind == K.NEW and right.decision_id:
        case = right.decision.application
        return Why("上月没有列入名册", "case_detail", case.pk, case.office_id)
    return Why("看待遇经过")


# What it takes to open what is behind a row.
_NEEDS = {
    "case_detail": access.Permission.VIEW_CASES,
    "change_detail": access.Permission.VIEW_LEDGER,
    "standard_change_detail": access.Permission.VIEW_STANDARDS,
}


def _open_to(posting: Posting, right: Entitlement, why: Why) -> Why:
    need = _NEEDS.get(why.url_name)
    if need and access.may(posting, need) and access.covers_office(posting, why.office):
        return why
    return Why(why.words, "entitlement_detail", right.pk)


def _fits(row: RunDifference, run: PaymentRun, change: EntitlementChange) -> bool:
    recent = change.from_month > Month.of(run.month).plus(-2).first_day
    return recent or (row.kind == K.GONE and row.entitlement.until_month is not None)


def _why_gone(right: Entitlement, month: date) -> Why:
    if right.held_since is not None and right.held_since <= month:
        return Why("暂停发放")
    if right.payee.died_on is not None and right.payee.died_on < month:
        return Why("领款人已死亡")
    return Why("已停发" if right.until_month is not None else "没有列入名册")
