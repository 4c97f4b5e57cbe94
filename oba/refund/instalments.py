"""The refund of instalments: only of a part that was already paid and fails its condition afterwards (settled F1)."""

from fractions import Fraction

from oba.money import write_amount_for_reading
from oba.refund.exact import Exact
from oba.refund.ground import Ground
from oba.refund.instalment_states import instalment_states
from oba.refund.refused import Lines, RefundRefused
from oba.terms.refund.instalments import Instalments


def instalments(terms: Instalments, ground: Ground) -> Lines:
    """A line for each part that was paid and fails its condition afterwards, and no other (C26)."""
    found = instalment_states(terms, ground)
    if isinstance(found, RefundRefused):
        return found
    lines = []
    for part in found:
        if part.refunded_for is not None:
            formula = f"{write_amount_for_reading(part.amount)} of instalment {part.id}; {part.because}"
            exact = Exact(Fraction(part.amount), formula)
            lines.append(exact.line("instalments", terms.clause, part.refunded_for, ground.rounding))
    return tuple(lines)
