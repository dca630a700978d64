"""The field cipher, built once from the settings."""

from functools import cache

from django.conf import settings

from civaffairs.lib.cipher import FieldCipher, build_cipher


@cache
def cipher() -> FieldCipher:
    return build_cipher(
        settings.FIELD_KEYS, settings.FIELD_ACTIVE_KEY, settings.FIELD_CIPHER, settings.INDEX_KEY
    )


def blind_index(value: str, purpose: str) -> str:
    """Keyed digest of a normalised value: equal values meet in the index, nobody reads them back."""
    return cipher().blind_index(value, purpose)
