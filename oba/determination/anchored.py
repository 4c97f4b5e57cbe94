"""The anchors of an infusion's dates as the evidence shows them (C06)."""

from datetime import date

from oba.anchors import Anchors
from oba.evidence import Evidence


def anchors_of(evidence: Evidence, enrolled_on: date | None) -> Anchors:
    """The anchors that the evidence shows; events before Day 0 anchor nothing."""
    day_0 = evidence.infused.occurred_on if evidence.infused is not None else None
    events: dict[str, date] = {}
    for item in evidence.items:
        if day_0 is not None and item.occurred_on >= day_0:
            events.setdefault(item.fact.kind, item.occurred_on)
    return Anchors(enrolled_on=enrolled_on, events=events)
