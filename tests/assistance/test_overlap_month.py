"""What excludes what, when the list of a month is made: every row of the table, from both sides."""

from copy import deepcopy
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assistance.models import Entitlement, PaymentRun, RunKind
from assistance.policy.overlaps import ELSEWHERE, OVERLAPS, Overlap
from assistance.selectors import overlap_month, run_checks
from assistance.services import overlap, payment
from assistance.services.overlap_run import conclude_run
from civaffairs.lib.errors import BadInput, NotReady
from tests import overlaps
from tests.cast import Cast, make_cast
from tests.kept import kept

MAY, TODAY = date(2026, 5, 1), date(2026, 5, 6)
LATER = date(2026, 3, 1)

pytestmark = pytest.mark.django_db

cast_kept = kept(make_cast, scope="module")


@pytest.fixture
def cast(cast_kept, db) -> Cast:
    return deepcopy(cast_kept)


def listed(cast: Cast, code: str, month: date = MAY, on: date = TODAY) -> PaymentRun:
    run, _ = payment.create_run(
        scheme_code=code, month=month, kind=RunKind.REGULAR, by=cast.county_qian, on=on
    )
    return payment.prepare_run(run_id=run.pk)


def keys(run: PaymentRun) -> set[str]:
    return {problem.key for problem in run_checks.problems(run, TODAY) if problem.key.startswith("overlap")}


def meet(cast: Cast, row: Overlap) -> None:
    """Two rights of one person, or money of another office and a right, as the row names them."""
    person = overlaps.someone()
    codes = overlaps.code_of(row.a), overlaps.code_of(row.b)
    categories = (row.a_categories or ("",))[0], (row.b_categories or ("",))[0]
    starts = {"": (LATER, LATER), "a": (LATER, MAY.replace(month=1)), "b": (MAY.replace(month=1), LATER)}
    for code, category, start in zip(codes, categories, starts[row.claimed], strict=True):
        if code in ELSEWHERE:
            overlaps.outside(person, code)
        else:
            fen = 0 if overlaps.SCHEMES[code].rule in ("edge", "rigid") else 10_000
            overlaps.right(
                cast,
                person,
                code,
                category=category,
                fen=fen,
                from_month=start,
                single=row.single and overlaps.FAMILIES[code] == "dibao",
            )


STATUS = ("edge", "rigid")
TWO = [row for row in OVERLAPS if row.a != row.b and row.b != "*"]


@pytest.mark.second_round(variants=12)  # each pair makes conditions of its own
@pytest.mark.parametrize("side", ["a", "b"])
@pytest.mark.parametrize("row", TWO, ids=lambda row: row.key)
def test_every_row_is_found_in_the_list_of_either_side(cast, row, side):
    code = overlaps.code_of(row.a if side == "a" else row.b)
    if code in ELSEWHERE or overlaps.SCHEMES[code].rule in STATUS:
        return  # nothing is paid from such a list
    meet(cast, row)
    run = listed(cast, code)
    found = overlap_month.in_words(overlap_month.pairs_of(run), MAY)
    if row.effect == "allow":
        assert (found, keys(run)) == ([], set())
        return
    [pair] = found
    assert (pair.row.key, pair.row.effect, pair.hit.article) == (row.key, row.effect, row.article)
    assert keys(run) == {f"overlap-{row.level}"}
    assert pair.keeps
    with pytest.raises(NotReady):
        payment.check_run(run_id=run.pk, by=cast.cashier_zhou, on=TODAY)


def test_the_same_programme_twice_in_a_month(cast):
    """Bounded rights get past the constraint that knows only open ones."""
    person = overlaps.someone()
    june = date(2026, 6, 1)
    for _ in range(2):
        overlaps.right(cast, person, "price", fen=3_000, from_month=MAY, until_month=june)
    run = listed(cast, "price")
    assert keys(run) == {"overlap-block"}
    assert {pair["pair"] for pair in overlap_month.pairs_of(run)} == {"price+price"}


def test_two_rights_of_different_people_do_not_meet(cast):
    overlaps.right(cast, overlaps.someone("甲一"), "tekun-rural")
    overlaps.right(cast, overlaps.someone("乙二"), "disability-care", category="grade1")
    assert keys(listed(cast, "disability-care")) == set()


def test_a_status_of_the_household_meets_whoever_of_it_is_listed(cast):
    head, wife = overlaps.someone("户主"), overlaps.someone("家属")
    overlaps.right(cast, wife, "dibao-edge", fen=0, household=overlaps.home(head))
    overlaps.right(cast, head, "dibao-rural")
    run = listed(cast, "dibao-rural")
    assert keys(run) == {"overlap-block"}
    assert [pair["pair"] for pair in overlap_month.pairs_of(run)] == ["dibao-edge+dibao"]


