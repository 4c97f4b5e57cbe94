"""A document with some of its places changed: how a reading of an ambiguous clause is put into the terms (C52)."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from pydantic import ValidationError

from oba.problems import Problem, problems_of
from oba.terms.agreement import Agreement
from oba.terms.ambiguity import TermsReading

NEVER_CHANGED = frozenset({"kind", "id", "label", "sources", "ambiguities", "signed_on", "effective_on"})
"""What a reading cannot be about: which document this is, and since when."""


class NoSuchPlace(ValueError):
    """A path that leads nowhere in the document."""


def read_as(agreement: Agreement, reading: TermsReading) -> Agreement | tuple[Problem, ...]:
    """The agreement as the reading has it, validated as a document again; it has no ambiguities of its own.

    Otherwise everything that does not fit, each at the pointer `/<path>` of the change that it comes from.
    """
    content = agreement.model_dump(mode="json", exclude={"ambiguities"})
    problems: list[Problem] = []
    places: dict[str, str] = {}
    for path, value in reading.changes.items():
        try:
            places[change(content, path, value)] = path
        except NoSuchPlace as error:
            problems.append(_no_such_place(path, str(error)))
    if problems:
        return tuple(problems)
    try:
        return Agreement.model_validate(content)
    except ValidationError as error:
        return tuple(_at_change(problem, places) for problem in problems_of(error, content=content))


def change(content: Any, path: str, value: Any) -> str:
    """Set one place of plain data, and say its JSON pointer; `null` in a map takes the key away.

    NoSuchPlace, with a sentence that names what is not there, where the path leads nowhere.
    """
    names = path.split(".")
    if names[0] in NEVER_CHANGED:
        raise NoSuchPlace(f"no reading changes {names[0]}: it says which document this is")
    node, pointer = content, ""
    for name in names[:-1]:
        key = _key(node, name)
        node, pointer = node[key], f"{pointer}/{key}"
    last = names[-1]
    key = last if isinstance(node, dict) else _key(node, last)
    if value is None and isinstance(node, dict):
        if last not in node:
            raise NoSuchPlace(_not_there(last))
        del node[last]
    else:
        node[key] = deepcopy(value)
    return f"{pointer}/{key}"


def _key(node: Any, name: str) -> Any:
    """The key of a map, or the place in a list: counted from 0, or that of the member with the id or name."""
    if isinstance(node, dict) and name in node:
        return name
    if isinstance(node, list):
        for place, member in enumerate(node):
            if isinstance(member, dict) and name in (member.get("id"), member.get("name")):
                return place
        if name.isdecimal() and int(name) < len(node):
            return int(name)
    raise NoSuchPlace(_not_there(name))


def _not_there(name: str) -> str:
    return f"the document has no {name} at this place"


def _no_such_place(path: str, message: str) -> Problem:
    return Problem(
        code="unknown-place",
        message=message,
        remedy="name keys as the document writes them, and members of a list by their id, their name or from 0",
        pointer=f"/{path}",
    )


def _at_change(problem: Problem, places: Mapping[str, str]) -> Problem:
    """The problem at the change that it comes from; at the whole reading where it comes from none alone."""
    pointer = problem.pointer or ""
    near = [at for at in places if f"{pointer}/".startswith(f"{at}/") or f"{at}/".startswith(f"{pointer}/")]
    path = places[max(near, key=len)] if near else None
    return problem.model_copy(
        update={
            "message": f"read so, the document is not sound at {pointer}: {problem.message}",
            "pointer": f"/{path}" if path is not None else "",
        }
    )
