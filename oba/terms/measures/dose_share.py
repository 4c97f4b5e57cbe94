"""The share of the intended dose that was administered (C04, C18)."""

from typing import Literal

from oba.terms.block import Block


class DoseShare(Block):
    """In percent of the intended dose, as the infusion was recorded."""

    kind: Literal["dose_share"]