@pytest.mark.parametrize(
    "change",
    [
        {"until_month": MAY},
        {"held_since": MAY},
        {"from_month": date(2026, 6, 1), "pays_from": date(2026, 6, 1)},
    ],
    ids=["ended", "held", "not begun"],
)
def test_what_is_not_paid_in_the_month_is_not_met(cast, change):
    person = overlaps.someone()
    tekun = overlaps.right(cast, person, "tekun-rural")
    overlaps.right(cast, person, "disability-care", category="grade1")
    Entitlement.objects.filter(pk=tekun.pk).update(**change)
    assert keys(listed(cast, "disability-care")) == set()


def test_a_difference_that_the_rule_has_worked_out_is_no_hit_until_the_other_sum_changes(cast):
    child = overlaps.someone("冬生", birth=date(2014, 3, 5))
    dibao = overlaps.right(cast, child, "dibao-rural", fen=43_000)
    overlaps.right(cast, child, "de-facto-orphan", category="topup", fen=77_000)
    run = listed(cast, "de-facto-orphan")
    assert keys(run) == set()
    dibao.members.update(until_month=MAY)
    Entitlement.objects.filter(pk=dibao.pk).update(until_month=MAY)
    overlaps.right(cast, child, "dibao-urban", fen=50_000, from_month=MAY)
    [pair] = overlap_month.in_words(overlap_month.pairs_of(run), MAY)
    assert pair.row.effect == "topup"
    assert "500.00 元重新测算" in pair.keeps


def test_a_child_in_full_beside_dibao_is_paid_the_difference_by_the_rule(cast):
    child = overlaps.someone("冬生", birth=date(2014, 3, 5))
    overlaps.right(cast, child, "dibao-rural", fen=43_000)
    overlaps.right(cast, child, "de-facto-orphan", category="full", fen=120_000)
    [pair] = overlap_month.in_words(overlap_month.pairs_of(listed(cast, "dibao-rural")), MAY)
    assert pair.keeps == "农村低保照发，事实无人抚养儿童只发差额 770.00 元"


@pytest.mark.parametrize(
    ("care", "elder", "stays"),
    [(9_000, 12_000, "困难失能补贴发 120.00"), (15_000, 12_000, "残疾护理补贴发 150.00")],
)
def test_of_one_kind_the_higher_is_paid(cast, care, elder, stays):
    person = overlaps.someone()
    overlaps.right(cast, person, "disability-care", category="grade1", fen=care)
    overlaps.right(cast, person, "elder-disabled", category="severe", fen=elder)
    for code in ("disability-care", "elder-disabled"):
        [pair] = overlap_month.in_words(overlap_month.pairs_of(listed(cast, code)), MAY)
        assert stays in pair.keeps


@pytest.mark.parametrize(
    ("how", "found"), [("higher", {"overlap-block"}), ("both", set()), ("difference", set())]
)
def test_a_standard_that_pays_both_or_the_difference_leaves_nothing_to_end(cast, how, found):
    person = overlaps.someone()
    overlaps.right(cast, person, "disability-care", category="grade1", params={"overlap": how})
    overlaps.right(cast, person, "elder-disabled", category="severe")
    assert keys(listed(cast, "elder-disabled")) == found


def test_which_began_later_is_read_from_the_first_row_of_a_right(cast):
    """特困 first, the child's money later: a rise of 特困 opens a new row of the same number and changes nothing."""
    child = overlaps.someone("冬生", birth=date(2014, 3, 5))
    tekun = overlaps.right(cast, child, "tekun-rural", category="scattered-self", until_month=MAY)
    overlaps.right(cast, child, "de-facto-orphan", category="topup", from_month=LATER)
    risen = overlaps.right(cast, child, "tekun-rural", category="scattered-self", from_month=MAY)
    Entitlement.objects.filter(pk=risen.pk).update(number=tekun.number, previous=tekun)
    [pair] = overlap_month.pairs_of(listed(cast, "tekun-rural"))
    assert pair["pair"] == "de-facto-orphan+tekun+for-a"


# --- conclusions --------------------------------------------------------------------------------------------


def warned(cast: Cast) -> PaymentRun:
    """Two of a kind that only remind."""
    person = overlaps.someone()
    overlaps.right(cast, person, "disability-living", category="grade2", fen=8_000)
    overlaps.right(cast, person, "elder-poor", fen=6_000)
    return listed(cast, "disability-living")


