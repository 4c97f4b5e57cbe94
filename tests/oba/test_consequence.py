"""Which life event claims a milestone, in general."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from oba.consequence import claim_of, money_ends
from oba.facts.base import Fact
from oba.facts.life_event import LiverTransplanted, PatientDied, Retreated
from oba.schedule import Obligation, plan
from oba.terms.consequences import Consequences
from tests.support.agreements import an_agreement
from tests.support.events import DAY_0, History

EVENTS = st.lists(st.tuples(st.integers(0, 300), st.booleans()), max_size=4)


def terms(straddling: str) -> Consequences:
    plain = an_agreement("a-1", "PAYER-1").consequences.model_dump(mode="json")
    return Consequences.model_validate({**plain, "straddling_milestone": straddling})


def the_milestone() -> Obligation:
    (obligation,) = plan(an_agreement("a-1", "PAYER-1"), DAY_0)
    return obligation


def lived(events: list[tuple[int, bool]]) -> History:
    history = History()
    for days, died in events:
        fact: Fact = PatientDied(relation="unrelated") if died else LiverTransplanted()
        history.tell(fact, on=DAY_0 + timedelta(days=days))
    return history


@given(EVENTS)
def test_the_earliest_event_before_the_due_date_claims_the_milestone(events: list[tuple[int, bool]]) -> None:
    milestone = the_milestone()
    days = [DAY_0 + timedelta(days=day) for day, _ in events]
    before = [day for day in days if day < milestone.due_on]
    claim = claim_of(terms("judged"), milestone, lived(events).evidence())
    assert (claim.happened.on if claim else None) == min(before, default=None)


@given(EVENTS)
def test_nothing_after_window_and_grace_claims_a_milestone(events: list[tuple[int, bool]]) -> None:
    claim = claim_of(terms("excluded"), the_milestone(), lived(events).evidence())
    assert claim is None or claim.happened.on <= the_milestone().grace_ends_on


def test_of_two_events_of_one_day_the_one_that_stands_first_in_the_table_claims() -> None:
    claim = claim_of(terms("judged"), the_milestone(), lived([(10, False), (10, True)]).evidence())
    assert claim is not None
    assert isinstance(claim.happened.items[0].fact, PatientDied)
    assert claim.happened.on == date(2026, 1, 25)


def test_what_ends_instalments_and_refund_rights_is_told_by_day_with_its_clause() -> None:
    plain = an_agreement("a-1", "PAYER-1").consequences.model_dump(mode="json")
    both = {"clause": "6.2", "effect": "exclude", "also": ["cancel_instalments", "end_refund_rights"]}
    table = {**plain, "died_unrelated": both, "retreated": {**both, "clause": "6.4", "also": ["end_refund_rights"]}}
    history = History()
    history.tell(PatientDied(relation="unrelated"), on=DAY_0 + timedelta(days=30))
    history.tell(LiverTransplanted(), on=DAY_0 + timedelta(days=20))
    history.tell(Retreated(product="OTHER"), on=DAY_0 + timedelta(days=10))
    ends = money_ends(Consequences.model_validate(table), history.evidence())
    assert [(end.effect, (end.on - DAY_0).days, end.clause) for end in ends] == [
        ("end_refund_rights", 10, "6.4"),
        ("cancel_instalments", 30, "6.2"),
        ("end_refund_rights", 30, "6.2"),
    ]
