"""What is left of each line while offsets, deductibles, caps and base guard take from it, each with its own line."""

from dataclasses import dataclass, replace

from oba.determination.determination import RefundLine


@dataclass(frozen=True)
class Left:
    """A line, and the cents that are left of it."""

    line: RefundLine
    cents: int

    @property
    def milestone(self) -> str:
        """The milestone of the line."""
        return self.line.milestone


@dataclass(frozen=True)
class Taken:
    """What is left of all lines, in date order, and the lines that say what was taken or added."""

    left: tuple[Left, ...]
    lines: tuple[RefundLine, ...] = ()

    @property
    def cents(self) -> int:
        """What is left of all lines together."""
        return sum(one.cents for one in self.left)

    def after(self, further: "Taken") -> "Taken":
        """The same with what a further step left, and its lines behind the earlier ones."""
        return Taken(further.left, (*self.lines, *further.lines))


@dataclass(frozen=True)
class Cut:
    """Why something is taken: the name of the rule, its clause, and the formula with numbers put in."""

    component: str
    clause: str
    formula: str

    def line(self, milestone: str, cents: int) -> RefundLine:
        """A line of that many cents, signed."""
        return RefundLine(
            component=self.component, clause=self.clause, milestone=milestone, formula=self.formula, amount=cents
        )


def take_earliest(left: tuple[Left, ...], cents: int, cut: Cut) -> Taken:
    """Takes so many cents from the earliest lines on; never more than they have."""
    kept, lines = _take(left, cents, cut)
    return Taken(kept, lines)


def take_latest(left: tuple[Left, ...], cents: int, cut: Cut) -> Taken:
    """Takes so many cents from the latest lines on; never more than they have (settled F8)."""
    kept, lines = _take(left[::-1], cents, cut)
    return Taken(kept[::-1], lines[::-1])


def _take(left: tuple[Left, ...], cents: int, cut: Cut) -> tuple[tuple[Left, ...], tuple[RefundLine, ...]]:
    kept: list[Left] = []
    lines: list[RefundLine] = []
    for one in left:
        taken = max(0, min(cents, one.cents))
        cents -= taken
        kept.append(replace(one, cents=one.cents - taken))
        if taken:
            lines.append(cut.line(one.milestone, -taken))
    return tuple(kept), tuple(lines)
