"""A refund that is owed whatever the outcome (C33)."""

from typing import Literal

from oba.terms.block import Block, Name
from oba.terms.stated import Stated


class Guaranteed(Block):
    """An amount or a percentage of the base, owed as soon as the named milestone is determined, whatever it found."""

    kind: Literal["guaranteed"]
    milestone: Name
    refund: Stated
