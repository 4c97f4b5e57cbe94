"""A component that cannot be worked out: no amount comes out, and every reason is told at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from oba.determination.determination import RefundLine
from oba.problems import Problem


@dataclass(frozen=True)
class RefundRefused:
    """What a component answers instead of lines; whoever adds lines up passes it on and states no amount."""

    problems: tuple[Problem, ...]


Lines: TypeAlias = tuple[RefundLine, ...] | RefundRefused


def gathered(found: Iterable[RefundLine | Problem | None]) -> Lines:
    """The lines, or all problems where there is one; None is a failure that costs nothing."""
    every = tuple(found)
    problems = tuple(one for one in every if isinstance(one, Problem))
    return RefundRefused(problems) if problems else tuple(one for one in every if isinstance(one, RefundLine))
