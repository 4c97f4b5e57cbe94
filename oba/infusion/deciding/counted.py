"""Which determinations count for the refund: each approved one with its version, its failure, and whom it follows."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from oba.determination.determination import Determination
from oba.infusion.events import DeterminationProposed, PayeePart
from oba.infusion.proposal import Issued
from oba.infusion.questions import failure_of
from oba.infusion.state import InfusionState
from oba.refund.change_of_payer import Payee, Payees
from oba.refund.clawback import clawback
from oba.refund.failure import Failure
from oba.refund.ground import Determined
from oba.terms.agreement import Agreement
from oba.terms.shelf import Shelf


@dataclass(frozen=True)
class Counted:
    """A determination with the version that it was judged under, its failure on its own base, and its payees."""

    agreement: Agreement
    terms_hash: str
    determined: Determined
    failure: Failure | None
    payees: Payees


def counted_before(state: InfusionState, shelf: Shelf, agreement_id: str) -> dict[str, Counted]:
    """Every approved determination of the agreement, whatever has become of its enrolment (settled F10)."""
    return {
        milestone: _counted(shelf, issued)
        for (of_agreement, milestone), issued in state.issued.items()
        if of_agreement == agreement_id
    }


def standing_failure(shelf: Shelf, issued: Issued) -> Failure | None:
    """The failure that counts for money: the approved one, on the base and components of its own approval, or one that
    was taken back too late for a clawback (settled E1, F10, F12); None where there is none.
    """
    approved = issued.proposal.event
    own = shelf.agreements[approved.determination.terms_hash]
    if approved.determination.finding != "not_met":
        return kept_failure(shelf, issued.before, issued.approved_on)
    return counted_failure(approved.determination, own, approved.base, payees_of(approved), issued.approved_on)


def kept_failure(shelf: Shelf, earlier: Issued | None, taken_back_on: date) -> Failure | None:
    """The failure that was approved before, where its refund is not taken back (C36, settled F12)."""
    failure = None if earlier is None else standing_failure(shelf, earlier)
    if earlier is None or failure is None or failure.determined_on is None:
        return None
    own = shelf.agreements[earlier.proposal.event.determination.terms_hash]
    taken_back = clawback(
        own.refund.clawback, own.month_end, approved_on=failure.determined_on, superseded_on=taken_back_on
    )
    return None if taken_back else failure


def counted_failure(
    determination: Determination, agreement: Agreement, base: int, payees: Payees, determined_on: date
) -> Failure | None:
    """The failure on its base, under its version, less the part that follows nobody; a data point costs nothing."""
    failure = failure_dated(determination, agreement, determined_on)
    if failure is None or agreement.milestone(failure.milestone).role == "data_point":
        return None
    return replace(failure, base=base, components=agreement.refund.components, void=void_part(payees))


def failure_dated(determination: Determination, agreement: Agreement, determined_on: date) -> Failure | None:
    """The failure with the day of its approval, also at a data point; None unless it is not met."""
    failure = failure_of(determination, agreement)
    return None if failure is None else replace(failure, determined_on=determined_on)


def void_part(payees: Payees) -> Fraction:
    """The part that follows nobody (settled F11)."""
    nobodys = sum((payee.weight for payee in payees if payee.payer_id is None), Fraction(0))
    return nobodys / sum((payee.weight for payee in payees), Fraction(0))


def determined_of(determination: Determination, earlier: Issued | None, determined_on: date | None) -> Determined:
    """The outcome of a milestone, and whether it had been found to be met before."""
    return Determined(
        milestone=determination.milestone,
        finding=determination.finding,
        due_on=determination.obligation.due_on,
        determined_on=determined_on,
        tier=determination.tier,
        was_met_on=_was_met_on(earlier),
    )


def latest(counted: Iterable[Counted], otherwise: Counted) -> Counted:
    """The one whose failure is the latest: its version says how failures act together (settled E1)."""
    failed = [(one.failure.first_failure_on, one.failure.place, one) for one in counted if one.failure is not None]
    return max(failed, key=lambda one: one[:2])[2] if failed else otherwise


def payees_of(proposed: DeterminationProposed) -> Payees:
    """Whom the refund followed when it was proposed."""
    if not proposed.payees:
        return (Payee(proposed.beneficiary),)
    return tuple(Payee(part.payer_id, Fraction(part.weight)) for part in proposed.payees)


def parts_of(payees: Payees) -> tuple[PayeePart, ...]:
    """The payees as a proposal keeps them; none where one payer has it all."""
    if len(payees) == 1 and payees[0].payer_id is not None:
        return ()
    return tuple(PayeePart(payer_id=payee.payer_id, weight=str(payee.weight)) for payee in payees)


def _counted(shelf: Shelf, issued: Issued) -> Counted:
    approved = issued.proposal.event
    determination = approved.determination
    return Counted(
        agreement=shelf.agreements[determination.terms_hash],
        terms_hash=determination.terms_hash,
        determined=determined_of(determination, issued.before, issued.approved_on),
        failure=standing_failure(shelf, issued),
        payees=payees_of(paid_for(issued).proposal.event),
    )


def paid_for(issued: Issued) -> Issued:
    """The determination whose payees have the refund: the last that failed, where a later one takes nothing back."""
    if issued.proposal.event.determination.finding == "not_met" or issued.before is None:
        return issued
    earlier = paid_for(issued.before)
    return earlier if earlier.proposal.event.determination.finding == "not_met" else issued


def _was_met_on(earlier: Issued | None) -> date | None:
    """When the last determination before this one that found the milestone met was approved."""
    while earlier is not None and earlier.proposal.event.determination.finding != "met":
        earlier = earlier.before
    return earlier.approved_on if earlier is not None else None
