"""孤儿 and 事实无人抚养儿童: every pair of parents, the age, the choice, and the difference."""

from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistance.policy.children import CONDITIONS, GONE, TIMED
from assistance.policy.facts import HouseholdFacts, MemberFacts
from assistance.policy.parameters import ParameterErrors
from assistance.policy.rule import CaseFacts, Receipt
from assistance.policy.rules import rule_of
from civaffairs.lib.assessment import UNKNOWN
from civaffairs.lib.errors import BadInput

ON = date(2026, 6, 1)
ORPHAN, FACT = rule_of("orphan"), rule_of("de_facto_orphan")
RATES = {"scattered": 120_000, "institution": 160_000}
ANSWERS = {"father": "dead", "mother": "dead", "place": "scattered", "is_local": True}
TEKUN = Receipt("m0", "tekun-rural", "tekun", 95_000, "scattered-semi")
ALL = sorted(CONDITIONS)


def numbers(rule, **changed):
    return rule.read(rule.suggested() | {"rates": RATES} | changed)


def facts(*receipts, birth=date(2014, 5, 5), **answers):
    child = MemberFacts("m0", "安小树", birth)
    return CaseFacts(HouseholdFacts((child,)), ANSWERS | answers, tuple(receipts))


def months(**parents):
    """The months that go with conditions of which they are asked."""
    return {f"{key}_months": 12 for key, condition in parents.items() if condition in TIMED}


# --- every pair of parents --------------------------------------------------------------------------------

PAIRS = list(product(ALL, ALL))


@pytest.mark.parametrize(("father", "mother"), PAIRS)
def test_an_orphan_has_neither_parent(father, mother):
    case = facts(father=father, mother=mother)
    if "able" in (father, mother):
        with pytest.raises(BadInput) as refused:
            ORPHAN.assess(case, numbers(ORPHAN), ON)
        assert refused.value.field == ("father" if father == "able" else "mother")
        assert refused.value.article == "国办发〔2010〕54号"
        return
    assessment = ORPHAN.assess(case, numbers(ORPHAN), ON)
    assert (assessment.outcome == "eligible") is (father in GONE and mother in GONE)
    if assessment.outcome != "eligible":
        assert all("可以按事实无人抚养儿童申请" in reason for reason in assessment.reasons)


@pytest.mark.parametrize(("father", "mother"), PAIRS)
def test_a_child_without_support_has_two_parents_in_whose_way_something_stands(father, mother):
    parents = {"father": father, "mother": mother}
    assessment = FACT.assess(facts(**parents, **months(**parents)), numbers(FACT), ON)
    orphan = father in GONE and mother in GONE
    assert (assessment.outcome == "eligible") is (not orphan and "able" not in (father, mother))
    assert ("父母双方死亡或查找不到，应按孤儿申请" in assessment.reasons) is orphan


@pytest.mark.parametrize(("father", "mother"), PAIRS)
def test_which_parent_is_which_makes_no_difference(father, mother):
    def fact(one, other):
        parents = {"father": one, "mother": other}
        return FACT.assess(facts(**parents, **months(**parents)), numbers(FACT), ON)

    assert (fact(father, mother).outcome, fact(father, mother).amount_fen) == (
        fact(mother, father).outcome,
        fact(mother, father).amount_fen,
    )


@pytest.mark.parametrize("condition", TIMED)
@pytest.mark.parametrize(
    ("given_months", "outcome"),
    [(6, "eligible"), (5, "not_eligible"), (0, "not_eligible"), (UNKNOWN, "cannot_decide")],
)
def test_some_conditions_count_from_six_months_on(condition, given_months, outcome):
    case = facts(mother=condition, mother_months=given_months)
    assert FACT.assess(case, numbers(FACT), ON).outcome == outcome


@pytest.mark.parametrize("counts", [True, False])
def test_of_a_parent_declared_missing_the_county_decides(counts):
    assessment = ORPHAN.assess(facts(mother="missing"), numbers(ORPHAN, missing_is_gone=counts), ON)
    assert (assessment.outcome == "eligible") is counts


# --- age --------------------------------------------------------------------------------------------------

EIGHTEEN, SEVENTEEN = date(2008, 6, 1), date(2008, 6, 2)
AGES = [
    (SEVENTEEN, {}, {}, "eligible"),
    (EIGHTEEN, {}, {}, "cannot_decide"),
    (EIGHTEEN, {"at_school": False}, {}, "not_eligible"),
    (EIGHTEEN, {"at_school": True}, {}, "cannot_decide"),
    (EIGHTEEN, {"at_school": True, "school_until": ON}, {}, "eligible"),
    (EIGHTEEN, {"at_school": True, "school_until": date(2026, 5, 31)}, {}, "not_eligible"),
    (EIGHTEEN, {"at_school": True, "school_until": ON}, {"school_counts": False}, "not_eligible"),
    (date(2003, 6, 1), {"at_school": True, "school_until": ON}, {"school_age": 23}, "not_eligible"),
    (date(2003, 6, 2), {"at_school": True, "school_until": ON}, {"school_age": 23}, "eligible"),
    (UNKNOWN, {}, {}, "cannot_decide"),
]


@pytest.mark.parametrize(("birth", "answers", "local", "outcome"), AGES)
@pytest.mark.parametrize("rule", [ORPHAN, FACT])
def test_under_eighteen_or_at_school(rule, birth, answers, local, outcome):
    mother = {"mother": "ill"} if rule is FACT else {}
    case = facts(birth=birth, **answers, **mother)
    assert rule.assess(case, numbers(rule, **local), ON).outcome == outcome


