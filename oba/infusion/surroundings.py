"""What a decision may look at besides the stream: the hour, the directory, the documents, the reference tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from oba.governing import versions_from
from oba.reference.tables import Reference
from oba.terms.agreement import Agreement
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

    def versions(self, terms_hash: str) -> tuple[Agreement, ...]:
        """The version of an agreement and the amendments of it that are known today, newest last."""
        found = versions_from(self.shelf, terms_hash, as_of=self.today, known_at=self.now)
        return tuple(version.agreement for version in found)
