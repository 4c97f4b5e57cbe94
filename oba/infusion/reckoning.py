"""The money of answers that nobody has approved: base, lines and payees as if all of them were approved on one day."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from oba.determination.determination import Determination, RefundLine
from oba.evidence import Evidence
from oba.infusion.deciding.counted import counted_failure, determined_of, failure_dated
from oba.infusion.instalments_of import instalments_of
from oba.problems import Problem
from oba.refund.base import base_of
from oba.refund.beneficiaries import beneficiaries
from oba.refund.change_of_payer import Payees, change_of_payer
from oba.refund.circumstances import circumstances_of
from oba.refund.cover import Cover
from oba.refund.instalment_states import InstalmentFound
from oba.refund.owed import owed
from oba.refund.payees import by_payee
from oba.refund.refused import RefundRefused
from oba.terms.agreement import Agreement


@dataclass(frozen=True)
class Reckoned:
    """The base in cents, every line, what goes to each payer by milestone, and to each beneficiary in total."""

    base: int
    lines: tuple[RefundLine, ...]
    by_payee: dict[tuple[str, str], int]
    by_beneficiary: dict[str, int]
    instalments: tuple[InstalmentFound, ...] = ()
    """Every part of a price that is paid in parts, with its state (C26)."""

    @property
    def total(self) -> int:
        """All lines together, in cents."""
        return sum(line.amount for line in self.lines)


def reckon(
    agreement: Agreement,
    determinations: Iterable[Determination],
    evidence: Evidence,
    *,
    payer_at_infusion: str,
    price: int,
    infusion_id: UUID | None = None,
    approved_on: date,
) -> Reckoned | RefundRefused:
    """What the answers oblige together, at a price in cents; refused where a rule cannot be worked out."""
    infused = evidence.infused
    assert infused is not None, "answers are about a known infusion"
    base = base_of(agreement, price, infused)
    cover = Cover(evidence, infused.occurred_on, payer_at_infusion, agreement.id)
    answers = tuple(determinations)
    payees = _payees(agreement, answers, cover, approved_on)
    if isinstance(payees, RefundRefused):
        return payees
    failures = (counted_failure(one, agreement, base, payees[one.milestone], approved_on) for one in answers)
    around = circumstances_of(
        agreement,
        evidence,
        payer_at_infusion,
        infusion_id=infusion_id,
        determined=(determined_of(answer, None, approved_on) for answer in answers),
    )
    lines = owed(agreement, base, (failure for failure in failures if failure is not None), around)
    if isinstance(lines, RefundRefused):
        return lines
    parts = instalments_of(agreement, base, answers, around, approved_on)
    return replace(reckoned(agreement, base, lines, payees), instalments=parts)


def _payees(
    agreement: Agreement, answers: tuple[Determination, ...], cover: Cover, approved_on: date
) -> dict[str, Payees] | RefundRefused:
    """Whom the refund of each milestone would follow; refused with every reason why nobody can say (C41)."""
    terms = agreement.consequences.change_of_payer
    found = {
        answer.milestone: change_of_payer(
            terms, failure_dated(answer, agreement, approved_on), cover, agreement.month_end
        )
        for answer in answers
    }
    problems = tuple(one for one in found.values() if isinstance(one, Problem))
    return (
        RefundRefused(problems)
        if problems
        else {milestone: one for milestone, one in found.items() if not isinstance(one, Problem)}
    )


def reckoned(agreement: Agreement, base: int, lines: tuple[RefundLine, ...], payees: dict[str, Payees]) -> Reckoned:
    """The lines shared out: by payer for each milestone, then by beneficiary on each payer's total (settled F11)."""
    rounding = agreement.refund.rounding
    to_payees = by_payee(lines, payees, rounding)
    totals: dict[str, int] = {}
    for (_, payer), cents in to_payees.items():
        totals[payer] = totals.get(payer, 0) + cents
    shared: dict[str, int] = {}
    for payer, cents in totals.items():
        for name, part in beneficiaries(agreement.refund.beneficiaries, payer, cents, rounding).items():
            shared[name] = shared.get(name, 0) + part
    return Reckoned(base=base, lines=lines, by_payee=to_payees, by_beneficiary=shared)
