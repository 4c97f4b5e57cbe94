"""Checks of what makes an outcome: costs of events, loss by definition, sources of evidence, the cut-off."""

from collections.abc import Callable, Iterator

from oba.problems import Problem
from oba.terms.agreement import Agreement
from oba.terms.consequences import Consequence, CostsRow
from oba.terms.evidence_rules import CutOff
from oba.terms.milestone import Milestone


def _events_that_cost_are_failures(agreement: Agreement) -> Iterator[Problem]:
    judged = {milestone.id for milestone in agreement.every_milestone if milestone.role == "judged"}
    for name, row in _rows(agreement):
        if row.costs is not None and row.effect != "fail":
            yield _problem(
                "event-costs-without-failure",
                "the event costs something, and its effect is no failure",
                "say effect: fail, or leave the costs out",
                f"/consequences/{name}/costs",
                row.clause,
            )
        if isinstance(row.costs, CostsRow) and row.costs.milestone not in judged:
            yield _problem(
                "event-costs-unknown-row",
                "the event costs the row of a milestone that the agreement does not judge",
                "name a milestone whose role is judged",
                f"/consequences/{name}/costs/milestone",
                row.costs.clause,
            )


def _a_loss_by_definition_does_something(agreement: Agreement) -> Iterator[Problem]:
    terms = agreement.consequences
    lost = terms.lost_to_follow_up
    if terms.lost_by_definition is not None and lost.effect == "judge" and not lost.also:
        yield _problem(
            "loss-without-effect",
            "the agreement defines when a patient is lost to follow-up, and nothing follows from it",
            "name another effect of lost_to_follow_up, or leave the definition out",
            "/consequences/lost_by_definition",
            terms.lost_by_definition.clause,
        )


def _each_kind_of_fact_has_one_rule(agreement: Agreement) -> Iterator[Problem]:
    seen: set[str] = set()
    for place, rule in enumerate(agreement.evidence.rules if agreement.evidence is not None else ()):
        if (
            seen & set(rule.facts)
            or len(set(rule.facts)) < len(rule.facts)
            or len(set(rule.sources)) < len(rule.sources)
        ):
            yield _problem(
                "evidence-rule-twice",
                "a kind of fact has two rules, or a rule names a fact or a source twice",
                "name every kind in one rule, and every source once, the one that comes first at the head",
                f"/evidence/rules/{place}",
                rule.clause,
            )
        seen |= set(rule.facts)


def _every_rule_admits_something(agreement: Agreement) -> Iterator[Problem]:
    rules = agreement.evidence
    if rules is None:
        return
    reachable = {*rules.systems.values(), rules.unlisted_system}
    for place, rule in enumerate(rules.rules):
        attested = "milestone_assessed" in rule.facts and "attestation" in rule.sources
        if not attested and reachable.isdisjoint(rule.sources):
            yield _problem(
                "evidence-never-admitted",
                "no system of the agreement is of a class that the rule permits, so nothing can ever be evidence",
                "list a system of one of these classes under evidence/systems",
                f"/evidence/rules/{place}/sources",
                rule.clause,
            )


def _the_cut_off_leaves_the_cure_alone(agreement: Agreement) -> Iterator[Problem]:
    cut_off = agreement.evidence.cut_off if agreement.evidence is not None else None
    for milestone in agreement.every_milestone if cut_off is not None else ():
        if cut_off is not None and cut_off.days < _days_to_the_end_of_cure(cut_off, milestone):
            yield _problem(
                "cut-off-before-cure",
                f"the cut-off lies before the end of the cure of {milestone.id}, in which evidence may be recorded",
                "move the cut-off to the end of the cure or later",
                "/evidence/cut_off/days",
                cut_off.clause,
            )
            return


def _days_to_the_end_of_cure(cut_off: CutOff, milestone: Milestone) -> int:
    after = {"window_closes": milestone.grace_days + milestone.cure_days, "grace_ends": milestone.cure_days}
    return after.get(cut_off.after, 0)


def _rows(agreement: Agreement) -> Iterator[tuple[str, Consequence]]:
    for name in type(agreement.consequences).model_fields:
        row = getattr(agreement.consequences, name)
        if isinstance(row, Consequence):
            yield name, row


CHECKS: tuple[Callable[[Agreement], Iterator[Problem]], ...] = (
    _events_that_cost_are_failures,
    _a_loss_by_definition_does_something,
    _each_kind_of_fact_has_one_rule,
    _every_rule_admits_something,
    _the_cut_off_leaves_the_cure_alone,
)


def _problem(code: str, message: str, remedy: str, pointer: str, clause: str | None) -> Problem:
    return Problem(code=code, message=message, remedy=remedy, pointer=pointer, clause=clause)
