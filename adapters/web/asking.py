"""Questions about a payer's data request: which rule, whose it is, and what its readings say."""

from datetime import date

from adapters.web.opened import Opened
from adapters.web.problem import of_refusal, refused
from adapters.web.writing import Writing
from oba.infusion.deciding.requesting import no_rule
from oba.infusion.questions import request_payers
from oba.payer_rule import Patient, RequestVerdict, judge_request, rule_in_force


def verdict(opened: Opened, rule_id: str, asked_on: date) -> RequestVerdict:
    """Whether a request under the rule is permitted on a day, under every reading; another payer's rule is unknown."""
    rule = rule_in_force(opened.shelf.payer_rules.values(), rule_id, asked_on)
    payer_id = opened.asker.scope.payer_id
    if rule is None or payer_id not in (None, rule.payer):
        remedy = "use a rule of the data-request windows, in effect on that day"
        raise refused(422, "unknown-rule", "no such rule is in effect on that day", remedy, parameter="rule_id")
    evidence = opened.state.evidence(known_at=opened.known_at, as_of=asked_on)
    infused = evidence.infused
    if infused is None:
        remedy = "ask about a day from Day 0 on"
        raise refused(422, "request-date", "the day lies before the infusion", remedy, parameter="asked_on")
    patient = Patient(day_0=infused.occurred_on, payers_on_day_0=request_payers(opened.state), evidence=evidence)
    return judge_request(rule, patient, opened.state.requests.values(), asked_on)


def check_own_rule(writing: Writing, rule_id: str) -> None:
    """The answer for an unknown rule where a payer would ask under the rule of another payer."""
    payer_id = writing.asker.scope.payer_id
    rules = writing.services.tracker.shelf().payer_rules.values()
    if payer_id is not None and payer_id not in {rule.payer for rule in rules if rule.id == rule_id}:
        raise of_refusal(no_rule())
