"""What would a failure of a milestone cost, and whom would its refund follow, as everything is known now?"""

from dataclasses import replace

from oba.infusion.deciding.counted import counted_before
from oba.infusion.questions import failure_of
from oba.infusion.state import Key
from oba.refund.base import base_of
from oba.refund.circumstances import circumstances_of
from oba.refund.failure import Failure
from oba.refund.owed import at_risk, beneficiary
from projections.reading import Judged, Reading


def amount_at_risk(reading: Reading, judged: Judged) -> int:
    """Cents that a failure would cost beyond what was decided; nothing once the milestone itself is decided."""
    return reading.once(_amounts_at_risk)[judged.key]


def beneficiary_if_failed(reading: Reading, judged: Judged) -> str:
    """The payer whom the refund would follow, as covers are known now."""
    question = judged.question
    return beneficiary(
        question.agreement, judged.enrolment.payer_id, _failure(judged), reading.evidence, question.day_0
    )


def _amounts_at_risk(reading: Reading) -> dict[Key, int]:
    return {judged.key: _amount_at_risk(reading, judged) for judged in reading.judged}


def _amount_at_risk(reading: Reading, judged: Judged) -> int:
    question = judged.question
    agreement, infused = question.agreement, question.evidence.infused
    assert infused is not None, "a question is asked about a known infusion only"
    if (agreement.id, question.milestone) in reading.state.issued:
        return 0
    counted = counted_before(reading.state, reading.shelf, agreement.id).values()
    around = circumstances_of(
        agreement,
        question.evidence,
        judged.enrolment.payer_id,
        infusion_id=reading.infusion_id,
        determined=(one.determined for one in counted),
    )
    standing = tuple(one.failure for one in counted if one.failure is not None)
    base = base_of(agreement, judged.enrolment.price, infused)
    return at_risk(agreement, base, _failure(judged), standing, around)


def _failure(judged: Judged) -> Failure:
    """The failure that is known, or one on the last day of the window, approved on that day."""
    agreement, closes_on = judged.question.agreement, judged.obligation.closes_on
    for answer in (judged.while_open, judged.once_closed):
        known = failure_of(answer, agreement)
        if known is not None:
            return replace(known, confirmed_on=known.confirmed_on or closes_on, determined_on=closes_on)
    return Failure(
        milestone=judged.question.milestone,
        first_failure_on=closes_on,
        place=[one.id for one in agreement.every_milestone].index(judged.question.milestone),
        due_on=judged.obligation.due_on,
        confirmed_on=closes_on,
        determined_on=closes_on,
    )
