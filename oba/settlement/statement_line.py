"""The checks of one line of a statement: claimed, adjusted, disputed, unpaid, paid (settled G1).

The columns are those of the federal reconciliation forms that payers know, with one more for what is unpaid.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

ADJUSTMENT_CODES: Final[dict[str, str]] = {
    "A1": "amendment_id",
    "A2": "event_id",
    "A3": "note_and_two_approvers",
    "A4": "clause",
}
"""Adjustment codes and the evidence that each demands."""
DISPUTE_CODES: Final[dict[str, str]] = {
    "D1": "other_line_id",
    "D2": "coverage_dates",
    "D3": "claim_reference",
    "D4": "laboratory_report",
    "D5": "draw_date",
    "D6": "last_infusion_date",
    "D7": "source_record",
    "D8": "waiver_id",
    "D9": "request_id",
    "D10": "channel_proof",
    "D11": "calculation",
    "D99": "reason",
}
"""Dispute codes and the evidence that each demands; a code without it is not complete (settled G2)."""


@dataclass(frozen=True)
class StatementLine:
    """Units as whole numbers, amounts in cents; adjustments are signed."""

    units_claimed: int
    units_adjusted: int
    units_disputed: int
    units_paid: int
    amount_claimed: int
    amount_corrected: int
    amount_withheld: int
    amount_paid: int
    units_unpaid: int = 0
    amount_unpaid: int = 0
    """What is unpaid without a code: payable, and bearing interest (settled G1)."""
    adjustment_codes: tuple[str, ...] = ()
    dispute_codes: tuple[str, ...] = ()
    evidence: frozenset[str] = field(default=frozenset())
    """The kinds of evidence that came with the line."""


def line_problems(line: StatementLine) -> tuple[str, ...]:
    """Every check that the line fails, as coded words in the order of the checks; none for a sound line."""
    return tuple(code for code, fails in _checks(line) if fails)


def _checks(line: StatementLine) -> Iterable[tuple[str, bool]]:
    units = line.units_claimed + line.units_adjusted - line.units_disputed - line.units_paid - line.units_unpaid
    amounts = line.amount_claimed + line.amount_corrected - line.amount_withheld - line.amount_paid - line.amount_unpaid
    adjusted = line.units_adjusted != 0 or line.amount_corrected != 0
    disputed = line.units_disputed != 0 or line.amount_withheld != 0
    yield "units_do_not_balance", units != 0
    yield "amounts_do_not_balance", amounts != 0
    yield "adjustment_code_missing", adjusted and not line.adjustment_codes
    yield "dispute_code_missing", disputed and not line.dispute_codes
    yield (
        "unknown_code",
        any(one not in ADJUSTMENT_CODES for one in line.adjustment_codes)
        or any(one not in DISPUTE_CODES for one in line.dispute_codes),
    )
    yield "evidence_missing", not (_every_adjustment_complete(line) and _one_dispute_complete(line))
    yield (
        "code_without_amount",
        (bool(line.dispute_codes) and not disputed) or (bool(line.adjustment_codes) and not adjusted),
    )


def _every_adjustment_complete(line: StatementLine) -> bool:
    return all(ADJUSTMENT_CODES[one] in line.evidence for one in line.adjustment_codes if one in ADJUSTMENT_CODES)


def _one_dispute_complete(line: StatementLine) -> bool:
    """A dispute stands on any one complete code (settled G2)."""
    needed = [DISPUTE_CODES[one] for one in line.dispute_codes if one in DISPUTE_CODES]
    return not needed or any(one in line.evidence for one in needed)


def total_remittance(lines: Iterable[StatementLine], interest: int) -> int:
    """The foot of a statement: what is paid on all lines, and interest, in cents."""
    return sum(line.amount_paid for line in lines) + interest
