"""Keys of access for the invented people of the demo, kept in a file of their own so that they can be shown again."""

import os
from collections.abc import Iterable
from dataclasses import dataclass

from adapters.bootstrap import Services
from adapters.settings import Settings

SHOWN_ROLES = ("coordinator", "approver", "htc_clerk", "htc_physician", "payer_analyst", "payer_approver", "auditor")


@dataclass(frozen=True)
class DemoKey:
    """A key of one invented person."""

    role: str
    person_id: str
    token: str


def make_demo_keys(services: Services) -> tuple[DemoKey, ...]:
    """One key for the first person of every role that reads or decides; written to a file only its owner can read."""
    records = services.tracker.records
    people = sorted(records.directory.people(), key=lambda person: person.person_id)
    chosen = [next((one for one in people if one.role == role), None) for role in SHOWN_ROLES]
    made = tuple(
        DemoKey(
            person.role,
            person.person_id,
            records.keys.create_key(
                person.person_id,
                person.role,
                person.organisation_id,
                person_id=person.person_id,
                created_at=services.tracker.now(),
            ),
        )
        for person in chosen
        if person is not None
    )
    _write(services.settings, made)
    return made


def read_demo_keys(settings: Settings) -> tuple[DemoKey, ...]:
    """The keys that were made with the demo; none where there is no demo."""
    file = settings.home / "demo-keys.txt"
    if not file.is_file():
        return ()
    lines = [line.split() for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return tuple(DemoKey(*line) for line in lines)


def _write(settings: Settings, keys: Iterable[DemoKey]) -> None:
    lines = ["# role, person and key; synthetic people of the demo portfolio, on this machine only"]
    lines += [f"{key.role} {key.person_id} {key.token}" for key in keys]
    file = os.open(settings.home / "demo-keys.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(file, "w", encoding="utf-8") as target:
        target.write("\n".join(lines) + "\n")
