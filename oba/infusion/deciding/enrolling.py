"""Placing an infusion under a version of an agreement: the version exists, is in force on Day 0, and fits."""

from uuid import UUID

from oba.facts.enrolment import EnrolledUnderAgreement
from oba.infusion.commands import EnrolInfusion, When
from oba.infusion.deciding.draft import Decided, draft
from oba.infusion.deciding.qualifying import eligibility_problems
from oba.infusion.state import InfusionState
from oba.infusion.surroundings import Surroundings
from oba.problems import Problem, Refusal
from oba.refund.base import listed_price
from oba.terms.agreement import Agreement


def enrol(state: InfusionState, command: EnrolInfusion, surroundings: Surroundings) -> Decided:
    """Adds the enrolment, or refuses with every problem at once."""
    problems = enrolment_problems(state, command.fact, command.when, surroundings, corrects=None)
    if not problems:
        return draft(state, command, (command.fact,), command.when, command.source)
    twice = problems[0].code == "already-enrolled"
    return Refusal(kind="conflict" if twice else "invalid", problems=problems)


def enrolment_problems(
    state: InfusionState,
    fact: EnrolledUnderAgreement,
    when: When,
    surroundings: Surroundings,
    *,
    corrects: UUID | None,
) -> tuple[Problem, ...]:
    """Everything that is wrong with an enrolment, new or as the correction of an earlier one."""
    corrected = next((one for one in state.enrolments() if one.fact_id == corrects), None)
    others = [one for one in state.enrolments() if one != corrected and one.ended_on is None]
    stays = corrected is not None and corrected.agreement_id == fact.agreement_id
    if not stays and any(one.agreement_id == fact.agreement_id for one in others):
        return (
            _problem(
                "already-enrolled",
                "the infusion is under this agreement already",
                "correct the enrolment",
                "agreement_id",
            ),
        )
    agreement = surroundings.shelf.agreements.get(fact.terms_hash)
    if agreement is None or agreement.id != fact.agreement_id:
        return (
            _problem(
                "unknown-agreement-version",
                "no version of this agreement with that content hash is registered",
                "register the agreement, or name a registered version",
                "terms_hash",
            ),
        )
    chosen_before = corrected is not None and corrected.terms_hash == fact.terms_hash
    return (
        *_day_problems(state, when, surroundings),
        *_version_problems(state, agreement, surroundings, chosen_before=chosen_before),
        *_fit_problems(state, fact, agreement, surroundings),
        *eligibility_problems(state, fact, when, agreement, surroundings),
    )


def _day_problems(state: InfusionState, when: When, surroundings: Surroundings) -> list[Problem]:
    passed = when.occurred_at is None or when.occurred_at <= surroundings.now
    if passed and state.day_0 <= when.occurred_on <= surroundings.today:
        return []
    return [
        Problem(
            code="enrolment-date",
            message="the enrolment lies before the infusion or in the future",
            remedy="give a day from Day 0 to today",
            pointer="/occurred_on",
        )
    ]


def _version_problems(
    state: InfusionState, agreement: Agreement, surroundings: Surroundings, *, chosen_before: bool
) -> list[Problem]:
    """The version that was in force on Day 0 governs; one chosen before is not dislodged by a later amendment."""
    day_0 = state.day_0
    replaced = not chosen_before and any(
        other.id == agreement.id and agreement.effective_on < other.effective_on and other.begins_on <= day_0
        for other in surroundings.shelf.agreements.values()
    )
    if not replaced and agreement.begins_on <= day_0 and (agreement.ends_on is None or day_0 <= agreement.ends_on):
        return []
    return [
        _problem("not-in-force", "this version was not in force on Day 0", "name the version that was", "terms_hash")
    ]


def _fit_problems(
    state: InfusionState, fact: EnrolledUnderAgreement, agreement: Agreement, surroundings: Surroundings
) -> list[Problem]:
    infused = state.infused
    checks = (
        (
            fact.payer_id in surroundings.payer_ids,
            _problem("unknown-payer", "the payer is not known", "use the id of a known payer", "payer_id"),
        ),
        (
            fact.payer_id in agreement.parties.payers,
            _problem("payer-not-party", "the payer is not a party to the agreement", "name a party of it", "payer_id"),
        ),
        (
            infused.product == agreement.therapy.product,
            _problem("product-not-covered", "the agreement is for another therapy", "name another one", "agreement_id"),
        ),
        (
            infused.adult_on_day_0 or not agreement.adults_only,
            _problem("under-age", "the agreement is for adults only", "name another agreement", "agreement_id"),
        ),
        (
            fact.price_basis == agreement.price.kind,
            _problem(
                "price-basis", "the agreement has another price basis", f"give {agreement.price.kind}", "price_basis"
            ),
        ),
        (
            fact.price == (listed_price(agreement.price, state.day_0) or fact.price),
            _problem("price-not-listed", "the agreement lists another price on Day 0", "give the list price", "price"),
        ),
        (
            fact.currency == agreement.currency,
            _problem("currency", "the agreement has another currency", f"give {agreement.currency}", "currency"),
        ),
    )
    return [problem for fits, problem in checks if not fits]


def _problem(code: str, message: str, remedy: str, name: str) -> Problem:
    return Problem(code=code, message=message, remedy=remedy, pointer=f"/fact/{name}")
