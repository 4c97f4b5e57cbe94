"""What becomes of a refund whose failure is taken back later (C36, settled F12)."""

from typing import Annotated, Literal

from pydantic import Field

from oba.terms.block import Block, Part


class TakenBackInFull(Part):
    """The refund is credited, whenever the failure is taken back."""

    kind: Literal["full"]


class TakenBackWithin(Part):
    """Credited when the superseding determination is approved at most so many months after the earlier one."""

    kind: Literal["within"]
    months: Annotated[int, Field(strict=True, ge=1, le=1_200)]


class NeverTakenBack(Part):
    """What was triggered stays."""

    kind: Literal["none"]


class Clawback(Block):
    """Whether a refund is taken back; it is netted in the next statement, without interest unless that is named."""

    takes_back: Annotated[TakenBackInFull | TakenBackWithin | NeverTakenBack, Field(discriminator="kind")]
