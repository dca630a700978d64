"""What a change of this very right wants answered carries its star, and an open question is told at its own field."""

from datetime import date

import pytest
from django.urls import reverse

from assistance.models import Entitlement, EntitlementChange
from assistance.policy.questions import asked
from assistance.policy.rules import rule_of
from assistance.schemes import SCHEMES
from assistance.services.change_chain import chain_of
from assistance.services.change_reckon import bare_facts, needed_answers, reckon
from tests import payments, rights
from tests.cast import Cast

JULY = date(2026, 7, 1)
FOR_PERSONS = [
    code
    for code, spec in SCHEMES.items()
    if spec.for_person and rule_of(spec.rule).pays and spec.cadence in ("monthly", "quarterly", "yearly")
]


def elder(cast: Cast, code: str = "old-age", **params) -> Entitlement:
    person = payments.entitlement(cast).payee
    person.birth = date(1935, 5, 1)
    person.save()
    if params:
        rights.standard(cast, code, **params)
    category = next(iter(SCHEMES[code].category_names), "")
    return rights.own(cast, person, code, 5_000, category=category)


def the_form(client, row: Entitlement):
    return client.get(reverse("change_propose", args=[row.pk, "raise"]))


TYPED = {
    "seen": "0",
    "reason_code": "reclassified",
    "from_month": "2026-07",
    "explanation": "满九十周岁",
    "answers-is_local": "yes",
}


def test_the_day_of_the_life_certification_is_due_where_the_county_asks_for_it(cast, client):
    row = elder(cast)
    client.force_login(cast.township_li.user)
    page = the_form(client, row)
    bound = page.context["facts"].answers["certified_on"]
    assert bound.field.must
    label = page.content.decode().split(f'for="{bound.id_for_label}">')[1].split("</label>")[0]
    assert "*" in label
    url = reverse("change_propose", args=[row.pk, "raise"])
    month = row.from_month.strftime("%Y-%m")
    refused = client.post(url, TYPED | {"from_month": month})
    assert refused.status_code == 422
    assert "请填写“最近一次生存认证日期”" in str(refused.context["facts"].answers.errors["certified_on"])
    assert f'href="#{bound.id_for_label}"' in refused.content.decode()
    done = client.post(url, TYPED | {"from_month": month, "answers-certified_on": "2025-12-20"})
    assert done.status_code == 302, done.content.decode()
    assert EntitlementChange.objects.get().after_fen == 10_000


def test_it_is_not_where_the_county_does_not(cast, client):
    row = elder(cast, certified_months=0)
    client.force_login(cast.township_li.user)
    assert not the_form(client, row).context["facts"].answers.fields["certified_on"].must


def test_what_another_answer_brings_up_is_told_at_its_field_too(cast, client):
    """经济困难 of an elder is read from 低保; without it the family's standing has to be chosen."""
    row = elder(cast, "elder-poor")
    Entitlement.objects.exclude(pk=row.pk).update(until_month=date(2026, 2, 1))
    client.force_login(cast.township_li.user)
    assert the_form(client, row).context["facts"].answers.fields["standing"].must


@pytest.mark.parametrize("code", FOR_PERSONS)
def test_whatever_a_rule_misses_carries_the_star(cast, code):
    """For every programme for persons: a question that the rule names as missing is either due in general or found."""
    row = elder(cast, code)
    row = Entitlement.objects.select_related("scheme", "standard", "household").get(pk=row.pk)
    rule, facts = rule_of(row.scheme.spec.rule), bare_facts(row)
    needed = needed_answers(row, facts, JULY)
    (stretch,) = reckon(chain_of(row), facts, JULY)
    reasons = "；".join(stretch.answer.reasons) if stretch.answer.outcome == "cannot_decide" else ""
    silent = [
        question.name
        for question in rule.questions
        if not question.required
        and not question.by_deed
        and asked(question, facts.answers)
        and f"“{question.label}”还没有填写" in reasons
        and question.name not in needed
    ]
    assert not silent, (silent, reasons)


def test_a_hearing_is_due_where_the_change_takes_something_away(cast, client):
    row = rights.family(cast)
    client.force_login(cast.township_li.user)
    due = {}
    for kind in ("stop", "cut", "quit", "taper", "leave", "raise"):
        form = client.get(reverse("change_propose", args=[row.pk, kind])).context["form"]
        due[kind] = getattr(form.fields.get("heard_on"), "must", None)
    assert due == {"stop": True, "cut": True, "quit": True, "taper": True, "leave": False, "raise": None}


def test_a_family_of_the_old_ledger_is_told_what_to_fill_in_at_the_field(cast, client):
    rights.standard(cast, "dibao-rural")
    row = payments.entitlement(cast, persons=2)
    client.force_login(cast.township_li.user)
    url = reverse("change_propose", args=[row.pk, "raise"])
    assert client.get(url).context["facts"].wealth.fields["property_ok"].must
    counts = {
        f"{name}-{kind}_FORMS": "0" for name in ("income", "deduction") for kind in ("TOTAL", "INITIAL")
    }
    refused = client.post(url, TYPED | counts | {"reason_code": "income_down"})
    assert refused.status_code == 422
    errors = refused.context["facts"].wealth.errors
    assert "请填写收入" in str(errors["no_income"])
    assert "请选择财产" in str(errors["property_ok"])
