"""乡镇备用金 and 先行救助: never below nothing, paid once, netted in the end."""

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from assistance.models import Advance, Entitlement, PaymentLine, PettyCash, PettyCashEntry, RunKind
from assistance.policy.rules import rule_of
from assistance.selectors.petty_cash import claimed
from assistance.services import case as cases
from assistance.services import payment
from assistance.services.decision import first_month
from assistance.services.petty_cash import allot, take_back
from assistance.workflow import Status
from civaffairs.lib.errors import BadInput, NotAllowed, NotReady
from civaffairs.registry import clock
from civaffairs.registry.access import Forbidden
from civaffairs.registry.models import CountySetting
from tests import programmes
from tests.cast import BAISHI, COUNTY, QINGXI

DAY = date(2026, 3, 2)


def allotted(cast, amount_fen: int = 500_000, **changes) -> PettyCashEntry:
    fields = {
        "office_code": QINGXI,
        "year": 2026,
        "amount_fen": amount_fen,
        "document_number": "云民〔2026〕6号",
        "day": date(2026, 1, 8),
        "by": cast.cashier_zhou,
        "on": DAY,
    }
    return allot(**(fields | changes))


def balance(office: str = QINGXI) -> int:
    account = PettyCash.objects.get(office=office, year=2026)
    assert account.balance_fen == sum(account.entries.values_list("amount_fen", flat=True))
    return account.balance_fen


def setting(cast, key: str, value: object) -> None:
    CountySetting.objects.create(
        key=key,
        value=value,
        from_month=date(2026, 1, 1),
        document_number="云民〔2026〕7号",
        entered_by=cast.county_qian,
        confirmed_by=cast.county_zhao,
        confirmed_at=clock.now(),
    )


def quick_from_petty_cash(cast) -> None:
    setting(cast, "quick_from_petty_cash", True)


def urgent(cast):
    case = programmes.BY_CODE["temp-urgent"]
    programmes.standard(cast, case)
    return programmes.submitted(cast, case, DAY)


def advanced(cast, application, amount_fen: int = 100_000, **changes):
    fields = {"by": cast.reviewer_chen, "on": DAY, "receipt": "0001", "opinion": "房屋烧毁，当晚无处住宿"}
    return cases.perform(
        "give_advance", application_id=application.pk, amount_fen=amount_fen, **(fields | changes)
    )


@pytest.mark.django_db
def test_what_is_allotted_is_entered_once(cast):
    first = allotted(cast)
    assert allotted(cast).pk == first.pk
    allotted(cast, 100_000, document_number="云民〔2026〕9号")
    assert balance() == 600_000
    with pytest.raises(Forbidden):
        allotted(cast, by=cast.township_li)
    with pytest.raises(BadInput) as refusal:
        allotted(cast, 600_001, recall=True)
    assert "6,000.00" in refusal.value.message
    allotted(cast, 600_000, recall=True, document_number="云民〔2026〕88号")
    assert balance() == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"office_code": COUNTY}, "office"),
        ({"amount_fen": 0}, "amount"),
        ({"day": DAY + timedelta(days=1)}, "day"),
        ({"year": 2020}, "year"),
        ({"document_number": " "}, "document_number"),
        ({"recall": True}, "office"),
    ],
)
@pytest.mark.django_db
def test_a_wrong_allotment_is_said_at_its_field(cast, changes, field):
    with pytest.raises(BadInput) as refusal:
        allotted(cast, **changes)
    assert refusal.value.field == field
    assert not PettyCashEntry.objects.exists()


@pytest.mark.django_db
def test_small_quick_help_is_paid_on_the_spot_and_on_no_list(cast):
    quick_from_petty_cash(cast)
    allotted(cast)
    case = programmes.BY_CODE["temp-quick"]
    programmes.standard(cast, case)
    application = programmes.granted(cast, programmes.submitted(cast, case, DAY))
    right = Entitlement.objects.get(decision__application=application)
    assert balance() == 500_000 - right.amount_fen
    assert right.petty_cash.application == application
    run, _ = payment.create_run(
        scheme_code="temp-quick", month=right.pays_from, kind=RunKind.REGULAR, by=cast.county_qian, on=DAY
    )
    payment.prepare_run(run_id=run.pk)
    assert not PaymentLine.objects.exists()


