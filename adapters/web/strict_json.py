"""JSON read strictly: what common readers let through (floats, NaN, double keys, odd characters) is a problem here."""

import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from oba.problems import Problem

MOST_DEEP = 32
MOST_ITEMS = 1000
MOST_DIGITS = 18
MOST_MARKS = 4
FORBIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Control, format (direction overrides, zero width), surrogate, private, unassigned, line and paragraph separators."""

_SENTENCES = {
    "decimal-as-string": ("a number with a point is not exact in JSON", 'write it as a string, such as "38.6"'),
    "not-finite": ("NaN and Infinity are not numbers", "give the measured value, or leave the field out"),
    "number-range": ("the number has too many digits", f"write at most {MOST_DIGITS} digits"),
    "duplicate-key": ("a name occurs twice in one object", "give each name once"),
    "text-characters": ("the text has characters that may not be", "remove control and invisible characters"),
    "too-many-items": ("the array is too long", f"send at most {MOST_ITEMS} items"),
    "too-deep": ("the body is nested too deeply", f"nest at most {MOST_DEEP} levels"),
}


@dataclass(frozen=True)
class _Misfit:
    """Stands where a value may not be; the walk over the body gives it its pointer."""

    code: str


class _Doubled(dict[str, Any]):
    """An object in which a name occurs twice."""


class NotJson(Exception):
    """The bytes are no JSON text; `code`, `message` and `remedy` say why, and nothing of the text is in them."""

    def __init__(self, code: str, message: str, remedy: str) -> None:
        super().__init__(code)
        self.problem = Problem(code=code, message=message, remedy=remedy)


def parse(raw: bytes) -> Any:
    """The value that the bytes write; raises NotJson for bytes that are no UTF-8 JSON text without byte order mark."""
    if not raw.strip():
        raise NotJson("empty-body", "the body is empty", "send a JSON object")
    if raw.startswith(b"\xef\xbb\xbf"):
        raise NotJson("byte-order-mark", "the body begins with a byte order mark", "send UTF-8 without it")
    try:
        return json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_object,
            parse_float=lambda _: _Misfit("decimal-as-string"),
            parse_int=lambda text: int(text) if len(text) <= MOST_DIGITS else _Misfit("number-range"),
            parse_constant=lambda _: _Misfit("not-finite"),
        )
    except UnicodeDecodeError:
        raise NotJson("not-utf-8", "the body is not UTF-8", "send UTF-8 without byte order mark") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise NotJson("not-json", f"the body is not JSON from {place}", "send one JSON object") from None
    except RecursionError:
        raise NotJson("too-deep", *_SENTENCES["too-deep"]) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    return members if len(members) == len(pairs) else _Doubled(members)


def flaws(value: Any, pointer: str = "", depth: int = 1) -> Iterator[Problem]:
    """Everything in a parsed body that may not be there, each with its JSON pointer."""
    if isinstance(value, _Misfit):
        yield _problem(value.code, pointer)
    elif isinstance(value, str):
        if not is_plain_text(value):
            yield _problem("text-characters", pointer)
    elif isinstance(value, dict | list) and depth > MOST_DEEP:
        yield _problem("too-deep", pointer)
    elif isinstance(value, dict):
        yield from _flaws_of_object(value, pointer, depth)
    elif isinstance(value, list):
        yield from _flaws_of_array(value, pointer, depth)


def _flaws_of_object(members: dict[str, Any], pointer: str, depth: int) -> Iterator[Problem]:
    if isinstance(members, _Doubled):
        yield _problem("duplicate-key", pointer)
    for name, member in members.items():
        if not is_plain_text(name):
            yield _problem("text-characters", pointer)
        yield from flaws(member, f"{pointer}/{token(name)}", depth + 1)


def _flaws_of_array(items: list[Any], pointer: str, depth: int) -> Iterator[Problem]:
    if len(items) > MOST_ITEMS:
        yield _problem("too-many-items", pointer)
        return
    for place, item in enumerate(items):
        yield from flaws(item, f"{pointer}/{place}", depth + 1)


def token(name: object) -> str:
    """A name as part of a pointer; what is not shaped like a field's name is not repeated."""
    text = str(name)
    shaped = text.isascii() and text.replace("_", "").isalnum() and text == text.lower() and len(text) <= 40
    return text if shaped else "*"


def is_plain_text(text: str) -> bool:
    """Whether a text has only visible characters and spaces, and no pile of combining marks."""
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        if category in FORBIDDEN_CATEGORIES:
            return False
        marks = marks + 1 if category == "Mn" else 0
        if marks > MOST_MARKS:
            return False
    return True


def _problem(code: str, pointer: str) -> Problem:
    message, remedy = _SENTENCES[code]
    return Problem(code=code, message=message, remedy=remedy, pointer=pointer)
