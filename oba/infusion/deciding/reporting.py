"""Recording, correcting and retracting facts: the impossible is refused, the implausible is recorded and flagged."""

from uuid import UUID

from oba.facts.assessment import MilestoneAssessed
from oba.facts.base import Fact
from oba.facts.baseline import BaselineRecorded
from oba.facts.bleed import BleedLogged
from oba.facts.correction import FactCorrected, FactRetracted
from oba.facts.coverage import AgreementAssumedByPayer, CareTransferred, CoverageChanged
from oba.facts.enrolment import EnrolledUnderAgreement
from oba.facts.fix_activity import FixActivityMeasured
from oba.facts.fix_product_use import FixProductUsed
from oba.facts.follow_up import MissingCauseRecorded
from oba.facts.infused import Infused
from oba.facts.prophylaxis import ProphylaxisStarted
from oba.facts.ruling import AdjudicatorAnswered, ExclusionRecorded
from oba.infusion.commands import CorrectFact, RecordFact, RetractFact, When
from oba.infusion.deciding.draft import Decided, draft
from oba.infusion.deciding.enrolling import enrolment_problems
from oba.infusion.deciding.registration import infusion_problems
from oba.infusion.state import InfusionState
from oba.infusion.surroundings import Surroundings
from oba.problems import Problem, Refusal, refuse


def record(state: InfusionState, command: RecordFact, surroundings: Surroundings) -> Decided:
    """Adds one fact, or refuses with every problem at once."""
    if isinstance(command.fact, Infused | EnrolledUnderAgreement):
        return refuse(
            "invalid",
            "own-command",
            "an infusion is registered and an enrolment is made by a command of its own",
            "register the infusion, or enrol it, instead of recording a fact",
            "/fact/kind",
        )
    problems = (
        *_when_problems(state, command.fact, command.when, surroundings),
        *_content_problems(state, command.fact, command.when, surroundings),
    )
    if problems:
        return Refusal(kind="invalid", problems=problems)
    if _already_recorded(state, command):
        return refuse(
            "conflict",
            "already-recorded",
            "this fact is recorded already, with the same content",
            "nothing needs to be done; use a correction where the content has changed",
            "/fact",
        )
    return draft(state, command, (command.fact,), command.when, command.source)


def correct(state: InfusionState, command: CorrectFact, surroundings: Surroundings) -> Decided:
    """Replaces what a fact says; a correction names the first fact and never changes its kind (settled A2)."""
    first = _first_fact(state, command.fact_id)
    if isinstance(first, Refusal):
        return first
    if command.fact.kind != first.kind:
        return refuse(
            "invalid",
            "other-kind",
            "a correction cannot change the kind of a fact",
            "retract the fact and record the right one",
            "/fact/kind",
        )
    problems = _correction_problems(state, first, command, surroundings)
    if problems:
        return Refusal(kind="invalid", problems=problems)
    if _changes_nothing(state, command):
        return refuse(
            "conflict",
            "nothing-corrected",
            "the correction says what stands already",
            "nothing needs to be done",
            "/fact",
        )
    body = FactCorrected(
        fact_id=command.fact_id, reason=command.reason, source_sequence=command.source_sequence, content=command.fact
    )
    return draft(state, command, (body,), command.when, command.source)


def retract(state: InfusionState, command: RetractFact) -> Decided:
    """Takes a fact back with all its corrections; the infusion itself is corrected, never retracted."""
    first = _first_fact(state, command.fact_id)
    if isinstance(first, Refusal):
        return first
    if isinstance(first, Infused):
        return refuse(
            "invalid",
            "infusion-stands",
            "the infusion itself cannot be retracted",
            "correct it, or end its enrolments",
            "/fact_id",
        )
    body = FactRetracted(fact_id=command.fact_id, reason=command.reason)
    return draft(state, command, (body,), command.when, command.source)


def _correction_problems(
    state: InfusionState, first: Fact, command: CorrectFact, surroundings: Surroundings
) -> tuple[Problem, ...]:
    match command.fact:
        case Infused() as infused:
            return _infused_correction(first, infused, command.when, surroundings)
        case EnrolledUnderAgreement() as enrolled:
            return enrolment_problems(state, enrolled, command.when, surroundings, corrects=command.fact_id)
        case fact:
            return (
                *_when_problems(state, fact, command.when, surroundings),
                *_content_problems(state, fact, command.when, surroundings),
            )


def _infused_correction(first: Fact, infused: Infused, when: When, surroundings: Surroundings) -> tuple[Problem, ...]:
    assert isinstance(first, Infused)
    problems = infusion_problems(infused, when, surroundings)
    if infused.patient_token == first.patient_token:
        return problems
    return (
        *problems,
        Problem(
            code="other-patient",
            message="a correction cannot hand the infusion to another patient",
            remedy="move the facts to the infusion of the right patient",
            pointer="/fact/patient_token",
        ),
    )


