"""Enrolments that violate a condition of the agreement (C02)."""

from datetime import timedelta
from typing import Any

from oba.facts.consent import ConsentWithdrawn
from oba.facts.enrolment import EnrolledUnderAgreement
from oba.problems import Refusal
from oba.terms.agreement import Agreement
from tests.support.events import DAY_0
from tests.support.streams import an_agreement, infused

LATER = DAY_0 + timedelta(days=60)
INHIBITOR = {"kind": "inhibitor", "clause": "1.5(a)", "assay": "any", "confirmation": {"kind": "single_result"}}


def asking(**conditions: dict[str, Any]) -> Agreement:
    """The agreement with conditions of eligibility, all of clause 1.2."""
    return an_agreement(eligibility={name: {"clause": "1.2", **terms} for name, terms in conditions.items()})


def test_an_enrolment_that_meets_every_condition_is_taken() -> None:
    agreement = asking(
        treatment={"ndcs": ["00053-0140-14"]},
        sites={"htcs": ["HTC-1"]},
        consent={"versions": ["v1"]},
        enrolment_deadline={"days": 0},
        prior_authorisation={"at_most_days_before": 30},
    )
    infused(agreement).when_enrolled(prior_authorised_on=str(DAY_0)).then(EnrolledUnderAgreement)


def test_an_infusion_at_another_site_is_refused_with_the_clause() -> None:
    decided = infused(asking(sites={"htcs": ["HTC-2"]})).when_enrolled()
    decided.refused("not-eligible-site", "/fact/agreement_id", "invalid")
    assert isinstance(decided.decided, Refusal)
    assert [problem.clause for problem in decided.decided.problems] == ["1.2"]


def test_another_kit_is_refused() -> None:
    infused(asking(treatment={"ndcs": ["00053-0150-15"]})).when_enrolled().refused(
        "not-eligible-treatment", "/fact/agreement_id"
    )


def test_a_consent_that_the_agreement_does_not_accept_is_refused() -> None:
    infused(asking(consent={"versions": ["v2"]})).when_enrolled().refused(
        "not-eligible-consent", "/fact/consent_version"
    )


def test_a_withdrawn_consent_is_refused() -> None:
    stream = infused(asking(consent={"versions": ["v1"]})).when_told(ConsentWithdrawn()).then()
    stream.when_enrolled().refused("not-eligible-consent", "/fact/consent_version")


def test_an_enrolment_after_the_deadline_is_refused_and_one_on_its_last_day_is_not() -> None:
    agreement = asking(enrolment_deadline={"days": 30})
    on_time = DAY_0 + timedelta(days=30)
    infused(agreement).on(LATER).when_enrolled(on=on_time).then(EnrolledUnderAgreement)
    infused(agreement).on(LATER).when_enrolled(on=on_time + timedelta(days=1)).refused(
        "not-eligible-enrolment-deadline", "/occurred_on"
    )


def test_an_authorisation_after_the_infusion_is_refused_and_a_missing_one_may_follow() -> None:
    agreement = asking(prior_authorisation={"at_most_days_before": 30})
    infused(agreement).when_enrolled(prior_authorised_on=str(DAY_0 + timedelta(days=1))).refused(
        "not-eligible-prior-authorisation", "/fact/prior_authorised_on"
    )
    infused(agreement).when_enrolled().then(EnrolledUnderAgreement)


def test_a_baseline_that_is_not_there_yet_stands_in_the_way_of_no_enrolment() -> None:
    criterion = {"kind": "state", "clause": "1.5", "in_state": "negative", "measure": INHIBITOR}
    agreement = asking(baseline={"days_before": 90, "criterion": criterion})
    infused(agreement).when_enrolled().then(EnrolledUnderAgreement)


def test_every_violated_condition_is_told_at_once() -> None:
    agreement = asking(sites={"htcs": ["HTC-2"]}, consent={"versions": ["v2"]})
    infused(agreement).when_enrolled().refused_for("not-eligible-site", "not-eligible-consent")
