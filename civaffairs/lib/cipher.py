"""Encryption of single column values, and the blind index by which an encrypted value is found again.

A token names its own algorithm and key, so that keys can be rotated and the algorithm changed while old rows
stay readable. The column's name (`purpose`) is bound into it: a token copied from one column to another does
not open. The index has its own secret, since it must stay the same while encryption keys come and go.
"""

import base64
import binascii
import hmac
import os
import re
from collections.abc import Mapping
from typing import Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

Algorithm = Literal["aes-gcm", "sm4-gcm"]

_SHORT = {"aes-gcm": "aes", "sm4-gcm": "sm4"}
_LONG = {short: algorithm for algorithm, short in _SHORT.items()}
_NONCE_BYTES, _TAG_BYTES = 12, 16
_LEAST_SECRET_BYTES = 16


class CipherError(Exception):
    """A value cannot be opened, or the keys are wrong. The text never contains a key or a value."""


class FieldCipher:
    """AES-256-GCM or SM4-GCM over short texts.

    `keys` maps a key id to its secret, at least 16 bytes; working keys are derived from it by HKDF. `active`
    is the id that encrypts, the others only open old values. With sm4-gcm the blind index is HMAC-SM3, else
    HMAC-SHA256, so changing the algorithm means rebuilding the index columns.
    """

    def __init__(self, keys: Mapping[str, bytes], active: str, algorithm: Algorithm, index_secret: bytes):
        if algorithm not in _SHORT:
            raise CipherError(f"unknown algorithm {algorithm!r}: use aes-gcm or sm4-gcm")
        if active not in keys:
            raise CipherError(f"the active key id {active!r} is not among the keys")
        for kid, secret in keys.items():
            if not re.fullmatch(r"[A-Za-z0-9_.-]{1,16}", kid):
                raise CipherError(f"key id {kid!r} must be 1 to 16 letters, digits, dots, dashes")
            if len(secret) < _LEAST_SECRET_BYTES:
                raise CipherError(f"the secret of key {kid!r} is shorter than {_LEAST_SECRET_BYTES} bytes")
        if len(index_secret) < _LEAST_SECRET_BYTES:
            raise CipherError(f"the index secret is shorter than {_LEAST_SECRET_BYTES} bytes")
        self._secrets = dict(keys)
        self._active = active
        self._algorithm = _SHORT[algorithm]
        self._aes: dict[str, AESGCM] = {}
        self._sm4: dict[str, bytes] = {}
        self._index_key = _derive(index_secret, f"blind-index:{self._algorithm}", 32)

    def encrypt(self, text: str, purpose: str) -> str:
        """v1$aes$<key id>$<nonce, ciphertext and tag>. Two encryptions of one text differ."""
        short, kid, nonce = self._algorithm, self._active, os.urandom(_NONCE_BYTES)
        bound = _bound(short, kid, purpose)
        if short == "aes":
            sealed = self._aes_engine(kid).encrypt(nonce, text.encode(), bound)
        else:
            engine = Cipher(algorithms.SM4(self._sm4_key(kid)), modes.GCM(nonce)).encryptor()
            engine.authenticate_additional_data(bound)
            sealed = engine.update(text.encode()) + engine.finalize() + engine.tag
        body = base64.urlsafe_b64encode(nonce + sealed).rstrip(b"=").decode("ascii")
        return f"v1${short}${kid}${body}"

    def decrypt(self, token: str, purpose: str) -> str:
        """The text.

        Raises CipherError when the token is malformed, altered, of another purpose or of a key that is gone.
        """
        short, kid, body = _split(token)
        try:
            raw = base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            raise CipherError("not an encrypted value") from None
        if len(raw) < _NONCE_BYTES + _TAG_BYTES:
            raise CipherError("not an encrypted value")
        bound, nonce = _bound(short, kid, purpose), raw[:_NONCE_BYTES]
        try:
            if short == "aes":
                return self._aes_engine(kid).decrypt(nonce, raw[_NONCE_BYTES:], bound).decode()
            mode = modes.GCM(nonce, raw[-_TAG_BYTES:])
            engine = Cipher(algorithms.SM4(self._sm4_key(kid)), mode).decryptor()
            engine.authenticate_additional_data(bound)
            return (engine.update(raw[_NONCE_BYTES:-_TAG_BYTES]) + engine.finalize()).decode()
        except InvalidTag:
            raise CipherError("the value was altered or belongs to another column") from None

    def needs_rotation(self, token: str) -> bool:
        """Whether the token was made with another key or algorithm than the active one."""
        short, kid, _ = _split(token)
        return (short, kid) != (self._algorithm, self._active)

    def blind_index(self, value: str, purpose: str) -> str:
        """32 hexadecimal characters that are equal for equal values of one purpose.

        Bring the value to one written form first.
        """
        message = f"{purpose}\0{value}".encode()
        if self._algorithm == "aes":
            return hmac.digest(self._index_key, message, "sha256")[:16].hex()
        mac = HMAC(self._index_key, hashes.SM3())
        mac.update(message)
        return mac.finalize()[:16].hex()

    def _aes_engine(self, kid: str) -> AESGCM:
        if kid not in self._aes:
            self._aes[kid] = AESGCM(self._working_key("aes", kid, 32))
        return self._aes[kid]

    def _sm4_key(self, kid: str) -> bytes:
        if kid not in self._sm4:
            self._sm4[kid] = self._working_key("sm4", kid, 16)
        return self._sm4[kid]

    def _working_key(self, short: str, kid: str, length: int) -> bytes:
        if kid not in self._secrets:
            raise CipherError(f"the key {kid!r} of this value is not configured")
        return _derive(self._secrets[kid], f"field:{short}:{kid}", length)


def build_cipher(secrets: str, active: str, algorithm: Algorithm, index_secret: str) -> FieldCipher:
    """From the environment: `secrets` is "id:base64,id2:base64", `index_secret` is base64.

    Raises CipherError on bad settings.
    """
    keys: dict[str, bytes] = {}
    for entry in filter(None, (part.strip() for part in secrets.split(","))):
        kid, colon, encoded = entry.partition(":")
        if not colon:
            raise CipherError("field keys must be written id:base64, separated by commas")
        if kid in keys:
            raise CipherError(f"key id {kid!r} is given twice")
        keys[kid] = _secret(encoded, f"key {kid!r}")
    return FieldCipher(keys, active, algorithm, _secret(index_secret, "the index secret"))


def _secret(encoded: str, what: str) -> bytes:
    plain = encoded.strip().replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(plain.rstrip("=") + "=" * (-len(plain.rstrip("=")) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise CipherError(f"{what} is not base64") from None


def _split(token: str) -> tuple[str, str, str]:
    parts = token.split("$")
    if len(parts) != 4 or parts[0] != "v1" or parts[1] not in _LONG:
        raise CipherError("not an encrypted value")
    return parts[1], parts[2], parts[3]


def _bound(short: str, kid: str, purpose: str) -> bytes:
    return f"v1${short}${kid}${purpose}".encode()


def _derive(secret: bytes, info: str, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt=b"civaffairs", info=info.encode()).derive(secret)
