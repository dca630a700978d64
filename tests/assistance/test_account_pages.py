"""The pages on which an account is changed, each half by its own person."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from civaffairs.registry import clock
from civaffairs.registry.models import BankAccount, Person
from tests import payments
from tests.cast import PASSWORD

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


@pytest.fixture
def payee(cast) -> Person:
    return payments.entitlement(cast, "赵玥").payee


def typed(payee: Person, **changes) -> dict:
    return {
        "holder": payee.name,
        "bank": "云岭农商银行青溪支行",
        "number": "6217 0000 1111 2222 333",
        "reason": "换新卡（社保卡）",
        "holder_reason": "",
        "proof": SimpleUploadedFile("卡.png", PNG, "image/png"),
    } | changes


def as_user(client, username: str):
    assert client.login(username=username, password=PASSWORD)
    return client


def test_one_enters_the_other_confirms_and_the_list_follows(cast, client, payee):
    page = reverse("account_propose", args=[payee.pk])
    answer = as_user(client, "township_li").post(page, typed(payee), follow=True)
    assert "等复核后生效" in answer.content.decode()
    account = payee.accounts.get(state=BankAccount.State.PENDING)
    review = reverse("account_review", args=[account.pk])
    assert "要由另一人复核" in client.get(review).content.decode()
    as_user(client, "reviewer_chen")
    assert [a.pk for a in client.get(reverse("account_changes")).context["page"]] == [account.pk]
    assert "核对无误" in client.get(review).content.decode()
    client.post(reverse("account_confirm", args=[account.pk]))
    assert not client.get(reverse("account_changes")).context["page"].rows
    recent = client.get(reverse("account_changes"), {"tab": "recent"}).context["page"].rows
    assert [(a.pk, a.is_fresh) for a in recent] == [(account.pk, True)]
    assert payee.accounts.get(state=BankAccount.State.ACTIVE).from_day == clock.today()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"number": "6.22E+18"}, "科学记数法"),
        ({"number": ""}, "请填写账号"),
        ({"holder": "别人"}, "户名与领款人不一致"),
        ({"proof": SimpleUploadedFile("卡.exe", b"MZ" + b"\0" * 99)}, "换一个文件"),
        ({"proof": ""}, "请选择文件"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_what_was_typed_stays(cast, client, payee, changes, words):
    as_user(client, "township_li")
    answer = client.post(reverse("account_propose", args=[payee.pk]), typed(payee, **changes))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert words in html
    assert "云岭农商银行青溪支行" in html
    assert not payee.accounts.filter(state=BankAccount.State.PENDING).exists()


def test_a_refusal_without_reason_keeps_the_page(cast, client, payee):
    as_user(client, "township_li").post(reverse("account_propose", args=[payee.pk]), typed(payee))
    account = payee.accounts.get(state=BankAccount.State.PENDING)
    url = reverse("account_refuse", args=[account.pk])
    as_user(client, "cashier_zhou")
    assert client.post(url, {"opinion": ""}).status_code == 422
    client.post(url, {"opinion": "照片看不清"})
    account.refresh_from_db()
    assert account.state == BankAccount.State.REFUSED


def test_one_account_for_two_payees_is_said(cast, client, payee):
    number = payments.entitlement(cast, "钱玥").payee.accounts.get().number
    as_user(client, "township_li").post(
        reverse("account_propose", args=[payee.pk]), typed(payee, number=number)
    )
    account = payee.accounts.get(state=BankAccount.State.PENDING)
    html = as_user(client, "reviewer_chen").get(reverse("account_review", args=[account.pk])).content.decode()
    assert "另有 1 名领款人也用这个账号" in html


def test_the_menu_counts_what_waits_for_this_persons_eyes(cast, client, payee):
    as_user(client, "township_li").post(reverse("account_propose", args=[payee.pk]), typed(payee))

    def count(username: str) -> int:
        request = as_user(client, username).get(reverse("account_changes"))
        return request.context["shell"].count("accounts")

    assert [count(u) for u in ("reviewer_chen", "cashier_zhou", "outsider_reviewer", "township_li")] == [
        1,
        1,
        0,
        0,
    ]


def test_the_list_asks_no_more_questions_for_more_rows(cast, client, django_assert_max_num_queries):
    as_user(client, "cashier_zhou")
    for number in range(5):
        payments.entitlement(cast, f"甲{number}")
    with django_assert_max_num_queries(30) as few:
        client.get(reverse("account_changes"), {"tab": "all"})
    for number in range(45):
        payments.entitlement(cast, f"乙{number}")
    with django_assert_max_num_queries(len(few)):
        assert len(client.get(reverse("account_changes"), {"tab": "all"}).context["page"]) == 50
