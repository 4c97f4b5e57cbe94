"""A payer's data requests: recorded with the verdict of every reading, answered, or declined."""

from oba.identity import derived_id
from oba.infusion.commands import DeclineDataRequest, ProvideData, RequestData, When
from oba.infusion.deciding.draft import OURSELVES, Decided, draft
from oba.infusion.events import DataProvided, DataRequestDeclined, DataRequested
from oba.infusion.questions import request_payers
from oba.infusion.state import InfusionState
from oba.infusion.surroundings import Surroundings
from oba.payer_rule import Patient, judge_request, rule_in_force
from oba.problems import Problem, Refusal, refuse


def request(state: InfusionState, command: RequestData, surroundings: Surroundings) -> Decided:
    """Records the request with its verdict; one that is not permitted moves no clock (settled E2)."""
    if not state.day_0 <= command.asked_on <= surroundings.today:
        return refuse(
            "invalid",
            "request-date",
            "the request lies before the infusion or in the future",
            "give a day from Day 0 to today",
            "/asked_on",
        )
    rule = rule_in_force(surroundings.shelf.payer_rules.values(), command.rule_id, command.asked_on)
    if rule is None:
        return no_rule()
    problems = _item_problems(command.items, rule.items, "item-not-in-rule", "the rule does not give this item")
    if problems:
        return Refusal(kind="invalid", problems=problems)
    verdict = judge_request(rule, patient(state), state.requests.values(), command.asked_on)
    body = DataRequested(
        request_id=derived_id("data-request", command.command_id),
        payer_id=rule.payer,
        rule_id=rule.id,
        rule_hash=next(version for version, one in surroundings.shelf.payer_rules.items() if one is rule),
        items=command.items,
        verdict=verdict,
    )
    return draft(state, command, (body,), When(occurred_on=command.asked_on), OURSELVES)


def no_rule() -> Refusal:
    """The answer for a rule that is unknown, not in force, or another payer's."""
    return refuse(
        "invalid",
        "no-rule-in-force",
        "no version of that payer rule was in force on the request day",
        "name a registered payer rule that was in force",
        "/rule_id",
    )


def _item_problems(items: tuple[str, ...], allowed: tuple[str, ...], code: str, message: str) -> tuple[Problem, ...]:
    """Each item once, and only those that are allowed."""
    twice = Problem(code="item-twice", message="an item is named twice", remedy="name it once", pointer="/items")
    remedy = f"use {', '.join(allowed)} only"
    foreign = Problem(code=code, message=message, remedy=remedy, pointer="/items")
    return (
        *((twice,) if len(set(items)) < len(items) else ()),
        *(() if set(items) <= set(allowed) else (foreign,)),
    )


def patient(state: InfusionState) -> Patient:
    """What a payer rule looks at."""
    return Patient(day_0=state.day_0, payers_on_day_0=request_payers(state), evidence=state.everything)


def provide(state: InfusionState, command: ProvideData, surroundings: Surroundings) -> Decided:
    """Records that data were provided: of the requested items, once the request was made."""
    refused = _not_open(state, command, surroundings)
    if refused is not None:
        return refused
    requested = state.requests[command.request_id].items
    problems = _item_problems(command.items, requested, "item-not-requested", "the item was not requested")
    if problems:
        return Refusal(kind="invalid", problems=problems)
    body = DataProvided(request_id=command.request_id, items=command.items)
    return draft(state, command, (body,), When(occurred_on=command.provided_on), OURSELVES)


def decline(state: InfusionState, command: DeclineDataRequest, surroundings: Surroundings) -> Decided:
    """Records that a request was declined; it moves no clock."""
    refused = _not_open(state, command, surroundings)
    if refused is not None:
        return refused
    body = DataRequestDeclined(request_id=command.request_id, reason=command.reason)
    return draft(state, command, (body,), When(occurred_on=command.declined_on), OURSELVES)


def _not_open(
    state: InfusionState, command: ProvideData | DeclineDataRequest, surroundings: Surroundings
) -> Refusal | None:
    asked = state.requests.get(command.request_id)
    if asked is None:
        return refuse(
            "not_found", "unknown-request", "the infusion has no such data request", "name one of its requests"
        )
    if asked.declined or asked.answered_on is not None:
        return refuse(
            "conflict", "request-closed", "the request was answered or declined before", "record a new request"
        )
    if isinstance(command, ProvideData):
        day, pointer = command.provided_on, "/provided_on"
    else:
        day, pointer = command.declined_on, "/declined_on"
    if not asked.asked_on <= day <= surroundings.today:
        return refuse(
            "invalid",
            "answer-date",
            "the answer lies before the request or in the future",
            "correct its day",
            pointer,
        )
    return None
