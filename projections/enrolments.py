"""Under which agreements does each infusion stand, since when, and at which price?"""

from typing import ClassVar

from oba.dates import Day
from oba.facts.base import Body
from oba.facts.recorded import Recorded
from oba.money import Amount, Currency
from oba.reference.tables import Reference
from oba.terms.shelf import Shelf
from projections.reading import Reading
from projections.row import Row as AnyRow


class Row(AnyRow):
    """One enrolment; the price is for the agreement's parties only."""

    PRICE_FIELDS: ClassVar[frozenset[str]] = frozenset({"price"})

    agreement_id: str
    terms_hash: str
    payer_id: str
    enrolled_on: Day
    ended_on: Day | None
    price: Amount
    currency: Currency


def rows_of(reading: Reading) -> tuple[Row, ...]:
    """One row for each enrolment in force, ended or not."""
    return tuple(
        Row(
            row_key=f"{reading.infusion_id}/{enrolment.fact_id}",
            infusion_id=reading.infusion_id,
            infusion_code=reading.infusion_code,
            htc_id=reading.htc_id,
            agreement_id=enrolment.agreement_id,
            terms_hash=enrolment.terms_hash,
            payer_id=enrolment.payer_id,
            enrolled_on=enrolment.enrolled_on,
            ended_on=enrolment.ended_on,
            price=enrolment.price,
            currency=enrolment.currency,
        )
        for enrolment in reading.enrolments
    )


def rows(stream: tuple[Recorded[Body], ...], shelf: Shelf, reference: Reference) -> tuple[Row, ...]:
    """The rows of one infusion's stream."""
    return rows_of(Reading(stream, shelf, reference))
