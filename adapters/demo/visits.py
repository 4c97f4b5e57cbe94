"""The visits of a life: when each milestone is seen at the HTC, and what the visit attests as complete."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from adapters.demo.directory import ZONES, physician_of
from adapters.demo.draws import Draws
from adapters.demo.local_time import local, told_at, working_day
from adapters.demo.script import MILESTONE_MONTHS, Script
from adapters.demo.telling import Told
from oba.dates import shift_months
from oba.facts.assessment import MilestoneAssessed


@dataclass(frozen=True)
class Visit:
    """A milestone and the day on which the HTC sees the patient for it, on or a few days after it is due."""

    milestone: str
    due_on: date
    on: date


def visits(script: Script) -> tuple[Visit, ...]:
    """All milestone visits that take place, by date; missed ones and those after a death are not among them."""
    planned = (_visit(script, milestone, months) for milestone, months in MILESTONE_MONTHS.items())
    return tuple(visit for visit in planned if visit.milestone not in script.missed and _lives_on(script, visit.on))


def _visit(script: Script, milestone: str, months: int) -> Visit:
    due_on = shift_months(script.day_0, months)
    days_later = Draws("visit", script.number, milestone).whole(1, 6)
    return Visit(milestone=milestone, due_on=due_on, on=working_day(due_on + timedelta(days=days_later)))


def _lives_on(script: Script, day: date) -> bool:
    return script.died_on is None or day < script.died_on


def assessments(script: Script) -> Iterator[Told]:
    """What each visit attests: bleed log and FIX use complete through the day of the visit."""
    zone = ZONES[script.htc_id]
    for visit in visits(script):
        yield Told(
            key=f"assessed-{visit.milestone}",
            known_at=told_at(visit.on + timedelta(days=1), zone, minute=20),
            occurred_on=visit.on,
            occurred_at=local(visit.on, 10, 30, zone),
            fact=MilestoneAssessed(
                milestone=visit.milestone,
                bleed_log_complete_through=visit.on,
                fix_use_complete_through=visit.on,
                attested_by=physician_of(script.htc_id),
            ),
        )
