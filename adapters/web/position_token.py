"""How far a client has written, as a word for its next reading.

The place in the log would tell a payer how much others write; so it is sealed, the same place always the same word.
"""

import base64
import binascii
from typing import Annotated, Final, TypeAlias

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from fastapi import Header

from adapters.bootstrap import Services
from adapters.web.problem import refused

HEADER: Final = "OBA-Position"
_BYTES: Final = 8

AtLeast: TypeAlias = Annotated[
    str | None,
    Header(alias=HEADER, max_length=80, description="of an earlier answer: the list knows at least what that one knew"),
]


def write_position(services: Services, position: int) -> str:
    """The word for a place in the log."""
    sealed = _cipher(services).encrypt(position.to_bytes(_BYTES, "big"), [])
    return base64.urlsafe_b64encode(sealed).decode()


def read_position(services: Services, word: str) -> int:
    """The place that a word stands for; 422 for what no answer of ours ever said."""
    try:
        opened = _cipher(services).decrypt(base64.b64decode(word.encode("ascii"), b"-_", validate=True), [])
    except (ValueError, binascii.Error, InvalidTag):
        remedy = f"use {HEADER} of an earlier answer unchanged, or leave it out"
        raise refused(422, "invalid-position", "no answer has said this", remedy, parameter=HEADER) from None
    return int.from_bytes(opened, "big")


def _cipher(services: Services) -> AESSIV:
    return AESSIV(bytes.fromhex(services.tracker.records.vault.keyed("position", "")))
