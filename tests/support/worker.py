"""A small house for the worker: real stores in a folder, two HTCs, one agreement, and infusions in one line."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from adapters.answer import Answer
from adapters.clock import FixedClock
from adapters.documents.shelf import shipped_reference
from adapters.log.opening import open_log
from adapters.records.identity import Identity
from adapters.records.records import open_records
from adapters.registration import NewInfusion
from adapters.settings import Settings
from adapters.tracker import Tracker
from adapters.views.engine import open_views
from adapters.views.projector import BatchProjector
from adapters.views.views import Views
from adapters.worker import Worker
from oba.document.commands import RegisterDocument
from oba.document.decide import decide_document
from oba.facts.base import Fact
from oba.facts.recorded import Source
from oba.identity import derived_id
from oba.infusion.commands import EnrolInfusion, InfusionCommand, RecordFact, RetractFact, When
from oba.infusion.events import ReminderSent, ReminderSkipped
from oba.ports import Clock, Notifier
from oba.problems import Refusal
from oba.terms.document import terms_hash
from tests.support.documents import AGREEMENT, a_document

DAY_0 = date(2025, 3, 10)
DUE_ON = date(2026, 3, 10)
"""Month 12; the window runs 30 days to either side."""
WALL = datetime(2030, 1, 1, 12, 0, tzinfo=UTC)
MANUAL = Source(system="manual")
TERMS = a_document(AGREEMENT)
HTC = {"kind": "htc", "designated_from": "2019-01-01", "city": "City", "state": "State"}
DIRECTORY: tuple[dict[str, Any], ...] = (
    {**HTC, "htc_id": "HTC-1", "name": "First HTC", "time_zone": "America/Chicago"},
    {**HTC, "htc_id": "HTC-2", "name": "Second HTC", "time_zone": "Pacific/Auckland"},
    {"kind": "payer", "payer_id": "PAYER-1", "name": "Payer"},
    {"kind": "manufacturer", "manufacturer_id": "MANUFACTURER-1", "name": "Manufacturer"},
)


def a_person(person_id: str, htc_id: str = "HTC-1", *, receives_notices: bool = True, **changes: Any) -> dict[str, Any]:
    """A row of the directory for somebody at an HTC."""
    row = {
        "kind": "person",
        "person_id": person_id,
        "name": f"Name of {person_id}",
        "role": "htc_clerk",
        "organisation_id": htc_id,
        "email": f"{person_id.lower()}@htc.example",
        "receives_notices": receives_notices,
    }
    return {**row, **changes}


def at(day: date, hour: int = 18) -> datetime:
    """An instant in the afternoon in UTC, which is the same day in Chicago."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


