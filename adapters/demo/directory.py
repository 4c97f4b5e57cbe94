"""The invented places and people of the demo; nobody and nothing here exists, and every name says so."""

from dataclasses import dataclass
from datetime import date

SYNTHETIC = "(synthetic)"
DESIGNATED_FROM = date(2022, 1, 1)


@dataclass(frozen=True)
class DemoHtc:
    """An invented hemophilia treatment centre with its IANA time zone."""

    htc_id: str
    name: str
    time_zone: str
    city: str
    state: str


@dataclass(frozen=True)
class DemoPerson:
    """An invented person: role, organisation, and an address that can reach nobody (`.example`)."""

    person_id: str
    name: str
    role: str
    organisation_id: str
    email: str
    receives_notices: bool


MANUFACTURER_ID = "demo-manufacturer"
MANUFACTURER_NAME = f"Meridian Vector Therapeutics {SYNTHETIC}"

BIANNUAL_PAYER = "demo-payer-north"
"""The invented payer that follows a copy of the biannual rule of the shelf."""
PAYERS = {
    "demo-payer-south": f"Cedar Valley Health Plan {SYNTHETIC}",
    BIANNUAL_PAYER: f"Northlight Mutual {SYNTHETIC}",
    "demo-payer-west": f"Prairie Commons Health {SYNTHETIC}",
}

HTCS = (
    DemoHtc("harbor-lights", f"Harbor Lights HTC {SYNTHETIC}", "America/New_York", "Harbor Lights", "NY"),
    DemoHtc("lake-bluffs", f"Lake Bluffs HTC {SYNTHETIC}", "America/Chicago", "Lake Bluffs", "IL"),
    DemoHtc("high-mesa", f"High Mesa HTC {SYNTHETIC}", "America/Phoenix", "High Mesa", "AZ"),
    DemoHtc("redwood-coast", f"Redwood Coast HTC {SYNTHETIC}", "America/Los_Angeles", "Redwood Coast", "CA"),
    DemoHtc("island-ridge", f"Island Ridge HTC {SYNTHETIC}", "Pacific/Honolulu", "Island Ridge", "HI"),
)
ZONES = {htc.htc_id: htc.time_zone for htc in HTCS}

COORDINATOR = "coordinator-1"
APPROVER = "approver-1"
WORKER = "worker"


def clerk_of(htc_id: str) -> str:
    """The clerk who enters what an HTC reports."""
    return f"{htc_id}-clerk"


def physician_of(htc_id: str) -> str:
    """The physician who attests a milestone visit at an HTC."""
    return f"{htc_id}-physician"


def payer_approver_of(payer_id: str) -> str:
    """The person who approves determinations for a payer, where an agreement says that the payer does."""
    return f"{payer_id}-approver"


def people() -> tuple[DemoPerson, ...]:
    """Everybody in the demo: manufacturer's programme, HTCs, payers, auditor and operator."""
    return (
        _person(COORDINATOR, "coordinator", MANUFACTURER_ID),
        _person(APPROVER, "approver", MANUFACTURER_ID),
        *(person for htc in HTCS for person in _people_of_htc(htc)),
        *(person for payer_id in PAYERS for person in _people_of_payer(payer_id)),
        _person("auditor-1", "auditor", MANUFACTURER_ID),
        _person("operator-1", "operator", MANUFACTURER_ID),
    )


def _people_of_htc(htc: DemoHtc) -> tuple[DemoPerson, DemoPerson]:
    return (
        _person(clerk_of(htc.htc_id), "htc_clerk", htc.htc_id, receives_notices=True),
        _person(physician_of(htc.htc_id), "htc_physician", htc.htc_id),
    )


def _people_of_payer(payer_id: str) -> tuple[DemoPerson, DemoPerson]:
    return (
        _person(f"{payer_id}-analyst", "payer_analyst", payer_id),
        _person(payer_approver_of(payer_id), "payer_approver", payer_id),
    )


def _person(person_id: str, role: str, organisation_id: str, *, receives_notices: bool = False) -> DemoPerson:
    return DemoPerson(
        person_id=person_id,
        name=f"Demo {role.replace('_', ' ')} {SYNTHETIC}",
        role=role,
        organisation_id=organisation_id,
        email=f"{person_id}@{organisation_id}.example",
        receives_notices=receives_notices,
    )
