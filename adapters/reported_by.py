"""Who may report which kind of fact: one row for each kind, for the API and for imports alike.

What happened to the patient is known at the HTC. Enrolment, cover, agreement, ruling and exclusion decide what is
judged and who is paid: these are the coordinator's alone. Corrections and retractions count by the fact that they name.
"""

from types import MappingProxyType
from typing import Final
from uuid import UUID

from adapters.records.directory import Person
from adapters.records.roles import Role
from oba.facts.base import Fact
from oba.facts.correction import FactCorrected
from oba.infusion.state import InfusionState

_ADMINISTRATIVE: Final[frozenset[Role]] = frozenset({"coordinator"})
_CLINICAL: Final[frozenset[Role]] = _ADMINISTRATIVE | {"htc_clerk"}
_ATTESTED: Final[frozenset[Role]] = _CLINICAL | {"htc_physician"}

REPORTED_BY: Final = MappingProxyType(
    {
        "infused": _CLINICAL,
        "baseline_recorded": _CLINICAL,
        "enrolled_under_agreement": _ADMINISTRATIVE,
        "enrolment_ended": _ADMINISTRATIVE,
        "fix_activity_measured": _CLINICAL,
        "liver_panel_measured": _CLINICAL,
        "fix_inhibitor_tested": _CLINICAL,
        "bleed_logged": _CLINICAL,
        "fix_product_used": _CLINICAL,
        "prophylaxis_started": _CLINICAL,
        "prophylaxis_stopped": _CLINICAL,
        "prednisone_started": _CLINICAL,
        "prednisone_dose_changed": _CLINICAL,
        "prednisone_stopped": _CLINICAL,
        "milestone_assessed": _ATTESTED,
        "coverage_changed": _ADMINISTRATIVE,
        "agreement_assumed_by_payer": _ADMINISTRATIVE,
        "care_transferred": _CLINICAL,
        "consent_given": _CLINICAL,
        "consent_withdrawn": _CLINICAL,
        "lost_to_follow_up": _CLINICAL,
        "follow_up_resumed": _CLINICAL,
        "missing_cause_recorded": _CLINICAL,
        "patient_died": _CLINICAL,
        "liver_transplanted": _CLINICAL,
        "hospitalised": _CLINICAL,
        "non_factor_prophylaxis_started": _CLINICAL,
        "retreated": _CLINICAL,
        "carcinoma_found": _CLINICAL,
        "weight_measured": _CLINICAL,
        "offset_received": _ADMINISTRATIVE,
        "adjudicator_answered": _ADMINISTRATIVE,
        "exclusion_recorded": _ADMINISTRATIVE,
    }
)
"""Kind of fact -> roles; a kind without a row is reported by nobody."""


def reporters(kind: str) -> frozenset[Role]:
    """The roles that report a kind of fact."""
    return REPORTED_BY.get(kind, frozenset())


def kind_of(state: InfusionState, fact_id: UUID) -> str | None:
    """The kind of the fact that a correction or retraction names; None where the infusion has no such fact."""
    body = next((event.body for event in state.events if event.event_id == fact_id), None)
    content = body.content if isinstance(body, FactCorrected) else body
    return content.kind if isinstance(content, Fact) else None


def reports_about(person: Person, state: InfusionState) -> bool:
    """Whether the infusion is one about which the person reports: a coordinator all, an HTC its own."""
    if person.role == "coordinator":
        return True
    own = person.organisation_id in (state.infused.htc_id, state.htc_id)
    return person.role in ("htc_clerk", "htc_physician") and own
