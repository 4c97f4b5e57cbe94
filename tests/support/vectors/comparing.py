"""What differs between an expectation and an answer, in words: only what is asserted is compared."""

from collections.abc import Iterator
from datetime import date
from typing import Any

EXACT = frozenset(
    {
        "by_beneficiary",
        "by_milestone",
        "by_payee",
        "conditions",
        "cuts",
        "differences",
        "granted",
        "in_force",
        "lines",
        "permitted",
        "permitted_from",
        "problems",
        "reasons",
        "refunded",
        "set_aside",
        "settled",
    }
)
"""Maps that are asserted as a whole: a key that is missing or too many is a difference."""


def differences(expected: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """One sentence for each asserted value that the answer does not give."""
    return list(_differences(expected, found, ""))


def _differences(expected: Any, found: Any, place: str) -> Iterator[str]:
    if isinstance(expected, dict) and isinstance(found, dict):
        if place.rpartition("/")[2] in EXACT and set(expected) != set(found):
            yield f"{place}: expected {sorted(expected)}, found {sorted(found)}"
            return
        for key, value in expected.items():
            if key in found:
                yield from _differences(value, found[key], f"{place}/{key}")
            else:
                yield f"{place}/{key}: expected {value!r}, the answer has no such member"
    elif place in ("/used", "/problems"):
        if sorted(expected) != sorted(found):
            yield f"{place}: expected {sorted(expected)}, found {sorted(found)}"
    elif _written(expected) != _written(found):
        yield f"{place}: expected {expected!r}, found {found!r}"


def _written(value: Any) -> Any:
    """Days are compared as they are written."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_written(one) for one in value]
    if isinstance(value, dict):
        return {key: _written(one) for key, one in value.items()}
    return value
