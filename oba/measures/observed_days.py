"""The days on which bleeds are observed: attested, not excluded, and counted as the policy for prophylaxis says."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import assert_never

from oba.dates import Span
from oba.evidence import Evidence
from oba.measures.attestation import fix_use
from oba.measures.excluded_days import complete_through, days_between, excluded_days
from oba.measures.measured import Setting
from oba.measures.prophylaxis_spells import spells
from oba.terms.measures.bleeding_rate import BleedingRate, ImputeRate


@dataclass(frozen=True)
class ObservedDays:
    """The days that the rate is divided by, and those of them on which an onset counts (settled C6, C7)."""

    days: frozenset[date]
    counting: frozenset[date]
    excluded: int
    """How many days the agreement's excluded spans took away."""
    imputed_per_year: Fraction | None = None
    """What a year on prophylaxis counts as; None where no rate is imputed."""

    @property
    def on_prophylaxis(self) -> int:
        """How many of the days count by the imputed rate."""
        return len(self.days) - len(self.counting)

    def rate(self, bleeds: int, days_of_year: Fraction) -> Fraction:
        """(bleeds on the other days x factor + r x days on prophylaxis) / all observed days (settled C7)."""
        imputed = (self.imputed_per_year or 0) * self.on_prophylaxis
        return (bleeds * days_of_year + imputed) / len(self.days)


def observed_days(terms: BleedingRate, setting: Setting, period: Span, last: date) -> ObservedDays:
    """The observed days of a period up to a last day."""
    whole = days_between(period.first, last)
    days = whole - excluded_days(terms.excluded, setting, period)
    excluded = len(whole) - len(days)
    match terms.time_on_prophylaxis:
        case "count_as_observed":
            return ObservedDays(days, days, excluded)
        case "exclude_time":
            off = _off_prophylaxis(days, setting.evidence)
            return ObservedDays(off, off, excluded)
        case ImputeRate(bleeds_per_year=rate):
            return ObservedDays(days, _off_prophylaxis(days, setting.evidence), excluded, Fraction(rate))
        case _:  # pragma: no cover
            assert_never(terms.time_on_prophylaxis)


def settled_through(terms: BleedingRate, setting: Setting, attested: date) -> date | None:
    """The last day about which no further fact can change what was counted or observed; None where there is none
    (settled C1).

    Where time on prophylaxis is treated apart, FIX use has to be attested as well.
    """
    through = complete_through(terms.excluded, setting, attested)
    if through is None or terms.time_on_prophylaxis == "count_as_observed":
        return through
    use = fix_use(setting.evidence, through)
    return None if use is None else min(through, use.through)


def _off_prophylaxis(days: frozenset[date], evidence: Evidence) -> frozenset[date]:
    documented = spells(evidence)
    return frozenset(day for day in days if not any(spell.covers(day) for spell in documented))
