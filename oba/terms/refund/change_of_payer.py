"""Whom a refund follows when the payer changes (C41, settled F11)."""

from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from oba.dates import Offset
from oba.terms.block import Block, Part
from oba.terms.named_date import NamedDate
from oba.units import Code


class PayerAtInfusion(Part):
    """Refunds go to the payer on Day 0, whoever covers later."""

    kind: Literal["payer_at_infusion"]


class PayerAtFailure(Part):
    """Refunds go to the payer that covers on the day of the failure."""

    LATER: ClassVar[frozenset[str]] = Part.LATER | {"date"}

    kind: Literal["payer_at_failure"]
    uncovered: Literal["previous_payer", "payer_at_infusion", "void"]
    """Who counts where nobody covers the patient on that day (settled F11)."""
    date: NamedDate = "first_failure"
    """The day of the failure that is looked at."""


class SplitByDays(Part):
    """Refunds are split by the days that each payer covered."""

    kind: Literal["split_by_days"]
    from_day: Literal["day_0", "day_after_day_0"]
    to_day: NamedDate | Offset
    """A date of the failure, or so long after Day 0."""
    last_day_counts: bool = Field(strict=True)
    gap: Literal["void", "spread", "previous_payer"]
    """Days without cover: nobody's, left out of the count, or those of the payer before."""


class Void(Part):
    """Nothing is owed once the payer on Day 0 no longer covers."""

    kind: Literal["void"]
    void_from: Literal["first_day_of_change", "day_after"]
    date: NamedDate


class Transfers(Part):
    """Refunds go to the payer that assumed the agreement, from the day of that event."""

    kind: Literal["transfers"]
    not_assumed: Literal["payer_at_infusion", "void"]
    """What holds where the payer changed and the new one has not assumed the agreement."""
    date: NamedDate


Follows: TypeAlias = Annotated[
    PayerAtInfusion | PayerAtFailure | SplitByDays | Void | Transfers, Field(discriminator="kind")
]


class ChangeOfPayer(Block):
    """Whom a refund follows when the payer changes (C41)."""

    LATER: ClassVar[frozenset[str]] = Block.LATER | {"primary"}

    follows: Follows
    primary: tuple[Code, ...] = Field(default=(), max_length=10)
    """Of two payers that cover from one day on, the one named first here; where none is named it is an error."""
