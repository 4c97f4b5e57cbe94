"""What a life event does to milestones due after it (C39-C42, settled D5)."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from oba.terms.block import Block, Part

Effect: TypeAlias = Literal["judge", "exclude", "fail"]
"""`judge`: as if nothing had happened; `exclude`: out of judgement, no refund; `fail`: not met."""


class Consequence(Block):
    """The effect of one event on milestones due strictly after it."""

    effect: Effect


class PayerAtInfusion(Part):
    """Refunds go to the payer on Day 0, whoever covers later."""

    kind: Literal["payer_at_infusion"]


class PayerAtFailure(Part):
    """Refunds go to the payer that covers on the day of the first failure."""

    kind: Literal["payer_at_failure"]
    uncovered: Literal["previous_payer", "payer_at_infusion"]
    """Who counts where nobody covers the patient on that day (settled F11)."""


class ChangeOfPayer(Block):
    """Whom a refund follows when the payer changes (C41)."""

    follows: Annotated[PayerAtInfusion | PayerAtFailure, Field(discriminator="kind")]


class Consequences(Part):
    """The consequence table; on one day the events act in the order of these fields."""

    died_related: Consequence
    died_unrelated: Consequence
    died_unknown: Consequence
    liver_transplanted: Consequence
    consent_withdrawn: Consequence
    lost_to_follow_up: Consequence
    change_of_payer: ChangeOfPayer
    straddling_milestone: Literal["judged", "judged_on_evidence_until_event", "excluded"]
