"""One stated amount, once, on the first milestone that is not met (C23)."""

from fractions import Fraction

from oba.money import write_amount_for_reading
from oba.refund.exact import Exact
from oba.refund.ground import Ground
from oba.refund.once import once
from oba.refund.refused import Lines
from oba.terms.refund.flat_amount import FlatAmount


def flat_amount(terms: FlatAmount, ground: Ground) -> Lines:
    """At most one line, for the earliest failure within the limit; a printed percentage plays no part (fixture F5)."""
    return once(
        "flat_amount", terms, ground, Exact(Fraction(terms.amount), f"{write_amount_for_reading(terms.amount)} stated")
    )
