"""A list knows at least what the answer knew whose position is sent with it, whichever process wrote and folds."""

from base64 import urlsafe_b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from eventsourcing.persistence import StoredEvent
from httpx import Response

from adapters.database import writing
from adapters.views.positions import POSITIONS, record_problem
from adapters.views.projector import BatchProjector
from adapters.views.span import AtMost
from adapters.views.turn import turn
from adapters.web import coming_forward
from adapters.web.position_token import write_position
from oba.dates import write_instant
from oba.identity import opaque_code
from projections.every import PROJECTIONS
from projections.reading import Reading
from projections.row import Row
from tests.support.api import Api
from tests.support.samples import INFUSION, SECOND, enrolment
from tests.support.store import a_stream
from tests.support.views import labels

HEADER = "OBA-Position"
LISTS = ("/v1/infusions", "/v1/refund-triggers", "/v1/worklist", "/v1/data-request-windows")
EXPORT = {"payer": "PAY-1", "period": "2027Q2"}


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time goes on in the pauses only, and there is little of it."""
    passed = [0.0]
    monkeypatch.setattr(coming_forward, "MUST", 0.05)
    monkeypatch.setattr(coming_forward, "MAY", 0.05)
    monkeypatch.setattr(coming_forward, "perf_counter", lambda: passed[-1])
    monkeypatch.setattr(coming_forward, "sleep", lambda seconds: passed.append(passed[-1] + seconds))


@contextmanager
def held_by_others(api: Api) -> Iterator[None]:
    """Another process works on every view and does not come to an end."""
    with turn(api.services.views.engine, labels(api.services.views)):
        yield


def listed(api: Api, path: str, position: str | None = None, by: str = "coordinator") -> Response:
    """A list that must know at least a position."""
    headers = {**api.headers(by), **({HEADER: position} if position else {})}
    answer: Response = api.client.get(path, headers=headers)
    return answer


def code_of(answer: Response) -> str:
    return str(answer.json()["type"]).removeprefix("urn:oba:problem:")


def blind(api: Api, *names: str) -> None:
    """Let views be unable to fold anything, and catch up."""

    def broken(_: Reading) -> tuple[Row, ...]:
        raise RuntimeError

    tracker = api.services.tracker
    projections = tuple(replace(one, rows_of=broken) if one.name in names else one for one in PROJECTIONS)
    BatchProjector(tracker.log, api.services.views, tracker.reference, projections=projections).catch_up()


def test_a_list_with_the_position_of_a_command_knows_the_command(api: Api) -> None:
    done = api.post("/v1/infusions", INFUSION)
    for path in LISTS:
        answer = listed(api, path, done.headers[HEADER])
        assert (answer.status_code, answer.headers[HEADER]) == (200, done.headers[HEADER])
    assert [row["infusion_code"] for row in listed(api, LISTS[0], done.headers[HEADER]).json()["data"]] == [
        done.json()["code"]
    ]


def test_a_repeated_command_says_the_same_position(api: Api) -> None:
    first = api.post("/v1/infusions", INFUSION, key="once")
    enrolled = api.post(f"/v1/infusions/{first.json()['code']}/enrolments", enrolment())
    assert enrolled.headers[HEADER] != first.headers[HEADER]
    again = api.post("/v1/infusions", INFUSION, key="once")
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.headers[HEADER] == first.headers[HEADER]


@pytest.mark.parametrize("path", LISTS)
def test_while_others_are_still_folding_a_list_with_a_position_is_to_be_asked_again(api: Api, path: str) -> None:
    done = api.post("/v1/infusions", INFUSION)
    with held_by_others(api):
        answer = listed(api, path, done.headers[HEADER])
    assert (answer.status_code, code_of(answer), answer.headers["Retry-After"]) == (503, "view-behind", "1")
    assert listed(api, path, done.headers[HEADER]).status_code == 200


def test_while_others_are_still_folding_a_list_without_a_position_says_what_it_knows(api: Api) -> None:
    before = listed(api, "/v1/infusions").headers[HEADER]
    done = api.post("/v1/infusions", INFUSION)
    with held_by_others(api):
        answer = listed(api, "/v1/infusions")
    assert (answer.status_code, answer.json()["data"], answer.headers[HEADER]) == (200, [], before)
    assert before != done.headers[HEADER]


def test_a_position_tells_nothing_of_how_much_others_write(api: Api) -> None:
    one, next_one = (urlsafe_b64decode(write_position(api.services, position)) for position in (1_000, 1_001))
    assert one == urlsafe_b64decode(write_position(api.services, 1_000))
    assert len(one) == len(next_one)
    assert sum(a != b for a, b in zip(one, next_one, strict=True)) > len(one) / 2


MONEY = ("/v1/refund-triggers", "/v1/worklist")
OTHERS = tuple(path for path in LISTS if path not in MONEY)


def enrol_again(api: Api, infusion: str) -> None:
    """One more event."""
    assert api.post(f"{infusion}/enrolments", enrolment(SECOND, "PAY-2")).status_code == 201


def begun_afresh(api: Api, *names: str) -> None:
    """Let another release take views over, which nobody has filled yet."""
    tracker = api.services.tracker
    newer = tuple(replace(one, edition=one.edition + 1) if one.name in names else one for one in PROJECTIONS)
    BatchProjector(tracker.log, api.services.views, tracker.reference, projections=newer)


@pytest.mark.parametrize("path", LISTS)
def test_a_list_that_is_level_says_so(api: Api, infusion: str, path: str) -> None:
    assert infusion
    answer = listed(api, path).json()
    stamp = api.services.tracker.log.last_recorded_at()
    assert stamp is not None
    assert (answer["as_of_recorded_at"], answer["behind_seconds"]) == (write_instant(stamp), 0)


@pytest.mark.parametrize("path", LISTS)
def test_a_list_that_is_a_moment_behind_says_by_how_much(api: Api, infusion: str, path: str) -> None:
    before = listed(api, path).json()
    api.clock.move_by(timedelta(seconds=1))
    enrol_again(api, infusion)
    api.clock.move_by(timedelta(seconds=59))
    with held_by_others(api):
        answer = listed(api, path)
    assert (answer.status_code, answer.json()["as_of_recorded_at"]) == (200, before["as_of_recorded_at"])
    assert answer.json()["behind_seconds"] == 59


def test_a_list_that_is_behind_by_nothing_that_a_clock_shows_is_not_taken_for_level(api: Api, infusion: str) -> None:
    assert listed(api, "/v1/refund-triggers").json()["behind_seconds"] == 0
    enrol_again(api, infusion)
    with held_by_others(api):
        assert listed(api, "/v1/refund-triggers").json()["behind_seconds"] == 1


def test_money_is_not_answered_where_an_event_has_waited_for_more_than_a_minute(api: Api, infusion: str) -> None:
    assert all(listed(api, path).status_code == 200 for path in LISTS)
    enrol_again(api, infusion)
    api.clock.move_by(timedelta(seconds=61))
    with held_by_others(api):
        refused = [listed(api, path) for path in MONEY]
        answered = [listed(api, path) for path in OTHERS]
    assert [(one.status_code, code_of(one), one.headers["Retry-After"]) for one in refused] == [
        (503, "view-behind", "1")
    ] * len(MONEY)
    assert [(one.status_code, one.json()["behind_seconds"]) for one in answered] == [(200, 61)] * len(OTHERS)
    assert all(listed(api, path).status_code == 200 for path in LISTS)


@pytest.mark.parametrize(
    ("view", "path", "by"),
    [
        ("refund_triggers", "/v1/refund-triggers", "coordinator"),
        ("worklist", "/v1/worklist", "coordinator"),
        ("enrolments", "/v1/refund-triggers", "payer_analyst"),
    ],
)
def test_money_is_not_answered_from_a_view_that_nobody_has_filled_yet(
    api: Api, infusion: str, view: str, path: str, by: str
) -> None:
    assert infusion
    assert listed(api, path, by=by).status_code == 200
    begun_afresh(api, view)
    answer = listed(api, path, by=by)
    assert (answer.status_code, code_of(answer), answer.headers["Retry-After"]) == (503, "view-behind", "1")


def test_nothing_is_answered_from_views_of_another_log(api: Api, infusion: str) -> None:
    assert infusion
    assert listed(api, "/v1/refund-triggers").status_code == 200
    with writing(api.services.views.engine) as connection:
        connection.execute(sa.update(POSITIONS).values(log_mark=a_stream()))
    for path, parameters in (*((path, {}) for path in LISTS), ("/v1/exports/triggers", EXPORT)):
        answer = api.get(path, **parameters)
        assert (answer.status_code, code_of(answer)) == (503, "view-behind")
    api.services.projector.catch_up()
    assert all(listed(api, path).status_code == 200 for path in LISTS)
    assert api.get("/v1/exports/triggers", **EXPORT).status_code == 200


@pytest.mark.parametrize(
    ("view", "path", "parameters"),
    [("refund_triggers", "/v1/refund-triggers", {}), ("refund_lines", "/v1/exports/triggers", EXPORT)],
)
def test_money_is_not_answered_from_a_view_that_is_emptied_just_before_it_is_read(
    api: Api, infusion: str, monkeypatch: pytest.MonkeyPatch, view: str, path: str, parameters: dict[str, str]
) -> None:
    assert infusion
    views = api.services.views
    rows = getattr(views, view)

    def emptied(*arguments: Any, **named: Any) -> Any:
        begun_afresh(api, view)
        return rows(*arguments, **named)

    monkeypatch.setattr(views, view, emptied)
    answer = api.get(path, **parameters)
    assert (answer.status_code, code_of(answer)) == (503, "view-behind")


def test_a_request_folds_no_more_at_once_than_it_has_time_for(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coming_forward, "A_STEP", AtMost(events=1, infusions=50))
    api.post("/v1/infusions", INFUSION)
    step, taken = api.services.projector.step, []

    def counted(at_most: AtMost | None = None) -> int:
        taken.append(step(at_most))
        return taken[-1]

    monkeypatch.setattr(api.services.projector, "step", counted)
    done = listed(api, "/v1/infusions")
    assert done.status_code == 200
    assert max(taken) == 1


@pytest.mark.parametrize("word", ["1", "0", "x", "a" * 80, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "%00", "é"])
def test_a_position_that_no_answer_said_is_refused(api: Api, word: str) -> None:
    headers = {**api.headers("coordinator"), HEADER: word.encode("latin-1")}
    answer = api.client.get("/v1/infusions", headers=headers)
    assert (answer.status_code, code_of(answer)) == (422, "invalid-position")


def test_rows_of_an_infusion_that_is_incomplete_are_left_out_of_money_and_named(api: Api, infusion: str) -> None:
    code = infusion.rsplit("/", 1)[1]
    blind(api, "refund_triggers", "worklist")
    for path in ("/v1/refund-triggers", "/v1/worklist"):
        answer = listed(api, path).json()
        assert (answer["data"], answer["incomplete"]) == ([], [code])
    assert listed(api, "/v1/infusions").json()["incomplete"] == []
    assert listed(api, "/v1/refund-triggers", by="other_analyst").json()["incomplete"] == []
    assert listed(api, "/v1/refund-triggers", by="payer_analyst").json()["incomplete"] == [code]


def test_the_money_of_one_infusion_is_answered_from_the_log_whatever_the_views_have(api: Api, infusion: str) -> None:
    before = api.get(f"{infusion}/determinations").json()["determinations"]
    blind(api, *(one.name for one in PROJECTIONS))
    assert api.get(f"{infusion}/determinations").json()["determinations"] == before
    assert before


def test_an_export_waits_for_an_infusion_that_may_concern_the_payer_and_only_for_that(api: Api, infusion: str) -> None:
    assert infusion
    blind(api, "refund_lines")
    answer = api.get("/v1/exports/triggers", **EXPORT)
    assert (answer.status_code, code_of(answer), answer.headers["Retry-After"]) == (503, "view-incomplete", "60")
    assert api.get("/v1/exports/triggers", **{**EXPORT, "payer": "PAY-2"}).status_code == 200


def test_an_export_waits_for_an_infusion_that_nobody_can_read_whoever_the_payer_is(api: Api) -> None:
    api.services.tracker.log.recorder.append([StoredEvent(a_stream(), 1, "of_a_later_release", b"{}")])
    for payer in ("PAY-1", "PAY-2"):
        answer = api.get("/v1/exports/triggers", **{**EXPORT, "payer": payer})
        assert (answer.status_code, code_of(answer)) == (503, "view-incomplete")
    assert listed(api, "/v1/refund-triggers").json()["incomplete"] == [opaque_code(a_stream())]
    assert listed(api, "/v1/refund-triggers", by="payer_analyst").json()["incomplete"] == []


def test_an_export_is_never_behind_the_log(api: Api, infusion: str) -> None:
    assert infusion
    with held_by_others(api):
        answer = api.get("/v1/exports/triggers", **EXPORT)
    assert (answer.status_code, code_of(answer)) == (503, "view-behind")
    assert api.get("/v1/exports/triggers", **EXPORT).status_code == 200


def test_lists_with_money_of_a_view_that_stands_still_are_not_answered(api: Api, infusion: str) -> None:
    assert listed(api, "/v1/refund-triggers").status_code == 200
    views = api.services.views
    with turn(views.engine, labels(views, "refund_triggers", "refund_lines")) as (connection, held):
        record_problem(connection, held, "UnknownTopic", api.head() + 1)
    for path, parameters in (("/v1/refund-triggers", {}), ("/v1/exports/triggers", EXPORT)):
        answer = api.get(path, **parameters)
        assert (answer.status_code, code_of(answer)) == (503, "view-incomplete")
    assert listed(api, "/v1/infusions").json()["data"]


def test_readiness_says_how_far_the_views_are_behind_and_what_they_lack(api: Api, infusion: str) -> None:
    assert infusion
    api.clock.move_by(timedelta(seconds=90))
    with held_by_others(api):
        behind = api.get("/readyz", by=None)
    assert behind.status_code == 200
    assert behind.json()["seconds_behind"] == pytest.approx(90, abs=1)
    blind(api, "timeline")
    level = api.get("/readyz", by=None)
    assert (level.status_code, level.json()["incomplete_views"], level.json()["seconds_behind"]) == (
        200,
        ["timeline"],
        0,
    )
