"""The invented deployment of a round, and what is due in it, worked out by hand and not by the product.

The agreement is that of docs/examples: one milestone, six months after the infusion, its window thirty days to either
side. Every infusion is of one of two days in September, so every milestone is due on the same day of March.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from adapters.bootstrap import open_services
from adapters.cli.files import read_named_document, read_plain
from adapters.documents.reading import Reading
from adapters.records.records import open_records
from adapters.settings import Settings
from oba.problems import Refusal
from oba.terms.document import terms_hash

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
DAYS_0 = (date(2025, 9, 10), date(2025, 9, 11))
HTC, PAYER, AGREEMENT, MILESTONE = "example-htc", "example-payer", "example-agreement", "m6"
RECIPIENTS = ("example-clerk", "example-nurse")
NURSE = {
    "kind": "person",
    "person_id": RECIPIENTS[1],
    "name": "Example nurse (synthetic)",
    "role": "htc_clerk",
    "organisation_id": HTC,
    "email": "nurse@htc.example",
    "receives_notices": True,
}
CLOCK = tuple(datetime(2026, *day, 18, tzinfo=UTC) for day in ((2, 12), (3, 5), (3, 11), (3, 19), (4, 8)))
"""Where the demo's clock stands, one after the other: each is later by one rung of every ladder."""
BEFORE_ALL_RUNGS = datetime(2026, 2, 1, 18, tzinfo=UTC)


@dataclass(frozen=True)
class Rung:
    """One rung of the one milestone of an infusion: its name and its day."""

    name: str
    on: date


def ladder(day_0: date) -> tuple[Rung, ...]:
    """The rungs in the order of their days, which all lie inside the window."""
    due = date(day_0.year + 1, 3, day_0.day)
    days = {"t_minus_30": -30, "t_minus_7": -7, "due": 0, "t_plus_7": 7, "closes_minus_3": 27}
    return tuple(Rung(name, due + timedelta(days=after)) for name, after in days.items())


@dataclass(frozen=True)
class Furnished:
    """What clients need to know: a key of access and the version of the agreement."""

    token: str
    terms_hash: str


class NotFurnished(Exception):
    """The invented directory or agreement was refused."""


def furnish(settings: Settings, clock: datetime = CLOCK[0]) -> Furnished:
    """Mark the stores as a demo whose clock stands at an instant; fill directory and shelf; make a key."""
    records = open_records(settings)
    records.demo.mark("synthetic", clock)
    records.close()
    services = open_services(settings)
    try:
        tracker = services.tracker
        entered = tracker.records.import_directory([*_directory(), NURSE])
        if isinstance(entered, tuple):
            raise NotFurnished("; ".join(str(problem) for problem in entered))
        document = read_named_document(str(EXAMPLES / "agreement.yaml"))
        if isinstance(document, tuple):
            raise NotFurnished("; ".join(str(problem) for problem in document))
        answer = tracker.register_document(document, actor="operator")
        if isinstance(answer, Refusal):
            raise NotFurnished("; ".join(str(problem) for problem in answer.problems))
        token = tracker.records.keys.create_key(
            "example-coordinator", "coordinator", "example-maker", person_id="example-coordinator", created_at=clock
        )
        return Furnished(token, terms_hash(document))
    finally:
        services.close()


def _directory() -> list[dict[str, Any]]:
    reading = read_plain(EXAMPLES / "directory.yaml")
    if not isinstance(reading, Reading):
        raise NotFurnished("; ".join(str(problem) for problem in reading))
    return list(reading.content)
