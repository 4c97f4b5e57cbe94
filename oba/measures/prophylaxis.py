"""Whether the patient returned to continuous prophylaxis on or before the due date (settled C9).

A return is a documented schedule begun on or after Day 0, a schedule from before Day 0 that outlasts the bridging
period,
or the last of so many unlinked doses within so many days.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import assert_never

from oba.evidence import Item
from oba.facts.base import Fact
from oba.facts.fix_product_use import FixProductUsed
from oba.measures.attestation import Attestation, fix_use
from oba.measures.measured import Measured, Setting, rejected, used
from oba.measures.prophylaxis_spells import Spell, spells
from oba.terms.measures.prophylaxis import Always, FromDays, Never, Prophylaxis
from oba.trace import Rejected, Trace, Verdict, Wanted


@dataclass(frozen=True)
class Return:
    """A return, or a spell that may still prove one."""

    on: date
    certain: bool
    sentence: str
    items: tuple[Item[Fact], ...]


@dataclass(frozen=True)
class ProphylaxisState:
    """Returned (`true`), not returned (`false`) or unknown on the due date, with the day of the return."""

    returned: Verdict
    on: date | None
    measured: Measured


def prophylaxis(terms: Prophylaxis, setting: Setting) -> ProphylaxisState:
    """The state on the due date; `no_attestation` while FIX use is not attested through it."""
    due_on = setting.obligation.due_on
    by_doses, left_out = _by_doses(terms, setting)
    asked_until = min(due_on, setting.evidence.as_of)
    returns = (*_by_schedule(terms, setting, left_out), by_doses)
    found = [one for one in returns if one is not None and one.on <= asked_until]
    certain = min((one for one in found if one.certain), key=lambda one: one.on, default=None)
    if certain is not None:
        return _state(terms, "true", certain, left_out, None)
    open_spell = min(found, key=lambda one: one.on, default=None)
    if open_spell is not None:
        return _state(terms, "unknown", open_spell, left_out, "may_prove_temporary")
    attestation = fix_use(setting.evidence, due_on)
    if attestation is None or attestation.through < due_on:
        return _unattested(terms, due_on, left_out)
    return _free(terms, due_on, attestation, left_out)


def _by_schedule(terms: Prophylaxis, setting: Setting, left_out: list[Rejected]) -> list[Return]:
    found: list[Return] = []
    for spell in spells(setting.evidence):
        one = _return_of(terms, spell, setting)
        if one is None:
            after = spell.first > setting.obligation.due_on
            before = spell.first < setting.obligation.day_0
            left_out.append(rejected(spell.start, "after_due" if after else "bridging" if before else "temporary"))
        else:
            found.append(one)
    return found


def _return_of(terms: Prophylaxis, spell: Spell, setting: Setting) -> Return | None:
    day_0, due_on = setting.obligation.day_0, setting.obligation.due_on
    if spell.first < day_0:
        bridged_until = day_0 + timedelta(days=terms.bridging_days)
        if spell.last is not None and spell.last <= bridged_until:
            return None
        return Return(
            on=bridged_until + timedelta(days=1),
            certain=True,
            sentence=f"a schedule from before Day 0 went on after the bridging period, which ended on {bridged_until}",
            items=(spell.start,),
        )
    if spell.first > due_on:
        return None
    certain = _counts(terms, spell, setting)
    if certain is False:
        return None
    return Return(
        on=spell.first,
        certain=certain is True,
        sentence=f"a documented schedule began on {spell.first}",
        items=(spell.start,),
    )


def _counts(terms: Prophylaxis, spell: Spell, setting: Setting) -> bool | None:
    """Whether the spell counts as a return; None while it may still prove temporary."""
    match terms.temporary_spell:
        case Always():
            return True
        case Never():
            if spell.last is not None:
                return False
            return True if setting.closed else None
        case FromDays(days=days):
            until = spell.last if spell.last is not None else setting.evidence.as_of
            if (until - spell.first).days + 1 >= days:
                return True
            return False if spell.last is not None else None
        case _:  # pragma: no cover
            assert_never(terms.temporary_spell)


def _by_doses(terms: Prophylaxis, setting: Setting) -> tuple[Return | None, list[Rejected]]:
    """The n-th dose not linked to a bleed or surgery whose first lies at most so many days back."""
    days: dict[date, Item[FixProductUsed]] = {}
    left_out: list[Rejected] = []
    for dose in setting.evidence.of(FixProductUsed):
        reason = _not_counted(terms, dose, setting, days)
        if reason is None:
            days[dose.occurred_on] = dose
        elif reason != "before_day_0":
            left_out.append(rejected(dose, reason))
    counted = sorted(days)
    for number in range(terms.doses - 1, len(counted)):
        first, last = counted[number - terms.doses + 1], counted[number]
        if (last - first).days <= terms.within_days:
            items = tuple(days[day] for day in counted[number - terms.doses + 1 : number + 1])
            sentence = f"{terms.doses} doses not linked to a bleed or surgery from {first} to {last}"
            return Return(on=last, certain=True, sentence=sentence, items=items), left_out
    return None, left_out


def _not_counted(
    terms: Prophylaxis, dose: Item[FixProductUsed], setting: Setting, days: dict[date, Item[FixProductUsed]]
) -> str | None:
    day_0 = setting.obligation.day_0
    if dose.occurred_on <= day_0:
        return "day_0" if dose.occurred_on == day_0 else "before_day_0"
    if dose.fact.purpose in ("bleed", "surgery") or dose.fact.bleed_fact_id is not None:
        return "linked"
    bridging = dose.occurred_on <= day_0 + timedelta(days=terms.bridging_days)
    if bridging and any(spell.first < day_0 and spell.covers(dose.occurred_on) for spell in spells(setting.evidence)):
        return "bridging"
    return "same_day" if dose.occurred_on in days else None


def _state(
    terms: Prophylaxis, returned: Verdict, one: Return, left_out: list[Rejected], reason: str | None
) -> ProphylaxisState:
    trace = Trace(
        step="measure.prophylaxis",
        sentence=one.sentence,
        clause=terms.clause,
        value=f"returned on {one.on}" if returned == "true" else "may have returned",
        reason=reason,
        used=tuple(used(item) for item in one.items),
        rejected=tuple(left_out),
    )
    measured = Measured(trace=trace, decided_on=one.on, items=one.items)
    return ProphylaxisState(returned=returned, on=one.on, measured=measured)


def _unattested(terms: Prophylaxis, due_on: date, left_out: list[Rejected]) -> ProphylaxisState:
    trace = Trace(
        step="measure.prophylaxis",
        sentence=f"no return is known, and FIX use is not attested as complete through {due_on}",
        clause=terms.clause,
        reason="no_attestation",
        rejected=tuple(left_out),
        wanted=(Wanted(what=f"an assessment that attests FIX use as complete through {due_on}"),),
    )
    return ProphylaxisState(returned="unknown", on=None, measured=Measured(trace=trace))


def _free(terms: Prophylaxis, due_on: date, attestation: Attestation, left_out: list[Rejected]) -> ProphylaxisState:
    trace = Trace(
        step="measure.prophylaxis",
        sentence=f"no return on or before {due_on}",
        clause=terms.clause,
        value="none",
        rejected=tuple(left_out),
        because=(attestation.trace(terms.clause),),
    )
    return ProphylaxisState(returned="false", on=None, measured=Measured(trace=trace, items=(attestation.item,)))
