"""What the models alone cannot see: contradictions inside a document. All problems at once, each with its place and
clause.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import assert_never

from oba.dates import Span, shift
from oba.problems import Problem
from oba.terms.agreement import Agreement
from oba.terms.criteria.any_criterion import All, AnyOf, Criterion, Not
from oba.terms.criteria.compare import Compare
from oba.terms.document import Document
from oba.terms.follow_up_plan import FollowUpPlan
from oba.terms.milestone import Milestone
from oba.terms.payer_rule import PayerRule
from oba.terms.refund.table_by_milestone import TableByMilestone
from oba.terms.window import RangeFromAnchor
from oba.units import FIX_UNITS

_SAMPLE_ANCHORS = (date(2026, 1, 15), date(2026, 8, 31), date(2028, 2, 29))


def lint(document: Document) -> tuple[Problem, ...]:
    """Every contradiction of a document, in the order of the checks."""
    match document:
        case Agreement():
            return tuple(problem for check in AGREEMENT_CHECKS for problem in check(document))
        case PayerRule():
            return tuple(problem for rule_check in PAYER_RULE_CHECKS for problem in rule_check(document))
        case FollowUpPlan():
            return tuple(problem for plan_check in FOLLOW_UP_PLAN_CHECKS for problem in plan_check(document))
        case _:  # pragma: no cover
            assert_never(document)


def _milestones_have_their_own_names(agreement: Agreement) -> Iterator[Problem]:
    seen: set[str] = set()
    for place, milestone in enumerate(agreement.milestones):
        if milestone.id in seen:
            yield _problem(
                "milestone-twice",
                "two milestones have the same id",
                "rename one",
                f"/milestones/{place}/id",
                milestone.clause,
            )
        seen.add(milestone.id)


def _milestones_name_a_criterion(agreement: Agreement) -> Iterator[Problem]:
    for place, milestone in enumerate(agreement.milestones):
        if milestone.criterion not in agreement.criteria:
            yield _problem(
                "unknown-criterion",
                "the milestone names a criterion that the agreement does not have",
                f"add it under criteria, or name one of {', '.join(sorted(agreement.criteria))}",
                f"/milestones/{place}/criterion",
                milestone.clause,
            )


def _criteria_are_used(agreement: Agreement) -> Iterator[Problem]:
    used = {milestone.criterion for milestone in agreement.milestones}
    for name in agreement.criteria:
        if name not in used:
            yield _problem(
                "unused-criterion",
                "no milestone names this criterion",
                "remove it, or use it",
                f"/criteria/{name}",
                None,
            )


def _windows_contain_their_due_date(agreement: Agreement) -> Iterator[Problem]:
    for place, milestone in enumerate(agreement.milestones):
        for anchor in _SAMPLE_ANCHORS:
            span = _span(milestone, anchor)
            if span.days == 0 or shift(anchor, milestone.due) not in span:
                yield _problem(
                    "window-without-due-date",
                    "the window ends before it begins, or does not contain the due date",
                    "correct its edges",
                    f"/milestones/{place}/window",
                    milestone.clause,
                )
                break


def _windows_do_not_overlap(agreement: Agreement) -> Iterator[Problem]:
    for place, later in enumerate(agreement.milestones):
        for earlier in agreement.milestones[:place]:
            if any(_overlap(_span(earlier, anchor), _span(later, anchor)) for anchor in _SAMPLE_ANCHORS):
                yield _problem(
                    "overlapping-windows",
                    f"the windows of {earlier.id} and {later.id} share days, and no owner is named",
                    "narrow one of the windows; a result may serve one milestone only",
                    f"/milestones/{place}/window",
                    later.clause,
                )


def _refund_rows_name_judged_milestones(agreement: Agreement) -> Iterator[Problem]:
    roles = {milestone.id: milestone.role for milestone in agreement.milestones}
    for place, component in enumerate(agreement.refund.components):
        if not isinstance(component, TableByMilestone):
            continue
        for milestone in component.rows:
            if roles.get(milestone) != "judged":
                yield _problem(
                    "refund-row-without-milestone",
                    "the row names no judged milestone of the agreement",
                    "name a milestone whose role is judged; a data point costs nothing",
                    f"/refund/components/{place}/rows/{milestone}",
                    component.clause,
                )


def _refund_stays_within_the_base(agreement: Agreement) -> Iterator[Problem]:
    if agreement.refund.several_failures.rule != "cumulative":
        return
    total = Decimal(0)
    for component in agreement.refund.components:
        total += sum(component.rows.values()) if isinstance(component, TableByMilestone) else component.percent
    if total > 100:
        yield _problem(
            "refund-above-base",
            "the components together can exceed 100 % of the base",
            "lower the percentages, or name another rule for several failures",
            "/refund/components",
            agreement.refund.several_failures.clause,
        )


def _units_fit_their_measure(agreement: Agreement) -> Iterator[Problem]:
    for name, criterion in agreement.criteria.items():
        for pointer, compare in _comparisons(criterion, f"/criteria/{name}"):
            fits = (compare.unit in FIX_UNITS) == (compare.measure.kind == "factor_activity")
            if not fits:
                yield _problem(
                    "unit-does-not-fit",
                    "the unit of the threshold does not fit the measure",
                    "give FIX activity in IU/dL, % or IU/mL, and a bleeding rate in bleeds per year",
                    f"{pointer}/unit",
                    compare.clause,
                )


def _versions_begin_before_they_end(agreement: Agreement) -> Iterator[Problem]:
    if agreement.ends_on is not None and agreement.ends_on < agreement.effective_on:
        yield _problem(
            "ends-before-start", "the agreement ends before it takes effect", "correct a date", "/ends_on", None
        )


def _governing_reading_exists(rule: PayerRule) -> Iterator[Problem]:
    names = [reading.name for reading in rule.readings]
    if rule.governing_reading not in names:
        yield _problem(
            "unknown-reading",
            "the governing reading is not listed",
            "name a listed reading",
            "/governing_reading",
            None,
        )
    for place, name in enumerate(names):
        if name in names[:place]:
            yield _problem("reading-twice", "two readings have one name", "rename one", f"/readings/{place}/name", None)


def _rule_begins_before_it_ends(rule: PayerRule) -> Iterator[Problem]:
    if rule.ends_on is not None and rule.ends_on < rule.effective_on:
        yield _problem("ends-before-start", "the rule ends before it takes effect", "correct a date", "/ends_on", None)


def _visits_repeat_in_one_unit(plan: FollowUpPlan) -> Iterator[Problem]:
    for place, visit in enumerate(plan.visits):
        if visit.first.unit != visit.every.unit or visit.every.amount < 1:
            yield _problem(
                "visit-unit",
                "first and every have different units, or every is zero",
                "write both in one unit, such as weeks; units are never converted",
                f"/visits/{place}/every",
                visit.clause,
            )


def _alerts_are_switched_off(plan: FollowUpPlan) -> Iterator[Problem]:
    for place, alert in enumerate(plan.alerts):
        if alert.switched_on and alert.tag in ("R", "D"):
            yield _problem(
                "unverified-alert",
                "an alert that rests on an unverified figure is switched on",
                "switch it off, or verify the figure and change its tag",
                f"/alerts/{place}/switched_on",
                alert.clause,
            )


AGREEMENT_CHECKS: tuple[Callable[[Agreement], Iterator[Problem]], ...] = (
    _milestones_have_their_own_names,
    _milestones_name_a_criterion,
    _criteria_are_used,
    _windows_contain_their_due_date,
    _windows_do_not_overlap,
    _refund_rows_name_judged_milestones,
    _refund_stays_within_the_base,
    _units_fit_their_measure,
    _versions_begin_before_they_end,
)
PAYER_RULE_CHECKS: tuple[Callable[[PayerRule], Iterator[Problem]], ...] = (
    _governing_reading_exists,
    _rule_begins_before_it_ends,
)
FOLLOW_UP_PLAN_CHECKS: tuple[Callable[[FollowUpPlan], Iterator[Problem]], ...] = (
    _visits_repeat_in_one_unit,
    _alerts_are_switched_off,
)


def _problem(code: str, message: str, remedy: str, pointer: str, clause: str | None) -> Problem:
    return Problem(code=code, message=message, remedy=remedy, pointer=pointer, clause=clause)


def _span(milestone: Milestone, anchor: date) -> Span:
    window = milestone.window
    if isinstance(window, RangeFromAnchor):
        return Span(first=shift(anchor, window.opens), last=shift(anchor, window.closes))
    due_on = shift(anchor, milestone.due)
    return Span(first=due_on - timedelta(days=window.before_days), last=due_on + timedelta(days=window.after_days))


def _overlap(one: Span, other: Span) -> bool:
    return one.first <= other.last and other.first <= one.last


def _comparisons(criterion: Criterion, pointer: str) -> Iterator[tuple[str, Compare]]:
    match criterion:
        case Compare():
            yield pointer, criterion
        case All() | AnyOf():
            for place, part in enumerate(criterion.of):
                yield from _comparisons(part, f"{pointer}/of/{place}")
        case Not():
            yield from _comparisons(criterion.of, f"{pointer}/of")
