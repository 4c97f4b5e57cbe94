"""When evidence counts: round the due date in days, or as a range from the anchor (C07, C08, settled B1)."""

from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from oba.dates import Offset
from oba.terms.block import Part

DayCount = Annotated[int, Field(strict=True, ge=0, le=3_660)]
WindowEnd: TypeAlias = Literal["closed", "half_open"]
"""`closed`: the last day counts; `half_open`: the window ends with the day before it."""


class AroundDue(Part):
    """From `before_days` before the due date to `after_days` after it; both ends count unless `end` says otherwise."""

    LATER: ClassVar[frozenset[str]] = frozenset({"end"})

    kind: Literal["around_due"]
    before_days: DayCount
    after_days: DayCount
    end: WindowEnd = "closed"


class RangeFromAnchor(Part):
    """From one offset of the anchor to another; both ends count unless `end` says otherwise."""

    LATER: ClassVar[frozenset[str]] = frozenset({"end"})

    kind: Literal["range_from_anchor"]
    opens: Offset
    closes: Offset
    end: WindowEnd = "closed"


class OpenEnded(Part):
    """From an offset of the anchor to the horizon of the agreement, which it must name."""

    kind: Literal["open_ended"]
    opens: Offset


Window: TypeAlias = Annotated[AroundDue | RangeFromAnchor | OpenEnded, Field(discriminator="kind")]
