"""Which version of an agreement judges which milestone of an infusion (C03, C51, settled E1).

An amendment's own rule for infusions under way comes first, then the date that the agreement names. The version under
which an infusion was enrolled stands until an amendment reaches it; an end reaches nothing, obligations survive it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import assert_never

from oba.anchors import Anchors
from oba.schedule import Obligation, milestone_obligation, plan
from oba.terms.agreement import Agreement, GoverningVersion
from oba.terms.amendment import Amendment
from oba.terms.shelf import Shelf


@dataclass(frozen=True)
class Version:
    """One version with its content hash, and the amendment that brought it; the first one has none."""

    terms_hash: str
    agreement: Agreement
    amendment: Amendment | None = None


@dataclass(frozen=True)
class Course:
    """What the rules look at of an infusion: its Day 0 and anchors, the day asked about, and what was approved when."""

    day_0: date
    as_of: date
    anchors: Anchors = field(default_factory=Anchors)
    approved_on: Mapping[str, date] = field(default_factory=dict)
    """By milestone, the day of the approval that stands; a milestone that was never approved is left out."""


@dataclass(frozen=True)
class Governed:
    """A milestone with its dates and the one version that judges it."""

    version: Version
    obligation: Obligation


def versions_from(shelf: Shelf, terms_hash: str, *, as_of: date, known_at: datetime) -> tuple[Version, ...]:
    """The version of that hash and the amendments after it, each replacing the one before.

    Only those that were recorded by `known_at` and signed by `as_of`; KeyError for a hash that is not on the shelf.
    """
    found = [Version(terms_hash, shelf.agreements[terms_hash], shelf.amendments.get(terms_hash))]
    for version, amendment in shelf.amendments.items():
        known = amendment.recorded_at <= known_at and amendment.signed_on <= as_of
        if known and amendment.replaces == found[-1].terms_hash:
            found.append(Version(version, shelf.agreements[version], amendment))
    return tuple(found)


def versions_before(shelf: Shelf, terms_hash: str) -> tuple[str, ...]:
    """The hash itself and those of the versions that led to it, newest first."""
    found = [terms_hash]
    while (amendment := shelf.amendments.get(found[-1])) is not None:
        found.append(amendment.replaces)
    return tuple(found)


def governed(versions: tuple[Version, ...], course: Course) -> tuple[Governed, ...]:
    """Every milestone of the versions once, under the version that judges it, by due date and name.

    A milestone that the governing version no longer has, or whose anchor has not happened, is left out.
    """
    first, *later = versions
    if not later:
        return tuple(Governed(first, obligation) for obligation in plan(first.agreement, course.day_0, course.anchors))
    names = dict.fromkeys(milestone.id for one in versions for milestone in one.agreement.every_milestone)
    found = [Governed(*one) for name in names if (one := _governed(versions, course, name)) is not None]
    return tuple(sorted(found, key=lambda one: (one.obligation.due_on, one.obligation.name)))


def _governed(versions: tuple[Version, ...], course: Course, milestone: str) -> tuple[Version, Obligation] | None:
    governing, *later = versions
    for version in later:
        assert version.amendment is not None, "a later version comes from an amendment"
        due_on = _due_on(governing.agreement, course, milestone) or _due_on(version.agreement, course, milestone)
        rule = governing.agreement.governing_version
        if _reaches(version.amendment, rule, course, due_on, course.approved_on.get(milestone)):
            governing = version
    obligation = _obligation(governing.agreement, course, milestone)
    return (governing, obligation) if obligation is not None else None


def _reaches(
    amendment: Amendment, rule: GoverningVersion, course: Course, due_on: date | None, approved_on: date | None
) -> bool:
    """Whether an amendment reaches a milestone: of a new infusion always, of one under way as the amendment says."""
    since = amendment.reaches_from
    if course.day_0 >= since:
        return True
    if amendment.binds == "new_infusions":
        return False
    match amendment.migration:
        case "milestones_due_from_effect":
            return due_on is not None and due_on >= since
        case "milestones_not_determined":
            return (approved_on or course.as_of) >= since
        case "governing_version_date":
            return _date_reaches(rule, since, due_on, approved_on or course.as_of)
        case _:  # pragma: no cover
            assert_never(amendment.migration)


def _date_reaches(rule: GoverningVersion, since: date, due_on: date | None, determined_on: date) -> bool:
    """Whether the date that the agreement names lies on or after a day; Day 0 of an infusion under way never does."""
    match rule:
        case "at_infusion":
            return False
        case "at_milestone":
            return due_on is not None and due_on >= since
        case "at_determination":
            return determined_on >= since
        case _:  # pragma: no cover
            assert_never(rule)


def _due_on(agreement: Agreement, course: Course, milestone: str) -> date | None:
    obligation = _obligation(agreement, course, milestone)
    return obligation.due_on if obligation is not None else None


def _obligation(agreement: Agreement, course: Course, milestone: str) -> Obligation | None:
    try:
        return milestone_obligation(agreement, agreement.milestone(milestone), course.day_0, course.anchors)
    except KeyError:  # the version has no such milestone, or its anchor has not happened
        return None
