"""Who may attest a visit, and through which day: what the directory and the day of the visit tell about it."""

from datetime import date

from oba.facts.assessment import MilestoneAssessed
from oba.facts.coverage import CareTransferred
from oba.infusion.commands import When
from oba.infusion.state import InfusionState
from oba.infusion.surroundings import Surroundings
from oba.problems import Problem


def attester_problems(
    state: InfusionState, fact: MilestoneAssessed, when: When, surroundings: Surroundings
) -> tuple[Problem, ...]:
    """A visit is attested by a physician of the HTC that cared for the patient on its day, or of the infusing one."""
    htc_ids = (_htc_on(state, when.occurred_on), state.infused.htc_id)
    if any(fact.attested_by in surroundings.attesters.get(htc_id, ()) for htc_id in htc_ids):
        return ()
    known = fact.attested_by in surroundings.person_ids
    return (
        Problem(
            code="not-an-attester" if known else "unknown-person",
            message="the person is no physician of the HTC in care on that day, nor of the infusing HTC",
            remedy="name the physician of the HTC who saw the patient",
            pointer="/fact/attested_by",
        ),
    )


def _htc_on(state: InfusionState, day: date) -> str:
    """The HTC in whose care the patient was on a day; before the first transfer the infusing one."""
    transfers = [item for item in state.everything.of(CareTransferred) if item.occurred_on <= day]
    return transfers[-1].fact.htc_id if transfers else state.infused.htc_id


def attested_ahead(fact: MilestoneAssessed, when: When) -> tuple[Problem, ...]:
    """Completeness is attested through the day of the visit at the latest."""
    attested = {
        "bleed_log_complete_through": fact.bleed_log_complete_through,
        "fix_use_complete_through": fact.fix_use_complete_through,
    }
    return tuple(
        Problem(
            code="attested-future",
            message="completeness is attested through a day after the visit",
            remedy="attest through the day of the visit at the latest",
            pointer=f"/fact/{name}",
        )
        for name, through in attested.items()
        if through is not None and through > when.occurred_on
    )
