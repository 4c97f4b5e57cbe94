"""What an import answers, for the dry run and for the real one alike: row by row, and every problem at its place."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from oba.problems import Problem


class RowReport(BaseModel):
    """What became of a row, or would become of it; `flags` name what is implausible or looks like a repetition."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    row: int
    infusion_code: str
    kind: str
    result: Literal["ready", "recorded", "recorded_before"]
    event_ids: tuple[UUID, ...] = ()
    flags: tuple[str, ...] = ()


class ImportReport(BaseModel):
    """The whole file; with any problem nothing of it was recorded. A problem's line and column are row and column."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file_sha256: str
    columns_version: str
    dry_run: bool
    rows: tuple[RowReport, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def accepted(self) -> bool:
        """Whether every row can be, or was, recorded."""
        return not self.problems

    def count(self, result: Literal["ready", "recorded", "recorded_before"]) -> int:
        """How many rows have a result."""
        return sum(row.result == result for row in self.rows)
