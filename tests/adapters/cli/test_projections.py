import json

import pytest
from eventsourcing.persistence import StoredEvent

import adapters.cli.export as export
from adapters.bootstrap import open_services
from adapters.log.topics import DOCUMENT_TOPICS
from adapters.views.turn import turn
from oba.identity import document_stream_id
from projections.every import PROJECTIONS
from tests.adapters.cli.conftest import Oba
from tests.adapters.views.conftest import drafted
from tests.support.lives import Life
from tests.support.place import Place
from tests.support.store import a_stream
from tests.support.views import labels


@pytest.fixture
def unreadable(place: Place, oba: Oba) -> None:
    """Stores with an infusion of a later release, which no view can fold."""
    assert oba("db", "upgrade").exit_code == 0
    services = open_services(place.settings)
    services.tracker.log.recorder.append([StoredEvent(a_stream(), 1, "of_a_later_release", b"{}")])
    services.projector.catch_up()
    services.close()


def test_a_retry_with_nothing_to_mend_says_so(oba: Oba) -> None:
    oba("db", "upgrade")
    result = oba("projections", "retry")
    assert (result.exit_code, "0 mended, 0 left" in result.stdout) == (0, True)


@pytest.mark.usefixtures("unreadable")
def test_a_retry_that_leaves_something_names_it_and_fails(oba: Oba) -> None:
    result = oba("projections", "retry")
    assert result.exit_code == 1
    assert f"0 mended, {len(PROJECTIONS)} left" in result.stdout
    for word in ("timeline", str(a_stream()), "of_a_later_release", "UnknownTopic"):
        assert word in result.stdout


@pytest.mark.usefixtures("unreadable")
def test_a_retry_tells_programs_what_is_left(oba: Oba) -> None:
    answer = json.loads(oba("projections", "retry", "--json").stdout)
    assert answer["mended"] == 0
    assert {row["infusion_id"] for row in answer["left"]} == {str(a_stream())}
    assert {row["attempts"] for row in answer["left"]} == {2}


@pytest.mark.usefixtures("unreadable")
def test_a_rebuild_tells_which_views_are_incomplete(oba: Oba) -> None:
    rows = json.loads(oba("projections", "rebuild", "--json").stdout)
    assert {row["incomplete"] for row in rows} == {1}
    assert "incomplete" in oba("projections", "rebuild").stdout


def test_a_rebuild_without_readable_documents_is_refused(place: Place, oba: Oba) -> None:
    oba("db", "upgrade")
    services = open_services(place.settings)
    services.tracker.log.recorder.append([StoredEvent(document_stream_id("one"), 1, DOCUMENT_TOPICS[0], b"{}")])
    services.close()
    result = oba("projections", "rebuild")
    assert (result.exit_code, "documents-unreadable" in result.stderr) == (1, True)


@pytest.mark.usefixtures("directory", "unreadable")
def test_an_export_that_may_lack_something_is_refused(oba: Oba) -> None:
    result = oba("export", "triggers", "--payer", "payer-a", "--period", "2026Q4")
    assert (result.exit_code, result.stdout, "view-incomplete" in result.stderr) == (1, "", True)


@pytest.mark.usefixtures("directory")
def test_an_export_while_somebody_else_folds_is_refused(
    place: Place, oba: Oba, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "PATIENCE_SECONDS", 0)
    services = open_services(place.settings)
    life = Life().registered()
    services.tracker.log.append([drafted(life.events[0])])
    with turn(services.views.engine, labels(services.views)):
        result = oba("export", "triggers", "--payer", "payer-a", "--period", "2026Q4")
    services.close()
    assert (result.exit_code, "view-behind" in result.stderr) == (1, True)
