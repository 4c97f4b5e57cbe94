from datetime import date

from oba.dates import LAST_DAY
from oba.infusion.commands import RecordReminder, SkipReminder
from oba.infusion.state import replay
from oba.policies.remind import reminders_owed
from projections.reminders_due import Row, rows, standing_on
from tests.support.lives import REFERENCE, Life


def read(life: Life, milestone: str = "month-12") -> list[Row]:
    """The ladder of a milestone."""
    return [row for row in rows(life.stream, life.shelf, REFERENCE) if row.milestone == milestone]


def a_life() -> Life:
    """An infusion under an agreement."""
    return Life().registered().enrolled()


def test_the_ladder_has_its_rungs_on_their_days() -> None:
    assert [(row.rung, row.next_due_on) for row in read(a_life())] == [
        ("t_minus_30", date(2024, 12, 16)),
        ("t_minus_7", date(2025, 1, 8)),
        ("due", date(2025, 1, 15)),
        ("t_plus_7", date(2025, 1, 22)),
        ("closes_minus_3", date(2025, 2, 11)),
    ]


def test_a_rung_of_which_nobody_was_told_stands_however_late_it_is() -> None:
    row = read(a_life())[0]
    assert row.recorded_for == ()
    assert [standing_on(row, day) for day in (date(2024, 12, 15), date(2024, 12, 16), LAST_DAY)] == [False, True, True]


def test_a_rung_that_was_recorded_stands_until_the_next_one_or_the_close() -> None:
    life = a_life()
    for day in (date(2024, 12, 16), date(2025, 2, 11)):
        for command in reminders_owed(replay(life.infusion_id, life.stream), life.surroundings(day), ("PER-2",)):
            assert isinstance(command, RecordReminder | SkipReminder)
            fields = command.model_dump(exclude={"command_id", "infusion_id", "actor", "kind", "correlation_id"})
            life.does(type(command), day, actor="worker", **fields)
    ladder = read(life)
    assert [row.recorded_for for row in ladder] == [("PER-2",)] * 5
    assert [row.until_on for row in ladder] == [
        date(2025, 1, 7),
        date(2025, 1, 14),
        date(2025, 1, 21),
        date(2025, 2, 10),
        date(2025, 2, 14),
    ]
    assert {row.recorded_for for row in read(life, "month-24")} == {()}


def test_another_due_date_is_another_reminder() -> None:
    life = a_life()
    due_on = date(2025, 1, 16)
    fields = {"agreement_id": "test-agreement", "milestone": "month-12", "rung": "due", "recipient": "PER-2"}
    life.does(RecordReminder, date(2025, 1, 15), reminder_id=life.infusion_id, due_on=due_on, **fields)
    assert {row.recorded_for for row in read(life)} == {()}
