"""Values under a key: AES-256-GCM, bound to the record and field that they belong to, so that none can be swapped."""

from collections.abc import Callable
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE: Final = 12


class CannotOpen(RuntimeError):
    """A sealed value was changed, stands at another place than it was sealed for, or needs another key."""


def seal(key: bytes, plain: bytes, *, record: object, field: str, secret: Callable[[int], bytes]) -> bytes:
    """The nonce and the ciphertext of a value, for one field of one record."""
    nonce = secret(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, _place(record, field))


def unseal(key: bytes, sealed: bytes, *, record: object, field: str) -> bytes:
    """The value again; CannotOpen where anything about it is not as it was sealed."""
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], _place(record, field))
    except InvalidTag:
        raise CannotOpen("a sealed value does not open at this place with this key") from None


def _place(record: object, field: str) -> bytes:
    return f"{record}/{field}".encode()
