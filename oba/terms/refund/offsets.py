"""Amounts that others have paid for the same, taken off the refund (C32, settled F6)."""

from typing import Annotated, Literal

from pydantic import Field

from oba.terms.block import Block
from oba.units import Code


class Offsets(Block):
    """Amounts received from those who are named are taken off the earliest lines.

    `once`: what one line does not use up is carried to the next; `each_failure`: the whole again for each failure.
    """

    acts: Literal["once", "each_failure"]
    received_from: Annotated[tuple[Code, ...], Field(min_length=1, max_length=20)]
    """Which of the recorded `offset_received` count."""
