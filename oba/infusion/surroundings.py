"""What a decision may look at besides the stream: the hour, the directory, the documents, the reference tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from oba.reference.tables import Reference
from oba.terms.shelf import Shelf


@dataclass(frozen=True)
class Surroundings:
    """The world as the command meets it; every member is an argument, nothing is looked up."""

    now: datetime
    today: date
    """The local date at the HTC of the infusion, at `now`."""
    htc_ids: frozenset[str]
    payer_ids: frozenset[str]
    person_ids: frozenset[str]
    attesters: Mapping[str, frozenset[str]]
    """The physicians of each HTC: who may attest the visits there."""
    shelf: Shelf
    reference: Reference
