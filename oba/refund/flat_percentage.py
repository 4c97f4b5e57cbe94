"""One percentage of the base, once, on the first milestone that is not met (C23)."""

from oba.refund.exact import percent_of_base
from oba.refund.ground import Ground
from oba.refund.once import once
from oba.refund.refused import Lines
from oba.terms.refund.flat_percentage import FlatPercentage


def flat_percentage(terms: FlatPercentage, ground: Ground) -> Lines:
    """At most one line, for the earliest failure within the limit; failures come in the order of their dates."""
    return once("flat_percentage", terms, ground, percent_of_base(ground.base, terms.percent))
