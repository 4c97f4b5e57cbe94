"""What the refund is a share of: price basis, list prices by day, unit of account, rebates taken off (C04, C05)."""

from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

from oba.dates import Day
from oba.money import read_amount, write_amount
from oba.terms.block import Block, Name, Part
from oba.units import Code, Percent

PositiveAmount = Annotated[
    int,
    BeforeValidator(read_amount),
    PlainSerializer(write_amount, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]{1,15}\.[0-9]{2}$"}),
    Field(gt=0),
]
"""Cents, in a document always a text with two places: a bare number says neither cents nor dollars."""


class ListPrice(Part):
    """The list price of one unit from a day on; it holds until the next one begins."""

    from_on: Day
    amount: PositiveAmount


class OneUnit(Part):
    """One infusion is one unit: a patient, a dose, an eye."""

    kind: Literal["one"]


class InfusedVials(Part):
    """As many units as vials were infused."""

    kind: Literal["vials"]


class StatedUnits(Part):
    """A number of units that the agreement itself states."""

    kind: Literal["stated"]
    units: int = Field(strict=True, ge=1, le=1_000)


UnitCount: TypeAlias = Annotated[OneUnit | InfusedVials | StatedUnits, Field(discriminator="kind")]


class UnitOfAccount(Block):
    """What the price is the price of, and how many of them one infusion is (C04).

    Rules over a cohort are applied by the statement; in it one infusion is one unit.
    """

    of: Literal["patient", "dose", "vial", "eye", "cohort"]
    count: UnitCount


class AlreadyOff(Part):
    """The price stated at enrolment is net of it."""

    kind: Literal["already_off"]


class PercentOff(Part):
    """A percentage of the price of all units."""

    kind: Literal["percent"]
    percent: Percent


class AmountOff(Part):
    """An amount for the infusion."""

    kind: Literal["amount"]
    amount: PositiveAmount


class NetOf(Block):
    """A rebate of others that the base is net of; the same one is never an offset too (settled F5)."""

    received_from: Code
    takes_off: Annotated[AlreadyOff | PercentOff | AmountOff, Field(discriminator="kind")]


class PriceBasis(Block):
    """What the refund is a share of (C05); tax excluded. Without list prices it is the price stated at enrolment."""

    LATER: ClassVar[frozenset[str]] = Block.LATER | {"list_prices", "unit", "net_of"}

    kind: Literal["list_price_at_infusion", "acquisition_cost", "amount_paid"]
    dose_share: Literal["multiplies", "ignored"]
    """Whether a partial dose reduces the base (settled F5)."""
    list_prices: tuple[ListPrice, ...] = Field(default=(), max_length=60)
    """The one on Day 0 is the price; before the first of them the price stated at enrolment is."""
    unit: UnitOfAccount | None = None
    """Left out, the price is that of the infusion."""
    net_of: tuple[NetOf, ...] = Field(default=(), max_length=10)


class JointLimit(Block):
    """Two agreements over one infusion: together they never cost more than its base (settled F9)."""

    agreements: tuple[Name, ...] = Field(min_length=1, max_length=10)
