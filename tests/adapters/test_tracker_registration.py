"""Registering an infusion: once for a patient, adults only, and either everywhere or nowhere."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from adapters.answer import Answer
from adapters.database import reading
from adapters.records.columns import METADATA
from adapters.records.identity import Identity
from adapters.registration import adult_on
from adapters.tracker import Tracker
from oba.identity import infusion_id
from oba.problems import Refusal
from tests.support.place import Place
from tests.support.store import a_new_infusion, a_patient, a_tracker, register, registered


@pytest.fixture
def tracker(place: Place) -> Iterator[Tracker]:
    opened = a_tracker(place.settings)
    yield opened
    opened.close()


def _code(result: Answer | Refusal) -> str:
    assert isinstance(result, Refusal), result
    return result.problems[0].code


def test_an_infusion_has_its_day_at_the_htc_and_no_identity_in_the_log(tracker: Tracker) -> None:
    infusion = registered(tracker)

    (event,) = tracker.log.stream(infusion)
    state = tracker.state(infusion)
    assert state is not None
    assert (event.occurred_on, state.infused.time_zone) == (date(2026, 2, 27), "America/Chicago")
    assert infusion == infusion_id(state.infused.patient_token)
    raw = b"".join(stored.state for stored in tracker.log.recorder.since(0, 10))
    assert b"HEMGENIX" in raw
    assert not any(word in raw for word in (b"Zofia", b"Quill", b"1984", b"LOT-1"))


def test_identity_and_kit_lots_are_found_in_the_vault(tracker: Tracker) -> None:
    state = tracker.state(registered(tracker))
    assert state is not None
    fact = state.infused

    assert tracker.records.vault.identity(fact.patient_token) == a_patient()
    assert [tracker.records.vault.plain(lot, fact.patient_token) for lot in fact.kit_lot_digests] == ["LOT-1"]


@pytest.mark.parametrize("again", [{}, {"given_name": "ZOFIA"}, {"family_name": "Canary-Quill "}])
def test_a_second_infusion_of_the_patient_is_refused_and_tells_nothing_of_the_first(
    tracker: Tracker, again: dict[str, str]
) -> None:
    first = registered(tracker)
    before = _everything(tracker)

    refused = register(tracker, patient=a_patient(**again), new=a_new_infusion(htc_id="HTC-1", vials=10), key="key-2")

    assert isinstance(refused, Refusal)
    assert (refused.kind, _code(refused)) == ("conflict", "one-per-lifetime")
    assert str(first) not in refused.model_dump_json()
    assert _everything(tracker) == before


def test_the_same_key_registers_once(tracker: Tracker) -> None:
    first = register(tracker)

    again = register(tracker)

    assert isinstance(first, Answer)
    assert again == Answer(first.answer, replayed=True)
    assert tracker.log.head() == 1


def test_the_same_key_with_another_patient_is_refused(tracker: Tracker) -> None:
    registered(tracker)
    before = _everything(tracker)

    assert _code(register(tracker, patient=a_patient(given_name="Anna"))) == "idempotency-key-reused"
    assert _everything(tracker) == before


def test_the_same_command_without_a_key_registers_once(tracker: Tracker) -> None:
    first = register(tracker, key=None, command="only")

    again = register(tracker, key=None, command="only")

    assert isinstance(first, Answer)
    assert again == Answer(first.answer, replayed=True)


def test_many_threads_register_one_infusion_of_one_patient(tracker: Tracker) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: register(tracker, key=f"key-{number}"), range(16)))

    assert sum(isinstance(answer, Answer) for answer in answers) == 1
    assert {_code(answer) for answer in answers if isinstance(answer, Refusal)} == {"one-per-lifetime"}
    assert tracker.log.head() == 1


@pytest.mark.parametrize(
    ("patient", "new", "code"),
    [
        ({"born_on": "2008-02-28"}, {}, "under-age"),
        ({"born_on": "2026-02-28"}, {}, "birth-date"),
        ({}, {"htc_id": "HTC-9"}, "unknown-htc"),
        ({}, {"htc_id": "HTC-2"}, "site-not-designated"),
        ({}, {"occurred_at": "2026-03-02T08:00:00-06:00"}, "future-date"),
        ({}, {"occurred_at": None}, "missing-field"),
        ({}, {"occurred_on": "2026-02-28"}, "day-and-instant-disagree"),
        ({}, {"product": "UNKNOWN"}, "unknown-product"),
        ({}, {"kit_lots": ()}, "too-few"),
        ({}, {"kit_lots": ("  ",)}, "too-few"),
        ({}, {"weight_kg": "0"}, "out-of-range"),
        ({}, {"weight_kg": "700"}, "out-of-range"),
        ({}, {"vials": 0}, "out-of-range"),
        ({}, {"ndc": "53-1"}, "invalid-form"),
        ({}, {"dose_share_percent": "101"}, "out-of-range"),
    ],
)
def test_what_is_refused_is_stored_nowhere(
    tracker: Tracker, patient: dict[str, Any], new: dict[str, Any], code: str
) -> None:
    before = _everything(tracker)

    refused = register(tracker, patient=a_patient(**patient), new=a_new_infusion(**new))

    assert _code(refused) == code
    assert isinstance(refused, Refusal)
    assert all(problem.remedy and problem.pointer for problem in refused.problems)
    assert _everything(tracker) == before


def test_a_patient_who_turns_18_on_the_day_is_an_adult(tracker: Tracker) -> None:
    infusion = registered(tracker, patient=a_patient(born_on="2008-02-27"))

    state = tracker.state(infusion)
    assert state is not None
    assert state.infused.adult_on_day_0 is True


@pytest.mark.parametrize(
    ("born_on", "day", "adult"),
    [
        ("2004-02-29", "2022-02-28", False),
        ("2004-02-29", "2022-03-01", True),
        ("2008-02-27", "2026-02-26", False),
        ("2008-02-27", "2026-02-27", True),
        ("2006-03-31", "2024-03-31", True),
    ],
)
def test_somebody_is_an_adult_from_the_eighteenth_birthday(born_on: str, day: str, adult: bool) -> None:
    assert adult_on(date.fromisoformat(born_on), date.fromisoformat(day)) is adult


def test_a_patient_over_110_is_registered_with_a_flag(tracker: Tracker) -> None:
    answer = register(tracker, patient=a_patient(born_on="1910-01-01"))

    assert isinstance(answer, Answer)
    assert answer.answer["flags"] == ["age_over_110"]


def test_a_partial_dose_is_registered_with_a_flag(tracker: Tracker) -> None:
    answer = register(tracker, new=a_new_infusion(dose_share_percent="10"))

    assert isinstance(answer, Answer)
    assert answer.answer["flags"] == ["partial_dose"]


def test_an_infusion_of_which_only_the_day_is_known_is_registered(tracker: Tracker) -> None:
    new = a_new_infusion(occurred_at=None, ended_at=None, occurred_on="2026-02-27")

    (event,) = tracker.log.stream(registered(tracker, new=new))

    assert (event.occurred_on, event.occurred_at) == (date(2026, 2, 27), None)


def test_a_crash_between_vault_and_log_is_mended_by_asking_again(
    tracker: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(tracker.log, "append", crash)
        with pytest.raises(KeyboardInterrupt):
            register(tracker)
    token = tracker.records.vault.token_of(a_patient())
    assert (tracker.log.head(), token is not None) == (0, True)

    infusion = registered(tracker)

    state = tracker.state(infusion)
    assert state is not None
    assert state.infused.patient_token == token
    assert _code(register(tracker, key="key-2")) == "one-per-lifetime"


def test_a_patient_whom_another_process_opens_meanwhile_keeps_that_token(
    tracker: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = tracker.records.vault
    opened: list[UUID] = []
    open_identity = vault.open_identity

    def beaten(identity: Identity, token: UUID | None = None) -> object:
        if not opened:
            theirs = open_identity(identity)
            assert isinstance(theirs, UUID)
            opened.append(theirs)
        return open_identity(identity, token)

    monkeypatch.setattr(vault, "open_identity", beaten)

    assert registered(tracker) == infusion_id(opened[0])


def test_a_digest_that_was_made_before_counts_as_a_kit_lot(tracker: Tracker) -> None:
    lot = tracker.records.vault.digest("lot", "LOT-7")

    state = tracker.state(registered(tracker, new=a_new_infusion(kit_lots=(), kit_lot_digests=(lot,))))

    assert state is not None
    assert tracker.records.vault.plain(lot, state.infused.patient_token) == "LOT-7"


def _everything(tracker: Tracker) -> tuple[str, list[tuple[str, list[str]]]]:
    """All that log and records hold."""
    with reading(tracker.records.engine) as connection:
        tables = METADATA.sorted_tables
        rows = [(table.name, sorted(map(repr, connection.execute(sa.select(table))))) for table in tables]
    return tracker.log.content_hash(), rows
