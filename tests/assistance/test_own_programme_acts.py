"""What a county does with a programme of its own after it has made it: another name, no new applications, other rhythms."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from assistance.models import Application, Entitlement, PaymentLine, Scheme, Standard
from assistance.schemes import FIXED_RATE
from assistance.selectors.application import programmes_to_choose
from assistance.services import application as intake
from assistance.services import payment, scheme_terms
from assistance.services import scheme as service
from assistance.workflow import Status
from civaffairs.lib.errors import BadInput, Conflict, NotAllowed
from civaffairs.registry import clock
from civaffairs.registry.access import Forbidden
from tests import programmes
from tests.cast import COUNTY, QINGXI_VILLAGE
from tests.rights import listed

TODAY = date(2026, 1, 5)
PAPER = {"document_number": "云民〔2026〕21号"}


@pytest.fixture(autouse=True)
def job_kinds():
    __import__("assistance.tasks")


def own(cast, cadence: str = "monthly", fen: int = 36_000) -> Scheme:
    row = service.propose_scheme(
        identity={"name": "尘肺病人生活补助", "short_name": "尘肺病人", "klass": "welfare"},
        from_day=TODAY,
        document_number="云民〔2025〕77号",
        terms=scheme_terms.as_terms(FIXED_RATE)
        | {"steps": ["review", "account"], "categories": [["c1", "一期"]], "cadence": cadence},
        by=cast.county_qian,
        on=TODAY,
    )
    scheme = service.confirm_terms(terms_id=row.pk, by=cast.county_zhao, on=TODAY).scheme
    Standard.objects.create(
        scheme=scheme,
        office_id=COUNTY,
        from_month=date(2026, 1, 1),
        document_number="云民〔2025〕78号",
        params={
            "rates": {"c1": fen},
            "per": "person",
            "least_age": 0,
            "needs_local": False,
            "needs_evidence": False,
        },
        entered_by=cast.county_qian,
        confirmed_by=cast.county_zhao,
        confirmed_at=clock.now(),
    )
    return scheme


def handed_in(cast, scheme: Scheme, on: date = TODAY) -> Application:
    return programmes.submitted(cast, programmes.Case(scheme.pk, answers={"category": "c1"}), on)


def renamed(cast, scheme: Scheme, name="尘肺病患者生活补助", short_name="尘肺患者", **changes):
    told = {"scheme_code": scheme.pk, "from_day": TODAY + timedelta(days=1), **PAPER}
    told |= {"by": cast.county_qian, "on": TODAY} | changes
    return service.propose_names(names={"name": name, "short_name": short_name}, **told)


def closing(cast, scheme: Scheme, closed: bool = True, **changes):
    told = {"scheme_code": scheme.pk, "from_day": TODAY + timedelta(days=1), **PAPER}
    told |= {"by": cast.county_qian, "on": TODAY} | changes
    return service.propose_closing(closed=closed, **told)


# --- another name -----------------------------------------------------------------------------------------


def test_another_name_is_proposed_by_one_and_confirmed_by_another(cast):
    scheme = own(cast)
    row = renamed(cast, scheme)
    scheme.refresh_from_db()
    assert scheme.name == "尘肺病人生活补助"
    with pytest.raises(Forbidden):
        service.confirm_terms(terms_id=row.pk, by=cast.county_qian, on=TODAY)
    for _ in range(2):
        service.confirm_terms(terms_id=row.pk, by=cast.county_zhao, on=TODAY)
    scheme.refresh_from_db()
    assert (scheme.name, scheme.short_name) == ("尘肺病患者生活补助", "尘肺患者")
    assert (scheme.spec.name, scheme.spec.number_prefix) == ("尘肺病患者生活补助", "CF")
    assert scheme.spec_on(TODAY).name == "尘肺病人生活补助"
    assert handed_in(cast, scheme).number.startswith("CF")


def test_a_name_that_another_has_or_that_is_the_same_is_refused(cast):
    scheme = own(cast)
    with pytest.raises(Conflict) as refusal:
        renamed(cast, scheme, name="高龄津贴")
    assert refusal.value.field == "name"
    with pytest.raises(BadInput, match="没有要改的"):
        renamed(cast, scheme, name=scheme.name, short_name=scheme.short_name)
    with pytest.raises(NotAllowed, match="只有县里新增的"):
        renamed(cast, Scheme.objects.get(pk="old-age"))
    with pytest.raises(Forbidden):
        renamed(cast, scheme, by=cast.township_li)


# --- closed for new applications --------------------------------------------------------------------------


def test_a_closed_programme_takes_nothing_new_and_goes_on_with_what_it_has(cast):
    scheme = own(cast)
    paid = programmes.granted(cast, handed_in(cast, scheme))
    under_way = handed_in(cast, scheme)
    draft = intake.create_draft(
        scheme_code=scheme.pk, office_code=QINGXI_VILLAGE, by=cast.township_li, on=TODAY
    )
    row = closing(cast, scheme)
    service.confirm_terms(terms_id=row.pk, by=cast.county_zhao, on=TODAY)
    tomorrow = TODAY + timedelta(days=1)

    def offered(on: date) -> set[str]:
        return {each.code for _, group in programmes_to_choose(cast.township_li, on) for each in group}

    assert scheme.pk in offered(TODAY)
    assert scheme.pk not in offered(tomorrow)
    with pytest.raises(BadInput, match="自2026-01-06起不再受理新申请（云民〔2026〕21号）"):
        handed_in(cast, scheme, tomorrow)
    with pytest.raises(BadInput, match="不再受理"):
        intake.submit_draft(draft_id=draft.pk, by=cast.township_li, on=tomorrow)
    # What was handed in before is decided, and what is granted is paid.
    done = programmes.granted(cast, under_way)
    assert done.status == Status.APPROVED
    (run,) = listed(cast, scheme.pk, date(2026, 2, 1))
    assert run.lines.count() == 2
    assert Entitlement.objects.get(decision__application=paid).until_month is None

    scheme.refresh_from_db()
    again = closing(cast, scheme, closed=False, from_day=date(2026, 3, 1))
    service.confirm_terms(terms_id=again.pk, by=cast.county_zhao, on=TODAY)
    assert scheme.pk in offered(date(2026, 3, 1))


def test_closing_what_is_closed_is_refused(cast):
    scheme = own(cast)
    with pytest.raises(BadInput, match="本来就在受理"):
        closing(cast, scheme, closed=False)
    with pytest.raises(NotAllowed):
        closing(cast, Scheme.objects.get(pk="old-age"))


def test_both_acts_stand_on_the_page_of_ones_own_and_on_no_other(cast, client, monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    scheme = own(cast)
    client.force_login(cast.county_qian.user)
    page = client.get(reverse("scheme_detail", args=[scheme.pk]))
    assert "停止受理" in page.text
    assert "停止受理" not in client.get(reverse("scheme_detail", args=["old-age"])).text
    assert client.get(reverse("scheme_closing", args=["old-age"])).status_code == 404
    wrong = client.post(reverse("scheme_closing", args=[scheme.pk]), {"from_day": "2026-01-01", **PAPER})
    assert wrong.status_code == 422
    assert "不能早于今天" in wrong.text
    data = {"from_day": "2026-01-06", "name": "尘肺病补助", "short_name": "尘肺补助", **PAPER}
    names = reverse("scheme_names", args=[scheme.pk])
    assert client.post(names, data, follow=True).status_code == 200
    taken = client.post(names, data | {"name": "高龄津贴"})
    assert taken.status_code == 422
    client.force_login(cast.county_zhao.user)
    assert "尘肺病补助" in client.get(reverse("scheme_detail", args=[scheme.pk])).text


# --- rhythms ----------------------------------------------------------------------------------------------


def paid(scheme: Scheme) -> list[tuple[int, int]]:
    rows = PaymentLine.objects.filter(run__scheme=scheme).live().order_by("month")
    return [(line.month.month, line.amount_fen) for line in rows]


def test_a_quarterly_programme_from_the_form_to_two_quarters(cast):
    scheme = own(cast, "quarterly")
    decided = programmes.granted(cast, handed_in(cast, scheme))
    right = Entitlement.objects.get(decision__application=decided)
    assert right.from_month == date(2026, 2, 1)
    with pytest.raises(BadInput, match="按季发放"):
        payment.create_run(
            scheme_code=scheme.pk, month=date(2026, 2, 1), kind="regular", by=cast.county_qian, on=TODAY
        )
    listed(cast, scheme.pk, date(2026, 3, 1), date(2026, 6, 1))
    assert paid(scheme) == [(month, 36_000) for month in (2, 3, 4, 5, 6)]


def test_a_yearly_programme_pays_its_sum_once_a_year(cast):
    scheme = own(cast, "yearly", 120_000)
    programmes.granted(cast, handed_in(cast, scheme))
    listed(cast, scheme.pk, date(2026, 6, 1))
    run, _ = payment.create_run(
        scheme_code=scheme.pk,
        month=date(2026, 7, 1),
        kind="regular",
        by=cast.county_qian,
        on=date(2026, 7, 1),
    )
    assert payment.prepare_run(run_id=run.pk).lines.count() == 0
    assert paid(scheme) == [(6, 120_000)]


def test_the_rhythm_stays_once_somebody_draws_the_money(cast):
    scheme = own(cast)
    programmes.granted(cast, handed_in(cast, scheme))
    with pytest.raises(Conflict, match="发放方式不能再改"):
        service.propose_terms(
            scheme_code=scheme.pk,
            from_day=date(2026, 2, 1),
            terms={"cadence": "yearly"},
            by=cast.county_qian,
            on=TODAY,
            **PAPER,
        )
