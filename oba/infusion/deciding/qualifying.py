"""The conditions of an agreement that an enrolment can violate by itself (C02); evidence of the baseline may follow."""

from oba.determination.eligible import Candidate, Condition, ConditionName, eligible
from oba.facts.enrolment import EnrolledUnderAgreement
from oba.infusion.commands import When
from oba.infusion.state import InfusionState
from oba.infusion.surroundings import Surroundings
from oba.problems import Problem
from oba.terms.agreement import Agreement

_HARD: dict[ConditionName, tuple[str, str, str]] = {
    "treatment": ("/fact/agreement_id", "the kit is not one that the agreement covers", "name another agreement"),
    "site": (
        "/fact/agreement_id",
        "the infusing HTC is not on the agreement's list of sites",
        "name another agreement",
    ),
    "prior_authorisation": (
        "/fact/prior_authorised_on",
        "the prior authorisation is not of the days that the agreement asks for",
        "give the day on which the payer authorised the treatment",
    ),
    "consent": (
        "/fact/consent_version",
        "there is no consent that the agreement accepts",
        "record the consent, and name its version",
    ),
    "enrolment_deadline": (
        "/occurred_on",
        "the agreement's deadline of enrolment has passed",
        "name another agreement",
    ),
}
"""Where the enrolment says it, what is wrong, and what mends it."""


def eligibility_problems(
    state: InfusionState, fact: EnrolledUnderAgreement, when: When, agreement: Agreement, surroundings: Surroundings
) -> tuple[Problem, ...]:
    """A problem for every hard condition that the enrolment violates; what is still unknown is no violation."""
    infused = state.infused
    candidate = Candidate(
        day_0=state.day_0,
        evidence=state.everything,
        reference=surroundings.reference,
        product=infused.product,
        ndc=infused.ndc,
        htc_id=infused.htc_id,
        enrolled_on=when.occurred_on,
        consent_version=fact.consent_version,
        prior_authorised_on=fact.prior_authorised_on,
    )
    conditions = eligible(agreement, candidate).conditions
    return tuple(_problem(one) for one in conditions if one.verdict == "false" and one.name in _HARD)


def _problem(condition: Condition) -> Problem:
    pointer, message, remedy = _HARD[condition.name]
    return Problem(
        code=f"not-eligible-{condition.name.replace('_', '-')}",
        message=message,
        remedy=remedy,
        pointer=pointer,
        clause=condition.trace.clause,
    )
