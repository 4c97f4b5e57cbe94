import base64
from datetime import date, timedelta
from typing import get_args
from uuid import UUID

import pytest
import sqlalchemy as sa

from adapters.log.log import Log
from adapters.views.milestones import OnDay
from adapters.views.page import CursorRefused, Page, Scope
from adapters.views.projector import BatchProjector
from adapters.views.views import Views
from oba.determination.determination import Finding
from oba.schedule import Phase
from projections import worklist
from projections.refund_triggers import DeterminationState, finding_on, phase_on
from projections.row import Row
from tests.adapters.views.conftest import drafted
from tests.support.lives import Life

PAYER, STRANGER = Scope(payer_id="PAYER-1"), Scope(payer_id="PAYER-2")
CLINIC, OTHER_CLINIC = Scope(htc_id="HTC-1"), Scope(htc_id="HTC-2")
FIRST, SECOND = Life().infusion_id, Life(name="second").infusion_id


@pytest.fixture(autouse=True)
def _level(projector: BatchProjector) -> None:
    projector.catch_up()


def every_key(views: Views, **about: object) -> list[str]:
    """The keys of a list read page by page."""
    keys: list[str] = []
    page = views.refund_triggers(limit=1, **about)  # type: ignore[arg-type]
    while True:
        keys += [row.row_key for row in page.rows]
        if page.next_cursor is None:
            return keys
        page = views.refund_triggers(limit=1, cursor=page.next_cursor, **about)  # type: ignore[arg-type]


def test_pages_hold_every_row_once_in_one_order(views: Views) -> None:
    whole = views.refund_triggers()
    assert not whole.has_more
    assert every_key(views) == [row.row_key for row in whole.rows]
    assert [row.due_on for row in whole.rows] == sorted(row.due_on for row in whole.rows)
    assert len(whole.rows) == 4


def test_a_page_says_how_far_its_view_had_come(log: Log, views: Views) -> None:
    page = views.refund_triggers(limit=1)
    assert (page.position, page.has_more) == (log.head(), True)


@pytest.mark.parametrize("limit", [0, 501])
def test_a_page_has_one_to_five_hundred_rows(views: Views, limit: int) -> None:
    with pytest.raises(ValueError, match="1 to 500"):
        views.refund_triggers(limit=limit)


@pytest.mark.parametrize(
    "content",
    [b"no", b"[]", b'["2025-01-01"]', b'["2025-01-01",7]', b'[7,"key"]', b'["2025-13-01",""]', b'{"a":1}', b"\xff"],
)
def test_a_cursor_that_no_list_handed_out_is_refused(views: Views, content: bytes) -> None:
    cursor = base64.urlsafe_b64encode(content).decode().rstrip("=")
    with pytest.raises(CursorRefused):
        views.refund_triggers(cursor=cursor)


@pytest.mark.parametrize("cursor", ["é", "*", "a"])
def test_a_cursor_in_other_letters_is_refused(views: Views, cursor: str) -> None:
    with pytest.raises(CursorRefused):
        views.refund_triggers(cursor=cursor)


@pytest.mark.parametrize("content", [b'["2025-01-01","key"]', b'[99999999999999999999,"key"]', b'[true,"key"]'])
def test_a_place_that_is_none_of_the_log_is_refused_as_a_cursor(views: Views, content: bytes) -> None:
    cursor = base64.urlsafe_b64encode(content).decode()
    with pytest.raises(CursorRefused):
        views.timeline(FIRST, cursor=cursor)


def lists(views: Views, scope: Scope) -> list[Page[Row]]:
    """Every list that somebody with a limited sight may read."""
    return [
        views.infusions(scope),  # type: ignore[list-item]
        views.enrolments(scope),  # type: ignore[list-item]
        views.refund_triggers(scope),  # type: ignore[list-item]
        views.data_request_windows(scope),  # type: ignore[list-item]
        views.worklist(date(2026, 1, 1), scope),  # type: ignore[list-item]
        views.timeline(FIRST, scope),  # type: ignore[list-item]
    ]


@pytest.mark.parametrize("scope", [STRANGER, OTHER_CLINIC], ids=["payer", "htc"])
def test_a_stranger_sees_no_row_of_any_list(views: Views, scope: Scope) -> None:
    assert [page.rows for page in lists(views, scope)] == [()] * 6
    assert views.infusion(FIRST, scope) is None
    assert set(views.lane_counts(date(2026, 1, 1), scope).values()) == {0}


@pytest.mark.parametrize("scope", [PAYER, CLINIC], ids=["payer", "htc"])
def test_whoever_is_concerned_sees_the_rows_of_every_list(views: Views, scope: Scope) -> None:
    assert all(page.rows for page in lists(views, scope))
    row = views.infusion(FIRST, scope)
    assert row is not None
    assert row.infusion_id == FIRST


