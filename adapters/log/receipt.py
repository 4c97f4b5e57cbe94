"""Receipts: what a principal asked under a key, and the answer that was given; kept as long as the log."""

from collections.abc import Callable
from dataclasses import dataclass

from adapters.log.mapper import StampedEvent

Answering = Callable[[tuple[StampedEvent, ...]], str]


@dataclass(frozen=True)
class Receipt:
    """The answer (JSON text) to one key of one principal, and the log position at which it was given."""

    principal: str
    key: str
    request_hash: str
    answer: str
    position: int


@dataclass(frozen=True)
class StampedReceipt:
    """A receipt to be written with the events; the answer is worked out once they are stamped."""

    principal: str
    key: str
    request_hash: str
    answering: Answering