@pytest.mark.parametrize("rule", [ORPHAN, FACT])
def test_a_birth_still_to_come_is_refused(rule):
    with pytest.raises(BadInput) as refused:
        rule.assess(facts(birth=date(2026, 6, 2)), numbers(rule), ON)
    assert refused.value.field == "birth"


@pytest.mark.parametrize("rule", [ORPHAN, FACT])
@pytest.mark.parametrize("name", ["father", "mother", "place", "is_local"])
def test_what_matters_and_is_not_known_is_named(rule, name):
    label = next(question.label for question in rule.questions if question.name == name)
    mother = {"mother": "ill"} if rule is FACT else {}
    assessment = rule.assess(facts(**mother | {name: UNKNOWN}), numbers(rule), ON)
    assert (assessment.outcome, assessment.reasons) == ("cannot_decide", (f"“{label}”还没有填写",))


# --- the sum, and the choice --------------------------------------------------------------------------------


@pytest.mark.parametrize("place", sorted(RATES))
def test_the_sum_goes_by_how_the_child_is_brought_up(place):
    assert ORPHAN.assess(facts(place=place), numbers(ORPHAN), ON).amount_fen == RATES[place]
    assert FACT.assess(facts(place=place, mother="ill"), numbers(FACT), ON).amount_fen == RATES[place]


@pytest.mark.parametrize("rule", [ORPHAN, FACT])
def test_an_institution_cannot_be_given_less(rule):
    with pytest.raises(ParameterErrors) as refused:
        numbers(rule, rates={"scattered": 120_000, "institution": 119_999})
    assert set(refused.value.errors) == {"rates"}


@pytest.mark.parametrize(("rule", "local"), [(ORPHAN, {}), (FACT, {"tekun_rule": "choose"})])
def test_to_stay_in_tekun_too_is_refused_with_the_article_and_must_be_answered(rule, local):
    mother = {"mother": "ill"} if rule is FACT else {}
    with pytest.raises(BadInput) as refused:
        rule.assess(facts(TEKUN, beside_tekun="keep", **mother), numbers(rule, **local), ON)
    assert refused.value.field == "beside_tekun"
    assert "《特困人员认定办法》" in refused.value.article
    chosen = rule.assess(facts(TEKUN, beside_tekun="end", **mother), numbers(rule, **local), ON)
    assert chosen.amount_fen == RATES["scattered"]
    assert rule.assess(facts(TEKUN, **mother), numbers(rule, **local), ON).outcome == "cannot_decide"


@pytest.mark.parametrize(
    ("choice", "outcome", "fen"),
    [("keep", "eligible", 25_000), ("end", "eligible", 120_000), (UNKNOWN, "cannot_decide", 0)],
)
def test_where_the_county_pays_the_difference_to_tekun(choice, outcome, fen):
    case = facts(TEKUN, mother="ill", beside_tekun=choice)
    assessment = FACT.assess(case, numbers(FACT, tekun_rule="topup"), ON)
    assert (assessment.outcome, assessment.amount_fen) == (outcome, fen)


@pytest.mark.parametrize(
    ("rule", "scheme"), [(ORPHAN, "de-facto-orphan"), (FACT, "orphan")], ids=["orphan", "in fact"]
)
def test_nobody_is_both(rule, scheme):
    mother = {"mother": "ill"} if rule is FACT else {}
    case = facts(Receipt("m0", scheme, "child", 120_000), **mother)
    assert rule.assess(case, numbers(rule), ON).outcome == "not_eligible"


def test_the_sum_of_an_orphan_is_not_lowered_by_dibao():
    dibao = Receipt("m0", "dibao-rural", "dibao", 40_000)
    assert ORPHAN.assess(facts(dibao), numbers(ORPHAN), ON).amount_fen == RATES["scattered"]


FEN = st.integers(0, 200_000)


@given(FEN, FEN, FEN, st.sampled_from(sorted(RATES)))
def test_with_the_difference_a_child_has_the_standard_or_what_it_had(dibao, living, care, place):
    case = facts(
        Receipt("m0", "dibao-rural", "dibao", dibao),
        Receipt("m0", "disability-living", "disability-living", living),
        Receipt("m0", "disability-care", "disability-care", care),
        Receipt("m1", "dibao-rural", "dibao", 99_999),
        mother="ill",
        place=place,
    )
    assessment = FACT.assess(case, numbers(FACT), ON)
    assert assessment.amount_fen + dibao + living == max(RATES[place], dibao + living)
    assert assessment.category == (
        "" if assessment.outcome != "eligible" else "topup" if dibao + living else "full"
    )


@given(FEN, FEN)
def test_deducting_only_the_highest_never_gives_less_than_deducting_all(dibao, living):
    case = facts(
        Receipt("m0", "dibao-rural", "dibao", dibao),
        Receipt("m0", "disability-living", "disability-living", living),
        mother="ill",
    )
    highest = FACT.assess(case, numbers(FACT, deducts="highest"), ON).amount_fen
    assert highest == max(0, RATES["scattered"] - max(dibao, living))
    assert highest >= FACT.assess(case, numbers(FACT, deducts="sum"), ON).amount_fen


@given(FEN, st.integers(0, 50_000))
def test_more_dibao_never_gives_more(dibao, more):
    def paid(fen):
        case = facts(Receipt("m0", "dibao-rural", "dibao", fen), mother="ill")
        return FACT.assess(case, numbers(FACT), ON).amount_fen

    assert paid(dibao + more) <= paid(dibao)