@pytest.mark.django_db
def test_without_enough_nothing_is_decided_and_the_balance_is_named(cast):
    quick_from_petty_cash(cast)
    allotted(cast, 10_000)
    case = programmes.BY_CODE["temp-quick"]
    programmes.standard(cast, case)
    application = programmes.submitted(cast, case, DAY)
    with pytest.raises(NotReady) as refusal:
        programmes.granted(cast, application)
    assert "100.00" in refusal.value.message
    application.refresh_from_db()
    assert application.status == Status.DECIDING
    assert not Entitlement.objects.exists()
    assert balance() == 10_000


@pytest.mark.django_db
def test_money_at_once_then_the_papers_then_the_rest(cast):
    allotted(cast)
    application = urgent(cast)
    advanced(cast, application)
    advance = Advance.objects.get()
    # Five working days after Monday, 2 March.
    assert (advance.papers_due_on, balance()) == (date(2026, 3, 9), 400_000)
    with pytest.raises(NotAllowed):
        advanced(cast, application, receipt="0002")
    granted = programmes.granted(cast, application)
    record = granted.assessments.get(is_current=True)
    # 705.00 (or what the standard says) × 200% × 1 person × 2 months, less what was given
    whole = next(step["result"] for step in record.steps if step["label"].startswith("按困难原因"))
    assert record.amount_fen == whole - 100_000
    right = Entitlement.objects.get(decision__application=granted)
    assert right.amount_fen == record.amount_fen
    assert right.from_month == first_month(granted, granted.decided_on)


@pytest.mark.django_db
def test_where_nothing_is_left_the_case_is_closed_with_nothing_more_to_pay(cast):
    setting(cast, "advance_most_yuan", 9000)
    allotted(cast, 900_000)
    application = urgent(cast)
    advanced(cast, application, 900_000)
    granted = programmes.granted(cast, application)
    right = Entitlement.objects.get(decision__application=granted)
    assert right.amount_fen == 0
    run, _ = payment.create_run(
        scheme_code="temp-urgent", month=right.pays_from, kind=RunKind.REGULAR, by=cast.county_qian, on=DAY
    )
    payment.prepare_run(run_id=run.pk)
    assert not PaymentLine.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount_fen": 0}, "amount_fen"),
        ({"amount_fen": 200_001}, "amount_fen"),
        ({"receipt": " "}, "receipt"),
        ({"opinion": ""}, "opinion"),
    ],
)
@pytest.mark.django_db
def test_a_wrong_advance_is_said_at_its_field(cast, changes, field):
    allotted(cast)
    application = urgent(cast)
    with pytest.raises(BadInput) as refusal:
        advanced(cast, application, **changes)
    assert refusal.value.field == field
    assert balance() == 500_000


@pytest.mark.django_db
def test_an_advance_is_for_emergencies_and_by_another_than_who_handed_the_form_in(cast):
    allotted(cast)
    case = programmes.BY_CODE["temp-quick"]
    programmes.standard(cast, case)
    quick = programmes.submitted(cast, case, DAY)
    with pytest.raises(NotAllowed) as refusal:
        advanced(cast, quick)
    assert "小额快救不办理先行救助" in refusal.value.message
    with pytest.raises(Forbidden):
        advanced(cast, urgent(cast), by=cast.township_li)
    assert balance() == 500_000


@pytest.mark.django_db
def test_another_township_s_money_is_not_touched(cast):
    allotted(cast, office_code=BAISHI)
    with pytest.raises(NotReady) as refusal:
        advanced(cast, urgent(cast))
    assert "青溪镇2026年备用金余额 0.00 元" in refusal.value.message
    assert balance(BAISHI) == 500_000


@pytest.mark.django_db
def test_the_form_does_not_ask_what_the_case_knows(cast):
    questions = rule_of("temporary_urgent").questions
    assert [q.name for q in questions if q.by_deed] == ["advance_given", "advance_fen"]
    application = urgent(cast)
    assert "advance_given" not in application.answers


@pytest.mark.django_db
def test_the_database_itself_refuses_what_is_not_there(cast):
    allotted(cast, 1_000)
    with pytest.raises(IntegrityError), transaction.atomic():
        PettyCash.objects.update(balance_fen=-1)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_who_spend_the_last_of_it_at_once(cast):
    """Each of two cases takes 1,000.00 of 1,500.00: one is paid, the other is told the balance."""
    allotted(cast, 150_000)
    both = [urgent(cast), urgent(cast)]
    start, answers = Barrier(2), []

    def spend(application) -> None:
        try:
            start.wait()
            advanced(cast, application)
            answers.append("paid")
        except NotReady as refusal:
            answers.append(refusal.message)
        finally:
            connection.close()

    threads = [Thread(target=spend, args=(application,)) for application in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers, key=len)[0] == "paid"
    assert "余额 500.00 元" in max(answers, key=len)
    assert balance() == 50_000


