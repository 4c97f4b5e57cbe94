"""What a year is, where a count or an amount over some days is brought to one."""

from datetime import date
from fractions import Fraction

from oba.dates import shift_months
from oba.terms.measures.bleeding_rate import Annualisation


def days_of_a_year(annualisation: Annualisation, first: date) -> Fraction:
    """Days that a year counts; `actual` is the days in the 12 months from the start of the period (settled C8)."""
    if annualisation == "actual":
        return Fraction((shift_months(first, 12) - first).days)
    return Fraction(annualisation)
