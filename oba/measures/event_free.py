"""Whether none of the listed events happened by the landmark; the first of them is the decisive fact (C09, C18).

That nothing happened is known by a visit or contact on or after the landmark (settled A8); only the dose is known by
the infusion itself.
"""

from oba.facts.life_event import PatientDied
from oba.measures.contact import contact_trace, visit
from oba.measures.counted_event import Happening, happenings
from oba.measures.measured import Measured, Setting, used
from oba.measures.stated import Stated
from oba.terms.measures.any_event import PartialDose
from oba.terms.measures.event_free import EventFree
from oba.trace import Trace, Wanted


def event_free(terms: EventFree, setting: Setting) -> Stated:
    """Happened from the first event on; unknown: `may_prove_an_event`, `died_before_landmark`, `no_contact`."""
    found = [one for event in terms.events for one in happenings(event, setting)]
    certain = min((one for one in found if one.certain), key=lambda one: one.on, default=None)
    if certain is not None:
        return _happened(terms, certain)
    if found:
        return _may_have(terms, min(found, key=lambda one: one.on))
    return _nothing(terms, setting)


def _happened(terms: EventFree, one: Happening) -> Stated:
    trace = Trace(
        step="measure.event_free",
        sentence=one.sentence,
        clause=terms.clause,
        value=f"event on {one.on}",
        used=tuple(used(item) for item in one.items),
    )
    measured = Measured(trace=trace, decided_on=one.on, items=one.items)
    return Stated(happened="true", measured=measured, confirmed_on=one.confirmed_on)


def _may_have(terms: EventFree, one: Happening) -> Stated:
    trace = Trace(
        step="measure.event_free",
        sentence=one.sentence,
        clause=terms.clause,
        reason="may_prove_an_event",
        used=tuple(used(item) for item in one.items),
        wanted=one.wanted,
    )
    return Stated(happened="unknown", measured=Measured(trace=trace))


def _nothing(terms: EventFree, setting: Setting) -> Stated:
    landmark = setting.obligation.due_on
    if all(isinstance(event, PartialDose) for event in terms.events):
        return _by_the_dose(terms, setting)
    contact = visit(setting.evidence, landmark)
    if contact is None:
        return _nobody_knows(terms, setting)
    trace = Trace(
        step="measure.event_free",
        sentence=f"none of {_listed(terms)} from {setting.obligation.day_0} to {landmark}",
        clause=terms.clause,
        value="free",
        because=(contact_trace(contact, terms.clause),),
    )
    return Stated(happened="false", measured=Measured(trace=trace, items=(contact,)))


def _by_the_dose(terms: EventFree, setting: Setting) -> Stated:
    infused = setting.evidence.infused
    if infused is None:
        trace = Trace(
            step="measure.event_free",
            sentence="the infusion is not known, and so its dose is not",
            clause=terms.clause,
            reason="no_infusion",
            wanted=(Wanted(what="the infusion with the share of the dose that was administered"),),
        )
        return Stated(happened="unknown", measured=Measured(trace=trace))
    trace = Trace(
        step="measure.event_free",
        sentence=f"{infused.fact.says()} on {infused.occurred_on}",
        clause=terms.clause,
        value="free",
        used=(used(infused),),
    )
    return Stated(happened="false", measured=Measured(trace=trace, items=(infused,)))


def _nobody_knows(terms: EventFree, setting: Setting) -> Stated:
    """A patient who died cannot be seen any more; only a visit would have told what had happened before."""
    landmark = setting.obligation.due_on
    death = next((item for item in setting.evidence.of(PatientDied) if item.occurred_on <= landmark), None)
    if death is not None:
        died = f"{death.fact.says()} on {death.occurred_on}"
        trace = Trace(
            step="measure.event_free",
            sentence=f"{died}; no visit on or after {landmark} can tell any more what happened before",
            clause=terms.clause,
            reason="died_before_landmark",
            used=(used(death),),
        )
        return Stated(happened="unknown", measured=Measured(trace=trace))
    trace = Trace(
        step="measure.event_free",
        sentence=f"no event is known, and nobody has seen the patient on or after {landmark}",
        clause=terms.clause,
        reason="no_contact",
        wanted=(Wanted(what=f"a visit or contact on or after {landmark}", until=setting.recorded_until),),
    )
    return Stated(happened="unknown", measured=Measured(trace=trace))


def _listed(terms: EventFree) -> str:
    return ", ".join(dict.fromkeys(event.kind.replace("_", " ") for event in terms.events))
