"""Where two versions of a document differ, in words: each place with its clause, and what it says in either (C51)."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ConfigDict

from oba.identity import canonical
from oba.terms.document import Document

_NAMED_BY = ("id", "name", "clause")
"""What tells the members of a list apart, in this order; members without are told apart by their place."""


class Difference(BaseModel):
    """One place: its path, its clause, and its content before and after, None where it is not there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str
    clause: str | None
    before: str | None
    after: str | None

    @property
    def says(self) -> str:
        """One sentence, such as `clause 4.1: criteria.activity.threshold changes from "5" to "12"`."""
        place = f"clause {self.clause}: {self.path}" if self.clause is not None else self.path
        if self.before is None:
            return f"{place} is new: {self.after}"
        if self.after is None:
            return f"{place} is gone; it was {self.before}"
        return f"{place} changes from {self.before} to {self.after}"


def differences(before: Document, after: Document) -> tuple[Difference, ...]:
    """Every place in which two documents differ, in the order of the first, then what only the second has."""
    return tuple(_differing(before.model_dump(mode="json"), after.model_dump(mode="json"), "", None))


def _differing(before: Any, after: Any, path: str, clause: str | None) -> Iterator[Difference]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict) and before.get("kind") == after.get("kind"):
        yield from _members(before, after, path, after.get("clause") or before.get("clause") or clause)
    elif isinstance(before, list) and isinstance(after, list) and (name := _name_of(before, after)) is not None:
        yield from _members({one[name]: one for one in before}, {one[name]: one for one in after}, path, clause)
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        yield from _members(dict(enumerate(before)), dict(enumerate(after)), path, clause)
    else:
        own = _clause_in(after) or _clause_in(before) or clause
        yield Difference(path=path, clause=own, before=_written(before), after=_written(after))


def _members(before: dict[Any, Any], after: dict[Any, Any], path: str, clause: str | None) -> Iterator[Difference]:
    for key in dict.fromkeys((*before, *after)):
        below = f"{path}.{key}" if path else str(key)
        if key in before and key in after:
            yield from _differing(before[key], after[key], below, clause)
        else:
            there = before.get(key, after.get(key))
            yield Difference(
                path=below,
                clause=_clause_in(there) or clause,
                before=_written(before[key]) if key in before else None,
                after=_written(after[key]) if key in after else None,
            )


def _name_of(before: list[Any], after: list[Any]) -> str | None:
    """The key that tells the members of both lists apart; None where there is none."""
    for key in _NAMED_BY:
        if all(_are_told_apart(members, key) for members in (before, after)):
            return key
    return None


def _are_told_apart(members: list[Any], key: str) -> bool:
    names = [member.get(key) if isinstance(member, dict) else None for member in members]
    return None not in names and len(set(names)) == len(names)


def _clause_in(node: Any) -> str | None:
    clause = node.get("clause") if isinstance(node, dict) else None
    return str(clause) if clause is not None else None


def _written(value: Any) -> str:
    return canonical(value)