def test_a_payer_sees_of_a_shared_infusion_only_what_is_its_own_or_nobodys(
    log: Log, views: Views, projector: BatchProjector
) -> None:
    table = views.tables["enrolments"]
    with views.engine.begin() as connection:
        connection.execute(sa.update(table).where(table.c.infusion_id == FIRST).values(payer_id="PAYER-2"))
    kinds = {row.kind for row in views.timeline(FIRST, STRANGER).rows}
    assert "infused" in kinds
    assert "fix_activity_measured" in kinds
    assert not kinds & {"enrolled_under_agreement", "data_requested", "refund_triggered", "determination_proposed"}
    assert views.refund_triggers(STRANGER).rows == ()


def test_lists_can_be_narrowed_to_an_infusion_an_agreement_and_a_due_date(views: Views) -> None:
    assert {row.infusion_id for row in views.refund_triggers(infusion_id=SECOND).rows} == {SECOND}
    assert views.refund_triggers(agreement_id="other").rows == ()
    assert len(views.refund_triggers(due_before=date(2025, 1, 16)).rows) == 2
    assert views.refund_triggers(due_before=date(2025, 1, 15)).rows == ()
    assert len(views.enrolments(infusion_id=FIRST, agreement_id="test-agreement").rows) == 1
    assert {row.infusion_id for row in views.data_request_windows(infusion_id=SECOND).rows} == {SECOND}


def test_an_infusion_that_nobody_registered_is_none(views: Views) -> None:
    assert views.infusion(UUID(int=5)) is None


def test_the_timeline_is_read_in_the_order_of_the_log(views: Views) -> None:
    positions = [row.position for row in views.timeline(FIRST).rows]
    assert positions == sorted(positions)
    assert len(positions) == 7


@pytest.mark.parametrize("day", ["2024-07-01", "2024-08-01", "2024-12-16", "2025-02-01", "2025-03-02", "2026-04-01"])
def test_the_lanes_of_the_database_are_those_of_the_rows(views: Views, day: str) -> None:
    as_of = date.fromisoformat(day)
    every = views.worklist(date(2199, 1, 1)).rows
    by_rows = {
        lane: sorted(row.row_key for row in every if worklist.lane_on(row, as_of) == lane) for lane in worklist.LANES
    }
    read = {lane: sorted(row.row_key for row in views.worklist(as_of, lane=lane).rows) for lane in worklist.LANES}
    assert read == by_rows
    assert views.lane_counts(as_of) == {lane: len(keys) for lane, keys in by_rows.items()}
    assert len(views.worklist(as_of).rows) == sum(len(keys) for keys in by_rows.values())


def test_refund_lines_are_those_of_the_beneficiary_with_both_days_included(views: Views) -> None:
    day = date(2025, 3, 2)
    assert len(views.refund_lines(beneficiary="PAYER-1", first=day, last=day)) == 1
    assert views.refund_lines(beneficiary="PAYER-1", first=date(2025, 3, 3), last=date(2025, 6, 30)) == ()
    assert views.refund_lines(beneficiary="PAYER-1", first=date(2025, 1, 1), last=date(2025, 3, 1)) == ()
    assert views.refund_lines(beneficiary="PAYER-2", first=day, last=day) == ()


def test_the_worker_finds_the_infusions_of_which_something_may_be_owed(views: Views) -> None:
    assert views.proposals_due(date(2025, 3, 16)) == ()
    assert views.proposals_due(date(2025, 3, 17)) == (SECOND,)
    assert set(views.proposals_due(date(2026, 3, 17))) == {FIRST, SECOND}
    assert {row.rung for row in views.reminders_due(date(2024, 12, 16)).rows} == {"t_minus_30"}
    assert views.reminders_due(date(2024, 12, 15)).rows == ()


def test_a_transfer_of_care_takes_the_infusion_out_of_sight(log: Log, views: Views, projector: BatchProjector) -> None:
    life = Life(name="second").registered().enrolled()
    life.told(date(2024, 5, 1), "care_transferred", htc_id="HTC-2")
    log.append([drafted(life.events[-1])])
    projector.catch_up()
    assert views.infusion(SECOND, CLINIC) is None
    assert views.infusion(SECOND, OTHER_CLINIC) is not None


def test_phase_and_finding_are_asked_of_the_database_as_the_projection_says_them(views: Views) -> None:
    rows = views.refund_triggers().rows
    edges = {day for row in rows for day in (row.opens_on, row.due_on, row.closes_on, row.grace_ends_on)}
    edges |= {row.cure_ends_on for row in rows}
    for day in sorted({edge + timedelta(days=more) for edge in edges for more in (-1, 0, 1)}):
        for phase in get_args(Phase):
            found = views.refund_triggers(on_day=OnDay(day, phase=phase)).rows
            assert found == tuple(row for row in rows if phase_on(row, day) == phase), (day, phase)
        for finding in get_args(Finding):
            found = views.refund_triggers(on_day=OnDay(day, finding=finding)).rows
            assert found == tuple(row for row in rows if finding_on(row, day) == finding), (day, finding)


def test_milestones_are_asked_for_by_the_state_of_their_determination(views: Views) -> None:
    rows = views.refund_triggers().rows
    for state in get_args(DeterminationState):
        found = views.refund_triggers(determination_state=state).rows
        assert found == tuple(row for row in rows if row.determination_state == state)
