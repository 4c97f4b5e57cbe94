"""Loading: only what was known, in the order of knowledge, once, by real commands, and never beside real data."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.bootstrap import Services, open_services
from adapters.demo import named as names
from adapters.demo.directory import BIANNUAL_PAYER, COORDINATOR, HTCS, PAYERS
from adapters.demo.documents import RULE_ID
from adapters.demo.feeding import infusion_of
from adapters.demo.loader import LABEL, NotForADemo, load
from adapters.demo.past import Past
from adapters.demo.portfolio import DEFAULT_DEMO_CLOCK, named, portfolio
from adapters.demo.telling import fact_id
from adapters.settings import Settings
from oba.facts.base import Body, Fact
from oba.facts.correction import FactCorrected
from oba.facts.fix_activity import FixActivityMeasured
from oba.facts.recorded import Recorded
from oba.infusion.events import (
    DataProvided,
    DataRequestDeclined,
    DataRequested,
    DeterminationProposed,
    MilestoneDetermined,
    RefundAdjusted,
    RefundTriggered,
    ReminderSent,
)
from oba.infusion.state import InfusionState
from tests.adapters.conftest import MakingPlaces
from tests.support.place import Place

LIVES = portfolio()
EARLY = datetime(2023, 9, 1, 12, 0, tzinfo=UTC)
"""A clock at which three lives have begun, so that a load takes a moment only."""


def _state(services: Services, name: str) -> InfusionState:
    state = services.tracker.state(infusion_of(named(LIVES, name)))
    assert state is not None
    return state


def _outcomes(state: InfusionState) -> dict[str, str]:
    return {milestone: issued.proposal.event.determination.finding for (_, milestone), issued in state.issued.items()}


def _events(services: Services) -> tuple[Recorded[Body], ...]:
    return services.tracker.log.since(0, 100_000)


@pytest.fixture
def early(place: Place) -> Settings:
    return place.settings


def test_the_store_is_marked_as_a_synthetic_demo_at_its_clock(loaded: Services) -> None:
    demo = loaded.tracker.records.demo
    assert demo.instant() == DEFAULT_DEMO_CLOCK
    assert demo.label() == LABEL
    assert "synthetic" in LABEL
    assert loaded.tracker.clock.now() == DEFAULT_DEMO_CLOCK


def test_exactly_the_infusions_given_before_the_clock_are_registered(loaded: Services) -> None:
    begun = {infusion_of(life) for life in LIVES if life.administration.known_at <= DEFAULT_DEMO_CLOCK}
    assert set(loaded.tracker.log.infusion_ids()) == begun
    assert len(begun) == 21


def test_every_fact_known_at_the_clock_is_there_and_no_other(loaded: Services) -> None:
    known = {
        fact_id(life.number, told.key) for life in LIVES for told in life.told if told.known_at <= DEFAULT_DEMO_CLOCK
    }
    stored = {event.event_id for event in _events(loaded) if event.source.system == "synthetic-demo"}
    own = {fact_id(life.number, key) for life in LIVES for key in ("registered", "enrolled")}
    assert stored - own == known
    assert len(own - stored) == 6, "three infusions lie after the clock"


def test_nothing_is_recorded_after_the_clock(loaded: Services) -> None:
    assert max(event.recorded_at for event in _events(loaded)) <= DEFAULT_DEMO_CLOCK


def test_facts_are_recorded_at_the_instant_they_became_known(loaded: Services) -> None:
    stored = {event.event_id: event for event in _events(loaded)}
    for life in LIVES:
        for told in life.told:
            event = stored.get(fact_id(life.number, told.key))
            if event is not None:
                assert timedelta(0) <= event.recorded_at - told.known_at < timedelta(seconds=1)


def test_every_reported_fact_carries_the_synthetic_source(loaded: Services) -> None:
    reported = [event for event in _events(loaded) if isinstance(event.body, Fact | FactCorrected)]
    assert {event.source.system for event in reported} == {"synthetic-demo"}


def test_directory_and_documents_are_there(loaded: Services) -> None:
    directory, shelf = loaded.tracker.records.directory, loaded.tracker.shelf()
    assert {htc.htc_id for htc in directory.htcs()} == {htc.htc_id for htc in HTCS}
    assert {payer.payer_id for payer in directory.payers()} == set(PAYERS)
    assert {agreement.id for agreement in shelf.agreements.values()} == {
        "hemgenix-illustrative",
        "hemgenix-illustrative-12",
    }
    assert shelf.follow_up_plans


def test_the_rule_is_a_copy_for_an_invented_payer_and_no_real_payer_has_one(loaded: Services) -> None:
    (rule,) = loaded.tracker.shelf().payer_rules.values()
    assert (rule.id, rule.payer, rule.label) == (RULE_ID, BIANNUAL_PAYER, "illustrative")
    assert rule.title.endswith("(synthetic)")
    assert all("synthetic" in source.title for source in rule.sources)


def test_a_second_load_changes_nothing(loaded_copy: Place, loaded: Services) -> None:
    before = loaded.tracker.log.content_hash()
    again = load(loaded_copy.settings)
    assert again.already
    assert loaded.tracker.log.content_hash() == before


def test_the_loss_at_month_30_costs_the_milestone_of_month_36(loaded: Services) -> None:
    state = _state(loaded, names.LOST_AT_MONTH_30)
    assert _outcomes(state) == {"m3": "met", "m6": "met", "m12": "met", "m24": "met", "m36": "not_met"}
    (refund,) = [event.body for event in state.events if isinstance(event.body, RefundTriggered)]
    assert (refund.milestone, refund.amount) == ("m36", 70_000_000)


def test_a_tenth_of_the_dose_fails_every_judged_milestone(loaded: Services) -> None:
    state = _state(loaded, names.PARTIAL_DOSE)
    assert state.dose_share_percent == Decimal(10)
    assert _outcomes(state) == {"m3": "not_met", "m6": "not_met", "m12": "not_met"}


def test_the_very_high_titre_has_failed_at_month_3_only_so_far(loaded: Services) -> None:
    assert set(_outcomes(_state(loaded, names.HIGH_TITRE)).values()) == {"not_met"}
    assert set(_outcomes(_state(loaded, names.HIGH_TITRE))) == {"m3"}


def test_the_correction_turns_the_outcome_and_takes_the_refund_back(loaded: Services) -> None:
    state = _state(loaded, names.CORRECTED)
    told = [event.body.outcome for event in state.events if isinstance(event.body, MilestoneDetermined)]
    adjusted = [event.body.difference for event in state.events if isinstance(event.body, RefundAdjusted)]
    assert told == ["met", "met", "not_met", "met", "met"]
    assert adjusted == [-87_500_000]
    assert _outcomes(state)["m12"] == "met"


def test_the_contaminated_sample_is_left_out_and_the_clean_one_decides(loaded: Services) -> None:
    life = named(LIVES, names.CONTAMINATED)
    issued = _state(loaded, names.CONTAMINATED).issued["hemgenix-illustrative", "m24"]
    steps = list(issued.proposal.event.determination.trace.every())
    assert "contaminated" in {one.reason for step in steps for one in step.rejected}
    assert fact_id(life.number, "fix-m24-repeat") in issued.proposal.event.determination.decisive_fact_ids


def test_the_late_bleed_is_known_long_after_its_onset(loaded: Services) -> None:
    life = named(LIVES, names.LATE_BLEED)
    (late,) = [e for e in _events(loaded) if e.event_id == fact_id(life.number, "bleed-late")]
    assert (late.recorded_at.date() - late.occurred_on).days > 180


def test_the_missed_visit_has_lapsed_and_is_not_evaluable(loaded: Services) -> None:
    state = _state(loaded, names.MISSED_VISIT)
    proposal = state.proposals["hemgenix-illustrative-12", "m12"]
    assert proposal.event.determination.finding == "not_evaluable"


def test_a_death_excludes_the_milestones_after_it(loaded: Services) -> None:
    outcomes = _outcomes(_state(loaded, names.DEATH))
    assert outcomes == {"m3": "met", "m6": "met", "m12": "met", "m24": "excluded", "m36": "excluded", "m60": "excluded"}


def test_a_change_of_payer_leaves_the_enrolment_where_it_was(loaded: Services) -> None:
    (enrolment,) = _state(loaded, names.CHANGE_OF_PAYER).enrolments()
    assert enrolment.payer_id == "demo-payer-south"
    assert enrolment.ended_on is None


def test_the_same_value_passes_one_agreement_and_fails_the_other(loaded: Services) -> None:
    outcomes = _outcomes(_state(loaded, names.BETWEEN_THRESHOLDS))
    assert outcomes["m6"] == "not_met"
    value = next(t.fact for t in named(LIVES, names.BETWEEN_THRESHOLDS).told if t.key == "fix-m6")
    assert isinstance(value, FixActivityMeasured)
    assert 5 < value.iu_per_dl < 12


def test_most_ordinary_lives_meet_their_milestones(loaded: Services) -> None:
    ordinary = [life for life in LIVES if life.script.name == "ordinary life"]
    states = [state for life in ordinary if (state := loaded.tracker.state(infusion_of(life))) is not None]
    assert all(outcome == "met" for state in states for outcome in _outcomes(state).values())
    assert sum(len(state.issued) for state in states) > 30


def test_at_the_default_clock_one_thing_is_due_today_one_has_lapsed_and_one_waits_for_approval(
    loaded: Services,
) -> None:
    today = DEFAULT_DEMO_CLOCK.date()
    rows = loaded.views.worklist(today, limit=200).rows
    due_today = [row for row in rows if row.due_on == today and row.kind == "milestone"]
    lapsed = [row for row in rows if row.lapsed_from is not None and row.lapsed_from <= today]
    waiting = [row for row in rows if row.kind == "approval"]
    assert due_today
    assert lapsed
    assert waiting


def test_proposals_are_approved_by_a_second_person_days_later(loaded: Services) -> None:
    events = _events(loaded)
    proposed = {
        event.body.determination.determination_id: event
        for event in events
        if isinstance(event.body, DeterminationProposed)
    }
    approved = [event for event in events if isinstance(event.body, MilestoneDetermined)]
    assert len(approved) > 60
    for event in approved:
        assert isinstance(event.body, MilestoneDetermined)
        proposal = proposed[event.body.determination_id]
        assert proposal.actor != event.actor
        assert event.recorded_at - proposal.recorded_at > timedelta(days=3)


def test_reminders_of_the_past_are_recorded_and_no_message_was_written(loaded: Services) -> None:
    assert any(isinstance(event.body, ReminderSent) for event in _events(loaded))
    assert not list(loaded.settings.home.glob("outbox/*"))
    assert loaded.tracker.records.outbox.rows() == ()


def test_data_requests_were_made_answered_and_once_declined(loaded: Services) -> None:
    bodies = [event.body for event in _events(loaded)]
    assert any(isinstance(body, DataProvided) for body in bodies)
    (declined,) = [body for body in bodies if isinstance(body, DataRequestDeclined)]
    refused = [body for body in bodies if isinstance(body, DataRequested) and not body.verdict.permitted]
    assert [body.request_id for body in refused] == [declined.request_id]


def test_the_identities_lie_in_the_vault_and_nowhere_in_the_log(loaded: Services) -> None:
    vault = loaded.tracker.records.vault
    known = [vault.identity(_state(loaded, name).infused.patient_token) for name in (names.DEATH, names.HIGH_TITRE)]
    assert [identity.given_name for identity in known if identity is not None] == ["Synthetic", "Synthetic"]
    text = b"".join(event.state for event in loaded.tracker.log.recorder.since(0, 100_000))
    for life in LIVES:
        plain = (life.patient.member_reference, life.claim_reference, *life.administration.kit_lots)
        assert not [value for value in plain if value.encode() in text]


def test_two_loads_with_the_same_keys_write_the_same_log(
    early: Settings, new_place: MakingPlaces, tmp_path: Path
) -> None:
    load(early, EARLY)
    other = new_place(tmp_path / "other").settings
    load(other, EARLY)
    assert _content_hash(early) == _content_hash(other)


def test_two_deployments_with_keys_of_their_own_see_the_same_happen(
    early: Settings, bare_place: MakingPlaces, tmp_path: Path
) -> None:
    other = bare_place(tmp_path / "other").upgraded().settings
    for settings in (early, other):
        load(settings, EARLY)
    assert _happened(early) == _happened(other)
    assert _content_hash(early) != _content_hash(other)


def test_a_load_that_was_cut_off_is_completed_by_the_next_one(early: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    approve = Past.approve
    calls = iter(range(100))

    def cut_off(self: Past, task: object) -> None:
        if next(calls) == 2:
            raise KeyboardInterrupt
        approve(self, task)  # type: ignore[arg-type]

    monkeypatch.setattr(Past, "approve", cut_off)
    with pytest.raises(KeyboardInterrupt):
        load(early, EARLY)
    monkeypatch.undo()
    completed = load(early, EARLY)
    assert not completed.already
    for services in _opened(early):
        known = sum(told.known_at <= EARLY for life in LIVES for told in life.told)
        stored = [event for event in _events(services) if event.source.system == "synthetic-demo"]
        begun = sum(life.administration.known_at <= EARLY for life in LIVES)
        assert len(stored) == known + 2 * begun
        assert not any(state.proposals for state in _states(services))


def test_the_demo_is_not_loaded_beside_a_directory_of_somebody_else(early: Settings) -> None:
    for services in _opened(early):
        entered = services.tracker.records.import_directory(
            [
                {
                    "kind": "htc",
                    "htc_id": "other",
                    "name": "Other",
                    "time_zone": "America/Chicago",
                    "designated_from": date(2024, 1, 1),
                    "city": "Elsewhere",
                    "state": "IL",
                }
            ]
        )
        assert entered == 1
    with pytest.raises(NotForADemo):
        load(early, EARLY)
    for services in _opened(early):
        assert services.tracker.log.head() == 0
        assert services.tracker.records.demo.instant() is None
        assert services.tracker.records.directory.person(COORDINATOR) is None


def _happened(settings: Settings) -> list[tuple[str, datetime, date]]:
    for services in _opened(settings):
        return [(event.body.kind, event.recorded_at, event.occurred_on) for event in _events(services)]
    raise AssertionError


def _content_hash(settings: Settings) -> str:
    for services in _opened(settings):
        return services.tracker.log.content_hash()
    raise AssertionError


def _states(services: Services) -> Iterator[InfusionState]:
    for infusion_id in services.tracker.log.infusion_ids():
        state = services.tracker.state(infusion_id)
        assert state is not None
        yield state


def _opened(settings: Settings) -> Iterator[Services]:
    services = open_services(settings)
    try:
        yield services
    finally:
        services.close()
