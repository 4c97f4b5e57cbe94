"""What was read from a file, and where each part of it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from oba.problems import Problem


@dataclass(frozen=True)
class Place:
    """Line and column, both counted from 1, as editors do."""

    line: int
    column: int


@dataclass(frozen=True)
class Reading:
    """Plain data (maps, lists, texts, whole numbers, true, false, null); the place of every part by JSON pointer."""

    file: str
    content: Any
    places: Mapping[str, Place]

    def placed(self, problem: Problem) -> Problem:
        """The problem with file, line, column and clause, and a pointer that leads through the data as written.

        A validator's pointer also names the kinds that it tried; those parts are not in the data and are left out.
        The clause is the nearest one that is written above the place, unless the problem names another.
        """
        pointer, clause = self._in_content(problem.pointer or "")
        place = self.places[pointer]
        return problem.model_copy(
            update={
                "file": self.file,
                "line": place.line,
                "column": place.column,
                "pointer": pointer or None,
                "clause": problem.clause or clause,
            }
        )

    def with_clause(self, problem: Problem) -> Problem:
        """The problem with the nearest clause above its place; line and column stay."""
        return problem.model_copy(update={"clause": problem.clause or self._in_content(problem.pointer or "")[1]})

    def _in_content(self, pointer: str) -> tuple[str, str | None]:
        """The pointer as far as it leads through the data, and the nearest clause on its way."""
        node, found, clause = self.content, "", None
        for part in pointer.split("/")[1:]:
            clause = _clause_of(node) or clause
            if isinstance(node, dict) and part in node:
                node, found = node[part], f"{found}/{escaped(part)}"
            elif isinstance(node, list) and part.isdecimal() and int(part) < len(node):
                node, found = node[int(part)], f"{found}/{part}"
        return found, _clause_of(node) or clause


def _clause_of(node: Any) -> str | None:
    clause = node.get("clause") if isinstance(node, dict) else None
    return clause if isinstance(clause, str) else None


def escaped(part: str) -> str:
    """One part of a JSON pointer, as RFC 6901 writes it."""
    return part.replace("~", "~0").replace("/", "~1")
