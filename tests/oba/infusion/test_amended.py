"""An infusion under an agreement that was amended: which version judges a milestone, and what was issued stands."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from oba.facts.assessment import MilestoneAssessed
from oba.facts.correction import FactRetracted
from oba.facts.coverage import AgreementAssumedByPayer
from oba.infusion.places import Place, places
from oba.infusion.questions import questions
from oba.terms.agreement import Agreement
from oba.terms.amendment import Amendment
from oba.terms.document import terms_hash
from oba.terms.shelf import Shelf
from tests.support.events import DAY_0, a_result
from tests.support.streams import (
    DUE_12,
    DUE_24,
    GRACE_OVER_12,
    GRACE_OVER_24,
    REFERENCE,
    Given,
    an_agreement,
    costing,
    enrolled,
    infused,
)

FIRST = an_agreement()
SIGNED_ON = date(2027, 5, 1)
EFFECT = date(2027, 6, 1)


def amended(agreement: Agreement, stream: Given, **said: Any) -> Given:
    """The stream with the amendment on its shelf; it takes the milestones due from its effective day on."""
    amendment = Amendment.model_validate(
        {
            "replaces": terms_hash(FIRST),
            "reaches_from": EFFECT,
            "signed_on": SIGNED_ON,
            "recorded_at": datetime(2027, 5, 2, tzinfo=UTC),
            "binds": "all_infusions",
            "migration": "milestones_due_from_effect",
            "may_reduce_issued": False,
            **said,
        }
    )
    version = terms_hash(agreement)
    shelf = Shelf(
        agreements={**stream.shelf.agreements, version: agreement},
        payer_rules=stream.shelf.payer_rules,
        amendments={version: amendment},
    )
    return replace(stream, shelf=shelf)


def failed(stream: Given, milestone: str, due_on: date, on: date) -> Given:
    return stream.on(on).when_told(a_result("3"), on=due_on).then().determined(milestone)


def versions(stream: Given, as_of: date) -> dict[str, str]:
    asked = questions(stream.state, stream.shelf, REFERENCE, as_of=as_of, known_at=stream.surroundings.now)
    return {one.milestone: one.terms_hash for one in asked}


def test_a_milestone_is_judged_and_priced_under_the_version_that_governs_it() -> None:
    second = costing("cumulative", "40", "30", effective_on=str(EFFECT))
    stream = failed(enrolled(FIRST), "month-12", DUE_12, GRACE_OVER_12)
    stream = failed(amended(second, stream), "month-24", DUE_24, GRACE_OVER_24)
    issued = {key[1]: one.proposal.event.determination.terms_hash for key, one in stream.state.issued.items()}
    assert issued == {"month-12": terms_hash(FIRST), "month-24": terms_hash(second)}
    assert {line[1]: cents for line, cents in stream.state.triggered.items()} == {
        "month-12": 140_000_000,
        "month-24": 105_000_000,
    }


def test_before_an_amendment_is_signed_or_known_the_first_version_judges_everything() -> None:
    second = an_agreement(effective_on=str(EFFECT))
    stream = amended(second, enrolled(FIRST)).on(date(2027, 12, 1))
    assert set(versions(stream, date(2027, 4, 30)).values()) == {terms_hash(FIRST)}
    assert versions(stream, date(2027, 12, 1)) == {
        "month-12": terms_hash(FIRST),
        "month-24": terms_hash(second),
    }
    unknown = amended(second, stream, recorded_at=datetime(2027, 12, 2, tzinfo=UTC))
    assert set(versions(unknown, date(2027, 12, 1)).values()) == {terms_hash(FIRST)}


def test_an_approved_milestone_that_a_retroactive_amendment_drops_keeps_its_place_and_its_refund() -> None:
    rows = [{"clause": "9.1", "kind": "table_by_milestone", "rows": {"month-24": "20"}}]
    content = FIRST.model_dump(mode="json")
    refund = {**content["refund"], "components": rows}
    second = an_agreement(effective_on=str(EFFECT), milestones=content["milestones"][1:], refund=refund)
    stream = failed(enrolled(FIRST), "month-12", DUE_12, GRACE_OVER_12)
    stream = amended(second, stream, reaches_from=DAY_0).on(GRACE_OVER_24)
    found = {one.milestone: (one.terms_hash, one.taken_back) for one in _places(stream)}
    assert found == {"month-12": (terms_hash(FIRST), False), "month-24": (terms_hash(second), False)}
    assert sum(failed(stream, "month-24", DUE_24, GRACE_OVER_24).state.triggered.values()) == 210_000_000


def test_a_milestone_that_was_approved_under_an_amendment_keeps_its_place_where_its_enrolment_was_taken_back() -> None:
    second = an_agreement(effective_on=str(EFFECT))
    stream = failed(amended(second, enrolled(FIRST)), "month-24", DUE_24, GRACE_OVER_24)
    gone = stream.told(_retraction(stream))
    (only,) = _places(gone)
    assert (only.milestone, only.terms_hash, only.taken_back) == ("month-24", terms_hash(second), True)
    assert only.enrolment.terms_hash == terms_hash(FIRST)


def test_an_amendment_that_reaches_back_is_put_before_a_second_person_and_reduces_nothing_by_itself() -> None:
    second = costing("cumulative", "10", "20", effective_on=str(EFFECT))
    stream = failed(enrolled(FIRST), "month-12", DUE_12, GRACE_OVER_12)
    stream = amended(second, stream, reaches_from=DAY_0)
    assert stream.state.triggered == {("test-agreement", "month-12", "PAYER-1"): 140_000_000}
    later = failed(stream, "month-24", DUE_24, GRACE_OVER_24)
    assert later.state.triggered[("test-agreement", "month-12", "PAYER-1")] == 140_000_000
    may = amended(second, stream, reaches_from=DAY_0, may_reduce_issued=True)
    assert sum(failed(may, "month-24", DUE_24, GRACE_OVER_24).state.triggered.values()) == 210_000_000


def test_a_version_that_is_retroactive_to_day_0_may_be_enrolled_under() -> None:
    retroactive = an_agreement(effective_on="2026-06-01", retroactive_from=str(DAY_0))
    infused(retroactive).when_enrolled().then()
    infused(an_agreement(effective_on="2026-06-01")).when_enrolled().refused("not-in-force", "/fact/terms_hash")
    infused(FIRST, retroactive).when_enrolled().refused("not-in-force", "/fact/terms_hash")


def test_a_visit_for_a_milestone_that_an_amendment_brought_may_be_recorded_once_it_is_known() -> None:
    content = FIRST.model_dump(mode="json")
    later = {**content["milestones"][1], "id": "month-36", "due": {"amount": 36, "unit": "months"}}
    second = an_agreement(effective_on=str(EFFECT), milestones=[*content["milestones"], later])
    visit = MilestoneAssessed(milestone="month-36", attested_by="PHYSICIAN-1")
    stream = enrolled(FIRST).on(GRACE_OVER_24)
    stream.when_told(visit).refused("unknown-milestone", "/fact/milestone")
    amended(second, stream).when_told(visit).then(MilestoneAssessed)


def test_a_payer_that_an_amendment_made_a_party_may_assume_the_agreement() -> None:
    payers = {"manufacturer": "MANUFACTURER-1", "payers": ["PAYER-1", "PAYER-2", "PAYER-3"]}
    second = an_agreement(effective_on=str(EFFECT), parties=payers)
    assumed = AgreementAssumedByPayer(agreement_id="test-agreement", payer_id="PAYER-3")
    stream = enrolled(FIRST).on(GRACE_OVER_12)
    stream.when_told(assumed).refused("payer-not-party", "/fact/payer_id")
    amended(second, stream.on(EFFECT)).when_told(assumed).then(AgreementAssumedByPayer)


def _places(stream: Given) -> tuple[Place, ...]:
    return places(stream.state, stream.shelf, stream.state.evidence())


def _retraction(stream: Given) -> FactRetracted:
    return FactRetracted(fact_id=stream.events[1].event_id, reason="entered_in_error")
