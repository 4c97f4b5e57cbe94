"""What a vector asks of the kit that a body weight needs."""

from typing import Literal

from oba.units import Code, Positive
from tests.support.vectors.vector import Part, Vector, Word


class KitAsked(Part):
    """A therapy of the reference tables, and a weight in kg."""

    product: Code
    weight_kg: Positive


class ExpectKit(Part):
    dose_ml: str | None = None
    """Millilitres of the dose."""
    vials: int | None = None
    kit_ml: int | None = None
    """Millilitres in the kit."""
    ndc: str | None = None
    refused: Word | None = None
    """The code of the problem for which there is no kit."""


class KitVector(Vector):
    ask: Literal["kit"]
    document: KitAsked
    expect: ExpectKit
