"""One event in words: what it says without an identity, and beside it whose agreement it belongs to and what it costs.

The words never hold an amount, so that whoever may not see prices can still read what happened.
"""

from dataclasses import dataclass
from functools import singledispatch
from uuid import UUID

from oba.facts.base import Body, Fact
from oba.facts.correction import FactCorrected, FactRetracted, FactsMoved
from oba.facts.enrolment import EnrolledUnderAgreement
from oba.infusion.events import (
    DataProvided,
    DataRequestDeclined,
    DataRequested,
    DeterminationEndorsed,
    DeterminationProposed,
    DeterminationReturned,
    MilestoneDetermined,
    MilestoneWaived,
    MilestoneWaiverProposed,
    RefundAdjusted,
    RefundTriggered,
    ReminderSent,
    ReminderSkipped,
)


@dataclass(frozen=True)
class Said:
    """What an event says; `about` is the fact, determination or request that it goes back to."""

    words: str
    agreement_id: str | None = None
    payer_id: str | None = None
    milestone: str | None = None
    about: UUID | None = None
    amount: int | None = None
    currency: str | None = None


def plain(code: str) -> str:
    """A code as people read it: `not_met` is `not met`."""
    return code.replace("_", " ")


@singledispatch
def said(body: Body) -> Said:
    """What an event says; TypeError for a body that no stream of an infusion holds."""
    raise TypeError(f"{body.kind} is no event of an infusion")


@said.register
def _(fact: Fact) -> Said:
    return Said(
        words=fact.says(),
        agreement_id=getattr(fact, "agreement_id", None),
        milestone=getattr(fact, "milestone", None),
    )


@said.register
def _(fact: EnrolledUnderAgreement) -> Said:
    return Said(
        words=fact.says(),
        agreement_id=fact.agreement_id,
        payer_id=fact.payer_id,
        amount=fact.price,
        currency=fact.currency,
    )


@said.register
def _(corrected: FactCorrected) -> Said:
    content = said(corrected.content)
    return Said(
        words=f"corrected ({plain(corrected.reason)}): {content.words}",
        agreement_id=content.agreement_id,
        payer_id=content.payer_id,
        milestone=content.milestone,
        about=corrected.fact_id,
        amount=content.amount,
        currency=content.currency,
    )


@said.register
def _(retracted: FactRetracted) -> Said:
    return Said(words=f"taken back ({plain(retracted.reason)})", about=retracted.fact_id)


@said.register
def _(moved: FactsMoved) -> Said:
    return Said(words=f"{len(moved.fact_ids)} facts moved to another infusion")


@said.register
def _(requested: DataRequested) -> Said:
    items = ", ".join(plain(item) for item in requested.items)
    verdict = plain(requested.verdict.label)
    return Said(
        words=f"{requested.payer_id} asked for {items} under {requested.rule_id}: {verdict}",
        payer_id=requested.payer_id,
        about=requested.request_id,
    )


@said.register
def _(provided: DataProvided) -> Said:
    return Said(words=f"provided {', '.join(plain(item) for item in provided.items)}", about=provided.request_id)


@said.register
def _(declined: DataRequestDeclined) -> Said:
    return Said(words=f"data request declined: {plain(declined.reason)}", about=declined.request_id)


@said.register
def _(proposed: DeterminationProposed) -> Said:
    determination = proposed.determination
    return Said(
        words=f"{determination.milestone}: {plain(determination.finding)} proposed ({plain(determination.reason)})",
        agreement_id=determination.agreement_id,
        milestone=determination.milestone,
        about=determination.determination_id,
        amount=sum(line.amount for line in proposed.refund),
        currency=proposed.currency,
    )


@said.register
def _(endorsed: DeterminationEndorsed) -> Said:
    return Said(
        words=f"{endorsed.milestone}: approved as {plain(endorsed.role)}, waiting for another role",
        agreement_id=endorsed.agreement_id,
        milestone=endorsed.milestone,
        about=endorsed.determination_id,
    )


@said.register
def _(determined: MilestoneDetermined) -> Said:
    return Said(
        words=f"{determined.milestone}: {plain(determined.outcome)} approved",
        agreement_id=determined.agreement_id,
        milestone=determined.milestone,
        about=determined.determination_id,
    )


@said.register
def _(returned: DeterminationReturned) -> Said:
    return Said(words=f"determination returned: {plain(returned.reason)}", about=returned.determination_id)


@said.register
def _(waiver: MilestoneWaiverProposed) -> Said:
    return Said(
        words=f"waiver of {waiver.milestone} under clause {waiver.clause} proposed",
        agreement_id=waiver.agreement_id,
        milestone=waiver.milestone,
        about=waiver.waiver_id,
    )


@said.register
def _(waived: MilestoneWaived) -> Said:
    return Said(
        words=f"{waived.milestone} waived under clause {waived.clause}",
        agreement_id=waived.agreement_id,
        milestone=waived.milestone,
        about=waived.waiver_id,
    )


@said.register
def _(refund: RefundTriggered) -> Said:
    return Said(
        words=f"refund for {refund.milestone} triggered under clause {refund.clause}, to {refund.beneficiary}",
        agreement_id=refund.agreement_id,
        milestone=refund.milestone,
        about=refund.determination_id,
        amount=refund.amount,
        currency=refund.currency,
    )


@said.register
def _(refund: RefundAdjusted) -> Said:
    return Said(
        words=f"refund for {refund.milestone} adjusted, to {refund.beneficiary}",
        agreement_id=refund.agreement_id,
        milestone=refund.milestone,
        about=refund.determination_id,
        amount=refund.difference,
        currency=refund.currency,
    )


@said.register
def _(sent: ReminderSent) -> Said:
    return Said(
        words=f"reminder {plain(sent.rung)} for {sent.milestone} sent to {sent.recipient}",
        agreement_id=sent.agreement_id,
        milestone=sent.milestone,
        about=sent.reminder_id,
    )


@said.register
def _(skipped: ReminderSkipped) -> Said:
    return Said(
        words=f"reminder {plain(skipped.rung)} for {skipped.milestone} not sent: {plain(skipped.reason)}",
        agreement_id=skipped.agreement_id,
        milestone=skipped.milestone,
        about=skipped.reminder_id,
    )
