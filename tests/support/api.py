"""The API over the real stores in a temporary folder: a small directory, a key for each role, and bodies that pass."""

import json
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar
from uuid import uuid4

from httpx import Response

from adapters.bootstrap import Services
from adapters.clock import FixedClock
from adapters.documents.shelf import shipped_reference
from adapters.log.opening import open_log
from adapters.notices.folder import FolderNotifier
from adapters.records.records import open_records
from adapters.settings import Settings
from adapters.tracker import Tracker
from adapters.views.engine import open_views
from adapters.views.projector import BatchProjector
from adapters.views.views import Views
from adapters.web.app import create_app
from adapters.web.permissions import PERMISSIONS
from oba.document.commands import RegisterDocument
from oba.document.decide import decide_document
from oba.identity import derived_id
from oba.problems import Refusal
from tests.support.place import Place
from tests.support.samples import FIRST, INFUSION, RULE, SECOND, enrolment

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the client names a successor of httpx that is not among our packages
    from starlette.testclient import TestClient

NOW = datetime(2027, 6, 15, 17, 0, tzinfo=UTC)
ROLES_OF = {
    "coordinator": "MAN-1",
    "approver": "MAN-1",
    "manufacturer_finance": "MAN-1",
    "htc_clerk": "HTC-1",
    "htc_physician": "HTC-1",
    "payer_analyst": "PAY-1",
    "payer_approver": "PAY-1",
    "arbitrator": "MAN-1",
    "auditor": "MAN-1",
    "operator": "MAN-1",
    "worker": "MAN-1",
    "service": "MAN-1",
}
STRANGERS = {"other_clerk": ("htc_clerk", "HTC-2"), "other_analyst": ("payer_analyst", "PAY-2")}


def directory_rows() -> list[dict[str, Any]]:
    """Two HTCs, two payers, a manufacturer, and a person for each role."""
    htc = {"kind": "htc", "time_zone": "America/Chicago", "designated_from": "2020-01-01", "city": "A", "state": "IL"}
    rows: list[dict[str, Any]] = [
        {**htc, "htc_id": "HTC-1", "name": "First HTC"},
        {**htc, "htc_id": "HTC-2", "name": "Second HTC", "time_zone": "America/Denver"},
        {"kind": "payer", "payer_id": "PAY-1", "name": "First payer"},
        {"kind": "payer", "payer_id": "PAY-2", "name": "Second payer"},
        {"kind": "manufacturer", "manufacturer_id": "MAN-1", "name": "Manufacturer"},
    ]
    for name, (role, organisation) in holders().items():
        rows.append(
            {
                "kind": "person",
                "person_id": person(name),
                "name": "Synthetic person",
                "role": role,
                "organisation_id": organisation,
                "email": f"{name.replace('_', '-')}@example.org",
            }
        )
    return rows


def holders() -> dict[str, tuple[str, str]]:
    """Who holds a key: name -> role and organisation."""
    return {**{role: (role, organisation) for role, organisation in ROLES_OF.items()}, **STRANGERS}


def person(name: str) -> str:
    """The id of the person who holds the key of that name."""
    return f"PER-{name.replace('_', '-')}"


def open_api_services(settings: Settings, clock: FixedClock) -> Services:
    """The real rooms of a deployment, under a clock that stands."""
    records = open_records(settings)
    tracker = Tracker(open_log(settings, clock), records, clock, shipped_reference())
    views = Views(open_views(settings))
    notifier = FolderNotifier(folder=settings.outbox_folder, sender="oba@localhost", clock=clock)
    return Services(settings, tracker, views, BatchProjector(tracker.log, views, tracker.reference), notifier)


@dataclass(frozen=True)
class Prepared:
    """A deployment with directory, documents and keys, to be copied for each test."""

    place: Place
    keys: dict[str, str]


def prepare(place: Place) -> Prepared:
    """Fill the stores of a place with what every test needs."""
    clock = FixedClock(NOW)
    services = open_api_services(place.settings, clock)
    records = services.tracker.records
    assert records.import_directory(directory_rows())
    for document in (FIRST, SECOND, RULE):
        command = RegisterDocument(command_id=derived_id("shelve", document.id), actor="PER-test", document=document)
        drafted = decide_document((), command, clock.now())
        assert not isinstance(drafted, Refusal), drafted
        services.tracker.log.append(drafted)
    keys = {}
    for name, (role, of) in holders().items():
        scopes = sorted(PERMISSIONS) if role == "service" else ()
        holder = person(name)
        keys[name] = records.keys.create_key(holder, role, of, person_id=holder, scopes=scopes, created_at=clock.now())
    services.close()
    return Prepared(place, keys)


class Api:
    """A client for each key, and the rooms behind the API."""

    described: ClassVar[dict[str, Any] | None] = None

    def __init__(self, prepared: Prepared, home: Path) -> None:
        self.place = prepared.place.copy(home)
        self.clock = FixedClock(NOW)
        self.services = open_api_services(self.place.settings, self.clock)
        self.keys = dict(prepared.keys)
        app = create_app(self.services)
        app.openapi_schema = Api.described
        Api.described = app.openapi()
        self.client = TestClient(app, raise_server_exceptions=False)

    def close(self) -> None:
        """Close the rooms and remove their database."""
        self.services.close()
        self.place.drop_database()

    def headers(self, by: str | None) -> dict[str, str]:
        """The headers of the holder of a key."""
        return {"Authorization": f"Bearer {self.keys[by]}"} if by else {}

    def get(self, path: str, by: str | None = "coordinator", **parameters: str) -> Response:
        """Read."""
        answer: Response = self.client.get(path, params=parameters, headers=self.headers(by))
        return answer

    def post(self, path: str, body: Any = None, by: str | None = "coordinator", **more: str) -> Response:
        """Write, under a fresh key unless one is given as `key`; `match` is the version for If-Match."""
        headers = {**self.headers(by), "Idempotency-Key": more.get("key", str(uuid4()))}
        if "match" in more:
            headers["If-Match"] = more["match"]
        if body is not None:
            return self.raw(path, json.dumps(body).encode(), headers)
        answer: Response = self.client.post(path, headers=headers)
        return answer

    def raw(self, path: str, content: bytes, headers: dict[str, str]) -> Response:
        """Write bytes as they are."""
        given = {"Content-Type": "application/json", **headers}
        answer: Response = self.client.post(path, content=content, headers=given)
        return answer

    def infusion(self) -> str:
        """The address of a registered infusion that is enrolled with the first payer."""
        answer = self.post("/v1/infusions", INFUSION)
        assert answer.status_code == 201, answer.text
        address = f"/v1/infusions/{answer.json()['code']}"
        enrolled = self.post(f"{address}/enrolments", enrolment())
        assert enrolled.status_code == 201, enrolled.text
        return address

    def etag(self, address: str) -> str:
        """The version of an infusion."""
        return self.get(address).headers["ETag"]

    def head(self) -> int:
        """How far the log has come."""
        return self.services.tracker.log.head()
