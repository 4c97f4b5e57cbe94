"""Whether named readings of one clause agree: the one form of the answer, whatever is read (C52, settled E2)."""

from collections.abc import Iterable
from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict

AccordWord: TypeAlias = Literal["under_every_reading", "only_under", "under_no_reading"]


class Accord(BaseModel):
    """Under which readings something holds, and under which it does not, each in the order of the document."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    holds_under: tuple[str, ...]
    not_under: tuple[str, ...]

    @property
    def word(self) -> AccordWord:
        """Every reading, some of them, or none."""
        if not self.holds_under:
            return "under_no_reading"
        return "only_under" if self.not_under else "under_every_reading"

    @property
    def says(self) -> str:
        """The end of a sentence, such as `only under semiannual_calendar`."""
        word = self.word.replace("_", " ")
        return f"{word} {', '.join(self.holds_under)}" if self.word == "only_under" else word


def accord(verdicts: Iterable[tuple[str, bool]]) -> Accord:
    """The accord of readings, each with its name and whether the thing holds under it."""
    told = tuple(verdicts)
    return Accord(
        holds_under=tuple(name for name, holds in told if holds),
        not_under=tuple(name for name, holds in told if not holds),
    )
