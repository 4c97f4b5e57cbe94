"""Whether the patient was alive at the landmark (settled A7, A8): a death on that day has already happened.

That nobody died is known by a contact on or after the landmark. A death that the terms do not count is known as well:
no other can follow it, and what it does to the milestone is said by the consequence table.
"""

from oba.evidence import Item
from oba.facts.life_event import PatientDied
from oba.measures.contact import contact_trace, sign_of_life
from oba.measures.measured import Measured, Setting, rejected, used
from oba.measures.stated import Stated
from oba.terms.measures.survival import Survival
from oba.trace import Trace, Wanted


def survival(terms: Survival, setting: Setting) -> Stated:
    """Died when a death that counts is on or before the due date; unknown, `no_contact`, while nobody knows."""
    landmark = setting.obligation.due_on
    deaths = [death for death in setting.evidence.of(PatientDied) if death.occurred_on <= landmark]
    counted = next((death for death in deaths if death.fact.relation in terms.deaths), None)
    if counted is not None:
        return _died(terms, counted)
    if deaths:
        return _died_otherwise(terms, deaths[0])
    contact = sign_of_life(setting.evidence, landmark)
    if contact is None:
        return _nobody_knows(terms, setting)
    trace = Trace(
        step="measure.survival",
        sentence=f"alive on {landmark}",
        clause=terms.clause,
        value="survived",
        because=(contact_trace(contact, terms.clause),),
    )
    return Stated(happened="false", measured=Measured(trace=trace, items=(contact,)))


def _died(terms: Survival, death: Item[PatientDied]) -> Stated:
    trace = Trace(
        step="measure.survival",
        sentence=f"{death.fact.says()} on {death.occurred_on}",
        clause=terms.clause,
        value="died",
        used=(used(death),),
    )
    return Stated(happened="true", measured=Measured(trace=trace, decided_on=death.occurred_on, items=(death,)))


def _died_otherwise(terms: Survival, death: Item[PatientDied]) -> Stated:
    trace = Trace(
        step="measure.survival",
        sentence=f"{death.fact.says()} on {death.occurred_on}, which the agreement does not count; no other can follow",
        clause=terms.clause,
        value="survived",
        rejected=(rejected(death, "other_relation"),),
    )
    return Stated(happened="false", measured=Measured(trace=trace, items=(death,)))


def _nobody_knows(terms: Survival, setting: Setting) -> Stated:
    landmark = setting.obligation.due_on
    trace = Trace(
        step="measure.survival",
        sentence=f"no death is known, and nobody has seen the patient on or after {landmark}",
        clause=terms.clause,
        reason="no_contact",
        wanted=(Wanted(what=f"a visit or contact on or after {landmark}", until=setting.recorded_until),),
    )
    return Stated(happened="unknown", measured=Measured(trace=trace))
