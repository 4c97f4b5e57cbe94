"""An amount or a percentage of the base; where a source prints both, the amount holds (fixture F5)."""

from typing import Annotated

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_validator

from oba.money import read_amount, write_amount
from oba.problems import WrongField
from oba.terms.block import Part
from oba.units import Percent

NotNegativeAmount = Annotated[
    int,
    BeforeValidator(read_amount),
    PlainSerializer(write_amount, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]{1,15}\.[0-9]{2}$"}),
    Field(ge=0),
]
"""Cents, in a document always a text with two places: a bare number says neither cents nor units."""


class Stated(Part):
    """What is stated of one thing; beside an amount the percentage is kept as printed and never computed with."""

    amount: NotNegativeAmount | None = None
    percent: Percent | None = None

    @model_validator(mode="after")
    def _something_is_stated(self) -> "Stated":
        if self.amount is None and self.percent is None:
            raise WrongField("percent", "neither an amount nor a percentage is stated; give one of them")
        return self
