"""Bleeds and what treated them: fewer from year to year, many lives with none, and one logged long after its onset."""

from collections.abc import Iterator
from datetime import date, timedelta

from adapters.demo.directory import ZONES
from adapters.demo.draws import Draws
from adapters.demo.local_time import local, told_at
from adapters.demo.prophylaxis import dose
from adapters.demo.script import Script
from adapters.demo.telling import Told, fact_id
from adapters.demo.visits import visits
from oba.dates import Moment, shift_months
from oba.facts.bleed import BleedCause, BleedLocation, BleedLogged
from oba.facts.fix_product_use import FixProductUsed

RATE_BY_YEAR = (1.33, 0.91, 0.83, 0.40, 0.40, 0.40)
"""Bleeds a year after Day 0, over all patients (docs/concepts/sources.md)."""
INCLINATIONS = (0.0, 0.0, 0.5, 1.5, 2.5, 3.5)
POOR_EXPRESSION_IU_PER_DL = 5.0
POOR_EXPRESSION_FACTOR = 4.0
GAP_DAYS = 190
POOR_EXPRESSION_GAP_DAYS = 14
"""Days between two bleeds at the least; so no ordinary life bleeds more often than in its lead-in."""
LAST_MONTH = 61
TREATED = 0.75
DAYS_KEPT_CLEAN_BEFORE_A_SAMPLE = 30
_SITES: tuple[tuple[str, BleedLocation], ...] = (
    ("knee_left", "joint"),
    ("ankle_right", "joint"),
    ("elbow_left", "joint"),
    ("calf_right", "muscle"),
    ("thigh_left", "muscle"),
    ("nose", "other"),
)
_CAUSES: tuple[BleedCause, ...] = ("spontaneous", "traumatic", "traumatic", "spontaneous", "unknown")


def bleeding(script: Script) -> Iterator[Told]:
    """Every bleed with the dose that treated it, where one did."""
    for number, onset in enumerate(_onsets(script), start=1):
        yield from _bleed(script, f"bleed-{number}", onset, onset + timedelta(days=_delay(script, number)))
    if script.late_bleed is not None:
        onset, told_on = script.late_bleed
        yield from _bleed(script, "bleed-late", onset, told_on)
    if script.contaminated is not None:
        visit = next(visit for visit in visits(script) if visit.milestone == script.contaminated)
        onset = visit.on - timedelta(days=9)
        yield from _bleed(script, "bleed-before-sample", onset, onset + timedelta(days=2), treated=True)


def _delay(script: Script, number: int) -> int:
    return Draws("bleed-told", script.number, number).whole(1, 9)


def _onsets(script: Script) -> Iterator[date]:
    inclination = Draws("inclination", script.number).one_of(INCLINATIONS)
    if script.steady_iu_per_dl < POOR_EXPRESSION_IU_PER_DL:
        inclination = POOR_EXPRESSION_FACTOR
    draws, day = Draws("onset", script.number), script.day_0
    last_day = shift_months(script.day_0, LAST_MONTH)
    gap = POOR_EXPRESSION_GAP_DAYS if inclination == POOR_EXPRESSION_FACTOR else GAP_DAYS
    while inclination:
        rate = RATE_BY_YEAR[min((day - script.day_0).days // 365, len(RATE_BY_YEAR) - 1)]
        day += timedelta(days=round(draws.wait(rate * inclination / 365)) + 1)
        if day > last_day:
            return
        yield day
        day += timedelta(days=gap)


def _bleed(script: Script, key: str, onset: date, told_on: date, treated: bool | None = None) -> Iterator[Told]:
    draws = Draws("bleed", script.number, key)
    site, location = draws.one_of(_SITES)
    if treated is None:
        treated = draws.happens(TREATED) and not _before_a_sample(script, onset)
    zone = ZONES[script.htc_id]
    at = local(onset, draws.whole(7, 13), draws.whole(0, 59), zone)
    yield Told(
        key=key,
        known_at=told_at(told_on, zone, minute=30),
        occurred_on=onset,
        occurred_at=at,
        fact=BleedLogged(
            site=site,
            location=location,
            cause=draws.one_of(_CAUSES),
            treated=treated,
            last_treatment=Moment(on=onset, at=local(onset, 14, 5, zone)) if treated else None,
        ),
    )
    if treated:
        yield _treatment(script, key, onset, told_on)


def _treatment(script: Script, key: str, day: date, told_on: date) -> Told:
    given = dose(script, f"{key}-dose", day, "bleed", told_on)
    assert isinstance(given.fact, FixProductUsed)
    linked = given.fact.model_copy(update={"bleed_fact_id": fact_id(script.number, key)})
    return Told(
        key=given.key,
        known_at=given.known_at,
        occurred_on=given.occurred_on,
        occurred_at=given.occurred_at,
        fact=linked,
    )


def _before_a_sample(script: Script, onset: date) -> bool:
    clean = timedelta(days=DAYS_KEPT_CLEAN_BEFORE_A_SAMPLE)
    return any(visit.on - clean <= onset <= visit.on for visit in visits(script))
