"""Returns that show in the doses alone: so many not linked to a bleed or surgery within so many days (settled C9)."""

from collections.abc import Sequence
from datetime import date, timedelta

from oba.evidence import Item
from oba.facts.fix_product_use import FixProductUsed
from oba.measures.measured import Setting, rejected
from oba.measures.prophylaxis_spells import Spell, spells
from oba.terms.measures.prophylaxis import Prophylaxis
from oba.trace import Rejected

Dose = Item[FixProductUsed]


def counted_doses(terms: Prophylaxis, setting: Setting) -> tuple[dict[date, Dose], list[Rejected]]:
    """The first dose that counts of each local day, and why the others do not; doses before Day 0 are not looked at."""
    schedules = spells(setting.evidence)
    days: dict[date, Dose] = {}
    left_out: list[Rejected] = []
    for dose in setting.evidence.of(FixProductUsed):
        if dose.occurred_on < setting.obligation.day_0:
            continue
        reason = _not_counted(terms, dose, setting, schedules)
        if reason is None and dose.occurred_on in days:
            reason = "same_day"
        if reason is None:
            days[dose.occurred_on] = dose
        else:
            left_out.append(rejected(dose, reason))
    return days, left_out


def days_of_return(terms: Prophylaxis, days: Sequence[date]) -> Sequence[date] | None:
    """The days that make a return, the last of them its day; None where the doses never lie close enough."""
    start, close_enough = 0, False
    for number, day in enumerate(days):
        if number and not _goes_on(terms, days[number - 1], day):
            start, close_enough = number, False
        first = number - terms.doses + 1
        if first >= start and (day - days[first]).days <= terms.within_days:
            close_enough = True
        if close_enough and terms.dosing_run is None:
            return days[first : number + 1]
        if close_enough and terms.dosing_run and (day - days[start]).days + 1 >= terms.dosing_run.for_at_least_days:
            return days[start : number + 1]
    return None


def _goes_on(terms: Prophylaxis, earlier: date, later: date) -> bool:
    return terms.dosing_run is None or (later - earlier).days <= terms.dosing_run.longest_interval_days


def _not_counted(terms: Prophylaxis, dose: Dose, setting: Setting, schedules: tuple[Spell, ...]) -> str | None:
    day_0 = setting.obligation.day_0
    if dose.occurred_on == day_0:
        return "day_0"
    if dose.fact.purpose in ("bleed", "surgery") or dose.fact.bleed_fact_id is not None:
        return "linked"
    under = [spell for spell in schedules if spell.covers(dose.occurred_on)]
    bridging = dose.occurred_on <= day_0 + timedelta(days=terms.bridging_days)
    if bridging and any(spell.first < day_0 for spell in under):
        return "bridging"
    return "of_a_schedule" if under and terms.doses_of_a_schedule == "belong_to_the_schedule" else None
