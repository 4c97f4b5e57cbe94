"""Who covers the patient since Day 0, and who assumed the agreement, as known (settled A7, F11)."""

from dataclasses import dataclass
from datetime import date

from oba.evidence import Evidence
from oba.facts.coverage import AgreementAssumedByPayer
from oba.measures.days_covered import covered_days


@dataclass(frozen=True)
class Cover:
    """The cover of one infusion under one agreement; the payer on Day 0 is that of its enrolment."""

    evidence: Evidence
    day_0: date
    payer_at_infusion: str
    agreement_id: str

    def on(self, day: date) -> tuple[str, ...]:
        """Who covers on a day: one payer, nobody, or several whose cover began on one day."""
        return covered_days(self.evidence, self.payer_at_infusion, day, day)[0].payers

    def last_before(self, day: date) -> str:
        """The last payer up to a day, also where nobody covers any more; of several the one recorded last."""
        covers = covered_days(self.evidence, self.payer_at_infusion, self.day_0, day)
        return next((cover.payers[-1] for cover in reversed(covers) if cover.payers), self.payer_at_infusion)

    def spells(self, first: date, last: date) -> tuple[tuple[date, int], ...]:
        """The first day and the days of each spell of one cover between two days, both of which count."""
        covers = covered_days(self.evidence, self.payer_at_infusion, first, last)
        return tuple((cover.span.first, cover.span.days) for cover in covers)

    def assumed_by(self, day: date) -> str | None:
        """The last payer that had assumed the agreement by a day; None where none had."""
        assumed = [
            item.fact.payer_id
            for item in self.evidence.of(AgreementAssumedByPayer)
            if item.fact.agreement_id == self.agreement_id and item.occurred_on <= day
        ]
        return assumed[-1] if assumed else None
