"""The measuring period of a rate or a use (settled B1: adjoining periods share no day)."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from oba.terms.block import Part

Months = Annotated[int, Field(strict=True, ge=1, le=600)]


class MonthsAfterDayZero(Part):
    """Months a to b after Day 0: from the day after Day 0 + (a-1) months to Day 0 + b months."""

    kind: Literal["months_after_day_0"]
    from_month: Months
    to_month: Months


class MonthsBeforeDue(Part):
    """The n months that end on the due date of the milestone that is judged."""

    kind: Literal["months_before_due"]
    months: Months


Period: TypeAlias = Annotated[MonthsAfterDayZero | MonthsBeforeDue, Field(discriminator="kind")]
