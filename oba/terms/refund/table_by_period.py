"""A share of the base by how long after Day 0 the failure lies (C24, settled F2)."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from oba.problems import WrongField
from oba.terms.failure_component import FailureComponent, MonthCount
from oba.terms.named_date import NamedDate
from oba.terms.stated import Stated


class PeriodRow(Stated):
    """What a failure between two anniversaries of Day 0 costs."""

    from_month: Annotated[int, Field(strict=True, ge=0, le=1_200)]
    to_month: MonthCount

    @model_validator(mode="after")
    def _not_empty(self) -> "PeriodRow":
        if self.to_month <= self.from_month:
            raise WrongField("to_month", "the period ends before it begins; give a later month")
        return self


class TableByPeriod(FailureComponent):
    """Rows of months without gap; `boundary` says whether an anniversary belongs to the earlier or the later row."""

    kind: Literal["table_by_period"]
    rows: tuple[PeriodRow, ...] = Field(min_length=1, max_length=60)
    boundary: Literal["earlier", "later"]
    date: NamedDate

    @model_validator(mode="after")
    def _one_after_another(self) -> "TableByPeriod":
        for before, row in zip(self.rows, self.rows[1:], strict=False):
            if row.from_month != before.to_month:
                raise WrongField("rows", "a row does not begin where the one before ends; write a row for each period")
        return self