# --- an advance on a case that ends without help --------------------------------------------------------------


def at_decision(cast):
    """A case with an advance, before the county."""
    allotted(cast)
    application = urgent(cast)
    advanced(cast, application)
    return programmes.looked_into(cast, application).application


def ended(cast, application, **fields):
    return cases.perform(
        "refuse", application_id=application.pk, by=cast.county_zhao, on=DAY, opinion="经查家有存款", **fields
    )


@pytest.mark.django_db
def test_who_refuses_after_an_advance_says_what_becomes_of_the_money(cast):
    """《社会救助法》第73条: back goes what was got by fraud; what was given to somebody in need stays given."""
    application = at_decision(cast)
    with pytest.raises(BadInput) as refusal:
        ended(cast, application)
    assert refusal.value.field == "advance_outcome"
    assert "1000.00" in refusal.value.message.replace(",", "")
    ended(cast, application, advance_outcome="kept")
    advance = Advance.objects.get()
    assert advance.outcome == "kept"
    assert not list(claimed(cast.cashier_zhou))
    event = application.events.get(act="refuse")
    assert event.details["advance_outcome"] == "kept"
    assert balance() == 400_000


@pytest.mark.django_db
def test_claimed_money_comes_back_once_into_the_account_it_came_from(cast, client):
    application = at_decision(cast)
    ended(cast, application, advance_outcome="claimed")
    (advance,) = claimed(cast.cashier_zhou)
    assert not list(claimed(cast.outsider_sun))
    client.force_login(cast.cashier_zhou.user)
    account = advance.entry.account_id
    address = reverse("petty_cash_returned", args=[account])
    assert "登记退回" in client.get(reverse("petty_cash_list")).text
    wrong = client.post(address, {"advance": advance.pk, "day": "2026-02-01", "receipt": "0012"})
    assert wrong.status_code == 422
    data = {"advance": advance.pk, "day": f"{clock.today():%Y-%m-%d}", "receipt": "0012"}
    assert client.post(address, data).status_code == 302
    assert balance() == 500_000
    day = clock.today()
    again = {"account_id": account, "advance_id": advance.pk, "by": cast.cashier_zhou, "on": day, "day": day}
    take_back(receipt="0012", **again)
    assert balance() == 500_000
    with pytest.raises(BadInput):
        take_back(receipt="0013", **again)
    with pytest.raises(Forbidden):
        take_back(receipt="0012", **(again | {"by": cast.township_li}))
    client.force_login(cast.county_zhao.user)
    page = client.get(reverse("case_detail", args=[application.pk]))
    assert "已退回（0012）" in page.text


@pytest.mark.django_db
def test_a_case_with_an_advance_is_not_simply_taken_back(cast):
    application = at_decision(cast)
    with pytest.raises(NotAllowed, match="不能撤回"):
        cases.perform(
            "withdraw", application_id=application.pk, by=cast.township_li, on=DAY, opinion="不想要了"
        )
    with pytest.raises(BadInput):
        cases.perform(
            "terminate", application_id=application.pk, by=cast.township_li, on=DAY, opinion="拒不配合"
        )
    cases.perform(
        "terminate",
        application_id=application.pk,
        by=cast.township_li,
        on=DAY,
        opinion="拒不配合",
        advance_outcome="kept",
    )
    assert Advance.objects.get().outcome == "kept"


@pytest.mark.django_db
def test_the_form_of_a_refusal_asks_about_the_advance_only_where_there_is_one(cast, client, monkeypatch):
    application = at_decision(cast)
    monkeypatch.setattr(clock, "today", lambda: DAY)
    client.force_login(cast.county_zhao.user)
    page = client.get(reverse("case_act", args=[application.pk, "refuse"]))
    assert "责令退回" in page.text
    assert ("已先行救助", "1,000.00 元（2026-03-02）") in page.context["key_facts"]
    answer = client.post(
        reverse("case_act", args=[application.pk, "refuse"]),
        {"version": page.context["case"].version, "opinion": "不符合"},
    )
    assert answer.status_code == 422
    other = programmes.BY_CODE["old-age"]
    programmes.standard(cast, other)
    plain = programmes.looked_into(cast, programmes.submitted(cast, other, DAY)).application
    page = client.get(reverse("case_act", args=[plain.pk, "refuse"]))
    assert "advance_outcome" not in page.context["form"].fields
