"""What names a person's number, address or illness is ciphertext in the database."""

import re

from django.apps import apps
from django.db.models import CharField, TextField

from civaffairs.registry.fields import EncryptedField

# Words that a column for such a thing carries in its Chinese or its English name.
TELLING = re.compile(
    r"身份证|公民身份|证件号|残疾人证号|电话|手机|账号|卡号|住址|病种|联系方式|(^|_)(phone|account|address|illness|contact|idcard)(_|$)"
)

# In the clear on purpose, each with its reason.
IN_THE_CLEAR = {
    "assistance.PayeeInstitution.account_tail": "the last four digits of a home's account",
    "assistance.PayeeInstitution.account_index": "a keyed digest",
    "registry.Office.hotline": "printed on public notices",
    "assistance.Notice.hotline": "printed on public notices",
    "registry.Office.address": "a public office",
    "registry.Person.phone_index": "a keyed digest",
    "registry.Person.disability_index": "a keyed digest",
    "registry.BankAccount.number_index": "a keyed digest",
    "assistance.PaymentLine.account_index": "a keyed digest",
    "registry.BankAccount.number_tail": "four digits",
    "assistance.PaymentLine.account_tail": "four digits",
    "assistance.Application.account_bank": "the bank, not the account",
    "assistance.Application.account_holder": "a name",
    "assistance.Application.account_holder_reason": "a reason",
    "assistance.ApplicationMember.severe_illness": "yes or no, for the statistics",
    "registry.AuditEvent.ip": "an address in the office's own network",
}


def telling_columns() -> set[str]:
    return {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_label in {"registry", "jobs", "assistance", "eldercare", "reporting"}
        for field in model._meta.concrete_fields
        if isinstance(field, CharField | TextField)
        and not isinstance(field, EncryptedField)
        and (TELLING.search(str(field.verbose_name)) or TELLING.search(field.name))
    }


def test_a_column_whose_name_tells_of_a_persons_number_is_encrypted() -> None:
    assert telling_columns() - IN_THE_CLEAR.keys() == set()


def test_the_words_find_the_columns_that_are_encrypted() -> None:
    """The search can fail: it recognises the encrypted columns by the same words."""
    found = [
        field
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, EncryptedField)
        and (TELLING.search(str(field.verbose_name)) or TELLING.search(field.name))
    ]
    assert len(found) >= 8
