"""The money of answers that nobody has approved: base, lines and payees as if all of them were approved on one day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from oba.determination.determination import Determination, RefundLine
from oba.evidence import Evidence
from oba.infusion.deciding.counted import counted_failure, determined_of, failure_dated
from oba.problems import Problem
from oba.refund.base import base_of
from oba.refund.beneficiaries import beneficiaries
from oba.refund.change_of_payer import Payees, change_of_payer
from oba.refund.circumstances import circumstances_of
from oba.refund.cover import Cover
from oba.refund.failure import Failure
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
    payees: dict[str, Payees] = {}
    failures: list[Failure | None] = []
    for answer in answers:
        followed = change_of_payer(
            agreement.consequences.change_of_payer,
            failure_dated(answer, agreement, approved_on),
            cover,
            agreement.month_end,
        )
        if isinstance(followed, Problem):
            return RefundRefused((followed,))
        payees[answer.milestone] = followed
        failures.append(counted_failure(answer, agreement, base, followed, approved_on))
    around = circumstances_of(
        agreement,
        evidence,
        payer_at_infusion,
        infusion_id=infusion_id,
        determined=(determined_of(answer, None, approved_on) for answer in answers),
    )
    lines = owed(agreement, base, (failure for failure in failures if failure is not None), around)
    return lines if isinstance(lines, RefundRefused) else reckoned(agreement, base, lines, payees)


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
