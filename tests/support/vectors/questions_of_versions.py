"""What a vector may ask about versions, amendments and readings."""

from typing import Any, Literal

from pydantic import Field

from oba.dates import Day, Instant, Span
from oba.determination.determination import Finding
from oba.terms.amendment import Binds, Migration
from tests.support.vectors.money import DerivedAmount
from tests.support.vectors.vector import Part, TimedVector, Word


class AmendmentTold(Part):
    """One amendment: the places that it changes in the version before it, and what it says of itself."""

    id: Word
    change: dict[str, Any]
    """Places of the version before by their path; the effective date is one of them."""
    signed_on: Day
    binds: Binds
    migration: Migration | None = None
    signed_by: tuple[Word, ...] = ()
    may_reduce_issued: bool = False
    recorded_at: Instant | None = None
    """Left out: before everything that is asked."""


class OtherVersion(Part):
    """A further version that is no amendment, as when several files of one document are compared."""

    id: Word
    change: dict[str, Any]


class ExpectVersions(Part):
    refused: tuple[str, ...] = ()
    """The problems of the first amendment that is refused, each as pointer and code."""
    governs: dict[Word, Word] | None = None
    """Exactly the milestones of the infusion, each with the version that judges it; the first version is `v1`."""
    due_on: dict[Word, Day] = Field(default={})
    """Due dates under the version that governs."""
    spans: tuple[tuple[Word, Day, Day | None], ...] | None = None
    """Version, first and last day in force."""
    version_on: dict[Day, Word | None] = Field(default={})
    gaps_and_overlaps: tuple[str, ...] = ()


class VersionsVector(TimedVector):
    """A first version, what became of it, and which version judges which milestone of one infusion."""

    ask: Literal["versions"]
    document: dict[str, Any]
    signed_by: tuple[Word, ...] = ()
    """Who signed the first version."""
    amendments: tuple[AmendmentTold, ...] = ()
    beside: tuple[OtherVersion, ...] = ()
    """Versions in files beside the first one; for coverage only."""
    ended_on: Day | None = None
    """The end that was recorded after all amendments."""
    approved: dict[Word, Day] = Field(default={})
    """Milestones that were approved, and when."""
    enrolled_under: Word = "v1"
    horizon: Span | None = None
    expect: ExpectVersions


class ExpectReadings(Part):
    agree: bool | None = None
    findings: dict[str, Finding | None] | None = None
    """For each reading: `governing`, or `ambiguity.reading`."""
    first_failures: dict[str, Day | None] = Field(default={})
    pays: dict[str, DerivedAmount] | None = None
    accords: dict[str, str] | None = None
    """For each finding: under every reading, only under some."""
    says: str | None = None


class ReadingsVector(TimedVector):
    """One milestone judged under every reading of an agreement, and what it would pay by itself."""

    ask: Literal["readings"]
    document: dict[str, Any]
    milestone: Word
    price: DerivedAmount
    expect: ExpectReadings
