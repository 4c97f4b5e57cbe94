"""Receipts: what a principal asked under a key, and the answer that was given; kept as long as the log."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class ReceiptDraft:
    """A receipt to be written with the events; `answer` is JSON text without the stamps, which the log gives."""

    principal: str
    key: str
    request_hash: str
    answer: str


@dataclass(frozen=True)
class Receipt(ReceiptDraft):
    """The answer to one key of one principal, with position and stamp of the newest event when it was given."""

    position: int
    recorded_at: datetime | None
    """None where the log was empty then."""
