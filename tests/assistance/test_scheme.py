"""What a county sets for a programme rests on a document, is confirmed by a second person, and is never edited."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from assistance.models import Application, AssessmentRecord, PaymentRun, Scheme, SchemeTerms, Standard
from assistance.policy.rules import RULES
from assistance.schemes import CATALOGUE, FIXED_RATE, PROGRAMMES, SCHEMES
from assistance.selectors import fund_lines
from assistance.services import case, scheme_terms
from assistance.services import scheme as service
from assistance.services.standard import confirm_standard, propose_standard
from civaffairs.lib.errors import BadInput, Conflict, NotAllowed, NotReady
from civaffairs.registry.access import Forbidden, NotVisible
from civaffairs.registry.models import AuditEvent
from tests import payments, programmes
from tests.cast import COUNTY

TODAY = date(2026, 3, 2)
JULY = date(2026, 7, 1)
OWN_TERMS = scheme_terms.as_terms(FIXED_RATE) | {
    "steps": ["review", "account"],
    "categories": [["c1", "一期"], ["c2", "二期"]],
}
IDENTITY = {"name": "尘肺病人生活补助", "short_name": "尘肺病人", "klass": "welfare", "number_prefix": ""}


def propose(cast, code="old-age", **changes) -> SchemeTerms:
    fields = {
        "scheme_code": code,
        "from_day": JULY,
        "document_number": "云民〔2026〕20号",
        "terms": {"starts": "next"},
        "by": cast.county_qian,
        "on": TODAY,
    } | changes
    return service.propose_terms(**fields)


def confirmed(cast, code="old-age", **changes) -> Scheme:
    row = propose(cast, code, **changes)
    return service.confirm_terms(terms_id=row.pk, by=cast.county_zhao, on=TODAY).scheme


def new_scheme(cast, **changes) -> SchemeTerms:
    fields = {
        "identity": IDENTITY,
        "from_day": date(2026, 1, 1),
        "document_number": "云民〔2025〕77号",
        "terms": OWN_TERMS,
        "by": cast.county_qian,
        "on": TODAY,
    } | changes
    return service.propose_scheme(**fields)


def entered(cast, **changes) -> Scheme:
    row = new_scheme(cast, **changes)
    return service.confirm_terms(terms_id=row.pk, by=cast.county_zhao, on=TODAY).scheme


# --- terms of a programme of the catalogue ----------------------------------------------------------------


def test_terms_hold_from_their_day_on_and_only_once_confirmed(cast):
    row = propose(cast)
    scheme = Scheme.objects.get(pk="old-age")
    assert scheme.spec_on(JULY).starts == "applied"
    service.confirm_terms(terms_id=row.pk, by=cast.county_zhao, on=TODAY)
    scheme.refresh_from_db()
    assert scheme.spec_on(JULY - timedelta(days=1)).starts == "applied"
    assert scheme.spec_on(JULY).starts == "next"


def test_only_what_differs_is_kept_and_nothing_different_is_refused(cast):
    spec = SCHEMES["old-age"]
    row = propose(cast, terms=scheme_terms.as_terms(spec) | {"review_months": 6})
    assert row.terms == {"review_months": 6}
    service.discard_terms(terms_id=row.pk, by=cast.county_qian)
    with pytest.raises(BadInput, match="没有要改的"):
        propose(cast, terms=scheme_terms.as_terms(spec))


def test_later_terms_stand_on_earlier_ones(cast):
    confirmed(cast, terms={"starts": "next"})
    confirmed(cast, terms={"months_after_death": 1}, from_day=date(2026, 9, 1))
    spec = Scheme.objects.get(pk="old-age").spec_on(date(2026, 9, 1))
    assert (spec.starts, spec.months_after_death) == ("next", 1)
    confirmed(cast, terms={"starts": "decided"}, from_day=date(2026, 8, 1))
    scheme = Scheme.objects.get(pk="old-age")
    assert [row["from_day"] for row in scheme.terms] == ["2026-07-01", "2026-08-01", "2026-09-01"]
    assert scheme.spec_on(date(2026, 9, 1)).starts == "decided"


def test_four_eyes_and_the_same_press_twice(cast):
    row = propose(cast)
    cast.county_meng.user_id = cast.county_qian.user_id
    cast.county_meng.save()
    with pytest.raises(NotAllowed):
        service.confirm_terms(terms_id=row.pk, by=cast.county_meng, on=TODAY)
    for _ in range(2):
        service.confirm_terms(terms_id=row.pk, by=cast.county_zhao, on=TODAY)
    assert len(Scheme.objects.get(pk="old-age").terms) == 1
    with pytest.raises(NotAllowed):
        service.discard_terms(terms_id=row.pk, by=cast.county_qian)


def test_rights_are_asked_for(cast):
    for who in (cast.county_zhao, cast.township_li):
        with pytest.raises(Forbidden):
            propose(cast, by=who)
        with pytest.raises(Forbidden):
            new_scheme(cast, by=who)
    row = propose(cast)
    with pytest.raises(Forbidden):
        service.confirm_terms(terms_id=row.pk, by=cast.county_qian, on=TODAY)
    with pytest.raises(NotVisible):
        propose(cast, "no-such-programme")
    with pytest.raises(NotVisible):
        service.confirm_terms(terms_id=row.pk + 1000, by=cast.county_zhao, on=TODAY)


def test_a_day_in_the_past_a_day_twice_and_two_at_once_are_refused(cast):
    with pytest.raises(BadInput, match="不能早于今天"):
        propose(cast, from_day=TODAY - timedelta(days=1))
    confirmed(cast)
    with pytest.raises(Conflict, match="换一个起始日期"):
        propose(cast, terms={"review_months": 6})
    propose(cast, terms={"review_months": 6}, from_day=date(2026, 8, 1))
    with pytest.raises(Conflict, match="等待确认"):
        propose(cast, terms={"review_months": 3}, from_day=date(2026, 9, 1))


def test_terms_that_waited_until_their_day_had_passed_are_entered_again(cast):
    row = propose(cast)
    with pytest.raises(NotAllowed, match="已经过去"):
        service.confirm_terms(terms_id=row.pk, by=cast.county_zhao, on=date(2026, 7, 2))


def test_without_a_document_nothing_is_entered(cast):
    with pytest.raises(BadInput) as refusal:
        propose(cast, document_number="  ")
    assert refusal.value.field == "document_number"


# --- what cannot be set -----------------------------------------------------------------------------------

WRONG = [
    ("old-age", {"steps": ["review", "account", "dance"]}, "steps", ""),
    ("old-age", {"steps": ["review"]}, "steps", ""),
    ("old-age", {"steps": ["deliberate", "account"]}, "steps", ""),
    ("old-age", {"steps": ["peer", "account"], "peer": ""}, "peer", ""),
    ("old-age", {"peer": "县老龄办"}, "peer", ""),
    ("old-age", {"starts": "whenever"}, "starts", ""),
    ("old-age", {"decided_by": "village"}, "decided_by", ""),
    ("old-age", {"months_after_death": 25}, "months_after_death", ""),
    ("old-age", {"review_months": -1}, "review_months", ""),
    ("old-age", {"review_months": True}, "review_months", ""),
    ("old-age", {"limits": [["decide_days", 0]]}, "decide_days", ""),
    ("old-age", {"limits": [["nap_days", 3]]}, "limits", ""),
    ("old-age", {"limits": [["total_days", 5], ["decide_days", 6]]}, "decide_days", ""),
    ("old-age", {"limits": [["total_days", 9], ["total_days_extended", 8]]}, "total_days_extended", ""),
    ("old-age", {"cadence": "batch"}, "cadence", ""),
    ("old-age", {"cadence": "yearly"}, "cadence", ""),
    ("old-age", {"name": "另一个名字"}, "name", ""),
    ("disability-living", {"categories": [["grade1", "一级"]]}, "categories", ""),
    ("silicosis", {"categories": []}, "categories", ""),
    ("silicosis", {"categories": [["stage1", "一期"], ["stage2", "一期"]]}, "categories", ""),
    ("silicosis", {"categories": [["<b>", "一期"]]}, "categories", ""),
    ("silicosis", {"categories": [["stage1", ""]]}, "categories", ""),
    ("dibao-rural", {"steps": ["check", "visit", "review", "account"]}, "steps", "57号"),
    ("dibao-rural", {"limits": [["notice_days", 5]]}, "notice_days", "57号"),
    ("tekun-rural", {"steps": ["check", "review", "notice", "account"]}, "steps", "43号"),
    ("disability-care", {"steps": ["review", "account"]}, "steps", "52号"),
    ("de-facto-orphan", {"steps": ["review", "notice", "account"]}, "steps", "62号"),
    ("temp-quick", {"steps": ["check", "account"]}, "steps", "2026"),
]


@pytest.mark.parametrize(("code", "terms", "field", "article"), WRONG)
def test_what_cannot_be_set_is_refused_at_its_field_with_the_article(cast, code, terms, field, article):
    with pytest.raises(BadInput) as refusal:
        propose(cast, code, terms=terms)
    assert refusal.value.field == field
    assert article in (refusal.value.article or "")
    assert bool(article) == bool(refusal.value.article)
    assert not SchemeTerms.objects.exists()


@pytest.mark.parametrize("spec", CATALOGUE, ids=lambda spec: spec.code)
def test_every_programme_of_the_catalogue_stands_within_the_bounds_itself(spec):
    if spec.cadence != "batch":
        read = scheme_terms.read(spec, scheme_terms.as_terms(spec))
        assert scheme_terms.changed(spec, read) == {}


def test_every_firm_and_barred_step_is_of_a_rule_that_there_is():
    assert {*scheme_terms.FIRM, *scheme_terms.BARRED, *scheme_terms.NOTICE_DAYS} <= set(RULES)


# --- categories -------------------------------------------------------------------------------------------


def test_a_category_is_renamed_and_added_and_the_next_standard_asks_for_its_number(cast):
    categories = [["stage1", "壹期"], ["stage2", "二期"], ["stage3", "三期"], ["c1", "观察对象"]]
    scheme = confirmed(cast, "silicosis", terms={"categories": categories})
    assert scheme.spec_on(TODAY).category_names["stage1"] == "一期"
    assert scheme.spec.category_names == dict(categories)
    with pytest.raises(BadInput, match="观察对象"):
        standard_of(cast, "silicosis", {"stage1": 1, "stage2": 2, "stage3": 3})


def test_a_category_in_which_people_are_stays(cast):
    payments.entitlement(cast, scheme="silicosis", category="stage3")
    fewer = {"categories": [["stage1", "一期"], ["stage2", "二期"]]}
    with pytest.raises(Conflict, match="三期"):
        propose(cast, "silicosis", terms=fewer)
    row = propose(cast, "silicosis", terms={"categories": [["stage3", "三期"], ["stage2", "二期"]]})
    payments.entitlement(cast, "赵珂", scheme="silicosis", category="stage1")
    with pytest.raises(Conflict, match="一期"):
        service.confirm_terms(terms_id=row.pk, by=cast.county_zhao, on=TODAY)


# --- a programme of the county's own -----------------------------------------------------------------------


def standard_of(cast, code: str, rates: dict[str, int]):
    params = {"rates": rates, "per": "person", "least_age": 0, "needs_local": False, "needs_evidence": False}
    row = propose_standard(
        scheme_code=code,
        office_code=COUNTY,
        from_month=date(2026, 1, 1),
        document_number="云民〔2025〕78号",
        params=params,
        by=cast.county_qian,
    )
    return confirm_standard(standard_id=row.pk, by=cast.county_zhao)


def test_a_new_programme_is_there_once_it_is_confirmed(cast):
    row = new_scheme(cast)
    scheme = row.scheme
    assert (scheme.code, scheme.is_active) == ("own-cf", False)
    with pytest.raises(BadInput):
        standard_of(cast, scheme.code, {"c1": 30_000, "c2": 50_000})
    service.confirm_terms(terms_id=row.pk, by=cast.county_zhao, on=TODAY)
    scheme.refresh_from_db()
    assert scheme.is_active
    spec = scheme.spec_on(TODAY)
    assert (spec.name, spec.number_prefix, spec.rule) == ("尘肺病人生活补助", "CF", "fixed_rate")
    assert spec.category_names == {"c1": "一期", "c2": "二期"}
    assert standard_of(cast, scheme.code, {"c1": 30_000, "c2": 50_000}).confirmed_at


def test_one_that_is_thrown_away_leaves_nothing_but_its_trace(cast):
    row = new_scheme(cast)
    assert service.discard_terms(terms_id=row.pk, by=cast.county_qian) is None
    assert not Scheme.objects.filter(code="own-cf").exists()
    actions = AuditEvent.objects.filter(action__startswith="scheme.").order_by("seq")
    assert list(actions.values_list("action", flat=True)) == ["scheme.propose", "scheme.discard"]


def test_names_and_number_letters_are_unique(cast):
    entered(cast)
    for changed, field in (
        ({"name": "尘肺病人生活补助"}, "name"),
        ({"short_name": "尘肺病人"}, "short_name"),
        ({"number_prefix": "cf"}, "number_prefix"),
        ({"number_prefix": "ND"}, "number_prefix"),
    ):
        other = {
            "name": "另一项",
            "short_name": "另一项",
            "klass": "welfare",
            "number_prefix": "QT",
        } | changed
        with pytest.raises(Conflict) as refusal:
            new_scheme(cast, identity=other)
        assert refusal.value.field == field


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": ""}, "name"),
        ({"short_name": "名" * 13}, "short_name"),
        ({"klass": "royal"}, "klass"),
        ({"number_prefix": "C1"}, "number_prefix"),
        ({"number_prefix": "ABCD"}, "number_prefix"),
    ],
)
def test_an_identity_that_cannot_be_is_refused_at_its_field(cast, changed, field):
    with pytest.raises(BadInput) as refusal:
        new_scheme(cast, identity=IDENTITY | changed)
    assert refusal.value.field == field


def test_letters_are_made_from_the_initials_and_pass_by_those_in_use(cast):
    assert service.free_prefix("尘肺病人") == "CF"
    entered(cast)
    assert service.free_prefix("尘肺病人") == "CFB"
    assert service.free_prefix("农村低保") == "NC"
    assert service.free_prefix("123") == ""


def test_a_programme_of_ones_own_gets_new_terms_like_any_other(cast):
    code = entered(cast).code
    categories = [["c1", "一期"], ["c2", "二期"], ["c3", "三期"]]
    scheme = confirmed(cast, code, terms={"categories": categories, "cadence": "one-off"})
    assert scheme.spec_on(TODAY).cadence == "monthly"
    later = scheme.spec_on(JULY)
    assert (later.cadence, later.name, len(later.categories)) == ("one-off", "尘肺病人生活补助", 3)


def test_its_money_is_counted_in_the_line_that_pays_for_it(cast):
    scheme = entered(cast)
    assert fund_lines.programme_of(PaymentRun(scheme=scheme)) == "其他定补"
    assert "own-cf" not in PROGRAMMES["其他定补"]


# --- a case across a change of categories ------------------------------------------------------------------

MINE = programmes.BY_CODE["silicosis"]


def assessed(cast, application: Application, day: date) -> AssessmentRecord:
    for act in ("accept", "assess"):
        version = Application.objects.values_list("version", flat=True).get(pk=application.pk)
        case.perform(act, application_id=application.pk, by=cast.township_li, on=day, version=version)
    return application.assessments.get(is_current=True)


def test_an_added_category_stands_in_nobodys_way_and_waits_for_its_own_number(cast):
    """The standard in force has no number for it: the others go on, and its own people are told what is missing."""
    programmes.standard(cast, MINE)
    more = [*as_rows("silicosis"), ["c1", "观察对象"]]
    confirmed(cast, "silicosis", terms={"categories": more}, from_day=TODAY)
    old = programmes.submitted(cast, MINE, TODAY)
    assert assessed(cast, old, TODAY).amount_fen == 45_000
    new = programmes.submitted(cast, replace(MINE, answers={"category": "c1"}), TODAY)
    with pytest.raises(NotReady, match="观察对象"):
        assessed(cast, new, TODAY)


def test_a_case_from_before_is_reckoned_by_a_standard_that_knows_more(cast):
    """Accepted under three categories, reckoned when the standard has four."""
    programmes.standard(cast, MINE)
    application = programmes.submitted(cast, MINE, TODAY)
    more = [*as_rows("silicosis"), ["c1", "观察对象"]]
    confirmed(cast, "silicosis", terms={"categories": more}, from_day=date(2026, 3, 4))
    Standard.objects.all().delete()
    standard_of(cast, "silicosis", {"stage1": 1, "stage2": 77_700, "stage3": 3, "c1": 4})
    case.perform("accept", application_id=application.pk, by=cast.township_li, on=date(2026, 3, 3))
    case.perform("assess", application_id=application.pk, by=cast.township_li, on=date(2026, 3, 5))
    assert application.assessments.get(is_current=True).amount_fen == 77_700


def as_rows(code: str) -> list[list[str]]:
    return [list(pair) for pair in SCHEMES[code].categories]
