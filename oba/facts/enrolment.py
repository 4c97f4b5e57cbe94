"""An infusion placed under an agreement, and the end of it. The price stands here only (decided point 5)."""

from typing import ClassVar, Literal

from pydantic import Field

from oba.dates import Day
from oba.facts.base import Fact
from oba.later import WithLaterFields
from oba.money import Amount, Currency
from oba.units import Code, Digest


class EnrolledUnderAgreement(WithLaterFields, Fact):
    """The infusion falls under a version of an agreement, at a price basis fixed for good (settled F5)."""

    LATER: ClassVar[frozenset[str]] = frozenset({"prior_authorised_on"})
    SEALED_WITHOUT_CONSENT: ClassVar[bool] = False
    kind: Literal["enrolled_under_agreement"] = "enrolled_under_agreement"
    agreement_id: Code
    terms_hash: Digest
    payer_id: Code
    price_basis: Literal["list_price_at_infusion", "acquisition_cost", "amount_paid"]
    price: Amount = Field(gt=0)
    currency: Currency
    claim_reference_digest: Digest | None = None
    agreement_identifier_on_claim: Code | None = None
    consent_version: Code
    prior_authorised_on: Day | None = None
    """The day on which the payer authorised the treatment; None where the enrolment does not say so (C02)."""

    def says(self) -> str:
        return f"enrolled under {self.agreement_id}, payer {self.payer_id}"


class EnrolmentEnded(Fact):
    """The enrolment under an agreement ends on its day; obligations that fell due before survive."""

    SEALED_WITHOUT_CONSENT: ClassVar[bool] = False
    kind: Literal["enrolment_ended"] = "enrolment_ended"
    agreement_id: Code
    reason: Literal["agreement_terminated", "enrolled_in_error", "payer_changed", "by_agreement_of_the_parties"]

    def says(self) -> str:
        return f"enrolment under {self.agreement_id} ended: {self.reason.replace('_', ' ')}"
