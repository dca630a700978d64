"""The table of overlaps: every cell of docs/policy/overlaps.md in both directions, its examples, and who is not enrolled."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistance.policy.overlaps import (
    CERTAINTIES,
    EFFECTS,
    ELSEWHERE,
    LEVELS,
    NAMES,
    OVERLAPS,
    Claim,
    Overlap,
    PersonState,
    Reach,
    eligible_not_enrolled,
    hits,
    lookup,
    payable,
    table,
)
from assistance.policy.rule import Receipt
from assistance.schemes import CATALOGUE
from civaffairs.lib.assessment import UNKNOWN
from civaffairs.lib.errors import BadInput
from civaffairs.lib.money import parse_yuan
from tests.assistance.policy.worked_examples import tables

PAGE = tables((Path(__file__).parents[3] / "docs" / "policy" / "overlaps.md").read_text(encoding="utf-8"))
FAMILIES = {spec.code: spec.family for spec in CATALOGUE}
# A code that stands for each name of the table.
CODES = {name: name for name in ELSEWHERE} | {spec.family: spec.code for spec in reversed(CATALOGUE)}


def side(name: str) -> tuple[str, str]:
    """A code and its family for a name of the table."""
    code = name if name in FAMILIES else CODES.get(name, "silicosis")  # "*": any, and this one has no row
    return code, FAMILIES.get(code, code)


def received(name: str, category: str = "", fen: int = 10_000, person: str = "甲") -> Receipt:
    return Receipt(person, *side(name), fen, category)


# --- every cell -----------------------------------------------------------------------------------------


def test_the_page_lists_the_table():
    shown = [tuple(row) for row in PAGE["A"]]
    assert len(shown) == len(OVERLAPS)
    for row, cells in zip(OVERLAPS, shown, strict=True):
        only = [f"A: {' '.join(row.a_categories)}"] if row.a_categories else []
        only += [f"B: {' '.join(row.b_categories)}"] if row.b_categories else []
        only += [f"{row.claimed.upper()} applied for"] if row.claimed else []
        only += ["单人保"] if row.single else []
        assert cells == (
            row.a,
            row.b,
            row.effect,
            row.level,
            row.yields.upper(),
            row.scope,
            "; ".join(only),
            row.article,
            row.certainty,
        )


@pytest.mark.parametrize("claim_is_a", [True, False], ids=["a-claimed", "b-claimed"])
@pytest.mark.parametrize("row", OVERLAPS, ids=lambda row: row.key)
def test_every_cell_in_both_directions(row: Overlap, claim_is_a):
    mine, other = (row.a, row.b) if claim_is_a else (row.b, row.a)
    mine_in, other_in = (
        (row.a_categories, row.b_categories) if claim_is_a else (row.b_categories, row.a_categories)
    )
    claim = Claim(*side(mine), (mine_in or ("",))[0], amount_fen=8_000, people=("甲",), single=row.single)
    receipt = received(other, (other_in or ("",))[0])
    found = hits(claim, [receipt])
    if row.claimed and row.claimed != ("a" if claim_is_a else "b"):
        match = lookup(claim, receipt)
        assert match is None or match[0] != row
        return
    assert lookup(claim, receipt)[0] == row
    if row.effect == "allow":
        assert found == ()
        return
    [hit] = found
    assert (hit.effect, hit.level, hit.article) == (row.effect, row.level, row.article)
    assert NAMES.get(receipt.scheme, NAMES.get(receipt.family)) in hit.message
    if row.effect == "higher":
        assert hit.ends == "claim"  # 80.00 against 100.00
        richer = replace(claim, amount_fen=10_001)
        assert hits(richer, [receipt])[0].ends == "receipt"
        assert hits(replace(claim, amount_fen=10_000), [receipt])[0].ends == "claim"
        assert hits(replace(claim, amount_fen=None), [receipt])[0].ends == ""
    elif row.effect == "topup":
        assert hit.deduct_fen == (10_000 if claim_is_a else 0)
        assert hit.ends == ""
    elif row.effect == "choose":
        assert hit.ends == ""
    elif row.yields:
        assert hit.ends == ("claim" if (row.yields == "a") == claim_is_a else "receipt")
    else:
        assert hit.ends == "claim"


@pytest.mark.parametrize("row", OVERLAPS, ids=lambda row: row.key)
def test_what_meets_in_one_person_does_not_meet_in_two(row: Overlap):
    claim = Claim(*side(row.a), (row.a_categories or ("",))[0], 8_000, ("乙",), row.single)
    found = hits(claim, [received(row.b, (row.b_categories or ("",))[0])])
    assert bool(found) == (row.scope == "household" and row.effect != "allow")


@pytest.mark.parametrize("row", OVERLAPS, ids=lambda row: row.key)
def test_every_cell_is_well_formed(row: Overlap):
    assert row.effect in EFFECTS
    assert row.level in LEVELS
    assert row.certainty in CERTAINTIES
    assert row.article
    for name in (row.a, row.b):
        assert name == "*" or name in ELSEWHERE or name in FAMILIES or name in FAMILIES.values()
        assert name == "*" or name in NAMES
    # a hit is stopped only where the rule was read, or where every place does the same
    assert row.level == "warn" or row.certainty != "local" or row.effect == "forbid"


def test_a_narrowed_side_names_categories_of_the_catalogue():
    by_code = {spec.code: dict(spec.categories) for spec in CATALOGUE}
    narrowed = [
        (name, category)
        for row in OVERLAPS
        for name, categories in ((row.a, row.a_categories), (row.b, row.b_categories))
        for category in categories
    ]
    assert narrowed
    assert all(category in by_code[name] for name, category in narrowed)


def test_no_two_rows_have_one_key_and_none_says_the_same_pair_twice():
    keys = [row.key for row in OVERLAPS]
    assert len(set(keys)) == len(keys)
    pairs = [(frozenset((row.a, row.b)), row.key.split("+")[2:]) for row in OVERLAPS]
    assert all(pairs.count(pair) == 1 for pair in pairs)


# --- the examples of the page ---------------------------------------------------------------------------


@pytest.mark.parametrize(("claimed", "receives", "expected"), PAGE["Claim"])
def test_the_examples_of_the_page(claimed, receives, expected):
    scheme, family, *rest = claimed.split(" ")
    amounts = [word for word in rest if word[-1].isdigit() and "." in word]
    categories = [word for word in rest if word not in amounts]
    claim = Claim(
        scheme,
        family,
        "".join(categories),
        parse_yuan(amounts[0]) if amounts else None,
        ("甲",),
    )
    code, of, amount, *category = receives.split(" ")
    found = hits(claim, [Receipt("甲", code, of, parse_yuan(amount), *category)])
    if expected == "none":
        assert found == ()
        return
    effect, level, ends, message = expected.split(" ", 3)
    [hit] = found
    assert (hit.effect, hit.level, hit.ends or "none", hit.message) == (effect, level, ends, message)


def test_only_the_programmes_that_were_not_named_are_left_unregulated():
    claim = Claim("silicosis", "silicosis", "stage1", 50_000, ("甲",))
    assert lookup(claim, received("kashin-beck")) is None
    assert hits(claim, [received("kashin-beck")]) == ()


def test_dibao_for_one_person_alone_and_the_household_s_status_go_together():
    claim = Claim("dibao-rural", "dibao", people=("甲",))
    status = received("dibao-edge", fen=0, person="乙")
    assert [hit.ends for hit in hits(claim, [status])] == ["receipt"]
    assert hits(replace(claim, single=True), [status]) == ()
    assert hits(replace(claim, single=True), [replace(status, scheme="rigid-burden")])


def test_a_top_up_is_lowered_by_all_that_is_received_and_never_below_zero():
    claim = Claim("de-facto-orphan", "child", "topup", 120_000, ("甲",))
    found = hits(claim, [received("dibao", fen=43_000), received("disability-living", fen=8_000)])
    assert payable(120_000, found) == 69_000
    assert payable(30_000, found) == 0
    assert payable(120_000, ()) == 120_000


# --- a county sets it otherwise -------------------------------------------------------------------------


@pytest.mark.parametrize("row", OVERLAPS, ids=lambda row: row.key)
def test_every_row_can_be_set_otherwise_by_a_county(row: Overlap):
    changed = {row.key: {"effect": "forbid", "level": "block", "yields": "", "article": "县民〔2026〕8号"}}
    rows = {one.key: one for one in table(changed)}
    assert (rows[row.key].effect, rows[row.key].level) == ("forbid", "block")
    assert rows[row.key].article == "县民〔2026〕8号"
    assert [one for key, one in rows.items() if key != row.key] == [
        one for one in OVERLAPS if one.key != row.key
    ]


def test_the_old_age_allowance_of_a_supported_person_is_a_choice_of_the_county():
    claim = Claim("old-age", "old-age", amount_fen=5_000, people=("甲",))
    tekun = received("tekun")
    assert hits(claim, [tekun]) == ()
    [hit] = hits(claim, [tekun], {"old-age+tekun": {"effect": "forbid", "level": "block", "yields": "a"}})
    assert (hit.ends, hit.level) == ("claim", "block")


@pytest.mark.parametrize(
    "overrides",
    [
        {"old-age+moon": {"effect": "forbid"}},
        {"old-age+tekun": {"effect": "maybe"}},
        {"old-age+tekun": {"level": "loud"}},
        {"old-age+tekun": {"yields": "c"}},
        {"old-age+tekun": {"a": "dibao"}},
    ],
)
def test_an_override_that_cannot_be_is_refused(overrides):
    with pytest.raises(BadInput, match="互斥表"):
        table(overrides)


NAMES_OF_ROWS = sorted({name for row in OVERLAPS for name in (row.a, row.b)} - {"*"})


@given(st.sampled_from(NAMES_OF_ROWS), st.sampled_from(NAMES_OF_ROWS), st.integers(0, 200_000))
def test_the_lookup_is_symmetric_but_for_rows_that_hold_in_one_direction(first, second, fen):
    one = lookup(Claim(*side(first), people=("甲",)), received(second, fen=fen))
    other = lookup(Claim(*side(second), people=("甲",)), received(first, fen=fen))
    if any(match and match[0].claimed for match in (one, other)):
        return
    assert (one and one[0]) == (other and other[0])


@given(st.lists(st.sampled_from(NAMES_OF_ROWS), max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_receipts_does_not_matter(names, random):
    claim = Claim("de-facto-orphan", "child", "topup", 120_000, ("甲",))
    receipts = [received(name, fen=1_000 * at) for at, name in enumerate(names)]
    shuffled = random.sample(receipts, len(receipts))
    assert set(hits(claim, receipts)) == set(hits(claim, shuffled))
    assert payable(120_000, hits(claim, receipts)) == payable(120_000, hits(claim, shuffled))


# --- entitled and not enrolled --------------------------------------------------------------------------

DIBAO = received("dibao", fen=40_000)


def suggested(*receipts, age=50, kind=None, grade=None, alone=False, reach=None):
    state = PersonState("甲", age, kind, grade, alone, receipts)
    return {row.family for row in eligible_not_enrolled(state, reach)}


@pytest.mark.parametrize(
    ("given", "families"),
    [
        ({"receipts": (DIBAO,), "kind": 4, "grade": 3}, {"disability-living"}),
        ({"receipts": (DIBAO,), "kind": 4, "grade": 1}, {"disability-living", "disability-care"}),
        ({"receipts": (), "kind": 4, "grade": 2}, {"disability-care"}),
        ({"receipts": (), "kind": 4, "grade": 3}, set()),
        ({"receipts": (DIBAO, received("disability-living")), "kind": 4, "grade": 4}, set()),
        ({"receipts": (received("tekun"),), "kind": 4, "grade": 1}, set()),
        ({"receipts": (received("orphan"),), "kind": 4, "grade": 1}, {"disability-care"}),
        ({"receipts": (), "age": 79}, set()),
        ({"receipts": (), "age": 80}, {"old-age"}),
        ({"receipts": (received("old-age"),), "age": 85}, set()),
        ({"receipts": (received("tekun"),), "age": 85}, {"old-age"}),
        ({"receipts": (DIBAO,), "age": 60, "alone": True}, {"tekun"}),
        ({"receipts": (DIBAO,), "age": 59, "alone": True}, set()),
        ({"receipts": (DIBAO,), "age": 70, "alone": False}, set()),
        ({"receipts": (DIBAO,), "age": 70, "alone": UNKNOWN}, set()),
        ({"receipts": (), "age": 70, "alone": True}, set()),
        ({"receipts": (DIBAO,), "age": UNKNOWN, "alone": True}, set()),
        ({"receipts": (replace(DIBAO, person="乙"),), "kind": 4, "grade": 3}, set()),
    ],
)
def test_who_may_be_entitled_and_is_not_enrolled(given, families):
    receipts = given.pop("receipts")
    assert suggested(*receipts, **given) == families


def test_how_far_a_county_reaches_is_its_own():
    status = received("dibao-edge", fen=0)
    assert suggested(status, kind=4, grade=3) == set()
    wide = Reach(old_age_from=70, care_grades=(1, 2, 3), living_with=("dibao", "status"))
    assert suggested(status, age=70, kind=6, grade=3, reach=wide) == {
        "disability-living",
        "disability-care",
        "old-age",
    }


def test_every_suggestion_gives_its_reason_and_article():
    state = PersonState("甲", 82, 4, 1, True, (DIBAO,))
    found = eligible_not_enrolled(state)
    assert [row.family for row in found] == ["disability-living", "disability-care", "old-age", "tekun"]
    assert all(row.reason and row.article and row.person == "甲" for row in found)
