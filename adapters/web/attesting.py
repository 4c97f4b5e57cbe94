"""Who reports what over the API: the role must have the kind of fact, and a physician attests in their own name."""

from uuid import UUID

from adapters.records.roles import Role
from adapters.reported_by import kind_of, reporters
from adapters.web.access import Asker
from adapters.web.permissions import HTC_PHYSICIAN, SERVICE
from adapters.web.problem import refused
from oba.facts.assessment import MilestoneAssessed
from oba.facts.base import Fact
from oba.infusion.state import InfusionState


def check_reporting(asker: Asker, state: InfusionState, fact: Fact | None, fact_id: UUID | None) -> None:
    """403 where the role does not report this kind of fact, new or named by a correction or retraction."""
    named = kind_of(state, fact_id) if fact_id is not None else None
    for kind in (fact.kind if fact is not None else None, named):
        if kind is not None and _reporting_role(asker) not in reporters(kind):
            remedy = f"have it reported by: {', '.join(sorted(reporters(kind)))}"
            place = {} if fact is None else {"pointer": "/fact/kind"}
            raise refused(403, "kind-not-allowed", "the role of this key does not report such facts", remedy, **place)
    _check_attestation(asker, fact)


def _reporting_role(asker: Asker) -> str:
    """A service key reports what the staff of its organisation would."""
    if asker.role != SERVICE:
        return asker.role
    role: Role = "coordinator" if asker.scope.everything else "htc_clerk" if asker.scope.htc_id else "payer_analyst"
    return role


def _check_attestation(asker: Asker, fact: Fact | None) -> None:
    own = not isinstance(fact, MilestoneAssessed) or fact.attested_by == asker.person_id
    if asker.role == HTC_PHYSICIAN and not own:
        message, remedy = "a physician attests in their own name", "name yourself in `attested_by`"
        raise refused(403, "attest-yourself", message, remedy, pointer="/fact/attested_by")
