"""The series of milestones that a criterion looks back on: which belong to it, their days, and how they are told."""

from collections.abc import Sequence
from datetime import date

from oba.criteria.judged import Judged
from oba.measures.measured import Setting
from oba.terms.criteria.any_criterion import Criterion, every_criterion
from oba.terms.criteria.sustained import EarlierMilestones, NamedEarlier
from oba.trace import Trace


def members(earlier: EarlierMilestones, settings: Sequence[Setting]) -> list[int]:
    """The places of the milestones of the series, by due date; the last is the one that is judged and always belongs
    to it.
    """
    last = len(settings) - 1
    named = earlier.milestones if isinstance(earlier, NamedEarlier) else None
    before = [place for place in range(last) if named is None or settings[place].obligation.name in named]
    return [*before, last]


def day_of(judged: Judged, setting: Setting) -> date:
    """The local date of the decisive fact; where absence decides, the close of the window (settled D3)."""
    return judged.decided_on or setting.obligation.closes_on


def steps(
    clause: str, places: Sequence[int], settings: Sequence[Setting], judged: Sequence[Judged], *, whole: bool
) -> tuple[Trace, ...]:
    """One step for each member, with its reasons; where the series stands below another one, which tells the members
    before, the last alone.
    """
    return tuple(
        Trace(
            step="series.milestone",
            clause=clause,
            sentence=f"{_named(settings[place])}: {judged[place].verdict}",
            verdict=judged[place].verdict,
            because=(judged[place].trace,),
        )
        for place in (places if whole else places[-1:])
    )


def _named(setting: Setting) -> str:
    return f"{setting.obligation.name}, due {setting.obligation.due_on}"


def failed_over(criterion: Criterion, run: Sequence[tuple[Judged, Setting]], trace: Trace) -> Judged:
    """A failure over the milestones of a run: it began at the first, the last confirms it (fixture F13), and whatever
    failed at one of them failed (C28).
    """
    last, where = run[-1]
    failed = {name for one, _ in run for name in one.failed_parts}
    return Judged(
        verdict="false",
        trace=trace,
        decided_on=day_of(*run[0]),
        confirmed_on=last.confirmed_on or day_of(last, where),
        items=tuple(item for one, _ in run for item in one.items),
        failed_parts=tuple(
            part.name for _, part in every_criterion(criterion, "") if part.name and part.name in failed
        ),
        tier=last.tier,
    )


def failing(run: Sequence[tuple[Judged, Setting]]) -> str:
    """The two dates of a failure in words; the empty text where there is none."""
    told = [f"at {setting.obligation.name} on {day_of(one, setting)}" for one, setting in run]
    if len(told) < 2:
        return "".join(f", failed {one}" for one in told)
    return f", first failed {told[0]}, confirmed {told[-1]}"
