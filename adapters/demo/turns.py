"""What ends or changes a life: a death, another payer's cover."""

from collections.abc import Iterator
from datetime import timedelta

from adapters.demo.directory import ZONES
from adapters.demo.local_time import told_at
from adapters.demo.script import Script
from adapters.demo.telling import Told
from oba.facts.coverage import CoverageChanged
from oba.facts.life_event import PatientDied

DEATH_TOLD_AFTER_DAYS = 12
COVERAGE_TOLD_AFTER_DAYS = 21


def turns(script: Script) -> Iterator[Told]:
    """The life events of a script, each on its day, told some days later."""
    zone = ZONES[script.htc_id]
    if script.died_on is not None:
        yield Told(
            key="died",
            known_at=told_at(script.died_on + timedelta(days=DEATH_TOLD_AFTER_DAYS), zone),
            occurred_on=script.died_on,
            fact=PatientDied(relation="unrelated"),
        )
    if script.covered_anew is not None:
        first_day, payer_id = script.covered_anew
        yield Told(
            key="covered-anew",
            known_at=told_at(first_day + timedelta(days=COVERAGE_TOLD_AFTER_DAYS), zone),
            occurred_on=first_day,
            fact=CoverageChanged(payer_id=payer_id),
        )
