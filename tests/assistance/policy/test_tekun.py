"""特困供养: the worked examples of docs/policy/tekun.md, what must hold of everybody, and the ends of the right."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistance.policy import tekun
from assistance.policy.facts import HouseholdFacts, MemberFacts
from assistance.policy.parameters import ParameterErrors
from assistance.policy.rule import CaseFacts, Receipt
from assistance.policy.rules import rule_of
from assistance.policy.tekun import ability, endings, minor_end
from assistance.policy.tekun_standard import ABILITIES, CATEGORIES, SCHOOLS, UNABLE
from civaffairs.lib.assessment import UNKNOWN
from civaffairs.lib.errors import BadInput
from tests.assistance.policy import rule_pages

RULE = rule_of("tekun")
EXAMPLES = rule_pages.read("tekun.md", tekun.RULES)
NUMBERS = RULE.read(RULE.suggested())
ON = date(2026, 6, 1)
ELDER = MemberFacts("甲", "甲", date(1950, 1, 1))
CHILD = MemberFacts("小甲", "小甲", date(2008, 10, 1))
ANSWERS = {
    **{question.name: UNKNOWN for question in RULE.questions},
    "own_income_fen": 0,
    "property_ok": True,
    "supporter": "none",
    **dict.fromkeys(ABILITIES, True),
    "mode": "scattered",
    "agreement": True,
    "payee": "person",
}


def case(person=ELDER, receipts=(), dibao_fen=70_500, **answers) -> CaseFacts:
    return CaseFacts(HouseholdFacts((person,)), ANSWERS | answers, tuple(receipts), ON, dibao_fen)


def assess(*args, **given):
    return RULE.assess(case(*args, **given), NUMBERS, ON)


# --- the page -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.title)
def test_the_page_shows_exactly_what_the_rule_does(example):
    steps, outcome = example.run()
    assert steps == example.steps
    assert outcome == example.outcome


def test_there_are_examples_of_every_outcome_and_both_ways_of_living():
    assert {example.outcome[0][0] for example in EXAMPLES} == {"符合", "不符合", "不能核定", "不能录入"}
    eligible = [example for example in EXAMPLES if example.outcome[0][0] == "符合"]
    assert {example.assess().category.split("-")[0] for example in eligible} == {"scattered", "central"}
    assert {example.assess().category.split("-")[1] for example in eligible} == {"self", "semi", "full"}


@pytest.mark.parametrize(
    "example",
    [example for example in EXAMPLES if example.outcome[0][0] != "不能录入"],
    ids=lambda example: example.title,
)
def test_every_step_names_its_source_and_facts_kept_as_json_give_the_same(example):
    found = example.assess()
    assert [step.label for step in found.steps if not step.source] == []
    thawed = CaseFacts.from_dict(example.facts.to_dict(), RULE.questions)
    assert RULE.assess(thawed, RULE.read(example.params), example.on) == found


def test_the_page_explains_every_setting():
    assert rule_pages.page_rows("tekun.md", RULE) == rule_pages.settings_rows(RULE, {})


# --- ability --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gone", "grade"),
    [(0, "self"), (1, "semi"), (2, "semi"), (3, "semi"), (4, "full"), (5, "full"), (6, "full")],
)
def test_the_number_of_abilities_gone_gives_the_grade(gone, grade):
    for names in (list(ABILITIES), list(reversed(ABILITIES))):
        answers = {name: at >= gone for at, name in enumerate(names)}
        assert ability(answers) == grade


@pytest.mark.parametrize("name", ABILITIES)
def test_an_ability_nobody_looked_at_leaves_the_grade_open(name):
    assert ability(dict.fromkeys(ABILITIES, True) | {name: UNKNOWN}) is UNKNOWN
    found = assess(**{name: UNKNOWN})
    assert found.outcome == "cannot_decide"
    assert ABILITIES[name] in found.reasons[0]


# --- no ability to work ---------------------------------------------------------------------------------

ADULT = date(1985, 1, 1)


@pytest.mark.parametrize(
    ("kind", "last_grade"), [(1, 1), (2, 0), (3, 0), (4, 2), (5, 3), (6, 3)], ids=lambda value: str(value)
)
@pytest.mark.parametrize("grade", [1, 2, 3, 4])
def test_only_the_kinds_and_grades_of_article_5_count(kind, last_grade, grade):
    person = MemberFacts("甲", "甲", ADULT, disability_kind=kind, disability_grade=grade)
    assert assess(person).outcome == ("eligible" if grade <= last_grade else "not_eligible")


@pytest.mark.parametrize(
    ("grade", "inside", "outcome"),
    [
        (2, True, "eligible"),
        (2, False, "not_eligible"),
        (2, UNKNOWN, "cannot_decide"),
        (4, UNKNOWN, "not_eligible"),
    ],
)
def test_the_kinds_inside_a_multiple_disability_have_to_be_asked_for(grade, inside, outcome):
    person = MemberFacts("甲", "甲", ADULT, disability_kind=7, disability_grade=grade)
    assert assess(person, multiple=inside).outcome == outcome


@pytest.mark.parametrize(
    ("birth", "outcome"),
    [
        (date(1966, 6, 1), "eligible"),  # 60 today
        (date(1966, 6, 2), "not_eligible"),
        (date(2010, 6, 2), "eligible"),  # 16 tomorrow
        (UNKNOWN, "cannot_decide"),
    ],
)
def test_an_age_is_reached_on_the_birthday(birth, outcome):
    assert assess(MemberFacts("甲", "甲", birth)).outcome == outcome


@pytest.mark.parametrize(
    ("continues", "school", "birth", "outcome"),
    [
        (True, UNKNOWN, date(2008, 10, 1), "eligible"),
        (False, "high", date(2008, 10, 1), "not_eligible"),
        (UNKNOWN, "high", date(2008, 10, 1), "cannot_decide"),
        (True, "high", date(2008, 1, 1), "eligible"),
        (True, "vocational", date(2006, 1, 1), "eligible"),
        (True, "compulsory", date(2007, 1, 1), "eligible"),
        (True, "college", date(2007, 1, 1), "not_eligible"),
        (True, "none", date(2008, 1, 1), "not_eligible"),
        (True, UNKNOWN, date(2008, 1, 1), "cannot_decide"),
        (UNKNOWN, "high", date(2008, 1, 1), "cannot_decide"),
        (False, "high", date(2008, 1, 1), "not_eligible"),
    ],
)
def test_a_minor_goes_on_to_18_and_beyond_while_at_a_school_that_counts(continues, school, birth, outcome):
    person = replace(CHILD, birth=birth)
    assert assess(person, continues=continues, school=school).outcome == outcome


def test_who_is_paid_already_as_a_minor_need_not_be_asked_again():
    paid = Receipt(CHILD.key, "tekun-rural", "tekun", 97_900, "scattered-self")
    assert assess(CHILD, receipts=[paid], school="high").outcome == "eligible"
    other = replace(paid, person="乙")
    assert assess(CHILD, receipts=[other], school="high").outcome == "cannot_decide"


def test_the_cases_of_a_province_count_only_where_the_county_has_switched_them_on():
    person = MemberFacts("甲", "甲", ADULT)
    on = NUMBERS | {"labour_local": True}
    assert assess(person, labour_local=True).outcome == "not_eligible"
    assert RULE.assess(case(person, labour_local=True), on, ON).outcome == "eligible"
    assert RULE.assess(case(person, labour_local=False), on, ON).outcome == "not_eligible"
    assert RULE.assess(case(person), on, ON).outcome == "cannot_decide"
    unable = {"supporter": "unable", "supporter_grounds": ("tekun", "local")}
    assert assess(**unable).outcome == "not_eligible"
    assert RULE.assess(case(**unable), NUMBERS | {"supporter_local": True}, ON).outcome == "eligible"


# --- the other conditions and the payee -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "missing"),
    [
        ({"own_income_fen": UNKNOWN}, "本人月收入"),
        ({"dibao_fen": UNKNOWN}, "低保标准还没有录入"),
        ({"property_ok": UNKNOWN}, "财产"),
        ({"supporter": UNKNOWN}, "法定义务人"),
        ({"supporter": "unable"}, "没有履行能力的原因"),
        ({"supporter": "unable", "supporter_grounds": ()}, "没有履行能力的原因"),
        ({"mode": UNKNOWN}, "供养方式"),
        ({"payee": UNKNOWN}, "付给谁"),
        ({"agreement": UNKNOWN}, "照料服务协议"),
        ({"agreement": False}, "照料服务协议还没有签订"),
    ],
)
def test_what_is_not_known_is_named_and_is_never_zero_and_never_no(answers, missing):
    found = assess(**answers)
    assert found.outcome == "cannot_decide"
    assert found.amount_fen == 0
    assert missing in "；".join(found.reasons)


@pytest.mark.parametrize("ground", UNABLE)
def test_every_ground_of_article_8_makes_a_supporter_unable(ground):
    found = RULE.assess(
        case(supporter="unable", supporter_grounds=(ground,)), NUMBERS | {"supporter_local": True}, ON
    )
    assert found.outcome == "eligible"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"mode": "central", "payee": "carer"}, "payee"),
        ({"payee": "carer", "agreement": False}, "agreement"),
        ({"payee": "institution", "agreement": False}, "agreement"),
        ({"supporter": "unable", "supporter_grounds": ("rich",)}, "supporter_grounds"),
        ({"person": MemberFacts("甲", "甲", date(2027, 1, 1))}, "birth"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(given, field):
    with pytest.raises(BadInput) as refusal:
        assess(**given)
    assert refusal.value.field == field


def test_the_money_of_an_orphan_and_tekun_exclude_each_other():
    with pytest.raises(BadInput, match="不再认定为特困人员") as refusal:
        assess(receipts=[Receipt(ELDER.key, "de-facto-orphan", "child", 120_000)])
    assert refusal.value.article == "《特困人员认定办法》第9条"
    # somebody else's money says nothing
    assert assess(receipts=[Receipt("乙", "orphan", "child", 120_000)]).outcome == "eligible"


def test_the_reasons_name_what_has_to_end():
    receipts = [
        Receipt(ELDER.key, "dibao-rural", "dibao", 43_000),
        Receipt(ELDER.key, "disability-living", "disability-living", 8_000),
        Receipt(ELDER.key, "disability-care", "disability-care", 8_000),
        Receipt(ELDER.key, "old-age", "old-age", 5_000),
    ]
    reasons = assess(receipts=receipts).reasons
    assert len(reasons) == 4
    assert any("低保家庭" in reason for reason in reasons)


def test_a_county_without_a_care_standard_of_a_grade_pays_the_basic_money_alone():
    numbers = NUMBERS | {"care": NUMBERS["care"] | {"scattered-self": 0}}
    found = RULE.assess(case(), numbers, ON)
    assert [part.kind for part in found.parts] == ["base"]
    assert found.amount_fen == numbers["basic"]["scattered"]


@pytest.mark.parametrize("not_counted", ["prison", "missing"])
def test_who_is_in_prison_or_missing_is_not_supported(not_counted):
    assert assess(replace(ELDER, not_counted=not_counted)).outcome == "not_eligible"


# --- anybody --------------------------------------------------------------------------------------------

PEOPLE = st.builds(
    lambda birth, disability: MemberFacts(
        "甲", "甲", birth, disability_kind=disability[0], disability_grade=disability[1]
    ),
    st.one_of(st.dates(date(1930, 1, 1), ON), st.just(UNKNOWN)),
    st.sampled_from([(None, None), (4, 1), (4, 3), (5, 3), (7, 2), (1, 1)]),
)
MAYBE = st.sampled_from([True, True, True, False, UNKNOWN])
GIVEN = st.fixed_dictionaries(
    {
        "own_income_fen": st.one_of(st.integers(0, 120_000), st.just(UNKNOWN)),
        "property_ok": MAYBE,
        "supporter": st.sampled_from(["none", "none", "unable", "able", UNKNOWN]),
        "supporter_grounds": st.sampled_from([("tekun",), ("aged70", "disabled"), ("local",), UNKNOWN]),
        "multiple": MAYBE,
        "continues": MAYBE,
        "school": st.sampled_from([*SCHOOLS, UNKNOWN]),
        **dict.fromkeys(ABILITIES, MAYBE),
        "mode": st.sampled_from(["scattered", "central", UNKNOWN]),
        "payee": st.sampled_from(["person", UNKNOWN]),
        "agreement": MAYBE,
    }
)
# everything that matters when it is open; the rest is asked only of some
MATTERS = ("own_income_fen", "property_ok", "supporter", "mode", "payee", *ABILITIES)


@given(PEOPLE, GIVEN)
def test_an_amount_is_one_of_the_standard_and_only_with_everything_known(person, answers):
    found = assess(person, **answers)
    if found.outcome != "eligible":
        assert found.amount_fen == 0
        return
    assert found.category in CATEGORIES
    mode = found.category.split("-")[0]
    assert found.amount_fen == NUMBERS["basic"][mode] + NUMBERS["care"][found.category]
    assert not any(answers[name] is UNKNOWN for name in MATTERS)


@given(PEOPLE, GIVEN, st.integers(0, 120_000))
def test_more_income_never_gives_more_money(person, answers, more):
    if answers["own_income_fen"] is UNKNOWN:
        return
    richer = answers | {"own_income_fen": answers["own_income_fen"] + more}
    assert assess(person, **richer).amount_fen <= assess(person, **answers).amount_fen


@given(PEOPLE, GIVEN, st.sampled_from(list(ABILITIES)))
def test_an_ability_lost_never_gives_less_money(person, answers, name):
    if answers[name] is UNKNOWN:
        return
    before = assess(person, **(answers | {name: True})).amount_fen
    assert assess(person, **(answers | {name: False})).amount_fen >= before


@given(PEOPLE, GIVEN, st.sampled_from(MATTERS))
def test_a_fact_made_unknown_never_gives_money(person, answers, name):
    assert assess(person, **(answers | {name: UNKNOWN})).amount_fen == 0


# --- the end --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "keys"),
    [
        ({}, []),
        ({"own_income_fen": 70_500}, ["means"]),
        ({"property_ok": False, "own_income_fen": 90_000}, ["means"]),
        ({"supporter": "able"}, ["supporter"]),
        ({"person": MemberFacts("甲", "甲", ADULT)}, ["labour"]),
        ({"person": replace(ELDER, not_counted="prison")}, ["prison"]),
        ({"person": replace(ELDER, not_counted="missing")}, ["death"]),
        ({"receipts": [Receipt("甲", "orphan", "child", 1)]}, ["chose_child"]),
        ({"own_income_fen": UNKNOWN, "property_ok": UNKNOWN, "supporter": UNKNOWN}, []),
    ],
)
def test_the_grounds_of_termination_that_a_review_shows(given, keys):
    assert [ending.key for ending in endings(case(**given), NUMBERS, ON)] == keys


def test_every_ground_that_a_condition_gives_has_its_article():
    assert all(ending.article.startswith("《特困人员认定办法》") for ending in tekun.ENDINGS.values())
    assert set(tekun.ENDINGS) >= {"death", "labour", "prison", "means", "supporter", "own_wish"}


@pytest.mark.parametrize(
    ("birth", "school", "until", "first_day"),
    [
        (date(2008, 10, 1), "none", UNKNOWN, date(2026, 10, 1)),
        (date(2008, 10, 1), "college", UNKNOWN, date(2026, 10, 1)),
        (date(2008, 10, 1), "high", date(2027, 6, 30), date(2027, 7, 1)),
        (date(2008, 10, 1), "high", date(2026, 6, 30), date(2026, 10, 1)),
        (date(2008, 10, 1), "high", UNKNOWN, UNKNOWN),
        (date(2008, 10, 1), UNKNOWN, UNKNOWN, UNKNOWN),
        (date(2008, 2, 29), "none", UNKNOWN, date(2026, 2, 28)),
        (UNKNOWN, "high", date(2027, 6, 30), UNKNOWN),
    ],
)
def test_the_right_of_a_minor_ends_at_18_or_with_school(birth, school, until, first_day):
    answers = {"school": school, "school_until": until}
    end = minor_end(replace(CHILD, birth=birth), answers, NUMBERS, ON)
    assert end.first_day == first_day
    assert CHILD.name in end.why


@pytest.mark.parametrize(
    "person", [ELDER, replace(CHILD, disability_kind=5, disability_grade=3)], ids=["old", "disabled"]
)
def test_a_right_that_does_not_rest_on_age_does_not_end_with_it(person):
    assert minor_end(person, {"school": "none"}, NUMBERS, ON) is None


@given(st.dates(date(1990, 1, 1), ON))
def test_the_rule_and_the_date_of_the_end_agree_to_the_day(birth):
    person = replace(CHILD, birth=birth)
    end = minor_end(person, {"school": "none"}, NUMBERS, ON)
    held = assess(person, continues=True, school="none").outcome == "eligible"
    assert held == (end.first_day > ON)


# --- the standard ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"basic": {"scattered": 0, "central": 1}}, "basic"),
        ({"basic": {"scattered": 90_000}}, "basic"),
        ({"care": NUMBERS["care"] | {"central-full": 10}}, "care"),
        ({"minor_age": 16, "child_age": 17}, "minor_age"),
        ({"least_percent": None}, "least_percent"),
    ],
)
def test_a_standard_that_cannot_be_is_refused(change, field):
    with pytest.raises(ParameterErrors) as refusal:
        RULE.read(RULE.suggested() | change)
    assert field in refusal.value.errors
