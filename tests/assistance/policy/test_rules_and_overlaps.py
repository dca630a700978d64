"""The table of overlaps and the rules say the same, as long as a county has set neither otherwise.

The table is asked when a case is entered, decided and paid; the rule when it is assessed. A clerk who hears yes from one and
no from the other can trust neither.
"""

from datetime import date

import pytest

from assistance.policy.facts import HouseholdFacts, MemberFacts
from assistance.policy.overlaps import Claim, hits, payable
from assistance.policy.rule import CaseFacts, Receipt
from assistance.policy.rules import rule_of
from assistance.schemes import SCHEMES

ON = date(2026, 6, 1)
CHILD, OLD = date(2014, 5, 5), date(1930, 1, 1)
# Answers with which the person has everything the programme asks, apart from what is received.
ANSWERS = {
    "standing": "dibao",
    "injury_care": False,
    "long_care": True,
    "other_fen": 0,
    "is_local": True,
    "certified_on": ON,
    "ability": "severe",
    "assessed_on": ON,
    "father": "dead",
    "mother": "ill",
    "place": "scattered",
}
CLAIMS = [
    ("disability-living", CHILD),
    ("disability-care", CHILD),
    ("old-age", OLD),
    ("longevity", OLD),
    ("elder-poor", OLD),
    ("elder-disabled", OLD),
    ("de-facto-orphan", CHILD),
]
# Amounts on both sides of what the rules suggest to pay.
HELD = [
    Receipt("m0", SCHEMES[scheme].code, SCHEMES[scheme].family, fen, category)
    for scheme, category in [
        ("dibao-rural", ""),
        ("tekun-rural", "scattered-semi"),
        ("disability-living", "grade1"),
        ("disability-care", "grade1"),
        ("old-age", "80"),
        ("longevity", "100"),
        ("elder-poor", "80"),
        ("elder-disabled", "severe"),
        ("orphan", "scattered"),
        ("de-facto-orphan", "full"),
        ("de-facto-orphan", "topup"),
    ]
    for fen in (3_000, 30_000, 300_000)
]
PAIRS = [(code, birth, held) for code, birth in CLAIMS for held in HELD if held.scheme != code]


def _named(pair):
    code, _, held = pair
    return f"{code} beside {held.scheme} {held.category} {held.amount_fen}"


@pytest.mark.parametrize("pair", PAIRS, ids=_named)
def test_the_rule_pays_what_the_table_lets_it(pair):
    code, birth, held = pair
    spec, person = SCHEMES[code], MemberFacts("m0", "甲", birth, disability_kind=4, disability_grade=1)
    rule, categories = rule_of(spec.rule), dict(spec.categories)
    numbers = rule.read(rule.suggested(categories), categories)
    # who is in 特困 keeps it: that is the case in which the two meet
    answers = ANSWERS | ({"beside_tekun": "keep"} if held.family == "tekun" else {})

    def assess(*receipts):
        facts = CaseFacts(HouseholdFacts((person,)), answers, receipts, categories=categories)
        return rule.assess(facts, numbers, ON)

    full = assess()
    assert full.outcome == "eligible"
    claim = Claim(code, spec.family, full.category, full.amount_fen, ("m0",))
    found = hits(claim, [held])
    refused = any(hit.ends == "claim" for hit in found)
    assert assess(held).amount_fen == (0 if refused else payable(full.amount_fen, found))
