"""Milestones that wait, deferred, referred, prorated or left to silence; and what later events do to an approval."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from oba.determination.determine import determine
from oba.determination.question import as_if
from oba.facts.any_fact import ANY_FACT
from oba.facts.base import Fact
from oba.infusion.events import DeterminationProposed, MilestoneDetermined, RefundAdjusted
from oba.infusion.questions import determinations, failure_of, question
from oba.policies.propose import proposals_owed
from tests.support.documents import AGREEMENT
from tests.support.events import a_result
from tests.support.streams import (
    CURE_OVER_12,
    CURE_OVER_24,
    DUE_12,
    DUE_24,
    GRACE_OVER_12,
    GRACE_OVER_24,
    REFERENCE,
    Given,
    an_agreement,
    enrolled,
)

MONTH_12 = ("test-agreement", "month-12", "PAYER-1")


def fact(kind: str, **content: object) -> Fact:
    return ANY_FACT.validate_python({"kind": kind, **content})


def missing(policy: object, **changes: Any) -> Given:
    """Nothing was ever reported for month 12, and its cure is over."""
    agreement = an_agreement(missing_data={**AGREEMENT["missing_data"], "none_given": policy}, **changes)
    return enrolled(agreement).on(CURE_OVER_12)


def owed(stream: Given) -> list[str]:
    return [command.milestone for command in proposals_owed(stream.state, stream.surroundings)]


def findings(stream: Given) -> list[str]:
    clocks: dict[str, Any] = {"as_of": stream.today, "known_at": stream.events[-1].recorded_at}
    return [one.finding for one in determinations(stream.state, stream.shelf, REFERENCE, **clocks)]


KEEP = {"late_evidence": {"clause": "8.1", "rule": "keep"}}
DEFER = {"kind": "defer", "after_last": "exclude"}


@pytest.mark.parametrize("changes", [{}, KEEP], ids=["reopen", "keep"])
def test_a_deferred_milestone_costs_nothing_until_the_next_one_is_decided_and_then_its_own_row(
    changes: dict[str, Any],
) -> None:
    stream = missing(DEFER, **changes).determined()
    assert (findings(stream), stream.state.triggered, owed(stream)) == (["not_evaluable", "not_yet"], {}, [])
    stream = stream.on(DUE_24).when_told(a_result("3")).then().on(GRACE_OVER_24)
    assert owed(stream) == ["month-12", "month-24"]
    stream = stream.determined("month-24").when_proposed().then(DeterminationProposed)
    after = stream.when_approved().then(MilestoneDetermined, RefundAdjusted)
    assert after.state.triggered[MONTH_12] == 140_000_000
    assert owed(after) == []


def test_what_was_referred_is_decided_by_the_adjudicator_also_where_late_evidence_is_kept() -> None:
    stream = missing("refer", **KEEP).determined().on(CURE_OVER_12 + timedelta(days=90))
    answered = fact(
        "adjudicator_answered",
        agreement_id="test-agreement",
        milestone="month-12",
        outcome="not_met",
        document_digest="d" * 64,
    )
    stream = stream.when_told(answered).then()
    assert owed(stream) == ["month-12"]
    assert stream.determined().state.triggered == {MONTH_12: 140_000_000}


def test_late_evidence_on_a_referred_milestone_is_kept_where_the_agreement_says_so() -> None:
    stream = missing("refer", **KEEP).determined().on(CURE_OVER_12 + timedelta(days=90))
    assert owed(stream.when_told(a_result("3"), on=DUE_12).then()) == []


def test_a_prorated_milestone_costs_its_share_of_the_row() -> None:
    prorate = {"kind": "prorate", "period": {"kind": "months_before_due", "months": 12}, "judged_through": "last_visit"}
    visit = fact("milestone_assessed", milestone="month-12", attested_by="PHYSICIAN-1")
    stream = missing(prorate).told(visit, on=date(2026, 3, 29))
    clocks: dict[str, Any] = {"as_of": stream.today, "known_at": stream.events[-1].recorded_at}
    (first, _) = determinations(stream.state, stream.shelf, REFERENCE, **clocks)
    failure = failure_of(first, stream.agreement)
    assert failure is not None
    assert (failure.share, failure.due_on) == (Fraction(73, 365), DUE_12)
    assert stream.determined().state.triggered == {MONTH_12: 28_000_000}


def silent(**changes: Any) -> Given:
    """Under an agreement by which six months without a visit are a loss to follow-up."""
    lost = {"clause": "7.6", "months_without_contact": 6, "contacts": ["milestone_assessed"]}
    table = {**AGREEMENT["consequences"], "lost_to_follow_up": {"clause": "7.6", "effect": "exclude"}}
    return enrolled(an_agreement(selection="first", consequences={**table, "lost_by_definition": lost}, **changes))


def test_silence_that_becomes_a_loss_after_the_approval_does_not_undo_it() -> None:
    visited = fact("milestone_assessed", milestone="month-12", attested_by="PHYSICIAN-1")
    early = DUE_12 - timedelta(days=20)
    stream = silent().told(visited, on=date(2026, 7, 10))
    stream = stream.on(early).when_told(a_result("3")).then().determined()
    assert findings(stream)[0] == "not_met"
    later = stream.on(DUE_12 - timedelta(days=2))
    assert findings(later)[0] == "excluded"
    assert "month-12" not in owed(later)


def test_silence_before_the_approval_is_a_loss_like_any_other() -> None:
    stream = silent().on(date(2026, 9, 1))
    assert owed(stream) == ["month-12", "month-24"]
    assert findings(stream.determined())[0] == "excluded"


def test_a_cut_off_keeps_later_reports_out_of_the_determination() -> None:
    rules = {"clause": "5.4", "facts": ["weight_measured"], "sources": ["chart"]}
    cut_off = {"clause": "6.4", "after": "cure_ends", "days": 0}
    evidence = {"systems": {}, "unlisted_system": "chart", "rules": [rules], "cut_off": cut_off}
    stream = missing("fail", evidence=evidence)
    late = stream.when_told(a_result("30"), on=DUE_12).then()
    clocks: dict[str, Any] = {"as_of": late.today, "known_at": late.events[-1].recorded_at}
    (first, _) = determinations(late.state, late.shelf, REFERENCE, **clocks)
    assert (first.finding, first.reason, first.trace.because[-1].reason) == ("not_met", "missing_data", "cut_off")
    in_time = stream.on(CURE_OVER_12 - timedelta(days=1)).when_told(a_result("30"), on=DUE_12).then()
    assert findings(in_time.on(CURE_OVER_12))[0] == "met"


def test_both_milestones_missing_to_the_end_take_what_holds_after_the_last() -> None:
    assert findings(missing(DEFER).on(CURE_OVER_24)) == ["excluded", "excluded"]


def test_a_reminder_that_never_went_out_keeps_a_milestone_open() -> None:
    duty = {"clause": "6.3", "without_reminder": "stays_open"}
    agreement = an_agreement(
        missing_data={**AGREEMENT["missing_data"], "none_given": "fail", "reminder_required": duty}
    )
    stream = enrolled(agreement).on(GRACE_OVER_12)
    assert owed(stream.on(CURE_OVER_12 + timedelta(days=400))) == []


def test_a_milestone_that_stays_open_without_a_reminder_is_judged_where_it_is_taken_as_closed() -> None:
    duty = {"clause": "6.3", "without_reminder": "stays_open"}
    policies = {**AGREEMENT["missing_data"], "none_given": "fail", "reminder_required": duty}
    stream = enrolled(an_agreement(missing_data=policies)).on(CURE_OVER_12)
    clocks: dict[str, Any] = {"as_of": stream.today, "known_at": stream.events[-1].recorded_at}
    asked = question(stream.state, stream.shelf, REFERENCE, "test-agreement", "month-12", **clocks)
    assert asked is not None
    assert (determine(asked).finding, determine(as_if(asked, closed=True)).finding) == ("not_yet", "not_met")
