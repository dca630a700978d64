"""Where two rights meet in the month of a list: the whole table asked of all lines in three statements.

The table is looked up once for every other programme, with the categories that it names, and becomes conditions of a
query; the number of statements depends on neither people nor pairs. A pair that somebody has concluded may go on is left
out, as long as both rights keep their numbers and, where the higher of two is paid, their sums.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from itertools import product
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)

from assistance.models import (
    Entitlement,
    EntitlementMember,
    LineStatus,
    OverlapFinding,
    PaymentLine,
    PaymentRun,
    Scheme,
    Standard,
)
from assistance.policy.overlaps import ELSEWHERE, Claim, Hit, Level, Overlap, hits, lookup
from assistance.policy.rule import Receipt
from assistance.selectors.overlap import OF_ONE_KIND, PAID_BESIDE, overrides_on, table_on
from civaffairs.lib.money import round_fen, yuan
from civaffairs.registry.models import Person, Posting

# A child that is paid the difference already: its rule has worked with the other sum.
TOPPED_UP = "topup"


@dataclass(frozen=True)
class Meeting:
    """One way in which a listed right meets another, as a query can ask it.

    `mine` and `other_category` are a category that the table names, or "" for all that it does not (`named` lists those);
    None asks for none. `mine_later` says which of the two began later, None where that does not matter.
    """

    row: Overlap
    other: str
    mine: str | None = None
    other_category: str | None = None
    single: bool | None = None
    mine_later: bool | None = None
    # Which of the two is the 低保 that `single` speaks of.
    dibao: str = "my"


# --- the table as conditions ------------------------------------------------------------------------------


def meetings(scheme: Scheme, others: Iterable[tuple[str, str]], rows: tuple[Overlap, ...]) -> list[Meeting]:
    """Every way in which a right of the scheme meets one of the others (code, family), without what is allowed."""
    found = []
    for code, family in others:
        found += _between((scheme.pk, scheme.family), (code, family), rows)
    return found


@lru_cache(maxsize=4096)
def _between(mine: tuple[str, str], other: tuple[str, str], rows: tuple[Overlap, ...]) -> tuple[Meeting, ...]:
    concerned = [row for row in rows if _names(row, mine) and _names(row, other)]
    if all(row.effect == "allow" for row in concerned):
        return ()
    axes: tuple[tuple[Any, ...], ...] = (
        (*_named(concerned, mine), ""),
        (*_named(concerned, other), ""),
        (False, True) if any(row.single for row in concerned) else (False,),
        (False, True) if any(row.claimed for row in concerned) else (True,),
    )
    found = []
    for my_category, other_category, single, mine_later in product(*axes):
        row = _row(mine, my_category, other, other_category, single, mine_later, rows)
        if row is None or row.effect == "allow":
            continue
        found.append(
            Meeting(
                row,
                other[0],
                my_category if len(axes[0]) > 1 else None,
                other_category if len(axes[1]) > 1 else None,
                single if len(axes[2]) > 1 else None,
                mine_later if len(axes[3]) > 1 else None,
                "my" if mine[1] == "dibao" else "other",
            )
        )
    return tuple(found)


def _row(mine, my_category, other, other_category, single, mine_later, rows) -> Overlap | None:
    first, second = ((mine, my_category), (other, other_category))[:: 1 if mine_later else -1]
    claim = Claim(*first[0], first[1], single=single)
    match = lookup(claim, Receipt("", *second[0], 0, second[1]), rows)
    return match[0] if match else None


def _names(row: Overlap, scheme: tuple[str, str]) -> bool:
    return any(name in (*scheme, "*") for name in (row.a, row.b))


def _named(rows: Iterable[Overlap], scheme: tuple[str, str]) -> tuple[str, ...]:
    """The categories of a programme that the table names."""
    found = set()
    for row in rows:
        found |= set(row.a_categories) if row.a in scheme else set()
        found |= set(row.b_categories) if row.b in scheme else set()
    return tuple(sorted(found))


# --- the pairs of a list -----------------------------------------------------------------------------------

_COLUMNS = {
    "id": "id",
    "number": "number",
    "scheme": "scheme_id",
    "category": "category",
    "from_month": "from_month",
    "until_month": "until_month",
    "held_since": "held_since",
    "amount_fen": "amount_fen",
    "persons": "persons",
    "standard": "standard_id",
    "household": "household_id",
    "application": "decision__application_id",
    "single": "decision__application__single_person",
}


def pairs_of(
    run: PaymentRun, *, level: Level | None = None, among: Sequence[int] | None = None
) -> list[dict]:
    """The pairs of a list, each a mapping of what is known of both sides: all, of one level, or those of some rights.

    Three statements. Keys: `right` (the listed one), `other` or `outside`, `person`, `pair` (the row's key) and my_… and
    other_… for the columns of both.
    """
    found = []
    for rows in _queries(run, level, among):
        found += rows
    return sorted(found, key=lambda row: (row["right"], row["pair"], row.get("other") or 0))


def rights_meeting(run: PaymentRun, level: Level) -> Q:
    """A condition on the lines of a run: their right meets another at this level, and nobody has settled it."""
    condition = Q(pk__in=[])
    for rows in _queries(run, level, None):
        condition |= Q(entitlement__in=rows.values("right"))
    return condition


def lines_meeting(run: PaymentRun, level: Level) -> QuerySet:
    return _lines(run).filter(rights_meeting(run, level))


def _lines(run: PaymentRun) -> QuerySet:
    """What the list pays for its own month."""
    return PaymentLine.objects.filter(run=run, is_arrears=False).exclude(status=LineStatus.VOID)


def _queries(run: PaymentRun, level: Level | None, among: Sequence[int] | None) -> list[QuerySet]:
    rows = table_on(run.month)
    scheme = run.scheme
    schemes = list(Scheme.objects.values_list("code", "family"))
    ours = [m for m in meetings(scheme, schemes, rows) if level in (None, m.row.level)]
    elsewhere = [(code, code) for code in ELSEWHERE]
    theirs = [m for m in meetings(scheme, elsewhere, rows) if level in (None, m.row.level)]
    lines = _lines(run).values("entitlement")
    rights = lines.filter(entitlement__in=among) if among is not None else lines
    beside = list(
        Standard.objects.filter(params__overlap__in=PAID_BESIDE).values_list("pk", flat=True)
        if any(m.row.effect == "higher" for m in ours)
        else ()
    )
    found = []
    if _anybody_has(run, rights, ours):
        found.append(_by_person(run, rights, ours, beside))
    household = [m for m in ours if m.row.scope == "household"]
    if _any_household_has(run, rights, household):
        found.append(_by_household(run, rights, household, beside))
    if theirs:
        found.append(_by_outside(run, rights, theirs))
    return found


def _anybody_has(run: PaymentRun, rights: QuerySet, ours: list[Meeting]) -> bool:
    """Whether anybody in the list has a right of one of these programmes as well. Nearly always nobody has, and this
    short question spares the long one, which takes longer to put into words than a small list takes to read."""
    if not ours:
        return False
    to_other = "person__entitlement_memberships__entitlement"
    rows = EntitlementMember.objects.filter(entitlement__in=rights).annotate(
        right=F("entitlement_id"),
        other=F(f"{to_other}_id"),
        other_scheme=F(f"{to_other}__scheme_id"),
        other_until=F(f"{to_other}__until_month"),
    )
    return _in_force(rows, run, ours)


def _any_household_has(run: PaymentRun, rights: QuerySet, ours: list[Meeting]) -> bool:
    """The same question about households."""
    if not ours:
        return False
    to_other = "household__entitlements"
    rows = Entitlement.objects.filter(pk__in=rights).annotate(
        right=F("pk"),
        other=F(f"{to_other}__pk"),
        other_scheme=F(f"{to_other}__scheme_id"),
        other_until=F(f"{to_other}__until_month"),
    )
    return _in_force(rows, run, ours)


def _in_force(rows: QuerySet, run: PaymentRun, ours: list[Meeting]) -> bool:
    rows = rows.filter(Q(other_until=None) | Q(other_until__gt=run.month))
    rows = rows.filter(other_scheme__in=sorted({m.other for m in ours})).exclude(other=F("right"))
    return rows.exists()


def _by_person(run: PaymentRun, rights: QuerySet, ours: list[Meeting], beside: list[int]) -> QuerySet:
    """Both for one person. The database joins the protected people of the list with all that they have."""
    to_other = "person__entitlement_memberships__"
    rows = (
        EntitlementMember.objects.filter(entitlement__in=rights)
        .filter(Q(until_month=None) | Q(until_month__gt=run.month))
        .annotate(
            right=F("entitlement_id"),
            other=F(f"{to_other}entitlement_id"),
            who=F("person_id"),
            other_until=F(f"{to_other}until_month"),
            **_both("entitlement__", f"{to_other}entitlement__"),
        )
    )
    rows = rows.filter(Q(other_until=None) | Q(other_until__gt=run.month))
    return _meeting(rows, run, ours, beside)


def _by_household(run: PaymentRun, rights: QuerySet, ours: list[Meeting], beside: list[int]) -> QuerySet:
    """Both in one household, for whomever. Nobody need be in both."""
    to_other = "household__entitlements__"
    rows = Entitlement.objects.filter(pk__in=rights).annotate(
        right=F("pk"), other=F(f"{to_other}id"), who=F("payee_id"), **_both("", to_other)
    )
    shared = EntitlementMember.objects.filter(
        Q(until_month=None) | Q(until_month__gt=run.month), entitlement=OuterRef("right")
    ).filter(
        person__in=EntitlementMember.objects.filter(
            Q(until_month=None) | Q(until_month__gt=run.month), entitlement=OuterRef(OuterRef("other"))
        ).values("person")
    )
    # Who is in both has been found by the person already.
    return _meeting(rows, run, ours, beside).filter(~Exists(shared))


def _by_outside(run: PaymentRun, rights: QuerySet, theirs: list[Meeting]) -> QuerySet:
    """A right of ours and money of another office."""
    to_other = "person__outside_benefits__"
    rows = (
        EntitlementMember.objects.filter(entitlement__in=rights)
        .filter(Q(until_month=None) | Q(until_month__gt=run.month))
        .annotate(
            right=F("entitlement_id"),
            outside=F(f"{to_other}id"),
            who=F("person_id"),
            other_scheme=F(f"{to_other}kind"),
            other_from_month=F(f"{to_other}from_month"),
            other_until_month=F(f"{to_other}until_month"),
            other_amount_fen=F(f"{to_other}amount_fen"),
            other_category=Value("", CharField()),
            **_side("my", "entitlement__"),
        )
        .filter(Q(other_until_month=None) | Q(other_until_month__gt=run.month))
        .filter(other_from_month__lte=run.month, my_amount_fen__gt=0)
    )
    rows = _with_pair(rows, theirs, [])
    concluded = OverlapFinding.objects.holding().filter(
        _same_sums(),
        Q(own_number=OuterRef("my_number")) | Q(application=OuterRef("my_application")),
        pair=OuterRef("pair"),
        outside=OuterRef("outside"),
    )
    names = ("right", "outside", "who", "pair", *_names_of(rows))
    return rows.filter(_open_to_conclusion(theirs, concluded)).values(*names)


def _side(who: str, path: str) -> dict[str, F]:
    return {f"{who}_{name}": F(f"{path}{column}") for name, column in _COLUMNS.items()}


def _both(mine: str, other: str) -> dict[str, F]:
    return _side("my", mine) | _side("other", other)


def _meeting(rows: QuerySet, run: PaymentRun, ours: list[Meeting], beside: list[int]) -> QuerySet:
    """Narrow the joined rows to two different rights that are both paid in the month and meet in the table."""
    month = run.month
    rows = rows.filter(
        Q(other_until_month=None) | Q(other_until_month__gt=month),
        Q(my_until_month=None) | Q(my_until_month__gt=month),
        Q(other_held_since=None) | Q(other_held_since__gt=month),
        other_scheme__in=sorted({m.other for m in ours}),
        other_from_month__lte=month,
    ).exclude(other=F("right"))
    if any(m.mine_later is not None for m in ours):
        rows = rows.annotate(my_since=_since("my"), other_since=_since("other"))
    rows = _with_pair(rows, ours, beside)
    numbers = Q(own_number=OuterRef("my_number"), other_number=OuterRef("other_number"))
    numbers |= Q(own_number=OuterRef("other_number"), other_number=OuterRef("my_number"))
    numbers |= Q(application=OuterRef("my_application"), other_number=OuterRef("other_number"))
    numbers |= Q(application=OuterRef("other_application"), other_number=OuterRef("my_number"))
    concluded = OverlapFinding.objects.holding().filter(numbers, _same_sums(), pair=OuterRef("pair"))
    names = ("right", "other", "who", "pair", *_names_of(rows))
    return rows.filter(_open_to_conclusion(ours, concluded)).values(*names)


def _names_of(rows: QuerySet) -> list[str]:
    return [name for name in rows.query.annotations if name.startswith(("my_", "other_"))]


def _since(who: str) -> Subquery:
    """The first month of a right, whatever has changed in it since: its rows share one number."""
    chain = Entitlement.objects.filter(number=OuterRef(f"{who}_number"), scheme=OuterRef(f"{who}_scheme"))
    return Subquery(chain.order_by("from_month").values("from_month")[:1])


def _with_pair(rows: QuerySet, ours: list[Meeting], beside: list[int]) -> QuerySet:
    whens = [When(_condition(m, ours, beside), then=Value(m.row.key)) for m in ours]
    return rows.annotate(pair=Case(*whens, default=Value(""), output_field=CharField())).exclude(pair="")


def _condition(meeting: Meeting, ours: list[Meeting], beside: list[int]) -> Q:
    row = meeting.row
    condition = Q(other_scheme=meeting.other)
    same = [m for m in ours if m.other == meeting.other]
    condition &= _category("my_category", meeting.mine, [m.mine for m in same])
    condition &= _category("other_category", meeting.other_category, [m.other_category for m in same])
    if meeting.single is not None:
        name = f"{meeting.dibao}_single"
        # A right from the old ledger has no application and is the household's.
        condition &= Q(**{name: True}) if meeting.single else Q(**{name: False}) | Q(**{name: None})
    if meeting.mine_later is not None:
        later = Q(my_since__gt=F("other_since")) | Q(my_since=F("other_since"), right__gt=F("other"))
        condition &= later if meeting.mine_later else ~later
    if row.effect == "higher":
        condition &= Q(my_amount_fen__gt=0, other_amount_fen__gt=0)
        if beside and row.a in OF_ONE_KIND and row.b in OF_ONE_KIND:
            condition &= ~(Q(my_standard__in=beside) | Q(other_standard__in=beside))
    if row.effect == "topup":
        condition &= Q(my_amount_fen__gt=0, other_amount_fen__gt=0) & _not_topped_up(row, meeting)
    return condition


def _category(name: str, category: str | None, all_of: list[str | None]) -> Q:
    if category is None:
        return Q()
    if category:
        return Q(**{name: category})
    return ~Q(**{f"{name}__in": sorted({each for each in all_of if each})})


def _not_topped_up(row: Overlap, meeting: Meeting) -> Q:
    """Paid in full beside the other, or reckoned before the other's present sum began."""
    a, b = ("other", "my") if row.a == meeting.other else ("my", "other")
    stale = Q(**{f"{a}_from_month__lt": F(f"{b}_from_month")})
    return ~Q(**{f"{a}_category": TOPPED_UP}) | stale


def _same_sums() -> Q:
    """A conclusion about the higher of two, or about a difference, is about these sums."""
    same = Q(own_fen=OuterRef("my_amount_fen"), other_fen=OuterRef("other_amount_fen"))
    same |= Q(own_fen=OuterRef("other_amount_fen"), other_fen=OuterRef("my_amount_fen"))
    # A conclusion before the decision knew the sum that was received, not yet the one that was granted.
    same |= Q(own_fen=None) & (
        Q(other_fen=OuterRef("other_amount_fen")) | Q(other_fen=OuterRef("my_amount_fen"))
    )
    return ~Q(effect__in=("higher", "topup")) | same


def _open_to_conclusion(ours: list[Meeting], concluded: QuerySet) -> Q:
    """What blocks stays until one of the two ends; a reminder goes once somebody has concluded."""
    blocking = sorted({m.row.key for m in ours if m.row.level == "block"})
    return Q(pair__in=blocking) | ~Exists(concluded)


def lines_met(run: PaymentRun, posting: Posting, level: Level | None) -> QuerySet:
    """The lines of the posting's area whose right meets another."""
    condition = Q(pk__in=[])
    for each in (level,) if level else ("block", "warn"):
        condition |= rights_meeting(run, each)
    rows = PaymentLine.objects.visible_to(posting).filter(pk__in=_lines(run).filter(condition).values("pk"))
    return rows.select_related("office__parent")


def rows_of(
    run: PaymentRun, lines: Sequence[PaymentLine], level: Level | None
) -> list[tuple[PaymentLine, list]]:
    """Each line with the pairs of its right, in words."""
    among = [line.entitlement_id for line in lines]
    pairs = in_words(pairs_of(run, level=level, among=among), run.month) if among else []
    names = dict(Person.objects.filter(pk__in=[pair.person for pair in pairs]).values_list("pk", "name"))
    found = []
    for line in lines:
        own = [pair for pair in pairs if pair.right == line.entitlement_id]
        found.append((line, [(pair, names.get(pair.person, "")) for pair in own]))
    return found


# --- a pair in words --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Pair:
    """Two rights that meet, the listed one first, as a page shows them. `keeps`: what is paid by the rule, in words."""

    right: int
    other: int | None
    outside: int | None
    person: int
    row: Overlap
    hit: Hit
    my_fen: int
    other_fen: int
    my_number: str
    other_number: str
    other_name: str
    keeps: str

    @property
    def key(self) -> str:
        """By which a form names the pair."""
        return f"{self.right}:{self.other or ''}:{self.outside or ''}"

    @property
    def blocks(self) -> bool:
        return self.row.level == "block"


def in_words(found: Iterable[dict], on: date) -> list[Pair]:
    """What the table in force says of the pairs, with the sums of the month. Two queries."""
    overrides = overrides_on(on)
    names = {scheme.pk: scheme for scheme in Scheme.objects.all()}
    return [_in_words(each, overrides, names) for each in found]


def _in_words(pair: dict, overrides: dict, names: dict[str, Scheme]) -> Pair:
    sides = {who: _receipt(pair, who, names) for who in ("my", "other")}
    hit, claimed = _hit(pair, sides, overrides)
    short = {
        who: names[side.scheme].short_name if side.scheme in names else ELSEWHERE[side.scheme]
        for who, side in sides.items()
    }
    return Pair(
        right=pair["right"],
        other=pair.get("other"),
        outside=pair.get("outside"),
        person=pair["who"],
        row=hit.overlap,
        hit=hit,
        my_fen=pair["my_amount_fen"],
        other_fen=pair["other_amount_fen"],
        my_number=pair["my_number"],
        other_number=pair.get("other_number") or "",
        other_name=short["other"],
        keeps=_keeps(hit, sides, short, claimed),
    )


def _receipt(pair: dict, who: str, names: dict[str, Scheme]) -> Receipt:
    code = pair[f"{who}_scheme"]
    fen = round_fen(Fraction(pair[f"{who}_amount_fen"], max(pair.get(f"{who}_persons") or 1, 1)))
    family = names[code].family if code in names else code
    return Receipt("", code, family, fen, pair.get(f"{who}_category") or "")


def _hit(pair: dict, sides: dict[str, Receipt], overrides: dict) -> tuple[Hit, str]:
    """The hit, and which side was taken for the claim: the listed one where the table holds both ways."""
    for mine, other in (("my", "other"), ("other", "my")):
        claim, single = sides[mine], bool(pair.get("my_single") or pair.get("other_single"))
        as_claim = Claim(claim.scheme, claim.family, claim.category, claim.amount_fen, (), single)
        for hit in hits(as_claim, [sides[other]], overrides):
            if hit.overlap.key == pair["pair"]:
                return hit, mine
    raise LookupError(f"the table no longer holds {pair['pair']}")


def _keeps(hit: Hit, sides: dict[str, Receipt], short: dict[str, str], claimed: str) -> str:
    """What should be paid by the rule."""
    received = "other" if claimed == "my" else "my"
    if hit.effect == "topup":
        tops_up = claimed if hit.deduct_fen else received
        base = received if tops_up == claimed else claimed
        if sides[tops_up].category == TOPPED_UP:
            return f"{short[tops_up]}的差额要按{short[base]}现在的 {yuan(sides[base].amount_fen)} 元重新测算"
        rest = max(0, sides[tops_up].amount_fen - sides[base].amount_fen)
        return f"{short[base]}照发，{short[tops_up]}只发差额 {yuan(rest)} 元"
    ends = {"claim": claimed, "receipt": received}.get(hit.ends, "")
    if not ends:
        return "由本人选定一项，另一项停发" if hit.effect == "choose" else "核实后停发其中一项"
    stays = received if ends == claimed else claimed
    return f"{short[stays]}发 {yuan(sides[stays].amount_fen)} 元，{short[ends]}停发"
