"""What is owed under one agreement once a determination is approved, beside what was triggered for it before."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from oba.determination.determination import RefundLine
from oba.refund.change_of_payer import Payees
from oba.refund.differences import differences
from oba.terms.agreement import Agreement

Line: TypeAlias = tuple[str, str]
"""Milestone and payee."""


@dataclass(frozen=True)
class Account:
    """What is owed under one agreement once a determination is approved, and what was triggered for it before."""

    agreement: Agreement
    base: int
    lines: tuple[RefundLine, ...]
    payees: Payees
    """Whom the refund of the determination's own milestone follows."""
    payer_at_infusion: str
    owed: Mapping[Line, int]
    triggered: Mapping[Line, int]

    @property
    def differences(self) -> dict[Line, int]:
        """What is owed less what was triggered, by milestone and payee, where that is not nothing (settled F9)."""
        return differences(self.owed, self.triggered)

    @property
    def payee(self) -> str:
        """The first payer whom it follows; that on Day 0 where it follows nobody."""
        return next((one.payer_id for one in self.payees if one.payer_id is not None), self.payer_at_infusion)
