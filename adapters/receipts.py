"""Idempotency of commands: what one key of one principal was answered, and refusal of a key with another request."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from adapters.answer import Answer
from adapters.log.log import Log, ReceiptDraft
from oba.facts.base import Body
from oba.facts.recorded import Recorded
from oba.problems import Refusal, refuse


@dataclass(frozen=True)
class Asking:
    """One request: who asks under which key, and the keyed digest of what is asked; without a key nothing is kept."""

    principal: str
    key: str | None
    request_hash: str

    def earlier(self, log: Log) -> Answer | Refusal | None:
        """What was answered before under this key; None where the key is fresh, a refusal where it asked for more."""
        receipt = log.receipt(self.principal, self.key) if self.key is not None else None
        if receipt is None:
            return None
        if receipt.request_hash != self.request_hash:
            return refuse(
                "conflict",
                "idempotency-key-reused",
                "the key was used for another request",
                "repeat the first request unchanged, or use a fresh key",
            )
        return Answer(json.loads(receipt.answer), replayed=True)

    def receipt(self, answering: Callable[[tuple[Recorded[Body], ...]], dict[str, Any]]) -> ReceiptDraft | None:
        """The receipt that is to be written with the events."""
        if self.key is None:
            return None
        return ReceiptDraft(
            self.principal, self.key, self.request_hash, lambda events: json.dumps(answering(events), sort_keys=True)
        )
