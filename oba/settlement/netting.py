"""What the foot of each statement comes to where refunds are taken back: netted, carried, returned (settled F12)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

PERIODS_CARRIED: Final = 2
"""So many periods without a line a negative foot waits; then it is returned."""


@dataclass(frozen=True)
class Foot:
    """The foot of one period in cents: payable, carried to the next as a negative number, or returned by the payer."""

    payable: int
    carried: int
    returned: int


def netted(periods: Sequence[Sequence[int]]) -> tuple[Foot, ...]:
    """The feet of all periods in order, from the signed cents of the lines of each; nothing carried bears interest."""
    carried = without_line = 0
    feet: list[Foot] = []
    for lines in periods:
        without_line = 0 if lines else without_line + 1
        foot = carried + sum(lines)
        carried = foot if foot < 0 and without_line < PERIODS_CARRIED else 0
        feet.append(Foot(payable=max(0, foot), carried=carried, returned=max(0, carried - foot) if foot < 0 else 0))
    return tuple(feet)