class House:
    """Stores, clocks and worker of one deployment; `clock` tells the domain's time, `wall` that of leases and waits."""

    def __init__(self, settings: Settings, *, today: date = DAY_0, clock: Clock | None = None) -> None:
        self.settings = settings
        self.still = FixedClock(at(today))
        self.wall = FixedClock(WALL)
        clock = clock or self.still
        self.records = open_records(self.settings)
        self.tracker = Tracker(open_log(self.settings, clock), self.records, clock, shipped_reference())
        self.views = Views(open_views(self.settings))
        self.projector = BatchProjector(self.tracker.log, self.views, self.tracker.reference)

    def furnish(self, *people: dict[str, Any]) -> "House":
        """Fill the directory and the shelf."""
        added = self.records.import_directory([*DIRECTORY, *(people or (a_person("PER-CLERK"),))])
        assert isinstance(added, int), added
        command = RegisterDocument(command_id=derived_id("shelve"), actor="PER-TEST", document=TERMS)
        drafted = decide_document((), command, self.tracker.now())
        assert not isinstance(drafted, Refusal), drafted
        self.tracker.log.append(drafted)
        return self

    def worker(self, notifier: Notifier, *, base_url: str | None = "https://oba.example") -> Worker:
        return Worker(self.tracker, self.views, self.projector, notifier, wall=self.wall, base_url=base_url)

    def infuse(self, name: str = "first", *, on: date = DAY_0, htc_id: str = "HTC-1", enrol: bool = True) -> UUID:
        """Register the infusion of an invented patient, and place it under the agreement."""
        answer = self.tracker.register_infusion(
            Identity.model_validate({"given_name": "Canary", "family_name": name, "born_on": "1980-01-01"}),
            NewInfusion.model_validate(
                {
                    "product": "HEMGENIX",
                    "htc_id": htc_id,
                    "occurred_on": on,
                    "weight_kg": "80",
                    "volume_ml": "160",
                    "vials": 16,
                    "kit_lots": [f"LOT-CANARY-{name}"],
                    "ndc": "00053-0100-10",
                    "dose_share_percent": "100",
                }
            ),
            actor="PER-CLERK",
            source=MANUAL,
            command_id=derived_id("register", name),
        )
        assert isinstance(answer, Answer), answer
        infusion = UUID(answer.answer["infusion_id"])
        if enrol:
            self.enrol(infusion, on)
        return infusion

    def enrol(self, infusion: UUID, on: date) -> None:
        fact = {
            "agreement_id": TERMS.id,
            "terms_hash": terms_hash(TERMS),
            "payer_id": "PAYER-1",
            "price_basis": "list_price_at_infusion",
            "price": "3500000.00",
            "currency": "USD",
            "consent_version": "consent-1",
        }
        command = EnrolInfusion.model_validate(
            {**self._command("enrol", infusion, on), "fact": {"kind": "enrolled_under_agreement", **fact}}
        )
        self.do(command)

    def report(self, infusion: UUID, fact: Fact, on: date) -> UUID:
        """Record a fact of a day; its id."""
        self.do(RecordFact.model_validate({**self._command(fact.kind, infusion, on), "fact": fact}))
        return self.tracker.log.stream(infusion)[-1].event_id

    def retract(self, infusion: UUID, fact_id: UUID, on: date) -> None:
        """Take a fact back."""
        taken_back = {"fact_id": fact_id, "reason": "entered_in_error"}
        self.do(RetractFact.model_validate({**self._command("retract", infusion, on), **taken_back}))

    def do(self, command: InfusionCommand) -> None:
        answer = self.tracker.execute(command, principal="test")
        assert isinstance(answer, Answer), answer

    def go_to(self, day: date) -> "House":
        """Let it be an afternoon in Chicago."""
        self.still.move_to(at(day))
        return self

    def sent(self, infusion: UUID) -> list[tuple[date, str, str]]:
        """Day, rung and recipient of every reminder that the log has as sent."""
        events = self.tracker.log.stream(infusion)
        return [(e.occurred_on, e.body.rung, e.body.recipient) for e in events if isinstance(e.body, ReminderSent)]

    def skipped(self, infusion: UUID) -> list[tuple[str, str]]:
        """Rung and reason of every reminder that the log has as skipped."""
        events = self.tracker.log.stream(infusion)
        return [(e.body.rung, e.body.reason) for e in events if isinstance(e.body, ReminderSkipped)]

    def outbox(self) -> list[tuple[str, str | None]]:
        """State and last problem of every row, oldest first."""
        return [(row.state, row.last_problem) for row in self.records.outbox.rows()]

    def close(self) -> None:
        self.tracker.close()
        self.views.engine.dispose()

    def _command(self, name: str, infusion: UUID, on: date) -> dict[str, Any]:
        return {
            "command_id": derived_id("test", name, infusion, on),
            "infusion_id": infusion,
            "actor": "PER-CLERK",
            "when": When(occurred_on=on),
            "source": MANUAL,
        }


class Kept:
    """A way out of the house that keeps what it got, and may be told to fail or to do something while it delivers."""

    def __init__(self) -> None:
        self.messages: list[dict[str, str]] = []
        self.failures: list[Exception] = []
        self.meanwhile: Sequence[Any] = ()

    def deliver(self, *, key: str, address: str, subject: str, text: str) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.messages.append({"key": key, "address": address, "subject": subject, "text": text})
        for act in self.meanwhile:
            act()
