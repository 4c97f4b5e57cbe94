"""Liver panels by the follow-up schedule, and the prednisone course that about one patient in six received."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from adapters.demo.directory import ZONES
from adapters.demo.draws import Draws
from adapters.demo.local_time import local, told_at, working_day
from adapters.demo.script import Script
from adapters.demo.telling import Told
from oba.dates import shift_months
from oba.facts.liver_panel import LiverPanelMeasured, LiverReading
from oba.facts.prednisone import PrednisoneDoseChanged, PrednisoneStarted, PrednisoneStopped

PANEL_WEEKS = tuple(range(1, 13))
PANEL_MONTHS = (6, 9, 12, 18, 24, 36, 48, 60)
COURSE_STARTS_IN_WEEK = 6
TAPER_BY_WEEK = (40, 30, 30, 20, 20, 20, 15, 10, 5)
"""mg a day in the weeks after the first at 60 mg (docs/concepts/sources.md)."""
FIRST_DOSE_MG = 60
ALT_AT_ITS_PEAK = 96.0


def liver(script: Script) -> Iterator[Told]:
    """Weekly panels in the first twelve weeks, rarer ones later, and the course where there was one."""
    for week in PANEL_WEEKS:
        yield _panel(script, f"liver-week-{week}", script.day_0 + timedelta(weeks=week), week)
    for month in PANEL_MONTHS:
        yield _panel(script, f"liver-month-{month}", shift_months(script.day_0, month), None)
    if script.steroids:
        yield from _course(script)


def alt_before(script: Script) -> float:
    """ALT before the infusion, in U/L."""
    return Draws("alt", script.number).bell(24.0, 4.0)


def _panel(script: Script, key: str, due: date, week: int | None) -> Told:
    day, zone = working_day(due), ZONES[script.htc_id]
    draws = Draws("panel", script.number, key)
    alt = _alt(script, week) * draws.bell(1.0, 0.08)
    return Told(
        key=key,
        known_at=told_at(day + timedelta(days=1), zone, minute=draws.whole(0, 20)),
        occurred_on=day,
        occurred_at=local(day, 8, draws.whole(0, 59), zone),
        fact=LiverPanelMeasured(
            alt=_reading(alt, "45"),
            ast=_reading(alt * 0.85 + 3, "40"),
            alp=_reading(draws.bell(72.0, 8.0), "120"),
            bilirubin=_reading(draws.bell(0.7, 0.12), "1.2"),
        ),
    )


def _alt(script: Script, week: int | None) -> float:
    usual = alt_before(script)
    if not script.steroids or week is None or week < COURSE_STARTS_IN_WEEK:
        return usual
    weeks_of_course = week - COURSE_STARTS_IN_WEEK
    return max(usual, ALT_AT_ITS_PEAK - 18.0 * weeks_of_course)


def _reading(value: float, upper: str) -> LiverReading:
    return LiverReading(value=Decimal(f"{max(0.1, value):.1f}"), upper_limit_of_normal=Decimal(upper))


def _course(script: Script) -> Iterator[Told]:
    zone = ZONES[script.htc_id]
    start = working_day(script.day_0 + timedelta(weeks=COURSE_STARTS_IN_WEEK)) + timedelta(days=2)
    yield Told(
        key="prednisone-started",
        known_at=told_at(start, zone),
        occurred_on=start,
        fact=PrednisoneStarted(mg_per_day=Decimal(FIRST_DOSE_MG)),
    )
    previous = FIRST_DOSE_MG
    for week, dose in enumerate(TAPER_BY_WEEK, start=1):
        if dose != previous:
            yield _changed(zone, start + timedelta(weeks=week), week, dose)
        previous = dose
    stop = start + timedelta(weeks=len(TAPER_BY_WEEK) + 1)
    yield Told(key="prednisone-stopped", known_at=told_at(stop, zone), occurred_on=stop, fact=PrednisoneStopped())


def _changed(zone: str, day: date, week: int, dose: int) -> Told:
    return Told(
        key=f"prednisone-week-{week}",
        known_at=told_at(day, zone),
        occurred_on=day,
        fact=PrednisoneDoseChanged(mg_per_day=Decimal(dose)),
    )
