"""Money that goes to a home: whose account it is, who put it in use, and what the lists make of it."""

import pytest
from django.urls import reverse

from assistance.models import Entitlement, PayeeInstitution, RunKind
from assistance.selectors import run_checks
from assistance.services import payment
from assistance.services.institution import close_institution, confirm_institution
from civaffairs.lib.errors import BadInput, Conflict, NotAllowed
from civaffairs.registry.models import AuditEvent
from tests import institutions, payments
from tests.payments import MAY, TODAY
from tests.runs import answer, issued, job_kinds, load, prepared  # noqa: F401 a fixture

pytestmark = pytest.mark.django_db
OTHER = "6229009900000005522"


def kept(cast, home: PayeeInstitution, name: str = "老甲", **more) -> Entitlement:
    return payments.entitlement(cast, name, paid_to=home, with_account=False, **more)


# --- entering ---------------------------------------------------------------------------------------------------


def test_an_account_is_confirmed_by_another(cast):
    made = institutions.home(cast)
    assert institutions.home(cast).pk == made.pk  # pressed twice
    assert made.account == institutions.NUMBER
    assert not PayeeInstitution.objects.usable().exists()
    for _ in range(2):
        confirm_institution(institution_id=made.pk, by=cast.reviewer_chen, on=TODAY)
    assert PayeeInstitution.objects.usable().get() == made
    assert AuditEvent.objects.filter(action="institution.confirm").count() == 1
    with pytest.raises(BadInput, match="已经登记过"):
        institutions.home(cast)


def test_nobody_confirms_his_own(cast):
    made = institutions.home(cast)
    PayeeInstitution.objects.filter(pk=made.pk).update(entered_by=cast.reviewer_chen)
    with pytest.raises(NotAllowed, match="登记人"):
        confirm_institution(institution_id=made.pk, by=cast.reviewer_chen, on=TODAY)


def test_two_new_accounts_at_once_are_refused(cast):
    home = institutions.confirmed(cast)
    institutions.home(cast, number=OTHER, replaces_id=home.pk)
    with pytest.raises(Conflict, match="等待确认"):
        institutions.home(cast, number="6229009900000006633", replaces_id=home.pk)
    with pytest.raises(BadInput, match="完全相同"):
        institutions.home(cast, replaces_id=home.pk)


def test_a_new_account_takes_the_place_of_the_old_when_it_is_confirmed(cast):
    home = institutions.confirmed(cast)
    right = kept(cast, home)
    fresh = institutions.home(cast, number=OTHER, replaces_id=home.pk)
    assert prepared(cast).lines.get().account_tail == home.account_tail
    confirm_institution(institution_id=fresh.pk, by=cast.reviewer_chen, on=TODAY)
    home.refresh_from_db()
    right.refresh_from_db()
    assert (home.closed_on, right.paid_to_id) == (TODAY, fresh.pk)


# --- lists -------------------------------------------------------------------------------------------------------


def test_the_line_goes_to_the_home_and_says_for_whom(cast):
    home = institutions.confirmed(cast)
    one, other = kept(cast, home), kept(cast, home, "老乙")
    payments.account(one.payee)  # his own account stays out of it
    run = prepared(cast)
    lines = list(run.lines.all())
    assert {(line.holder, line.account, line.account_tail) for line in lines} == {
        ("青溪镇敬老院", institutions.NUMBER, "4411")
    }
    assert {line.payee_id for line in lines} == {one.payee_id, other.payee_id}
    keys = {problem.key for problem in run_checks.problems(run, TODAY)}
    assert not keys & {"shared-account", "other-holder", "no-account", "account-moved"}
    payment.check_run(run_id=run.pk, by=cast.cashier_zhou, on=TODAY)