def conclude(cast: Cast, run: PaymentRun, **changes) -> int:
    fields = {
        "keys": None,
        "verdict": "both",
        "conclusion": "按县里文件两项可以同领，已核对台账",
        "by": cast.county_qian,
        "on": TODAY,
    }
    return conclude_run(run_id=run.pk, **(fields | changes))


def paid(cast: Cast, run: PaymentRun, on: date = TODAY) -> PaymentRun:
    payment.check_run(run_id=run.pk, by=cast.cashier_zhou, on=on)
    return payment.approve_run(run_id=run.pk, by=cast.county_zhao, on=on)


def test_a_reminder_is_settled_by_a_conclusion_and_carried_on_while_nothing_changes(cast):
    run = warned(cast)
    assert keys(run) == {"overlap-warn"}
    assert conclude(cast, run) == 1
    assert conclude(cast, run) == 0  # pressed twice
    assert keys(run) == set()
    paid(cast, run)
    june = date(2026, 6, 1)
    assert keys(listed(cast, "disability-living", june, june)) == set()
    assert keys(listed(cast, "elder-poor", june, june)) == set()


def test_a_changed_sum_asks_again(cast):
    run = warned(cast)
    conclude(cast, run)
    right = Entitlement.objects.get(scheme="elder-poor")
    Entitlement.objects.filter(pk=right.pk).update(amount_fen=9_000, base_fen=9_000)
    assert keys(run) == {"overlap-warn"}


def test_what_blocks_is_not_talked_away(cast):
    person = overlaps.someone()
    overlaps.right(cast, person, "tekun-rural")
    overlaps.right(cast, person, "disability-care", category="grade1")
    run = listed(cast, "disability-care")
    assert conclude(cast, run) == 0
    assert keys(run) == {"overlap-block"}


def test_a_conclusion_says_that_both_go_on_and_why(cast):
    run = warned(cast)
    for wrong in (
        {"verdict": "ended"},
        {"verdict": ""},
        {"conclusion": " "},
        {"keys": []},
        {"conclusion": "长" * 301},
    ):
        with pytest.raises(BadInput):
            conclude(cast, run, **wrong)
    assert keys(run) == {"overlap-warn"}


def test_a_county_that_allows_a_pair_hears_nothing_more_from_its_day_on(cast):
    setting = overlap.propose_setting(
        key="disability-living+elder-poor",
        from_day=date(2026, 6, 1),
        effect="allow",
        level="warn",
        yields="",
        document_number="云民发〔2026〕21号",
        by=cast.county_qian,
        on=TODAY,
    )
    overlap.confirm_setting(setting_id=setting.pk, by=cast.county_zhao, on=TODAY)
    run = warned(cast)
    assert keys(run) == {"overlap-warn"}
    conclude(cast, run)
    paid(cast, run)
    june = date(2026, 6, 1)
    assert keys(listed(cast, "elder-poor", june, june)) == set()


def test_the_number_of_statements_does_not_grow_with_people(cast):
    def statements() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            overlap_month.in_words(overlap_month.pairs_of(run), MAY)
            run_checks.problems(run, TODAY)
        return len(seen)

    run = warned(cast)
    few = statements()
    payment.cancel_run(run_id=run.pk, by=cast.county_qian, on=TODAY, opinion="重做")
    for at in range(12):
        person = overlaps.someone(f"张{at}")
        overlaps.right(cast, person, "disability-living", category="grade2")
        overlaps.right(cast, person, "elder-poor")
    run = listed(cast, "disability-living")
    assert len(overlap_month.pairs_of(run)) == 13
    assert statements() == few


def test_the_page_of_the_list_names_the_pairs_and_takes_one_conclusion_for_many(cast, client):
    run = warned(cast)
    client.force_login(cast.county_qian.user)
    url = f"/overlaps/runs/{run.pk}/"
    page = client.get(url).content.decode()
    assert "残疾生活补贴发 80.00 元，困难高龄补贴停发" in page
    assert url in client.get(f"/payments/runs/{run.pk}/").content.decode()
    [pair] = overlap_month.in_words(overlap_month.pairs_of(run), MAY)
    wrong = client.post(f"{url}conclude/", {"ids": [pair.key], "verdict": "both", "conclusion": ""})
    assert wrong.status_code == 422 and "checked" in wrong.content.decode()
    done = client.post(f"{url}conclude/", {"ids": [pair.key], "verdict": "both", "conclusion": "已核对台账"})
    assert done.status_code == 302
    after = client.get(url).content.decode()
    assert "没有要处理的待遇叠加" in after
    # Who checks the list reads there what was concluded, and on the page of the run that it was.
    assert "已登记的结论" in after and "已核对台账" in after
    assert "overlap.conclude" not in client.get(f"/payments/runs/{run.pk}/").content.decode()
