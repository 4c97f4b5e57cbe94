"""Which sources may report what, whose word counts where two differ, and until when (C43, C44)."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from oba.terms.block import Block, Part
from oba.terms.window import DayCount
from oba.units import Code

SourceClass: TypeAlias = Literal["registry", "laboratory", "chart", "claims", "attestation", "patient"]
GovernedKind: TypeAlias = Literal[
    "fix_activity_measured",
    "fix_inhibitor_tested",
    "liver_panel_measured",
    "bleed_logged",
    "fix_product_used",
    "prophylaxis_started",
    "prophylaxis_stopped",
    "milestone_assessed",
    "missing_cause_recorded",
    "coverage_changed",
    "lost_to_follow_up",
    "follow_up_resumed",
    "patient_died",
    "liver_transplanted",
    "hospitalised",
    "non_factor_prophylaxis_started",
    "retreated",
    "carcinoma_found",
    "weight_measured",
]
"""Facts whose source an agreement may restrict; infusion, enrolment, consent and rulings are not among them."""


class SourceRule(Block):
    """The permitted sources of some kinds of facts; where two of them report one thing, the first of the list counts.

    With `recorded_within_days`, a fact counts only if it was recorded by that day after its own (in UTC, as the log
    stamps it).
    """

    facts: tuple[GovernedKind, ...] = Field(min_length=1)
    sources: tuple[SourceClass, ...] = Field(min_length=1)
    recorded_within_days: DayCount | None = None


class CutOff(Block):
    """The last day, in UTC, on which anything may be recorded that a determination of a milestone rests on (C44)."""

    after: Literal["window_closes", "grace_ends", "cure_ends"]
    days: DayCount


class EvidenceRules(Part):
    """The class of each source system, the rules by kind of fact, and the cut-off; kinds without a rule are free.

    An assessment is an attestation whatever system it came through; a laboratory result that names its laboratory's
    system is of that system's class.
    """

    systems: dict[Code, SourceClass]
    unlisted_system: SourceClass | Literal["not_permitted"]
    rules: Annotated[tuple[SourceRule, ...], Field(min_length=1)]
    cut_off: CutOff | None
    """None, which must be written: a determination may rest on whatever was recorded by then."""
