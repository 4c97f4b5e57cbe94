"""Which infusions are there, where are they followed, and what has happened to the patient's follow-up?"""

from oba.dates import Day
from oba.evidence import Item
from oba.facts.base import Body, Fact
from oba.facts.consent import ConsentGiven, ConsentWithdrawn
from oba.facts.follow_up import FollowUpResumed, LostToFollowUp
from oba.facts.life_event import PatientDied
from oba.facts.recorded import Recorded
from oba.reference.tables import Reference
from oba.terms.shelf import Shelf
from projections.reading import Reading
from projections.row import Row as AnyRow


class Row(AnyRow):
    """One infusion; `version` is that of its stream."""

    product: str
    infusing_htc_id: str
    time_zone: str
    day_0: Day
    version: int
    last_event_on: Day
    died_on: Day | None
    lost_since: Day | None
    consent_withdrawn_on: Day | None


def rows_of(reading: Reading) -> tuple[Row, ...]:
    """The row of one infusion; none before the infusion itself is in force."""
    infused = reading.infused
    if infused is None:
        return ()
    evidence = reading.evidence
    died = evidence.of(PatientDied)
    row = Row(
        row_key=str(reading.infusion_id),
        infusion_id=reading.infusion_id,
        infusion_code=reading.infusion_code,
        htc_id=reading.htc_id,
        product=infused.fact.product,
        infusing_htc_id=infused.fact.htc_id,
        time_zone=infused.fact.time_zone,
        day_0=infused.occurred_on,
        version=reading.stream[-1].version,
        last_event_on=max(event.occurred_on for event in reading.stream),
        died_on=died[0].occurred_on if died else None,
        lost_since=_since(evidence.of(LostToFollowUp), evidence.of(FollowUpResumed)),
        consent_withdrawn_on=_since(evidence.of(ConsentWithdrawn), evidence.of(ConsentGiven)),
    )
    return (row,)


def _since(begun: tuple[Item[Fact], ...], ended: tuple[Item[Fact], ...]) -> Day | None:
    """The day since which a state holds; on the day of its end it has ended."""
    last_end = max((item.occurred_on for item in ended), default=None)
    days = [item.occurred_on for item in begun if last_end is None or item.occurred_on > last_end]
    return min(days, default=None)


def rows(stream: tuple[Recorded[Body], ...], shelf: Shelf, reference: Reference) -> tuple[Row, ...]:
    """The rows of one infusion's stream."""
    return rows_of(Reading(stream, shelf, reference))