@pytest.mark.parametrize("state", ["waiting", "closed"])
def test_a_home_without_a_usable_account_blocks(cast, state):
    home = institutions.confirmed(cast) if state == "closed" else institutions.home(cast)
    if state == "closed":
        close_institution(institution_id=home.pk, reason="机构撤并", by=cast.cashier_zhou, on=TODAY)
    kept(cast, home)
    run = prepared(cast)
    assert run.lines.get().account_index == ""
    found = {problem.key: problem for problem in run_checks.blocking(run, TODAY)}
    assert set(found) == {"no-home-account"}


def test_an_account_changed_after_the_list_was_made_is_found(cast):
    home = institutions.confirmed(cast)
    kept(cast, home)
    run = prepared(cast)
    fresh = institutions.home(cast, number=OTHER, replaces_id=home.pk)
    confirm_institution(institution_id=fresh.pk, by=cast.reviewer_chen, on=TODAY)
    assert [problem.key for problem in run_checks.blocking(run, TODAY)] == ["account-moved"]
    payment.regenerate_run(run_id=run.pk, by=cast.county_qian, on=TODAY)
    payment.prepare_run(run_id=run.pk)
    assert run.lines.get().account == OTHER


def test_returned_money_of_a_home_goes_to_its_new_account(cast):
    home = institutions.confirmed(cast)
    right = kept(cast, home)
    run = issued(cast)
    load(run, cast, answer(run, failed={right.pk: "账户不存在"}))
    close_institution(institution_id=home.pk, reason="销户", by=cast.cashier_zhou, on=TODAY)
    reissue = {"month": MAY, "kind": RunKind.REISSUE}
    empty = prepared(cast, **reissue)
    assert empty.lines.count() == 0
    payment.cancel_run(run_id=empty.pk, by=cast.county_qian, on=TODAY, opinion="没有账户")
    fresh = institutions.confirmed(cast, number=OTHER)
    Entitlement.objects.filter(pk=right.pk).update(paid_to=fresh)
    assert prepared(cast, **reissue).lines.get().account == OTHER


# --- pages -------------------------------------------------------------------------------------------------------


def test_a_home_is_entered_confirmed_and_stopped_on_its_pages(client, cast):
    client.force_login(cast.township_li.user)
    typed = {
        "name": "青溪镇敬老院",
        "holder": "青溪镇敬老院",
        "bank": "云岭农商银行",
        "number": "62x",
        "reason": "函",
    }
    slip = client.post(reverse("institution_new"), typed)
    assert slip.status_code == 422
    assert 'value="云岭农商银行"' in slip.content.decode()
    made = client.post(reverse("institution_new"), typed | {"number": institutions.NUMBER})
    home = PayeeInstitution.objects.get()
    assert made.url == reverse("institution_detail", args=[home.pk])
    text = client.get(made.url).content.decode()
    assert institutions.NUMBER not in text
    assert "要由另一位同事确认" not in text or "启用</button>" not in text
    assert client.post(reverse("institution_confirm", args=[home.pk])).status_code == 403
    client.force_login(cast.reviewer_chen.user)
    assert "核对无误，启用" in client.get(made.url).content.decode()
    client.post(reverse("institution_confirm", args=[home.pk]))
    kept(cast, home)
    text = client.get(made.url).content.decode()
    assert "老甲" in text
    assert client.post(reverse("institution_close", args=[home.pk]), {"reason": ""}).status_code == 422
    client.post(reverse("institution_close", args=[home.pk]), {"reason": "机构撤并"})
    assert "名册会拦截" in client.get(made.url).content.decode()
    assert "青溪镇敬老院" not in client.get(reverse("institution_list")).content.decode().split("<tbody>")[-1]
    listed = client.get(reverse("institution_list"), {"state": "closed"}).content.decode()
    assert "已停用" in listed


def test_a_home_on_a_persons_card_is_told(client, cast):
    home = institutions.confirmed(cast)
    payments.account(payments.person("院长"), number=institutions.NUMBER)
    client.force_login(cast.reviewer_chen.user)
    assert (
        "请核实是不是机构的对公账户"
        in client.get(reverse("institution_detail", args=[home.pk])).content.decode()
    )