def _when_problems(state: InfusionState, fact: Fact, when: When, surroundings: Surroundings) -> list[Problem]:
    if when.occurred_on > surroundings.today or (when.occurred_at is not None and when.occurred_at > surroundings.now):
        return [
            Problem(
                code="future-date",
                message="the fact lies in the future at the HTC",
                remedy="record it once it has happened, or correct its date",
                pointer="/occurred_on",
            )
        ]
    if fact.TIMING == "from_day_0" and when.occurred_on < state.day_0:
        return [
            Problem(
                code="before-infusion",
                message="the fact lies before the infusion and is not baseline",
                remedy="report it in the baseline (kind baseline_recorded), or correct its date",
                pointer="/occurred_on",
            )
        ]
    return []


def _content_problems(state: InfusionState, fact: Fact, when: When, surroundings: Surroundings) -> tuple[Problem, ...]:
    """What only the stream and the directory can tell about a fact."""
    match fact:
        case BaselineRecorded():
            return _baseline(state, fact)
        case MilestoneAssessed():
            return (*_milestone(state, fact.milestone, surroundings), *_attestation(fact, when, surroundings))
        case MissingCauseRecorded():
            return _milestone(state, fact.milestone, surroundings)
        case AdjudicatorAnswered() | ExclusionRecorded():
            return _milestone(state, fact.milestone, surroundings)
        case FixProductUsed(product=product) | ProphylaxisStarted(product=product):
            return _product(product, surroundings)
        case BleedLogged():
            return _treatment(fact, when, surroundings)
        case CareTransferred(htc_id=htc_id):
            return _listed(htc_id, surroundings.htc_ids, "unknown-htc", "HTC", "/fact/htc_id")
        case CoverageChanged(payer_id=None):
            return ()
        case CoverageChanged(payer_id=str(payer_id)) | AgreementAssumedByPayer(payer_id=payer_id):
            return _listed(payer_id, surroundings.payer_ids, "unknown-payer", "payer", "/fact/payer_id")
        case _:
            return ()


def _baseline(state: InfusionState, fact: BaselineRecorded) -> tuple[Problem, ...]:
    if fact.lead_in.last <= state.day_0:
        return ()
    return (
        Problem(
            code="lead-in-after-infusion",
            message="the lead-in ends after the infusion",
            remedy="give a lead-in that ends on or before Day 0",
            pointer="/fact/lead_in/last",
        ),
    )


def _milestone(state: InfusionState, milestone: str, surroundings: Surroundings) -> tuple[Problem, ...]:
    agreements = [surroundings.shelf.agreements[enrolment.terms_hash] for enrolment in state.enrolments()]
    known = {one.id for agreement in agreements for one in agreement.milestones}
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


def _attestation(fact: MilestoneAssessed, when: When, surroundings: Surroundings) -> tuple[Problem, ...]:
    problems = list(_listed(fact.attested_by, surroundings.person_ids, "unknown-person", "person", "/fact/attested_by"))
    for name in ("bleed_log_complete_through", "fix_use_complete_through"):
        through = getattr(fact, name)
        if through is not None and through > when.occurred_on:
            problems.append(
                Problem(
                    code="attested-future",
                    message="completeness is attested through a day after the visit",
                    remedy="attest through the day of the visit at the latest",
                    pointer=f"/fact/{name}",
                )
            )
    return tuple(problems)


def _product(product: str | None, surroundings: Surroundings) -> tuple[Problem, ...]:
    known = frozenset(row.product for row in surroundings.reference.fix_products)
    if product is None:
        return ()
    return _listed(product, known, "unknown-product", "FIX product", "/fact/product")


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


def _listed(name: str, known: frozenset[str], code: str, what: str, pointer: str) -> tuple[Problem, ...]:
    if name in known:
        return ()
    return (
        Problem(code=code, message=f"the {what} is not known", remedy=f"use the id of a known {what}", pointer=pointer),
    )


def _first_fact(state: InfusionState, fact_id: UUID) -> Fact | Refusal:
    """The fact that a correction or retraction names, or why it cannot be named (settled A2)."""
    event = next((event for event in state.events if event.event_id == fact_id), None)
    if event is None or not isinstance(event.body, Fact | FactCorrected):
        return refuse(
            "not_found", "unknown-fact", "the infusion has no such fact", "name a fact of its timeline", "/fact_id"
        )
    if isinstance(event.body, FactCorrected):
        return refuse(
            "invalid",
            "names-a-correction",
            "this names a correction, not the fact that was corrected",
            f"name the first fact, {event.body.fact_id}",
            "/fact_id",
        )
    if any(isinstance(later.body, FactRetracted) and later.body.fact_id == fact_id for later in state.events):
        return refuse(
            "conflict",
            "fact-retracted",
            "the fact was retracted and cannot be changed any more",
            "record the fact anew",
            "/fact_id",
        )
    return event.body


def _already_recorded(state: InfusionState, command: RecordFact) -> bool:
    """The same laboratory result twice; without an accession two equal facts may both be true."""
    fact = command.fact
    if not isinstance(fact, FixActivityMeasured) or fact.accession_digest is None:
        return False
    same = [item for item in state.everything.of(FixActivityMeasured) if item.fact == fact]
    return any(item.occurred_on == command.when.occurred_on for item in same)


def _changes_nothing(state: InfusionState, command: CorrectFact) -> bool:
    return any(
        item.fact_id == command.fact_id
        and item.fact == command.fact
        and (item.occurred_on, item.occurred_at) == (command.when.occurred_on, command.when.occurred_at)
        for item in state.everything.items
    )
