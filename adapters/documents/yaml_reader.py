"""A strict reader of YAML: one document of plain data, with the place of everything; surprises are problems.

Refused are anchors and aliases (a few lines of them can grow to gigabytes), tags, doubled keys, merge keys, several
documents, and whatever is too large or too deep. JSON is read by the same rules.
"""

import re
from collections.abc import Iterator
from typing import Any, NoReturn

import yaml
from yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from adapters.documents.reading import Place, Reading, escaped
from adapters.documents.yaml_scalar import read_bare, read_text
from oba.problems import Problem

MOST_BYTES = 1_000_000
MOST_LEVELS = 40
_KEY = re.compile(r"[A-Za-z0-9_.-]{1,80}", re.ASCII)


def read_yaml(raw: bytes, *, file: str) -> Reading | tuple[Problem, ...]:
    """Read one YAML or JSON document; otherwise every problem that was met, each with line and column."""
    reading, problems = read_yaml_with_problems(raw, file=file)
    return problems if reading is None or problems else reading


def read_yaml_with_problems(raw: bytes, *, file: str) -> tuple[Reading | None, tuple[Problem, ...]]:
    """What can be read of a document, and every problem that was met; a value with a problem is read as null.

    None where reading had to stop: then nothing can be said of what the document holds.
    """
    if len(raw) > MOST_BYTES:
        remedy = f"keep a document below {MOST_BYTES:,} bytes, or split it"
        return None, (_problem(file, Place(1, 1), "file-too-large", "the file is too large", remedy),)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return None, (_problem(file, Place(1, 1), "not-utf-8", "the file is not UTF-8", "save it in UTF-8"),)
    builder = _Builder(file, yaml.parse(text, Loader=yaml.SafeLoader))
    try:
        content = builder.document()
    except _Stop:
        return None, tuple(builder.problems)
    except yaml.YAMLError as error:
        return None, (*builder.problems, _syntax(file, error))
    return Reading(file=file, content=content, places=builder.places), tuple(builder.problems)


class _Stop(Exception):
    """Reading on would make no sense, or would cost too much."""


class _Builder:
    """Turns the events of the YAML parser into data; notes places and problems on the way."""

    def __init__(self, file: str, events: Iterator[Event]) -> None:
        self.file = file
        self.events = events
        self.places: dict[str, Place] = {}
        self.problems: list[Problem] = []

    def document(self) -> Any:
        """The content of the only document; an empty file is null."""
        self._take(StreamStartEvent)
        start = next(self.events)
        if isinstance(start, StreamEndEvent):
            self.places[""] = Place(1, 1)
            return None
        content = self._node(next(self.events), "", 1)
        self._take(DocumentEndEvent)
        more = next(self.events)
        if isinstance(more, DocumentStartEvent):
            self._stop(more, "several-documents", "the file holds several documents", "keep one document in a file")
        return content

    def _node(self, event: Event, pointer: str, level: int) -> Any:
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None) is not None:
            self._stop(event, "anchor", "anchors and aliases are not read here", "write the content where it is meant")
        if getattr(event, "tag", None) is not None:
            self._stop(event, "tag", "tags are not read here", "remove the tag that begins with an exclamation mark")
        if level > MOST_LEVELS:
            self._stop(event, "too-deep", "the data are nested too deeply", f"use at most {MOST_LEVELS} levels")
        self.places.setdefault(pointer, _place(event))
        if isinstance(event, ScalarEvent):
            return self._scalar(event, pointer)
        assert isinstance(event, CollectionStartEvent)
        if isinstance(event, MappingStartEvent):
            return self._map(pointer, level)
        return self._list(pointer, level)

    def _scalar(self, event: ScalarEvent, pointer: str) -> Any:
        bare = event.implicit[0] and event.style is None
        try:
            return read_bare(event.value) if bare else read_text(event.value)
        except ValueError as error:
            message, _, remedy = str(error).partition("; ")
            self._note(event, "ambiguous-value", message, remedy, pointer)
            return None

    def _list(self, pointer: str, level: int) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(self.events), SequenceEndEvent):
            items.append(self._node(event, f"{pointer}/{len(items)}", level + 1))
        return items

    def _map(self, pointer: str, level: int) -> dict[str, Any]:
        content: dict[str, Any] = {}
        while not isinstance(event := next(self.events), MappingEndEvent):
            key = self._key(event)
            below = f"{pointer}/{escaped(key)}"
            if key in content:
                self._note(event, "doubled-key", "the key stands here twice", "keep one of the two", below)
            self.places[below] = _place(event)
            content[key] = self._node(next(self.events), below, level + 1)
        return content

    def _key(self, event: Event) -> str:
        plain = isinstance(event, ScalarEvent) and event.anchor is None and event.tag is None
        word = getattr(event, "value", "")
        if not plain or not _KEY.fullmatch(word):
            self._stop(event, "not-a-key", "a key must be a plain word", "write letters, digits, - or _, then a colon")
        return str(word)

    def _take(self, kind: type[Event]) -> None:
        event = next(self.events)
        assert isinstance(event, kind)

    def _note(self, event: Event, code: str, message: str, remedy: str, pointer: str | None = None) -> None:
        self.problems.append(_problem(self.file, _place(event), code, message, remedy, pointer))

    def _stop(self, event: Event, code: str, message: str, remedy: str) -> NoReturn:
        self._note(event, code, message, remedy)
        raise _Stop


def _place(event: Event) -> Place:
    assert event.start_mark is not None
    return Place(event.start_mark.line + 1, event.start_mark.column + 1)


def _syntax(file: str, error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    place = Place(mark.line + 1, mark.column + 1) if mark is not None else Place(1, 1)
    return _problem(file, place, "not-yaml", "the file cannot be read from here on", "check indentation and quotes")


def _problem(file: str, place: Place, code: str, message: str, remedy: str, pointer: str | None = None) -> Problem:
    return Problem(
        code=code, message=message, remedy=remedy, pointer=pointer, file=file, line=place.line, column=place.column
    )
