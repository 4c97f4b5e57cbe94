"""What only the clock, the stream and the directory can tell about a fact: the impossible, every problem at once."""

from datetime import date

from oba.facts.assessment import MilestoneAssessed
from oba.facts.base import Fact
from oba.facts.baseline import BaselineRecorded
from oba.facts.bleed import BleedLogged
from oba.facts.coverage import AgreementAssumedByPayer, CareTransferred, CoverageChanged
from oba.facts.enrolment import EnrolledUnderAgreement, EnrolmentEnded
from oba.facts.fix_product_use import FixProductUsed
from oba.facts.follow_up import MissingCauseRecorded
from oba.facts.offset import OffsetReceived
from oba.facts.prophylaxis import ProphylaxisStarted
from oba.facts.ruling import AdjudicatorAnswered, ExclusionRecorded
from oba.infusion.commands import When
from oba.infusion.deciding.attesting import attested_ahead, attester_problems
from oba.infusion.state import InfusionState
from oba.infusion.surroundings import Surroundings
from oba.problems import Problem


def fact_problems(state: InfusionState, fact: Fact, when: When, surroundings: Surroundings) -> tuple[Problem, ...]:
    """Everything that is wrong with a fact, as reported or as corrected."""
    return (*_when_problems(state, fact, when, surroundings), *_content_problems(state, fact, when, surroundings))


def future_problems(when: When, surroundings: Surroundings) -> tuple[Problem, ...]:
    """Nothing is reported, corrected or taken back ahead of its time."""
    if when.occurred_on <= surroundings.today and (when.occurred_at is None or when.occurred_at <= surroundings.now):
        return ()
    return (
        Problem(
            code="future-date",
            message="the fact lies in the future at the HTC",
            remedy="record it once it has happened, or correct its date",
            pointer="/occurred_on",
        ),
    )


def _when_problems(state: InfusionState, fact: Fact, when: When, surroundings: Surroundings) -> tuple[Problem, ...]:
    if fact.TIMING == "from_day_0" and when.occurred_on < state.day_0:
        return (
            Problem(
                code="before-infusion",
                message="the fact lies before the infusion and is not baseline",
                remedy="report it in the baseline (kind baseline_recorded), or correct its date",
                pointer="/occurred_on",
            ),
        )
    return future_problems(when, surroundings)


def _content_problems(  # noqa: C901, PLR0911, PLR0912 - one case for each kind of fact that names something
    state: InfusionState, fact: Fact, when: When, surroundings: Surroundings
) -> tuple[Problem, ...]:
    match fact:
        case BaselineRecorded():
            return _baseline(state, fact, surroundings)
        case MilestoneAssessed():
            return (
                *_milestone(state, fact.milestone, None, surroundings),
                *attester_problems(state, fact, when, surroundings),
                *attested_ahead(fact, when),
            )
        case MissingCauseRecorded():
            return _milestone(state, fact.milestone, None, surroundings)
        case AdjudicatorAnswered() | ExclusionRecorded():
            return _milestone(state, fact.milestone, fact.agreement_id, surroundings)
        case EnrolmentEnded():
            return _end(state, fact, when)
        case FixProductUsed():
            return (*_product(fact.product, "/fact/product", surroundings), *_bleed(state, fact))
        case ProphylaxisStarted():
            return _product(fact.product, "/fact/product", surroundings)
        case BleedLogged():
            return _treatment(fact, when, surroundings)
        case CareTransferred():
            return _listed(fact.htc_id, surroundings.htc_ids, "HTC", "/fact/htc_id")
        case CoverageChanged():
            return _payer(fact.payer_id, surroundings)
        case AgreementAssumedByPayer():
            return _assumed(state, fact, surroundings)
        case OffsetReceived():
            return (*_enrolled(state, fact.agreement_id), *_currency(state, fact))
        case _:
            return ()


def _baseline(state: InfusionState, fact: BaselineRecorded, surroundings: Surroundings) -> tuple[Problem, ...]:
    product = fact.regimen.product if fact.regimen is not None else None
    problems = _product(product, "/fact/regimen/product", surroundings)
    if fact.lead_in.last <= state.day_0:
        return problems
    return (
        *problems,
        Problem(
            code="lead-in-after-infusion",
            message="the lead-in ends after the infusion",
            remedy="give a lead-in that ends on or before Day 0",
            pointer="/fact/lead_in/last",
        ),
    )


