from datetime import date

from oba.infusion.commands import DeclineDataRequest, ProvideData
from projections.data_request_windows import Row, rows, standing_on
from tests.support.lives import REFERENCE, Life, a_payer_rule, an_agreement


def read(life: Life) -> dict[str, Row]:
    """The rows of a life by reading."""
    return {row.reading: row for row in rows(life.stream, life.shelf, REFERENCE)}


def a_life() -> Life:
    """An infusion under an agreement."""
    return Life().registered().enrolled()


def test_each_reading_has_a_window_of_its_own() -> None:
    found = read(a_life())
    assert found["twice-a-year"].permitted_from == date(2024, 1, 15)
    assert found["six-months-apart"].permitted_from == date(2024, 7, 15)
    assert {row.permitted_until for row in found.values()} == {date(2029, 1, 15)}
    assert [row.governing for row in found.values()] == [True, False]


def test_a_request_moves_the_next_permitted_day_and_is_counted() -> None:
    life = a_life()
    request_id = life.asked(date(2024, 8, 1))
    row = read(life)["six-months-apart"]
    assert (row.permitted_from, row.next_permitted_on) == (date(2024, 7, 15), date(2025, 2, 1))
    assert (row.asked, row.answered, row.waiting, row.last_asked_on) == (1, 0, 1, date(2024, 8, 1))
    day, items = date(2024, 8, 9), ("factor_activity",)
    life.does(ProvideData, day, request_id=request_id, items=items, provided_on=day)
    row = read(life)["six-months-apart"]
    assert (row.answered, row.waiting, row.last_answered_on) == (1, 0, day)


def test_a_declined_request_is_counted_and_moves_no_clock() -> None:
    life = a_life()
    request_id, day = life.asked(date(2024, 8, 1)), date(2024, 8, 2)
    life.does(DeclineDataRequest, day, request_id=request_id, reason="duplicate", declined_on=day)
    row = read(life)["six-months-apart"]
    assert (row.next_permitted_on, row.declined, row.waiting) == (date(2024, 7, 15), 1, 0)


def test_a_day_is_too_soon_permitted_or_over() -> None:
    row = read(a_life())["six-months-apart"]
    asked = [date(2024, 7, 14), date(2024, 7, 15), date(2029, 1, 15), date(2029, 1, 16)]
    assert [standing_on(row, day) for day in asked] == ["too_soon", "permitted", "permitted", "over"]


def test_a_death_ends_the_right_and_leaves_no_next_day() -> None:
    life = a_life()
    life.told(date(2024, 3, 1), "patient_died", relation="unknown")
    row = read(life)["six-months-apart"]
    assert (row.next_permitted_on, row.permitted_until, row.ended_by) == (None, date(2024, 2, 29), "patient_died")
    assert standing_on(row, date(2024, 2, 1)) == "over"


def test_a_version_is_in_force_until_the_day_before_the_next_one() -> None:
    later = a_payer_rule(effective_on="2026-01-01", title="Later version")
    ended = a_payer_rule(id="other-rule", ends_on="2025-06-30")
    life = Life(an_agreement(), a_payer_rule(), later, ended).registered().enrolled()
    found = [row for row in rows(life.stream, life.shelf, REFERENCE) if row.governing]
    spans = {(row.rule_id, row.rule_effective_on): row.rule_ends_on for row in found}
    assert spans == {
        ("test-rule", date(2020, 1, 1)): date(2025, 12, 31),
        ("test-rule", date(2026, 1, 1)): None,
        ("other-rule", date(2020, 1, 1)): date(2025, 6, 30),
    }
    earlier = next(row for row in found if row.rule_ends_on == date(2025, 12, 31))
    assert standing_on(earlier, date(2026, 1, 1)) == "not_in_force"
    assert standing_on(earlier, date(2019, 12, 31)) == "not_in_force"


def test_a_payer_that_came_later_has_its_windows_and_a_stranger_has_none() -> None:
    rule, stranger = a_payer_rule(id="second", payer="PAYER-2"), a_payer_rule(id="third", payer="PAYER-3")
    life = Life(an_agreement(), rule, stranger).registered().enrolled()
    assert read(life) == {}
    life.told(date(2024, 6, 1), "coverage_changed", payer_id="PAYER-2")
    assert {row.payer_id for row in read(life).values()} == {"PAYER-2"}
