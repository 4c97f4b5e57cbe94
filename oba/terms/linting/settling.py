"""Checks of the terms of settlement: claims that can exist, rules over a population that name what they judge."""

from collections.abc import Iterator
from datetime import date, timedelta

from oba.dates import shift
from oba.problems import Problem
from oba.terms.agreement import Agreement
from oba.terms.milestone import Milestone
from oba.terms.settlement.population import ExpenditureCap
from oba.terms.window import AroundDue, OpenEnded

_DAY_0 = date(2026, 1, 15)


def _claims_outlast_the_window(agreement: Agreement) -> Iterator[Problem]:
    claim = agreement.settlement.claim_window if agreement.settlement is not None else None
    if claim is None or claim.counts_from != "milestone_due":
        return
    for milestone in agreement.every_milestone:
        if milestone.role == "judged" and claim.days <= _days_until_decided(agreement, milestone):
            yield Problem(
                code="claim-window-too-short",
                message=f"the claim for {milestone.id} would end before its determination can exist",
                remedy="lengthen it, or let it count from the approval",
                pointer="/settlement/claim_window/days",
                clause=claim.clause,
            )


def _days_until_decided(agreement: Agreement, milestone: Milestone) -> int:
    """Days from the due date to the end of window, grace and cure, for a sample day of infusion."""
    window, due_on = milestone.window, shift(_DAY_0, milestone.due, agreement.month_end)
    match window:
        case AroundDue():
            closes_on = due_on + timedelta(days=window.after_days)
        case OpenEnded():
            closes_on = shift(_DAY_0, agreement.horizon, agreement.month_end) if agreement.horizon else due_on
        case _:
            closes_on = shift(_DAY_0, window.closes, agreement.month_end)
    return (closes_on - due_on).days + milestone.grace_days + milestone.cure_days


def _population_rules_name_a_judged_milestone(agreement: Agreement) -> Iterator[Problem]:
    judged = {milestone.id for milestone in agreement.every_milestone if milestone.role == "judged"}
    for place, rule in enumerate(agreement.population):
        if not isinstance(rule, ExpenditureCap) and rule.milestone not in judged:
            yield Problem(
                code="population-without-milestone",
                message="the rule over the population names no judged milestone of the agreement",
                remedy="name a milestone whose role is judged",
                pointer=f"/population/{place}/milestone",
                clause=rule.clause,
            )


CHECKS = (_claims_outlast_the_window, _population_rules_name_a_judged_milestone)
