"""What a recipient sees: the fields that the agreement discloses to it, and nothing else (C50)."""

from collections.abc import Mapping
from typing import TypeVar

from oba.terms.settlement.confidentiality import Confidentiality, DisclosedField, Recipient

V = TypeVar("V")


def disclosed_fields(terms: Confidentiality, recipient: Recipient) -> frozenset[DisclosedField]:
    """The fields for a recipient; none for one that the agreement does not name."""
    return frozenset(name for one in terms.disclosures if one.recipient == recipient for name in one.fields)


def disclosed(terms: Confidentiality, recipient: Recipient, content: Mapping[DisclosedField, V]) -> dict[str, V]:
    """The content with every field left out that the recipient may not see."""
    allowed = disclosed_fields(terms, recipient)
    return {name: value for name, value in content.items() if name in allowed}
