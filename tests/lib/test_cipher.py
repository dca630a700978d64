import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civaffairs.lib.cipher import CipherError, FieldCipher, build_cipher

KEYS = {"a": b"first secret of 32 bytes........", "b": b"second secret of 32 bytes......."}
INDEX = b"index secret of 32 bytes........"
ALGORITHMS = ["aes-gcm", "sm4-gcm"]


def cipher(active="a", algorithm="aes-gcm", keys=KEYS, index=INDEX) -> FieldCipher:
    return FieldCipher(keys, active, algorithm, index)


@given(st.text(max_size=80), st.sampled_from(ALGORITHMS))
def test_a_text_comes_back(text, algorithm):
    box = cipher(algorithm=algorithm)
    token = box.encrypt(text, "person.id_number")
    assert box.decrypt(token, "person.id_number") == text
    assert token.isascii()


@pytest.mark.parametrize(("algorithm", "name"), [("aes-gcm", "aes"), ("sm4-gcm", "sm4")])
def test_a_token_names_its_algorithm_and_key_and_hides_the_value(algorithm, name):
    token = cipher(algorithm=algorithm).encrypt("11010519491231002X", "person.id_number")
    assert token.startswith(f"v1${name}$a$")
    assert "1101" not in token
    assert len(token) < 80


def test_equal_texts_give_different_tokens():
    box = cipher()
    assert len({box.encrypt("13800138000", "phone") for _ in range(50)}) == 50


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_token_does_not_open_in_another_column(algorithm):
    box = cipher(algorithm=algorithm)
    with pytest.raises(CipherError, match="another column"):
        box.decrypt(box.encrypt("6222020000000000009", "account"), "phone")


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_changed_token_does_not_open(algorithm):
    box = cipher(algorithm=algorithm)
    token = box.encrypt("13800138000", "phone")
    head, body = token.rsplit("$", 1)
    raw = bytearray(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    for place in range(len(raw)):
        raw[place] ^= 1
        altered = base64.urlsafe_b64encode(bytes(raw)).rstrip(b"=").decode()
        with pytest.raises(CipherError):
            box.decrypt(f"{head}${altered}", "phone")
        raw[place] ^= 1


def test_the_key_id_cannot_be_swapped():
    same = {"a": KEYS["a"], "b": KEYS["a"]}
    token = cipher(keys=same).encrypt("x", "phone")
    with pytest.raises(CipherError):
        cipher(keys=same).decrypt(token.replace("$a$", "$b$"), "phone")


@pytest.mark.parametrize(
    "token", ["", "plain", "v1$aes$a$", "v1$aes$a$!!", "v2$aes$a$AAAA", "v1$des$a$AAAA", "v1$aes$a$AAAA"]
)
def test_what_is_not_a_token_is_refused(token):
    with pytest.raises(CipherError, match="not an encrypted value"):
        cipher().decrypt(token, "phone")


def test_old_keys_and_the_other_algorithm_still_open_and_ask_for_rotation():
    old = cipher("a", "aes-gcm").encrypt("旧值", "phone")
    for now in (cipher("b", "aes-gcm"), cipher("a", "sm4-gcm")):
        assert now.decrypt(old, "phone") == "旧值"
        assert now.needs_rotation(old)
        assert not now.needs_rotation(now.encrypt("旧值", "phone"))


def test_a_key_that_is_gone_is_named_without_its_content():
    token = cipher("b").encrypt("x", "phone")
    with pytest.raises(CipherError, match="'b'"):
        cipher("a", keys={"a": KEYS["a"]}).decrypt(token, "phone")


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_the_blind_index_finds_equal_values_of_one_column_only(algorithm):
    box = cipher(algorithm=algorithm)
    index = box.blind_index("11010519491231002X", "person.id_number")
    assert len(index) == 32
    assert int(index, 16)
    assert index == cipher("b", algorithm).blind_index("11010519491231002X", "person.id_number")
    assert index != box.blind_index("110105194912310021", "person.id_number")
    assert index != box.blind_index("11010519491231002X", "person.phone")
    assert index != cipher(algorithm=algorithm, index=KEYS["a"]).blind_index(
        "11010519491231002X", "person.id_number"
    )


def test_the_cipher_is_built_from_the_environment():
    encoded = {name: base64.b64encode(secret).decode() for name, secret in KEYS.items()}
    secrets = f"a:{encoded['a']}, b:{encoded['b']}"
    built = build_cipher(secrets, "b", "aes-gcm", base64.urlsafe_b64encode(INDEX).decode())
    assert built.decrypt(cipher("b").encrypt("同", "phone"), "phone") == "同"
    assert built.blind_index("1", "p") == cipher().blind_index("1", "p")


@pytest.mark.parametrize(
    ("secrets", "active", "algorithm", "index", "word"),
    [
        ("", "a", "aes-gcm", "A" * 44, "active key"),
        ("a", "a", "aes-gcm", "A" * 44, "id:base64"),
        ("a:???", "a", "aes-gcm", "A" * 44, "base64"),
        ("a:" + "A" * 44, "b", "aes-gcm", "A" * 44, "active key"),
        ("a:AAAA", "a", "aes-gcm", "A" * 44, "shorter"),
        ("a:" + "A" * 44, "a", "rot13", "A" * 44, "unknown algorithm"),
        ("a:" + "A" * 44, "a", "aes-gcm", "AAAA", "index secret"),
        ("a:" + "A" * 44 + ",a:" + "A" * 44, "a", "aes-gcm", "A" * 44, "twice"),
        ("a b:" + "A" * 44, "a b", "aes-gcm", "A" * 44, "key id"),
    ],
)
def test_wrong_settings_are_refused_when_the_system_starts(secrets, active, algorithm, index, word):
    with pytest.raises(CipherError, match=word):
        build_cipher(secrets, active, algorithm, index)
