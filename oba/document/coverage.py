"""For every day of a horizon the one version of a document that is in force; a gap or an overlap is a problem (C03).

A version without an end holds until a later one begins. Obligations outlive the last day: this is about the days on
which something new falls under the document.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, assert_never

from pydantic import BaseModel, ConfigDict

from oba.dates import LAST_DAY, Day, Span
from oba.problems import Problem
from oba.terms.agreement import Agreement
from oba.terms.document import Document
from oba.terms.follow_up_plan import FollowUpPlan

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Term:
    """One version with its first and its last day; `amends` says that it replaces what was in force before it."""

    name: str
    """How the version is called: the hash of its content, or the file it stands in."""
    first: date
    last: date | None
    amends: bool = False


class VersionSpan(BaseModel):
    """The days on which one version is in force, both ends counting; `last` None where it has no end."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    first: Day
    last: Day | None


class Fault(BaseModel):
    """Days on which no version is in force, or two are; `versions` are those that begin or run into each other."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["gap", "overlap"]
    first: Day
    last: Day
    versions: tuple[str, ...]
    """The later version last; of a gap at the end none."""

    @property
    def problem(self) -> Problem:
        """The fault in words, with what mends it."""
        days = f"from {self.first} to {self.last}" if self.last < LAST_DAY else f"from {self.first} on"
        match self.kind:
            case "gap":
                return Problem(
                    code="gap-between-versions",
                    message=f"no version is in force {days}",
                    remedy="let one version hold until the day before the next begins",
                    pointer="/effective_on",
                )
            case "overlap":
                return Problem(
                    code="overlapping-versions",
                    message=f"two versions are in force {days}: {' and '.join(self.versions)}",
                    remedy="end the earlier one before the later begins, or enter the later one as its amendment",
                    pointer="/effective_on",
                )
            case _:  # pragma: no cover
                assert_never(self.kind)


class Coverage(BaseModel):
    """The versions of one document over a horizon, in the order of their days, and every gap and overlap."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    document_id: str
    spans: tuple[VersionSpan, ...]
    faults: tuple[Fault, ...]

    def version_on(self, day: date) -> str | None:
        """The version in force on a day; None in a gap, outside the horizon, and where two are in force."""
        found = [one.version for one in self.spans if one.first <= day and (one.last is None or day <= one.last)]
        return found[0] if len(found) == 1 else None


def term_of(document: Document, name: str, *, amends: bool = False) -> Term:
    """The term that a document states."""
    first = document.begins_on if isinstance(document, Agreement) else document.effective_on
    last = None if isinstance(document, FollowUpPlan) else document.ends_on
    return Term(name, first, last, amends)


def coverage(document_id: str, terms: Iterable[Term], horizon: Span | None = None) -> Coverage:
    """Which version is in force on each day; without a horizon, from the first start to the last end.

    An amendment cuts the version before it short; any other version that is still in force when one begins is an
    overlap, unless it has no end. Terms that begin on one day are taken in the order given.
    """
    ordered = sorted(terms, key=lambda term: term.first)
    spans = tuple(_spans(ordered))
    asked = horizon or Span(first=ordered[0].first, last=LAST_DAY) if ordered else horizon
    kept = tuple(_within(spans, asked)) if asked is not None else ()
    faults = tuple(_faults(kept, asked, horizon is not None)) if asked is not None else ()
    return Coverage(document_id=document_id, spans=kept, faults=faults)


def _spans(ordered: list[Term]) -> Iterator[VersionSpan]:
    """Each term up to the start of the one that replaces it; a term that is replaced from its first day has no days."""
    for place, term in enumerate(ordered):
        later = ordered[place + 1] if place + 1 < len(ordered) else None
        last = term.last
        if later is not None and (later.amends or (last is None and later.first > term.first)):
            before = later.first - _ONE_DAY
            last = before if last is None else min(last, before)
        if last is None or last >= term.first:
            yield VersionSpan(version=term.name, first=term.first, last=last)


def _within(spans: tuple[VersionSpan, ...], horizon: Span) -> Iterator[VersionSpan]:
    """The spans as far as they lie in the horizon; one without an end keeps none where the horizon has none."""
    for span in spans:
        last = min(span.last or LAST_DAY, horizon.last)
        first = max(span.first, horizon.first)
        if first <= last:
            open_ended = span.last is None and horizon.last == LAST_DAY
            yield VersionSpan(version=span.version, first=first, last=None if open_ended else last)


def _faults(spans: tuple[VersionSpan, ...], horizon: Span, to_its_end: bool) -> Iterator[Fault]:
    """Gaps before, between and, where a horizon was named, after the spans; overlaps of any two."""
    uncovered = horizon.first
    holder = ""
    for span in spans:
        last = span.last or LAST_DAY
        if span.first > uncovered:
            yield Fault(kind="gap", first=uncovered, last=span.first - _ONE_DAY, versions=(span.version,))
        elif holder and span.first < uncovered:
            both = (holder, span.version)
            yield Fault(kind="overlap", first=span.first, last=min(uncovered - _ONE_DAY, last), versions=both)
        if last >= uncovered:
            holder, uncovered = span.version, last + _ONE_DAY
    if to_its_end and uncovered <= horizon.last:
        yield Fault(kind="gap", first=uncovered, last=horizon.last, versions=())
