"""What a bleeding rate can no longer fall below while evidence may still come (settled C1, C6)."""

from datetime import date, timedelta
from fractions import Fraction

from oba.dates import Span
from oba.measures.annual import days_of_a_year
from oba.measures.counting import Counted, count
from oba.measures.excluded_days import days_between, excluded_days
from oba.measures.measured import Setting
from oba.measures.observed_days import observed_days, settled_through
from oba.terms.measures.bleeding_rate import BleedingRate
from oba.terms.period import MonthsAfterDayZero


def least_rate(terms: BleedingRate, setting: Setting, period: Span, attested: date) -> Fraction | None:
    """The rate if every further day were observed and no further bleed came: no admissible fact makes it lower.

    None where nothing is settled yet, or where too few settled days would leave the rate unknown.
    """
    through = settled_through(terms, setting, attested)
    if through is None:
        return None
    settled = observed_days(terms, setting, period, through)
    if len(settled.days) < max(1, terms.minimum_days):
        return None
    counted = count(terms, setting.evidence, settled)
    months = [span for span in terms.excluded if isinstance(span, MonthsAfterDayZero)]
    further = days_between(through + timedelta(days=1), period.last) - excluded_days(months, setting, period)
    rate = settled.rate(len(counted.episodes), days_of_a_year(terms.annualisation, period.first))
    return rate * len(settled.days) / (len(settled.days) + len(further))


def logged_rate(terms: BleedingRate, setting: Setting, period: Span) -> tuple[Fraction, Counted, int] | None:
    """The logged bleeds over all days of the period, attested or not: the least that the rate can be, with what was
    counted and on how many days; None where the terms do not say `count_lower_bound` (settled C6).
    """
    whole = observed_days(terms, setting, period, period.last)
    if not terms.count_lower_bound or not whole.days:
        return None
    counted = count(terms, setting.evidence, whole)
    rate = whole.rate(len(counted.episodes), days_of_a_year(terms.annualisation, period.first))
    return rate, counted, len(whole.days)
