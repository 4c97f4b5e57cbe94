"""What a decision may look at besides the stream: the hour, the directory, the documents, the reference tables."""

from collections.abc import Mapping
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from oba.reference.tables import Reference
from oba.terms.shelf import Shelf


class Surroundings(BaseModel):
    """The world as the command meets it; every member is an argument, nothing is looked up."""

    model_config = ConfigDict(frozen=True)

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
