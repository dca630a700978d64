"""The house does not start with keys that are none."""

import pytest

from civaffairs.registry.checks import KEYS, keys_are_keys

GOOD = "Zm9ydHktdHdvIHJhbmRvbSBieXRlcyB3b3VsZCBiZSBi"


@pytest.fixture
def production(settings):
    settings.DEBUG = settings.TESTING = False
    for name in KEYS:
        setattr(settings, name, GOOD)
    return settings


def test_good_keys_say_nothing(production):
    assert keys_are_keys(None) == []


@pytest.mark.parametrize("bad", ["x", "CHANGE-ME", "geheim", "k1:CHANGE-ME-and-something-long-behind-it"])
@pytest.mark.parametrize("name", KEYS)
def test_a_placeholder_or_a_word_is_named(production, name, bad):
    setattr(production, name, bad)
    assert [fault.msg.split()[0] for fault in keys_are_keys(None)] == [name]
