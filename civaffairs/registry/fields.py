"""Model fields that keep their value encrypted in the database."""

from typing import Any

from django.db import models

from civaffairs.registry.keys import cipher


class EncryptedField(models.TextField):
    """Text that is ciphertext in the database and plain in Python. Empty text stays empty.

    `purpose` is bound into the ciphertext, so a value copied into a column of another purpose does not decrypt.
    Columns of the same purpose may be copied by SQL (a payment line takes its account so). Look-ups by value are
    impossible on purpose; search goes by a blind index beside it.
    """

    def __init__(self, *args: Any, purpose: str = "", **kwargs: Any) -> None:
        self.purpose = purpose
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        kwargs["purpose"] = self.purpose
        return name, path, args, kwargs

    def from_db_value(self, value, expression, connection):
        return cipher().decrypt(value, self.purpose) if value else value

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return cipher().encrypt(value, self.purpose) if value else value

    def get_lookup(self, lookup_name):
        if lookup_name in ("isnull", "in"):
            return super().get_lookup(lookup_name)
        if lookup_name == "exact":
            # Only the comparison with the empty string has a meaning; ciphertext differs at each writing.
            return super().get_lookup(lookup_name)
        raise TypeError(f"an encrypted field cannot be searched by {lookup_name}; use its blind index")
