"""Two files of lines compared key by key, without tolerance (settled G5)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

Finding: TypeAlias = Literal[
    "agrees", "amount_differs", "other_field_differs", "only_ours", "only_theirs", "duplicate", "ambiguous"
]


@dataclass(frozen=True)
class FileLine:
    """One line of a file: its key, its amount in cents, its other fields."""

    key: str
    cents: int
    fields: Mapping[str, str]


@dataclass(frozen=True)
class Compared:
    """One key of the two files; the gap is theirs less ours, in cents."""

    key: str
    finding: Finding
    gap: int


def compare_files(ours: Sequence[FileLine], theirs: Sequence[FileLine]) -> tuple[Compared, ...]:
    """Every key of either file, in order; a key that both sides hold twice is ambiguous, one that one side does a
    duplicate.
    """
    our_lines, their_lines = _by_key(ours), _by_key(theirs)
    return tuple(_compared(key, our_lines[key], their_lines[key]) for key in sorted({*our_lines, *their_lines}))


def _by_key(lines: Iterable[FileLine]) -> defaultdict[str, list[FileLine]]:
    found: defaultdict[str, list[FileLine]] = defaultdict(list)
    for line in lines:
        found[line.key].append(line)
    return found


def _compared(key: str, ours: list[FileLine], theirs: list[FileLine]) -> Compared:
    gap = sum(line.cents for line in theirs) - sum(line.cents for line in ours)
    return Compared(key, _finding(ours, theirs), gap)


def _finding(ours: list[FileLine], theirs: list[FileLine]) -> Finding:
    match (len(ours), len(theirs)):
        case (_, 0):
            return "only_ours" if len(ours) == 1 else "duplicate"
        case (0, _):
            return "only_theirs" if len(theirs) == 1 else "duplicate"
        case (1, 1):
            return _one_of_each(ours[0], theirs[0])
        case (1, _) | (_, 1):
            return "duplicate"
        case _:
            return "ambiguous"


def _one_of_each(one: FileLine, other: FileLine) -> Finding:
    if one.cents != other.cents:
        return "amount_differs"
    return "agrees" if dict(one.fields) == dict(other.fields) else "other_field_differs"
