"""When a patient counts as lost to follow-up by the agreement, whether or not anybody recorded it (C40)."""

from typing import Literal, TypeAlias

from pydantic import Field, model_validator

from oba.problems import WrongField
from oba.terms.block import Block
from oba.terms.period import Months

ContactKind: TypeAlias = Literal[
    "milestone_assessed",
    "fix_activity_measured",
    "liver_panel_measured",
    "fix_inhibitor_tested",
    "bleed_logged",
    "fix_product_used",
    "weight_measured",
]
"""Facts that may count as a contact with the patient; a visit is `milestone_assessed`."""


class LostByDefinition(Block):
    """Lost after so many failed contacts, or after so many months without a contact; at least one of the two is named.

    A recorded loss with fewer failed contacts is none. Months run from the last contact, from Day 0 where there was
    none, and the loss begins on the day after their last.
    """

    failed_contacts: int | None = Field(default=None, strict=True, ge=1, le=100)
    months_without_contact: Months | None = None
    contacts: tuple[ContactKind, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _defined(self) -> "LostByDefinition":
        if self.failed_contacts is None and self.months_without_contact is None:
            raise WrongField("failed_contacts", "nothing is defined; name failed contacts, months, or both")
        return self
