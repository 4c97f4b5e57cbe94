"""A milestone that is not met, as the refund sees it."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import assert_never

from oba.terms.consequences import CostsRow, EventCosts
from oba.terms.named_date import NamedDate
from oba.terms.refund.any_component import Component


@dataclass(frozen=True)
class Failure:
    """A milestone with the date of its first failure, and its place among the agreement's milestones."""

    milestone: str
    first_failure_on: date
    place: int
    base: int | None = None
    """Cents on which it was approved; None takes the base that is asked about (settled E1, F10)."""
    components: tuple[Component, ...] | None = None
    """Of the version under which it was approved; None takes those of the agreement that is asked about."""
    due_on: date | None = None
    confirmed_on: date | None = None
    """When the failure was confirmed; None where the terms ask for no confirmation (C20)."""
    determined_on: date | None = None
    """When its determination was approved; None before that (settled D3)."""
    failed_parts: tuple[str, ...] = ()
    """The named parts of the criterion that are false (C28)."""
    tier: str | None = None
    """The tier that the determination reached, where the criterion has tiers (C19, C27)."""
    share: Fraction = Fraction(1)
    """The part of the milestone's own row that is owed, where missing data are prorated (settled D4)."""
    latched_from: str | None = None
    """The milestone whose failure still stands, where this one fails for that reason only (C21, settled F4)."""
    costs: EventCosts | None = None
    """What the life event costs that decided, instead of the milestone's own row (settled F1)."""
    void: Fraction = Fraction(0)
    """The part of what it costs that nobody is owed, because the payer changed (C41, settled F11)."""

    @property
    def row(self) -> str:
        """The milestone whose row it costs: its own, unless the life event that decided names another (settled F1)."""
        return self.costs.milestone if isinstance(self.costs, CostsRow) else self.milestone

    def dated(self, name: NamedDate) -> date | None:
        """The date that a rule about money names; None where it is not known (settled F2)."""
        match name:
            case "first_failure":
                return self.first_failure_on
            case "confirmation":
                return self.confirmed_on
            case "determination":
                return self.determined_on
            case "milestone_due":
                return self.due_on
            case _:  # pragma: no cover
                assert_never(name)
