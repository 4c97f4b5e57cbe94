"""Whether an infusion, given or planned, may be enrolled: each condition by itself, with its reasons (C02).

The same criteria judge a milestone and the baseline before an infusion; what is known now is what decides.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, TypeAlias

from oba.criteria.combining import at_least
from oba.criteria.judge import judge
from oba.evidence import Evidence
from oba.facts.consent import ConsentGiven, ConsentWithdrawn
from oba.measures.measured import Setting
from oba.reference.tables import Reference
from oba.schedule import Obligation
from oba.terms.agreement import Agreement
from oba.terms.eligibility import (
    BaselinePrerequisite,
    EligibleSites,
    EligibleTreatment,
    EnrolmentDeadline,
    PriorAuthorisation,
    RequiredConsent,
)
from oba.trace import Trace, Verdict, Wanted

ConditionName: TypeAlias = Literal[
    "treatment", "site", "prior_authorisation", "consent", "baseline", "enrolment_deadline"
]


@dataclass(frozen=True)
class Candidate:
    """What is known of an infusion and its enrolment; None where it is not known yet."""

    day_0: date
    """The local date of the infusion, given or planned."""
    evidence: Evidence
    reference: Reference
    product: str | None = None
    ndc: str | None = None
    htc_id: str | None = None
    enrolled_on: date | None = None
    consent_version: str | None = None
    prior_authorised_on: date | None = None


@dataclass(frozen=True)
class Condition:
    """One condition of the agreement and its verdict."""

    name: ConditionName
    trace: Trace
    verdict: Verdict


@dataclass(frozen=True)
class Eligible:
    """Eligible (`true`), not eligible (`false`) or unknown, with every condition in the order of the terms."""

    verdict: Verdict
    trace: Trace
    conditions: tuple[Condition, ...]


def eligible(agreement: Agreement, candidate: Candidate) -> Eligible:
    """All conditions together by Kleene logic; an agreement without conditions takes everybody."""
    conditions = tuple(_conditions(agreement, candidate))
    verdict = at_least(len(conditions), [condition.verdict for condition in conditions])
    trace = Trace(
        step="eligibility",
        sentence=f"eligible under {agreement.id}: {verdict}",
        verdict=verdict,
        because=tuple(condition.trace for condition in conditions),
    )
    return Eligible(verdict, trace, conditions)


def _conditions(agreement: Agreement, candidate: Candidate) -> Iterator[Condition]:
    asked = agreement.eligibility
    if asked is None:
        return
    if asked.treatment is not None:
        yield _treatment(agreement, asked.treatment, candidate)
    if asked.sites is not None:
        yield _site(asked.sites, candidate)
    if asked.prior_authorisation is not None:
        yield _prior_authorisation(asked.prior_authorisation, candidate)
    if asked.consent is not None:
        yield _consent(asked.consent, candidate)
    if asked.baseline is not None:
        yield _baseline(agreement, asked.baseline, candidate)
    if asked.enrolment_deadline is not None:
        yield _deadline(asked.enrolment_deadline, candidate)


def _treatment(agreement: Agreement, terms: EligibleTreatment, candidate: Candidate) -> Condition:
    """Product, NDC, and the HCPCS code that the reference table has for the product."""
    if candidate.product is None or candidate.ndc is None:
        return _unknown("treatment", terms.clause, "product and NDC of the kit are not known", "the kit with its NDC")
    therapy = candidate.reference.therapy(candidate.product)
    if candidate.product != agreement.therapy.product or candidate.ndc not in terms.ndcs:
        return _condition("treatment", terms.clause, "false", "the kit is not one that the agreement covers")
    if therapy is None or therapy.hcpcs != agreement.therapy.hcpcs:
        return _condition("treatment", terms.clause, "false", "the HCPCS code of the product is not the agreement's")
    sentence = f"{candidate.product}, NDC {candidate.ndc}, HCPCS {therapy.hcpcs} is covered"
    return _condition("treatment", terms.clause, "true", sentence)


def _site(terms: EligibleSites, candidate: Candidate) -> Condition:
    if candidate.htc_id is None:
        return _unknown("site", terms.clause, "the infusing HTC is not known", "the infusing HTC")
    listed = candidate.htc_id in terms.htcs
    said = "is" if listed else "is not"
    return _condition("site", terms.clause, _verdict(listed), f"{candidate.htc_id} {said} on the list of sites")


def _prior_authorisation(terms: PriorAuthorisation, candidate: Candidate) -> Condition:
    first_on = candidate.day_0 - timedelta(days=terms.at_most_days_before)
    asked = f"authorised from {first_on} to {candidate.day_0}"
    given_on = candidate.prior_authorised_on
    if given_on is None:
        sentence = f"no prior authorisation is shown; it must be {asked}"
        return _unknown("prior_authorisation", terms.clause, sentence, "the day of the prior authorisation")
    in_time = first_on <= given_on <= candidate.day_0
    sentence = f"authorised on {given_on}; it must be {asked}"
    return _condition("prior_authorisation", terms.clause, _verdict(in_time), sentence)


def _consent(terms: RequiredConsent, candidate: Candidate) -> Condition:
    """The version that the enrolment names, else the one last given; a withdrawal on the day itself already holds."""
    until = candidate.enrolled_on or candidate.evidence.as_of
    turns = [
        item.fact
        for item in candidate.evidence.items
        if isinstance(item.fact, ConsentGiven | ConsentWithdrawn) and item.occurred_on <= until
    ]
    last = turns[-1] if turns else None
    if isinstance(last, ConsentWithdrawn):
        return _condition("consent", terms.clause, "false", "consent was withdrawn and not given again")
    version = candidate.consent_version or (last.version if last is not None else None)
    if version is None:
        return _unknown("consent", terms.clause, "no consent is known", "consent to outcomes tracking")
    accepted = version in terms.versions
    sentence = f"consent {version} is {'' if accepted else 'not '}one of {', '.join(terms.versions)}"
    return _condition("consent", terms.clause, _verdict(accepted), sentence)


def _baseline(agreement: Agreement, terms: BaselinePrerequisite, candidate: Candidate) -> Condition:
    judged = judge(terms.criterion, _before_infusion(agreement, terms, candidate))
    sentence = f"the baseline from {terms.days_before} days before {candidate.day_0} fulfils its criterion"
    trace = Trace(
        step="eligibility.baseline",
        sentence=f"{sentence}: {judged.verdict}",
        clause=terms.clause,
        verdict=judged.verdict,
        reason=judged.trace.reason,
        because=(judged.trace,),
    )
    return Condition("baseline", trace, judged.verdict)


def _before_infusion(agreement: Agreement, terms: BaselinePrerequisite, candidate: Candidate) -> Setting:
    """The days before the infusion as a window that is closed: a check asks for an answer now."""
    day_0 = candidate.day_0
    return Setting(
        evidence=candidate.evidence,
        obligation=Obligation(
            kind="milestone",
            document_id=agreement.id,
            name="eligibility",
            clause=terms.clause,
            day_0=day_0,
            opens_on=day_0 - timedelta(days=terms.days_before),
            due_on=day_0,
            closes_on=day_0,
            grace_ends_on=day_0,
            cure_ends_on=day_0,
            report_by_on=day_0,
        ),
        reference=candidate.reference,
        closed=True,
        month_end=agreement.month_end,
        recorded_until=day_0,
    )


def _deadline(terms: EnrolmentDeadline, candidate: Candidate) -> Condition:
    last_on = candidate.day_0 + timedelta(days=terms.days)
    on = candidate.enrolled_on
    if on is None:
        sentence = f"not enrolled yet; the last day is {last_on}"
        verdict: Verdict = "unknown" if candidate.evidence.as_of <= last_on else "false"
        wanted = (Wanted(what="the enrolment", until=last_on),) if verdict == "unknown" else ()
        return _condition("enrolment_deadline", terms.clause, verdict, sentence, wanted)
    sentence = f"enrolled on {on}; the last day is {last_on}"
    return _condition("enrolment_deadline", terms.clause, _verdict(on <= last_on), sentence)


def _verdict(holds: bool) -> Verdict:
    return "true" if holds else "false"


def _unknown(name: ConditionName, clause: str, sentence: str, wanted: str) -> Condition:
    return _condition(name, clause, "unknown", sentence, (Wanted(what=wanted),))


def _condition(
    name: ConditionName, clause: str, verdict: Verdict, sentence: str, wanted: tuple[Wanted, ...] = ()
) -> Condition:
    trace = Trace(step=f"eligibility.{name}", sentence=sentence, clause=clause, verdict=verdict, wanted=wanted)
    return Condition(name, trace, verdict)
