"""The lines of failures and of what is owed beside them, each component on the base and version of its failure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from oba.determination.determination import RefundLine
from oba.money import write_amount_for_reading
from oba.problems import Problem
from oba.refund.component_lines import component_lines
from oba.refund.failure import Failure
from oba.refund.ground import Ground
from oba.refund.refused import Lines, RefundRefused
from oba.terms.agreement import Agreement
from oba.terms.consequences import CostsAmount, CostsRow
from oba.terms.refund.any_component import Component, StandingComponent


@dataclass(frozen=True)
class Placed:
    """A line, the place of its component in the terms, and where it lies in date order."""

    number: int
    order: tuple[date, int, int]
    """Day, what is owed beside failures first, and the place of the milestone."""
    line: RefundLine


def outcome_lines(
    agreement: Agreement, failures: tuple[Failure, ...], ground: Ground
) -> tuple[Placed, ...] | RefundRefused:
    """The lines of outcome components for these failures; each has its own base and components (settled E1)."""
    found: list[Placed] = []
    refused: list[Problem] = []
    for failure in failures:
        order = (failure.first_failure_on, 1, failure.place)
        for number, component in enumerate(_components_of(agreement, failure)):
            lines = _lines(component, failure, failures, ground)
            if isinstance(lines, RefundRefused):
                refused.extend(lines.problems)
            else:
                found.extend(Placed(number, order, line) for line in lines)
        found.extend(Placed(0, order, line) for line in _stated_for_the_event(failure))
    return _unless_refused(found, refused)


def standing_lines(
    agreement: Agreement, failures: tuple[Failure, ...], ground: Ground
) -> tuple[Placed, ...] | RefundRefused:
    """The lines of components that stand beside the rule for several failures (C31, C33, settled F4)."""
    days = {one.milestone: one.due_on for one in ground.determined}
    days |= {failure.milestone: failure.first_failure_on for failure in failures}
    places = {milestone.id: place for place, milestone in enumerate(agreement.every_milestone)}
    found: list[Placed] = []
    refused: list[Problem] = []
    for number, component in enumerate(agreement.refund.components):
        lines = component_lines(component, ground) if isinstance(component, StandingComponent) else ()
        if isinstance(lines, RefundRefused):
            refused.extend(lines.problems)
        else:
            found.extend(
                Placed(number, (days[line.milestone], 0, places.get(line.milestone, len(places))), line)
                for line in lines
            )
    return _unless_refused(found, refused)


def _unless_refused(found: list[Placed], refused: Iterable[Problem]) -> tuple[Placed, ...] | RefundRefused:
    """Every component sees all failures, so each problem is told once only."""
    problems = tuple(dict.fromkeys(refused))
    return RefundRefused(problems) if problems else tuple(found)


def _components_of(agreement: Agreement, failure: Failure) -> tuple[Component, ...]:
    if isinstance(failure.costs, CostsAmount):
        return ()
    return agreement.refund.components if failure.components is None else failure.components


def _lines(component: Component, failure: Failure, failures: tuple[Failure, ...], ground: Ground) -> Lines:
    """The lines of one failure, seen beside the others; an event may cost the row of another milestone (settled F1)."""
    if isinstance(component, StandingComponent):
        return ()
    base = ground.base if failure.base is None else failure.base
    row = failure.costs.milestone if isinstance(failure.costs, CostsRow) else failure.milestone
    others = (
        replace(failure, milestone=row) if one is failure else one
        for one in failures
        if one is failure or one.milestone != row
    )
    lines = component_lines(component, replace(ground, base=base, failures=tuple(others)))
    if isinstance(lines, RefundRefused):
        return lines
    own = (line for line in lines if line.milestone == row)
    return tuple(line.model_copy(update={"milestone": failure.milestone}) for line in own)


def _stated_for_the_event(failure: Failure) -> tuple[RefundLine, ...]:
    """The amount that the consequence table names for the event that decided, instead of any component."""
    if not isinstance(failure.costs, CostsAmount):
        return ()
    return (
        RefundLine(
            component="life_event",
            clause=failure.costs.clause,
            milestone=failure.milestone,
            formula=f"{write_amount_for_reading(failure.costs.amount)} stated for the event, once",
            amount=failure.costs.amount,
        ),
    )
