"""An exact number of cents together with the formula that gives it; rounded once, on its line (settled F7)."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from oba.determination.determination import RefundLine
from oba.money import Rounding, round_fraction, write_amount_for_reading
from oba.terms.stated import Stated
from oba.units import write_number


@dataclass(frozen=True)
class Exact:
    """Cents as a fraction, and the formula with numbers put in."""

    cents: Fraction
    formula: str

    def times(self, factor: Fraction, written: str) -> "Exact":
        """Multiplied by a factor, which the formula writes as given."""
        return Exact(self.cents * factor, f"{self.formula} x {written}")

    def noting(self, words: str) -> "Exact":
        """The same number with words behind its formula."""
        return Exact(self.cents, self.formula + words)

    def line(self, component: str, clause: str, milestone: str, rounding: Rounding) -> RefundLine:
        """The line of a refund; this is the one place where it is rounded."""
        return RefundLine(
            component=component,
            clause=clause,
            milestone=milestone,
            formula=self.formula,
            amount=round_fraction(self.cents, rounding),
        )


def percent_of_base(base: int, percent: Decimal) -> Exact:
    """A percentage of the base in cents."""
    return Exact(Fraction(base), write_amount_for_reading(base)).times(
        Fraction(percent) / 100, f"{write_number(percent)} %"
    )


def stated(terms: Stated, base: int) -> Exact:
    """What is stated, in cents: the amount, otherwise the percentage of the base (fixture F5)."""
    if terms.amount is None:
        assert terms.percent is not None
        return percent_of_base(base, terms.percent)
    return Exact(Fraction(terms.amount), write_amount_for_reading(terms.amount))
