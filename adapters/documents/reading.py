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
        """The problem with file, line and column, and with a pointer that leads through the data as it was written.

        A validator's pointer also names the kinds that it tried; those parts are not in the data and are left out.
        """
        pointer = self._pointer_in_content(problem.pointer or "")
        place = self.places[pointer]
        return problem.model_copy(
            update={"file": self.file, "line": place.line, "column": place.column, "pointer": pointer or None}
        )

    def _pointer_in_content(self, pointer: str) -> str:
        node, found = self.content, ""
        for part in pointer.split("/")[1:]:
            if isinstance(node, dict) and part in node:
                node, found = node[part], f"{found}/{escaped(part)}"
            elif isinstance(node, list) and part.isdecimal() and int(part) < len(node):
                node, found = node[int(part)], f"{found}/{part}"
        return found


def escaped(part: str) -> str:
    """One part of a JSON pointer, as RFC 6901 writes it."""
    return part.replace("~", "~0").replace("/", "~1")
