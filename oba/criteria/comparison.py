"""The number that a measure is compared with: the criterion's own, or that of its fall-back assay."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from oba.measures.interval import Interval
from oba.terms.criteria.compare import Compare, FallBackAssay
from oba.trace import Verdict
from oba.units import FIX_UNITS, Operator


@dataclass(frozen=True)
class Comparison:
    """`operator threshold unit`, compared exactly; FIX activity in IU/dL."""

    operator: Operator
    threshold: Decimal
    unit: str

    @property
    def asked(self) -> str:
        """The comparison as it is read: `> 5 IU/dL`."""
        return f"{self.operator} {self.threshold} {self.unit}"

    @property
    def limit(self) -> Fraction:
        """The threshold in the unit of the measure, FIX activity in IU/dL."""
        return Fraction(self.threshold * FIX_UNITS.get(self.unit, FIX_UNITS["IU/dL"]))

    def of(self, value: Interval) -> Verdict:
        """The verdict on a value; unknown where its ends disagree (settled C3)."""
        return value.compare(self.operator, self.limit)


def comparison_of(terms: Compare | FallBackAssay) -> Comparison:
    """The comparison that a part of the terms asks for."""
    return Comparison(terms.operator, terms.threshold, terms.unit)
