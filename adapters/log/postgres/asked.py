"""Appends on their way to the server's function: several go as one call, and each gets its own answer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import psycopg
from eventsourcing.persistence import StoredEvent
from psycopg.rows import DictRow

from adapters.log.mapper import StampedEvent
from adapters.log.postgres.functions import REFUSED_RECEIPT
from adapters.log.receipt import ReceiptDraft
from adapters.log.refusals import LogRefused, ReceiptTaken, StaleVersion

TICK: Final = timedelta(microseconds=1)
_APPENDED: Final = (
    "%s::integer[], %s::uuid[], %s::bigint[], %b::text[], %b::bytea[], %b::text[], %b::text[], %b::text[], %b::text[]"
)
_CALL: Final = f"SELECT * FROM log.append({_APPENDED})"
_CALL_AT: Final = f"SELECT * FROM log.append_at({_APPENDED}, %b, %b::timestamptz)"


@dataclass(frozen=True)
class Asked:
    """One append: all of it or nothing gets into the log."""

    events: tuple[StoredEvent, ...]
    receipt: ReceiptDraft | None = None


@dataclass(frozen=True)
class Outcome:
    """What the server said to one append: why not, or where and when its first event got into the log."""

    refusal: str | None
    position: int | None
    recorded_at: datetime | None

    def stamped(self, asked: Asked) -> tuple[StampedEvent, ...]:
        """The events with their stamps; ReceiptTaken or StaleVersion where they were refused."""
        if self.refusal is not None:
            raise refused(self.refusal)
        if self.position is None or self.recorded_at is None:
            return ()
        return tuple(
            StampedEvent(**vars(event), position=self.position + nth, recorded_at=self.recorded_at + nth * TICK)
            for nth, event in enumerate(asked.events)
        )


def refused(refusal: str) -> LogRefused:
    """The refusal that the server's word means."""
    if refusal == REFUSED_RECEIPT:
        return ReceiptTaken("the key was used before")
    return StaleVersion("the stream stands at another version than the decision was made at")


def call(
    connection: psycopg.Connection[DictRow],
    asked: Sequence[Asked],
    given: datetime | None,
    *,
    in_sequence: bool = True,
) -> list[Outcome]:
    """One round trip and one commit for all appends; without a given instant the server's clock stamps.

    A given instant, and versions out of sequence, are for a role that is trusted with the stamps.
    """
    events = [event for one in asked for event in one.events]
    params = (
        _plain_array(len(one.events) for one in asked),
        _plain_array(event.originator_id for event in events),
        _plain_array(event.originator_version for event in events),
        [event.topic for event in events],
        [event.state for event in events],
        *_receipts([one.receipt for one in asked]),
    )
    if given is None and in_sequence:
        found = connection.execute(_CALL, params, prepare=True, binary=True)
    else:
        found = connection.execute(_CALL_AT, (*params, in_sequence, given), prepare=True, binary=True)
    rows = found.fetchall()
    return [Outcome(row["refusal"], row["first_position"], row["first_recorded_at"]) for row in rows]


def _receipts(receipts: Sequence[ReceiptDraft | None]) -> tuple[list[str | None] | None, ...]:
    """Principals, keys, hashes and answers of the receipts; no columns where there is none."""
    if not any(receipts):
        return None, None, None, None
    rows = [(one.principal, one.key, one.request_hash, one.answer) if one else (None,) * 4 for one in receipts]
    return tuple(list(column) for column in zip(*rows, strict=True))


def _plain_array(values: Iterable[int | UUID | str]) -> str:
    """An array of numbers or ids as the server reads it, which costs a tenth of what the driver needs for a list."""
    return f"{{{','.join(map(str, values))}}}"
