"""One thing that is told to the tracker: what it says, the day it is about, and the instant it became known."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from oba.facts.base import Fact
from oba.facts.correction import CorrectionReason
from oba.identity import derived_id


@dataclass(frozen=True)
class Told:
    """A fact of a life with its day at the HTC, and `known_at`, the instant in UTC at which it is fed.

    `accession` is the plain number of a laboratory result; the loader puts its keyed digest into the fact.
    """

    key: str
    known_at: datetime
    occurred_on: date
    fact: Fact
    occurred_at: datetime | None = None
    accession: str | None = None
    corrects: str | None = None
    reason: CorrectionReason = "transcription_error"


def command_id(life: int, key: str) -> UUID:
    """The id of the command that tells a thing; the same life and key give the same id for ever."""
    return derived_id("demo", "command", life, key)


def fact_id(life: int, key: str) -> UUID:
    """The id that the event of a told fact will have, so that one fact can name another."""
    return derived_id("event", command_id(life, key), 0)
