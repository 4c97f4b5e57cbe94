"""When evidence counts: round the due date in days, or as a range from the anchor (C07, settled B1)."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from oba.dates import Offset
from oba.terms.block import Part

DayCount = Annotated[int, Field(strict=True, ge=0, le=3_660)]


class AroundDue(Part):
    """From `before_days` before the due date to `after_days` after it; both ends count."""

    kind: Literal["around_due"]
    before_days: DayCount
    after_days: DayCount


class RangeFromAnchor(Part):
    """From one offset of the anchor to another; both ends count."""

    kind: Literal["range_from_anchor"]
    opens: Offset
    closes: Offset


Window: TypeAlias = Annotated[AroundDue | RangeFromAnchor, Field(discriminator="kind")]
