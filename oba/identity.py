"""Ids that can be worked out again, and digests of canonical content; nothing here is random."""

import hashlib
from functools import lru_cache
from json import JSONEncoder
from typing import Any
from uuid import UUID, uuid5

from pydantic import BaseModel

NAMESPACE = UUID("6f0a3c1e-6a1b-5d0e-9a77-0b6a1f5c2d11")
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CANONICAL = JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def derived_id(*parts: object) -> UUID:
    """The one id of what the parts name, in their order; the same parts give the same id for ever, others another."""
    return uuid5(NAMESPACE, canonical([str(part) for part in parts]))


def infusion_id(patient_token: UUID) -> UUID:
    """The id of the infusion of one patient token: one per patient and lifetime."""
    return derived_id("infusion", patient_token)


def document_stream_id(document_id: str) -> UUID:
    """The stream of an agreement, payer rule or follow-up plan."""
    return derived_id("document", document_id)


@lru_cache(maxsize=4096)
def opaque_code(stream_id: UUID) -> str:
    """The code by which people name an infusion: INF-XXXX-XXXX-C, ASCII, last letter a check digit."""
    number = int.from_bytes(hashlib.sha256(stream_id.bytes).digest()[:5], "big")
    letters = "".join(_ALPHABET[(number >> shift) & 31] for shift in range(35, -1, -5))
    check = _ALPHABET[sum((place + 1) * _ALPHABET.index(letter) for place, letter in enumerate(letters)) % 31]
    return f"INF-{letters[:4]}-{letters[4:]}-{check}"


def canonical(content: Any) -> str:
    """Canonical JSON: sorted keys, no spaces, UTF-8 as it is; decimals, dates and ids are already strings."""
    plain = content.model_dump(mode="json") if isinstance(content, BaseModel) else content
    return _CANONICAL.encode(plain)


def content_hash(content: Any) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal; the version of a document, the digest of evidence."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()
