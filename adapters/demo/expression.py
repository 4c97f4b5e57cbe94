"""FIX activity through a life: a rise in the first weeks, a slow decline, sometimes a loss; in both assays."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from math import exp
from typing import Literal

from adapters.demo.directory import ZONES
from adapters.demo.draws import Draws
from adapters.demo.local_time import local, told_at, working_day
from adapters.demo.script import Script
from adapters.demo.telling import Told
from adapters.demo.visits import Visit, visits
from oba.facts.fix_activity import Assay, FixActivityMeasured, Laboratory

LEAST_IU_PER_DL = 1.5
WEEKS_TO_RISE = 3.0
DECLINE_PER_YEAR = 0.02
FADING_MONTHS = 6
FADED_IU_PER_DL = 2.2
DOSE_CARRIED_OVER_IU_PER_DL = 14.0
WEEKLY_FROM, WEEKLY_TO = 1, 12
REPEAT_AFTER_DAYS = 35


def level(script: Script, day: date) -> float:
    """The patient's own one-stage FIX activity on a day, in IU/dL, without noise and without any FIX product."""
    days = max(0, (day - script.day_0).days)
    grown = script.steady_iu_per_dl * (1 - exp(-days / 7 / WEEKS_TO_RISE)) * (1 - DECLINE_PER_YEAR * days / 365)
    if script.fades_from_month is None:
        return max(LEAST_IU_PER_DL, grown)
    faded = min(1.0, max(0.0, (days / 30.44 - script.fades_from_month) / FADING_MONTHS))
    return max(LEAST_IU_PER_DL, grown * (1 - faded) + FADED_IU_PER_DL * faded)


def fix_activity(script: Script) -> Iterator[Told]:
    """Every FIX activity result: local ones weekly for twelve weeks, central ones at the milestone visits."""
    for week in range(WEEKLY_FROM, WEEKLY_TO + 1):
        yield _weekly(script, week)
    for visit in visits(script):
        yield from _at_visit(script, visit)


def _weekly(script: Script, week: int) -> Told:
    day = working_day(script.day_0 + timedelta(weeks=week))
    noise = Draws("weekly", script.number, week).bell(1.0, 0.07)
    result = _result(script, f"fix-week-{week}", day, level(script, day) * noise, "one_stage", "local", days_later=1)
    return replace(result, accession=None)


def _at_visit(script: Script, visit: Visit) -> Iterator[Told]:
    draws = Draws("sample", script.number, visit.milestone)
    seen = level(script, visit.on) * draws.bell(1.0, 0.05)
    days_later = draws.whole(4, 10)
    central = _result(script, f"fix-{visit.milestone}", visit.on, seen, "one_stage", "central", days_later)
    if visit.milestone == script.contaminated:
        carried_over = seen + DOSE_CARRIED_OVER_IU_PER_DL
        yield _result(script, f"fix-{visit.milestone}", visit.on, carried_over, "one_stage", "central", days_later)
        again = working_day(visit.on + timedelta(days=REPEAT_AFTER_DAYS))
        yield _result(script, f"fix-{visit.milestone}-repeat", again, seen, "one_stage", "central", days_later)
    elif visit.milestone == script.mistyped:
        yield from _mistyped(script, visit, central)
    else:
        yield central
    if script.number % 2 == 0:
        ratio = draws.bell(0.48, 0.035)
        yield _result(
            script, f"fix-{visit.milestone}-chromogenic", visit.on, seen * ratio, "chromogenic", "central", days_later
        )


def _mistyped(script: Script, visit: Visit, central: Told) -> Iterator[Told]:
    """The value entered a tenth too low, and its correction after the milestone was decided."""
    right = central.fact
    assert isinstance(right, FixActivityMeasured)
    wrong = right.model_copy(update={"value": (right.value / 10).quantize(Decimal("0.1"))})
    yield replace(central, fact=wrong)
    yield replace(
        central,
        key=f"{central.key}-corrected",
        known_at=told_at(visit.on + timedelta(days=CORRECTED_AFTER_DAYS), ZONES[script.htc_id]),
        corrects=central.key,
        reason="transcription_error",
    )


CORRECTED_AFTER_DAYS = 130


def _result(
    script: Script,
    key: str,
    day: date,
    iu_per_dl: float,
    assay: Literal["one_stage", "chromogenic"],
    laboratory: Laboratory,
    days_later: int,
) -> Told:
    zone = ZONES[script.htc_id]
    draws = Draws("drawn", script.number, key)
    return Told(
        key=key,
        known_at=told_at(day + timedelta(days=days_later), zone, minute=draws.whole(0, 40)),
        occurred_on=day,
        occurred_at=local(day, draws.whole(8, 9), draws.whole(0, 59), zone),
        fact=_measured(iu_per_dl, assay, laboratory),
        accession=f"SYN-{script.number:02d}-{key.upper()}",
    )


def _measured(iu_per_dl: float, assay: Assay, laboratory: Laboratory) -> FixActivityMeasured:
    return FixActivityMeasured(
        value=Decimal(f"{max(0.5, iu_per_dl):.1f}"),
        unit="IU/dL",
        assay=assay,
        laboratory=laboratory,
        reagent="chromogenic-kit-a" if assay == "chromogenic" else "aptt-reagent-a",
        system="central-laboratory" if laboratory == "central" else "htc-laboratory",
    )
