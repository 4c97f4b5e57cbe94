"""What a vector asks of one component of a refund: lines, the states of instalments, or all units of a volume."""

from typing import Annotated, Literal

from pydantic import Field

from oba.dates import Day, MonthEnd
from oba.determination.determination import Finding
from oba.money import Rounding
from oba.terms.refund.any_component import Component
from oba.terms.refund.instalments import Instalments
from oba.terms.refund.volume import Volume
from tests.support.vectors.money import DerivedAmount
from tests.support.vectors.vector import Part, Sentence, Vector, Word

Share = Annotated[str, Field(strict=True, pattern=r"^[0-9]{1,6}/[1-9][0-9]{0,5}$")]


class Failed(Part):
    """A milestone that is not met, with the dates that a rule about money may name."""

    milestone: Word
    first_failure_on: Day
    due_on: Day | None = None
    confirmed_on: Day | None = None
    determined_on: Day | None = None
    failed_parts: tuple[Word, ...] = ()
    share: Share = "1/1"


class Found(Part):
    """A milestone with its outcome."""

    milestone: Word
    finding: Finding
    determined_on: Day | None = None
    tier: Word | None = None
    was_met_on: Day | None = None


class Unit(Part):
    """An infusion that a volume component counts."""

    id: Word
    infused_on: Day
    base: DerivedAmount


class GroundedVector(Vector):
    """A component with everything that it is worked out from."""

    base: DerivedAmount
    rounding: Rounding = "half_even"
    month_end: MonthEnd = "clamp"
    failures: tuple[Failed, ...] = ()
    determined: tuple[Found, ...] = ()
    cancelled_on: Day | None = None
    """The day of an event that cancels instalments."""
    units: tuple[Unit, ...] = ()
    unit: Word | None = None
    """Which of the units this infusion is."""


class ExpectComponentLine(Part):
    milestone: Word
    amount: DerivedAmount
    formula: Sentence | None = None


class ExpectComponent(Part):
    lines: tuple[ExpectComponentLine, ...] | None = None
    """Exactly the lines, in their order."""
    refused: tuple[Sentence, ...] | None = None
    """Exactly the codes of the problems for which no amount comes out."""


class ComponentVector(GroundedVector):
    ask: Literal["component"]
    document: Component
    expect: ExpectComponent


class ExpectInstalments(Part):
    states: dict[Word, Literal["paid", "withheld", "cancelled", "pending"]] | None = None
    due_on: dict[Word, Day] | None = None
    amounts: dict[Word, DerivedAmount] | None = None
    because: dict[Word, Sentence] | None = None
    paid: DerivedAmount | None = None
    """The sum of what was paid, before any of it is refunded."""
    refunded: dict[Word, DerivedAmount] | None = None
    """The lines of the refund by milestone; exactly these."""
    refused: tuple[Sentence, ...] | None = None


class InstalmentsVector(GroundedVector):
    """The state of every instalment on `as_of`."""

    ask: Literal["instalments"]
    document: Instalments
    expect: ExpectInstalments


class ExpectVolume(Part):
    order: tuple[Word, ...] | None = None
    """The units that earn something, in the order in which they count."""
    amounts: dict[Word, DerivedAmount] | None = None
    total: DerivedAmount | None = None


class VolumeVector(Vector):
    """What all units of a volume component earn, as the statement computes it."""

    ask: Literal["volume"]
    document: Volume
    rounding: Rounding = "half_even"
    units: tuple[Unit, ...]
    expect: ExpectVolume
