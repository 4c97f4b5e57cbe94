"""FIX products given by schedule: the bridge over the first weeks, one that never ends, and one that returns."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from adapters.demo.directory import ZONES
from adapters.demo.draws import Draws
from adapters.demo.local_time import local, told_at
from adapters.demo.script import Script
from adapters.demo.telling import Told
from oba.dates import shift_months
from oba.facts.fix_product_use import FixProductUsed, UsePurpose
from oba.facts.prophylaxis import ProphylaxisStarted, ProphylaxisStopped

PRODUCT = "IDELVION"
DAYS_BETWEEN_DOSES = 14
IU_PER_KG = 40
LAST_MONTH = 61


def weight_kg(script: Script) -> int:
    """The body weight of the patient in kg."""
    return Draws("weight", script.number).whole(62, 104)


def bridge_ends_on(script: Script) -> date:
    """The last day on the prophylaxis of before: three to seven weeks after Day 0."""
    return script.day_0 + timedelta(days=Draws("bridge", script.number).whole(21, 49))


def prophylaxis(script: Script) -> Iterator[Told]:
    """Schedules and their doses after Day 0."""
    zone = ZONES[script.htc_id]
    before = script.day_0 - timedelta(days=Draws("regimen", script.number).whole(400, 900))
    yield _started(script, "prophylaxis-before", before, script.day_0 + timedelta(days=1))
    last_day = shift_months(script.day_0, LAST_MONTH)
    if script.keeps_prophylaxis:
        yield from _doses(script, "dose-kept", script.day_0 + timedelta(days=7), last_day)
        return
    ends_on = bridge_ends_on(script)
    yield from _doses(script, "dose-bridge", script.day_0 + timedelta(days=7), ends_on)
    yield Told(
        key="prophylaxis-stopped",
        known_at=told_at(ends_on + timedelta(days=3), zone),
        occurred_on=ends_on,
        fact=ProphylaxisStopped(),
    )
    if script.returns_on is not None:
        yield _started(script, "prophylaxis-returned", script.returns_on, script.returns_on + timedelta(days=2))
        yield from _doses(script, "dose-returned", script.returns_on, last_day)


def dose(script: Script, key: str, day: date, purpose: UsePurpose, known_on: date) -> Told:
    """One dose of the patient's FIX product on the evening of a day, told on `known_on`."""
    zone = ZONES[script.htc_id]
    return Told(
        key=key,
        known_at=told_at(known_on, zone, minute=45),
        occurred_on=day,
        occurred_at=local(day, 14, 5, zone),
        fact=FixProductUsed(product=PRODUCT, iu=Decimal(round(weight_kg(script) * IU_PER_KG, -2)), purpose=purpose),
    )


def _started(script: Script, key: str, day: date, known_on: date) -> Told:
    return Told(
        key=key,
        known_at=told_at(known_on, ZONES[script.htc_id], minute=10),
        occurred_on=day,
        fact=ProphylaxisStarted(product=PRODUCT, every_days=Decimal(DAYS_BETWEEN_DOSES)),
    )


def _doses(script: Script, key: str, first: date, last: date) -> Iterator[Told]:
    day, number = first, 1
    while day <= last:
        yield dose(script, f"{key}-{number}", day, "prophylaxis", known_on=day + timedelta(days=4))
        day, number = day + timedelta(days=DAYS_BETWEEN_DOSES), number + 1
