"""A whole invented life, from the lead-in to month 60: patient, infusion, enrolment, and everything told later."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from adapters.demo.beginning import baseline
from adapters.demo.bleeding import bleeding
from adapters.demo.directory import ZONES
from adapters.demo.expression import fix_activity
from adapters.demo.liver import liver
from adapters.demo.local_time import local, told_at
from adapters.demo.prophylaxis import prophylaxis, weight_kg
from adapters.demo.script import Script
from adapters.demo.telling import Told
from adapters.demo.turns import turns
from adapters.demo.visits import assessments
from adapters.documents.shelf import shipped_reference
from oba.reference.kit import Kit, kit_for

PRODUCT = "HEMGENIX"
PRICE_CENTS = 350_000_000
"""List price at launch, US dollars in cents; about 3.5 million by public documents."""


@dataclass(frozen=True)
class Patient:
    """An invented identity; it goes into the vault and nowhere else."""

    given_name: str
    family_name: str
    born_on: date
    member_reference: str


@dataclass(frozen=True)
class Administration:
    """The infusion as the HTC documents it: instants with offset, weight in kg, volume in mL, plain kit lots."""

    started_at: datetime
    ended_at: datetime
    known_at: datetime
    weight_kg: Decimal
    volume_ml: Decimal
    vials: int
    kit_lots: tuple[str, ...]
    ndc: str
    dose_share_percent: Decimal


@dataclass(frozen=True)
class Life:
    """One infusion with all that will ever be told about it, in the order in which it becomes known."""

    script: Script
    patient: Patient
    administration: Administration
    enrolled_at: datetime
    claim_reference: str
    told: tuple[Told, ...]

    @property
    def number(self) -> int:
        """The number of the life in the portfolio."""
        return self.script.number


def life(script: Script) -> Life:
    """The whole life of a script; the same script gives the same life."""
    zone = ZONES[script.htc_id]
    return Life(
        script=script,
        patient=_patient(script),
        administration=_administration(script),
        enrolled_at=told_at(script.day_0 + timedelta(days=1), zone),
        claim_reference=f"SYN-CLAIM-{script.number:04d}",
        told=_everything(script),
    )


def _everything(script: Script) -> tuple[Told, ...]:
    told = [
        *baseline(script),
        *prophylaxis(script),
        *fix_activity(script),
        *liver(script),
        *bleeding(script),
        *assessments(script),
        *turns(script),
    ]
    lived = (thing for thing in told if script.died_on is None or thing.occurred_on <= script.died_on)
    return tuple(sorted(lived, key=lambda thing: thing.known_at))


def _patient(script: Script) -> Patient:
    age = 22 + (script.number * 7) % 41
    return Patient(
        given_name="Synthetic",
        family_name=f"Patient {script.number:02d}",
        born_on=date(script.day_0.year - age, 1 + script.number % 12, 1 + script.number),
        member_reference=f"SYN-MEMBER-{script.number:04d}",
    )


def _administration(script: Script) -> Administration:
    zone, weight = ZONES[script.htc_id], weight_kg(script)
    therapy = shipped_reference().therapy(PRODUCT)
    assert therapy is not None, "the reference tables know it"
    kit = kit_for(therapy, Decimal(weight))
    assert isinstance(kit, Kit), kit
    return Administration(
        started_at=local(script.day_0, 9, 15, zone),
        ended_at=local(script.day_0, 10, 45, zone),
        known_at=told_at(script.day_0, zone),
        weight_kg=Decimal(weight),
        volume_ml=Decimal(kit.kit_ml) * script.dose_share_percent / 100,
        vials=kit.vials,
        kit_lots=(f"SYN-LOT-{script.number:03d}",),
        ndc=kit.ndc,
        dose_share_percent=script.dose_share_percent,
    )
