"""One percentage of the base, once, on the first milestone that is not met (C23)."""

from oba.determination.determination import RefundLine
from oba.money import Rounding, percent_of, write_amount_for_reading
from oba.refund.failure import Failure
from oba.terms.refund.flat_percentage import FlatPercentage


def flat_percentage(
    terms: FlatPercentage, base: int, failures: tuple[Failure, ...], rounding: Rounding
) -> tuple[RefundLine, ...]:
    """At most one line, for the earliest failure; failures come in the order of their dates."""
    return tuple(
        RefundLine(
            component="flat_percentage",
            clause=terms.clause,
            milestone=failure.milestone,
            formula=f"{write_amount_for_reading(base)} x {terms.percent} %, once",
            amount=percent_of(base, terms.percent, rounding),
        )
        for failure in failures[:1]
    )
