"""Which fields each recipient may see (C50)."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, model_validator

from oba.problems import WrongField
from oba.terms.block import Block, Part

Recipient: TypeAlias = Literal[
    "manufacturer", "payer", "managed_care_plan", "reinsurer", "employer_plan", "patient", "adjudicator", "htc"
]
DisclosedField: TypeAlias = Literal[
    "infusion", "milestone", "outcome", "reasons", "evidence", "dates", "price", "amount", "payee", "clauses"
]


class Disclosure(Part):
    """What one kind of recipient sees of a determination and its refund; nothing else."""

    recipient: Recipient
    fields: Annotated[tuple[DisclosedField, ...], Field(max_length=10)]


class Confidentiality(Block):
    """A recipient that is not named sees nothing."""

    disclosures: Annotated[tuple[Disclosure, ...], Field(min_length=1, max_length=8)]

    @model_validator(mode="after")
    def _each_once(self) -> "Confidentiality":
        recipients = [one.recipient for one in self.disclosures]
        if len(set(recipients)) != len(recipients):
            raise WrongField("disclosures", "a recipient is named twice; put its fields into one entry")
        return self