def _milestone(
    state: InfusionState, milestone: str, agreement_id: str | None, surroundings: Surroundings
) -> tuple[Problem, ...]:
    """A milestone of the named agreement, or of any of the infusion's agreements where none is named."""
    if agreement_id is not None and (problems := _enrolled(state, agreement_id)):
        return problems
    versions = [version for enrolment in state.enrolments() for version in surroundings.versions(enrolment.terms_hash)]
    named = [agreement for agreement in versions if agreement_id in (None, agreement.id)]
    known = {one.id for agreement in named for one in agreement.every_milestone}
    if milestone in known:
        return ()
    return (
        Problem(
            code="unknown-milestone",
            message="no agreement of this infusion has a milestone of that name",
            remedy=f"use one of {', '.join(sorted(known))}" if known else "enrol the infusion under an agreement first",
            pointer="/fact/milestone",
        ),
    )


def _enrolled(state: InfusionState, agreement_id: str) -> tuple[Problem, ...]:
    if _enrolled_on(state, agreement_id):
        return ()
    return (
        Problem(
            code="not-enrolled",
            message="the infusion is not enrolled under that agreement",
            remedy="name an agreement of this infusion, or enrol it first",
            pointer="/fact/agreement_id",
        ),
    )


def _enrolled_on(state: InfusionState, agreement_id: str) -> list[date]:
    """The days of all enrolments under an agreement, also of one that was entered in error."""
    items = state.everything.of(EnrolledUnderAgreement)
    return [item.occurred_on for item in items if item.fact.agreement_id == agreement_id]


def _assumed(state: InfusionState, fact: AgreementAssumedByPayer, surroundings: Surroundings) -> tuple[Problem, ...]:
    """Refunds follow who assumes an agreement, so it must be one of its own payers (settled F11)."""
    problems = (*_enrolled(state, fact.agreement_id), *_payer(fact.payer_id, surroundings))
    if problems:
        return problems
    own = [one for one in state.enrolments() if one.agreement_id == fact.agreement_id]
    if all(fact.payer_id in surroundings.versions(one.terms_hash)[-1].parties.payers for one in own):
        return ()
    return (
        Problem(
            code="payer-not-party",
            message="the payer is not a party to the agreement",
            remedy="name a party of it, or amend the agreement first",
            pointer="/fact/payer_id",
        ),
    )


def _currency(state: InfusionState, fact: OffsetReceived) -> tuple[Problem, ...]:
    """Amounts are never converted, so an offset comes in the currency of the enrolment."""
    others = {one.currency for one in state.enrolments() if one.agreement_id == fact.agreement_id} - {fact.currency}
    problem = Problem(
        code="currency",
        message="the agreement has another currency",
        remedy=f"give {', '.join(sorted(others))}",
        pointer="/fact/currency",
    )
    return (problem,) if others else ()


def _end(state: InfusionState, fact: EnrolmentEnded, when: When) -> tuple[Problem, ...]:
    if problems := _enrolled(state, fact.agreement_id):
        return problems
    if when.occurred_on >= min(_enrolled_on(state, fact.agreement_id)):
        return ()
    return (
        Problem(
            code="ends-before-start",
            message="the enrolment ends before it begins",
            remedy="correct the day of the end, or the day of the enrolment",
            pointer="/occurred_on",
        ),
    )


def _product(product: str | None, pointer: str, surroundings: Surroundings) -> tuple[Problem, ...]:
    if product is None:
        return ()
    known = frozenset(row.product for row in surroundings.reference.fix_products)
    return _listed(product, known, "FIX product", pointer, code="unknown-product")


def _bleed(state: InfusionState, fact: FixProductUsed) -> tuple[Problem, ...]:
    """A dose that names a bleed does not count towards a return to prophylaxis, so the bleed must be one (C9)."""
    if fact.bleed_fact_id is None:
        return ()
    bleeds = {event.event_id for event in state.events if isinstance(event.body, BleedLogged)}
    if fact.bleed_fact_id in bleeds:
        return ()
    return (
        Problem(
            code="unknown-bleed",
            message="the infusion has no such bleed",
            remedy="record the bleed first, and name its fact",
            pointer="/fact/bleed_fact_id",
        ),
    )


def _treatment(fact: BleedLogged, when: When, surroundings: Surroundings) -> tuple[Problem, ...]:
    last = fact.last_treatment
    if last is None or when.occurred_on <= last.on <= surroundings.today:
        return ()
    return (
        Problem(
            code="treatment-date",
            message="the last treatment lies before the onset or in the future",
            remedy="correct the onset or the last treatment",
            pointer="/fact/last_treatment/on",
        ),
    )


def _payer(payer_id: str | None, surroundings: Surroundings) -> tuple[Problem, ...]:
    return () if payer_id is None else _listed(payer_id, surroundings.payer_ids, "payer", "/fact/payer_id")


def _listed(
    name: str, known: frozenset[str], what: str, pointer: str, *, code: str | None = None
) -> tuple[Problem, ...]:
    if name in known:
        return ()
    return (
        Problem(
            code=code or f"unknown-{what.lower()}",
            message=f"the {what} is not known",
            remedy=f"use the id of a known {what}",
            pointer=pointer,
        ),
    )
