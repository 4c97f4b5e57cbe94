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
from oba.measures.attestation import Attestation, fix_use
from oba.measures.measured import Measured, Setting, rejected, used
from oba.measures.prophylaxis_doses import counted_doses, days_of_return
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
    wanted: tuple[Wanted, ...] = ()
    """What would prove it temporary."""


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
        return _unattested(terms, setting, left_out)
    return _free(terms, due_on, attestation, left_out)


def _by_schedule(terms: Prophylaxis, setting: Setting, left_out: list[Rejected]) -> list[Return]:
    found: list[Return] = []
    for spell in spells(setting.evidence):
        reason = _why_not(terms, spell, setting)
        if reason is None:
            found.append(_return_of(terms, spell, setting))
        else:
            left_out.append(rejected(spell.start, reason))
    return found


def _why_not(terms: Prophylaxis, spell: Spell, setting: Setting) -> str | None:
    """Why a spell is no return; None for one that is, or that may still prove one."""
    if spell.first < setting.obligation.day_0:
        return "bridging" if spell.last is not None and spell.last <= _bridged_until(terms, setting) else None
    if spell.first > setting.obligation.due_on:
        return "after_due"
    if terms.causes is not None and (spell.start.fact.cause or "not_stated") not in terms.causes:
        return "uncounted_cause"
    return "temporary" if _counts(terms, spell, setting) is False else None


def _bridged_until(terms: Prophylaxis, setting: Setting) -> date:
    return setting.obligation.day_0 + timedelta(days=terms.bridging_days)


def _return_of(terms: Prophylaxis, spell: Spell, setting: Setting) -> Return:
    if spell.first < setting.obligation.day_0:
        until = _bridged_until(terms, setting)
        return Return(
            on=until + timedelta(days=1),
            certain=True,
            sentence=f"a schedule from before Day 0 went on after the bridging period, which ended on {until}",
            items=(spell.start,),
        )
    return Return(
        on=spell.first,
        certain=_counts(terms, spell, setting) is True,
        sentence=f"a documented schedule began on {spell.first}",
        items=(spell.start,),
        wanted=(_end_wanted(terms, spell, setting),),
    )


def _end_wanted(terms: Prophylaxis, spell: Spell, setting: Setting) -> Wanted:
    """What would prove a spell temporary, and the last day that still would."""
    match terms.temporary_spell:
        case FromDays(days=days):
            until = spell.first + timedelta(days=max(0, days - 2))
        case Always() | Never():
            until = setting.obligation.grace_ends_on
        case _:  # pragma: no cover
            assert_never(terms.temporary_spell)
    return Wanted(what=f"the end of the schedule that began on {spell.first}, if it ended", until=until)


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
    doses, left_out = counted_doses(terms, setting)
    days = days_of_return(terms, sorted(doses))
    if days is None:
        return None, left_out
    items = tuple(doses[day] for day in days)
    sentence = f"{len(days)} doses not linked to a bleed or surgery from {days[0]} to {days[-1]}"
    return Return(on=days[-1], certain=True, sentence=sentence, items=items), left_out


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
        wanted=one.wanted if returned == "unknown" else (),
    )
    measured = Measured(trace=trace, decided_on=one.on, items=one.items)
    return ProphylaxisState(returned=returned, on=one.on, measured=measured)


def _unattested(terms: Prophylaxis, setting: Setting, left_out: list[Rejected]) -> ProphylaxisState:
    due_on = setting.obligation.due_on
    trace = Trace(
        step="measure.prophylaxis",
        sentence=f"no return is known, and FIX use is not attested as complete through {due_on}",
        clause=terms.clause,
        reason="no_attestation",
        rejected=tuple(left_out),
        wanted=(
            Wanted(
                what=f"an assessment that attests FIX use as complete through {due_on}", until=setting.recorded_until
            ),
        ),
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
