"""Builders for the log and the records: events in one line, stores in a temporary folder."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from adapters.answer import Answer
from adapters.clock import FixedClock
from adapters.documents.shelf import shipped_reference
from adapters.log.log import Log
from adapters.log.opening import open_log
from adapters.records.identity import Identity
from adapters.records.records import open_records
from adapters.registration import NewInfusion
from adapters.settings import Settings
from adapters.tracker import Tracker
from oba.facts.base import Body
from oba.facts.follow_up import LostToFollowUp
from oba.facts.infused import Infused
from oba.facts.recorded import Drafted, Source
from oba.identity import derived_id
from oba.problems import Refusal

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
DAY = date(2026, 2, 28)
MANUAL = Source(system="manual-entry")


def a_stream(name: str = "first") -> UUID:
    """The id of a stream of a test."""
    return derived_id("test-stream", name)


def infused(token: UUID | None = None) -> Infused:
    """An administration with nothing special about it."""
    return Infused.model_validate(
        {
            "product": "HEMGENIX",
            "htc_id": "HTC-1",
            "time_zone": "America/Chicago",
            "patient_token": token or derived_id("test-patient", "first"),
            "adult_on_day_0": True,
            "weight_kg": "80",
            "volume_ml": "160",
            "vials": 16,
            "kit_lot_digests": ["a" * 64],
            "ndc": "00053-0100-10",
            "dose_share_percent": "100",
        }
    )


def drafted(stream: UUID, version: int, body: Body | None = None, *, command: str | None = None) -> Drafted[Body]:
    """An event of a stream: the first is an administration, the later ones a loss to follow-up."""
    content = body or (infused() if version == 1 else LostToFollowUp(contacts_attempted=1 + version % 100))
    command_id = derived_id("test-command", command or f"{stream}/{version}")
    return Drafted[Body](
        event_id=derived_id("event", command_id, version),
        stream_id=stream,
        version=version,
        occurred_on=DAY,
        actor="PER-1",
        source=MANUAL,
        command_id=command_id,
        correlation_id=command_id,
        body=content,
    )


def a_log(place: Path | Settings, instant: datetime = NOON) -> Log:
    """The log of a deployment, or one in a file of a folder, under a clock that stands."""
    settings = place if isinstance(place, Settings) else Settings(home=place)
    return open_log(settings, FixedClock(instant))


DIRECTORY = (
    {
        "kind": "htc",
        "htc_id": "HTC-1",
        "name": "Lake HTC",
        "time_zone": "America/Chicago",
        "designated_from": "2022-01-01",
        "city": "Lake",
        "state": "IL",
    },
    {
        "kind": "htc",
        "htc_id": "HTC-2",
        "name": "Island HTC",
        "time_zone": "Pacific/Honolulu",
        "designated_from": "2022-01-01",
        "designated_to": "2025-12-31",
        "city": "Island",
        "state": "HI",
    },
    {"kind": "payer", "payer_id": "PAYER-1", "name": "A payer"},
    {"kind": "manufacturer", "manufacturer_id": "MANUFACTURER-1", "name": "A manufacturer"},
    {
        "kind": "person",
        "person_id": "PER-1",
        "name": "A clerk",
        "role": "htc_clerk",
        "organisation_id": "HTC-1",
        "email": "clerk@lake.example",
        "receives_notices": True,
    },
)


def a_tracker(settings: Settings, clock: FixedClock | None = None) -> Tracker:
    """A tracker with a small directory over the stores of a deployment."""
    records = open_records(settings)
    assert records.import_directory(DIRECTORY) == len(DIRECTORY)
    standing = clock or FixedClock(NOON)
    return Tracker(open_log(settings, standing), records, standing, shipped_reference())


def a_patient(**changes: object) -> Identity:
    """Somebody who does not exist."""
    content = {"given_name": "Zofia", "family_name": "Canary-Quill", "born_on": "1984-02-29", **changes}
    return Identity.model_validate(content)


def a_new_infusion(**changes: object) -> NewInfusion:
    """An administration as an HTC reports it."""
    content = {
        "product": "HEMGENIX",
        "htc_id": "HTC-1",
        "occurred_at": "2026-02-27T22:30:00-06:00",
        "ended_at": "2026-02-27T23:30:00-06:00",
        "weight_kg": "80",
        "volume_ml": "160",
        "vials": 16,
        "kit_lots": ("LOT-1",),
        "ndc": "00053-0100-10",
        "dose_share_percent": "100",
        **changes,
    }
    return NewInfusion.model_validate(content)


def register(
    tracker: Tracker,
    *,
    patient: Identity | None = None,
    new: NewInfusion | None = None,
    key: str | None = "key-1",
    command: str | None = None,
) -> Answer | Refusal:
    """Register an infusion as a clerk would."""
    return tracker.register_infusion(
        patient or a_patient(),
        new or a_new_infusion(),
        actor="PER-1",
        source=MANUAL,
        command_id=derived_id("test-command", command or key),
        key=key,
    )


def registered(tracker: Tracker, **given: Any) -> UUID:
    """The id of an infusion that was just registered."""
    answer = register(tracker, **given)
    assert isinstance(answer, Answer), answer
    return UUID(answer.answer["infusion_id"])
