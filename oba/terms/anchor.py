"""What a due date is counted from, where that is not the infusion (C06): enrolment, another milestone, an event."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from oba.terms.block import Name, Part

AnchorEvent: TypeAlias = Literal[
    "prophylaxis_started",
    "prednisone_started",
    "prednisone_stopped",
    "non_factor_prophylaxis_started",
    "retreated",
    "hospitalised",
    "carcinoma_found",
    "liver_transplanted",
    "lost_to_follow_up",
    "follow_up_resumed",
]


class AtEnrolment(Part):
    """The day of the enrolment under the agreement."""

    kind: Literal["enrolment"]


class AtMilestone(Part):
    """The due date of another milestone of the agreement."""

    kind: Literal["milestone"]
    milestone: Name


class AtEvent(Part):
    """The first day from Day 0 on with such an event; before it the milestone has no dates (C09, continuous)."""

    kind: Literal["event"]
    event: AnchorEvent


Anchor: TypeAlias = Annotated[AtEnrolment | AtMilestone | AtEvent, Field(discriminator="kind")]
