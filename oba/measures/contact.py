"""By which visit or contact it is known that nothing had happened until a day (settled A8)."""

from datetime import date

from oba.evidence import Evidence, Item
from oba.facts.assessment import MilestoneAssessed
from oba.facts.base import Fact
from oba.facts.fix_activity import FixActivityMeasured
from oba.facts.fix_inhibitor import FixInhibitorTested
from oba.facts.follow_up import FollowUpResumed
from oba.facts.life_event import Hospitalised, LiverTransplanted, PatientDied, Retreated, WeightMeasured
from oba.facts.liver_panel import LiverPanelMeasured
from oba.measures.measured import used
from oba.trace import Trace

VISITS: tuple[type[Fact], ...] = (MilestoneAssessed, FollowUpResumed)
"""Somebody saw or spoke to the patient, and could be told of what had happened."""

SIGNS_OF_LIFE: tuple[type[Fact], ...] = (
    *VISITS,
    FixActivityMeasured,
    FixInhibitorTested,
    LiverPanelMeasured,
    WeightMeasured,
    Hospitalised,
    LiverTransplanted,
    Retreated,
)
"""What only a living patient can have; it says nothing about other events."""


def visit(evidence: Evidence, landmark: date) -> Item[Fact] | None:
    """The first visit or contact on or after the landmark that became known."""
    return _first(evidence, landmark, VISITS)


def sign_of_life(evidence: Evidence, landmark: date) -> Item[Fact] | None:
    """The first fact that became known and shows the patient alive on the landmark or later; a later death does."""
    alive = _first(evidence, landmark, SIGNS_OF_LIFE)
    died_later = (item for item in evidence.of(PatientDied) if item.occurred_on > landmark)
    return alive or next(died_later, None)


def contact_trace(item: Item[Fact], clause: str) -> Trace:
    """The step of the reasoning that shows the contact."""
    sentence = f"seen on {item.occurred_on}: {item.fact.says()}"
    return Trace(step="contact", sentence=sentence, clause=clause, used=(used(item),))


def _first(evidence: Evidence, landmark: date, kinds: tuple[type[Fact], ...]) -> Item[Fact] | None:
    """The first that was recorded, so that a later visit does not change what an answer rests on."""
    found = [item for kind in kinds for item in evidence.of(kind) if item.occurred_on >= landmark]
    return min(found, key=lambda item: (item.recorded_at, item.position, str(item.fact_id)), default=None)
