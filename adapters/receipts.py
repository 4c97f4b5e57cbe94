"""Idempotency of commands: what one key of one principal was answered, and refusal of a key with another request."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.answer import Answer, stamped_answer
from adapters.log.log import Log
from adapters.log.receipt import Receipt, ReceiptDraft
from oba.problems import Refusal, refuse


@dataclass(frozen=True)
class Asking:
    """One request: who asks under which key, and the keyed digest of what is asked; without a key nothing is kept."""

    principal: str
    key: str | None
    request_hash: str

    def earlier(self, log: Log) -> Answer | Refusal | None:
        """What was answered before under this key; None where the key is fresh, a refusal where it asked for more."""
        return self.answered(log.receipt(self.principal, self.key) if self.key is not None else None)

    def answered(self, receipt: Receipt | None) -> Answer | Refusal | None:
        """What a receipt of the key says to this request, as `earlier`; None where there is no receipt."""
        if receipt is None:
            return None
        if receipt.request_hash != self.request_hash:
            return refuse(
                "conflict",
                "idempotency-key-reused",
                "the key was used for another request",
                "repeat the first request unchanged, or use a fresh key",
            )
        return Answer(stamped_answer(json.loads(receipt.answer), receipt.position, receipt.recorded_at), replayed=True)

    def receipt(self, answer: Mapping[str, Any]) -> ReceiptDraft | None:
        """The receipt that is to be written with the events; what the answer lacks of its stamps, the log gives."""
        if self.key is None:
            return None
        return ReceiptDraft(self.principal, self.key, self.request_hash, json.dumps(answer, sort_keys=True))
