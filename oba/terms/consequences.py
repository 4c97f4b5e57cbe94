"""What a life event does to milestones due after it, and to the money beside them (C39-C42, settled D5, F1)."""

from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from oba.money import Amount
from oba.terms.block import Block, Name, Part
from oba.terms.loss import LostByDefinition
from oba.terms.refund.change_of_payer import ChangeOfPayer
from oba.units import Percent

Effect: TypeAlias = Literal["judge", "exclude", "fail", "refer"]
"""`judge`: as if nothing had happened; `exclude`: out of judgement, no refund; `fail`: not met; `refer`: not evaluable,
and nothing is owed until an adjudicator answers.
"""
MoneyEffect: TypeAlias = Literal["cancel_instalments", "end_refund_rights"]
"""What an event does to money from its own day on; "cancel the rest" is both, named apart (settled F1)."""


class CostsRow(Block):
    """The event costs once, what a failure of the named milestone costs."""

    kind: Literal["row_of"]
    milestone: Name


class CostsAmount(Block):
    """The event costs once, an amount of its own."""

    kind: Literal["amount"]
    amount: Amount = Field(gt=0)


EventCosts: TypeAlias = Annotated[CostsRow | CostsAmount, Field(discriminator="kind")]


class Consequence(Block):
    """The effect of one event on milestones due strictly after it, and on money from its day on."""

    LATER: ClassVar[frozenset[str]] = frozenset({"also", "costs"})

    effect: Effect
    also: tuple[MoneyEffect, ...] = ()
    costs: EventCosts | None = None
    """With `fail`: what the event costs, once, at the first judged milestone due after it; the milestones after that
    one are excluded. Left out, every milestone due after the event fails at the price of its own row.
    """


class HospitalConsequence(Consequence):
    """The effect of an admission to hospital for one of the named causes."""

    causes: tuple[Literal["bleed", "liver", "other"], ...] = Field(min_length=1)


class PartialDoseConsequence(Consequence):
    """The effect of an infusion that gave less than the named share of the dose; its day is Day 0."""

    below_percent: Percent


class Consequences(Part):
    """The consequence table; on one day the events act in the order of these fields.

    A row that is left out where it may be says that its event does nothing to milestones.
    """

    LATER: ClassVar[frozenset[str]] = frozenset(
        {
            "coverage_changed",
            "carcinoma_found",
            "retreated",
            "non_factor_prophylaxis_started",
            "hospitalised",
            "partial_dose",
            "lost_by_definition",
        }
    )

    died_related: Consequence
    died_unrelated: Consequence
    died_unknown: Consequence
    liver_transplanted: Consequence
    consent_withdrawn: Consequence
    lost_to_follow_up: Consequence
    """Of a recorded loss, and of one by definition where `lost_by_definition` is given."""
    change_of_payer: ChangeOfPayer
    straddling_milestone: Literal["judged", "judged_on_evidence_until_event", "excluded"]
    carcinoma_found: Consequence | None = None
    retreated: Consequence | None = None
    non_factor_prophylaxis_started: Consequence | None = None
    hospitalised: HospitalConsequence | None = None
    partial_dose: PartialDoseConsequence | None = None
    coverage_changed: Consequence | None = None
    """Of leaving the payer of Day 0; who is back under its cover on the due date is judged (settled A7)."""
    lost_by_definition: LostByDefinition | None = None
