"""Settings and the composition root: what is chosen, by whom, and what is refused at the start."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from pydantic import ValidationError

from adapters.bootstrap import notifier_of, open_services, open_tracker
from adapters.clock import DemoClock, FixedClock, NotADemo, SystemClock, new_id, new_secret
from adapters.notices.folder import FolderNotifier
from adapters.notices.smtp import SmtpNotifier
from adapters.settings import Settings
from tests.support.store import NOON


def test_the_environment_is_read_with_the_prefix_of_the_product(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OBA_HOME", "/somewhere")
    monkeypatch.setenv("OBA_PORT", "9000")

    settings = Settings()

    assert settings.log_file == Path("/somewhere/log.sqlite3")
    assert settings.public_url == "http://127.0.0.1:9000"
    assert Settings(base_url="https://oba.example").public_url == "https://oba.example"


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("OBA_DATABASE_URL", "mysql://user:hidden@host/oba", "PostgreSQL address"),
        ("POSTGRES_ENABLE_DB_FUNCTIONS", "y", "miss events"),
        ("OBA_PORT", "0", "greater than or equal to 1"),
    ],
)
def test_what_the_product_cannot_stand_on_is_refused_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(ValidationError, match=sentence) as caught:
        Settings()

    assert "hidden" not in str(caught.value)


def test_a_fresh_home_has_its_stores_and_the_clock_of_the_machine(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")

    services = open_services(settings)

    assert isinstance(services.tracker.clock, SystemClock)
    assert {file.name for file in settings.home.glob("*.sqlite3")} == {
        "log.sqlite3",
        "records.sqlite3",
        "views.sqlite3",
    }
    assert services.tracker.reference.therapy("HEMGENIX") is not None
    services.close()


def test_a_demo_store_runs_on_the_clock_that_it_holds(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    tracker = open_tracker(settings)
    tracker.records.demo.mark("synthetic", NOON)
    tracker.close()

    demo = open_tracker(settings)

    assert isinstance(demo.clock, DemoClock)
    assert demo.now() == NOON
    demo.records.demo.move_to(NOON + timedelta(days=30))
    assert demo.now() == NOON + timedelta(days=30)
    demo.close()


def test_a_store_without_the_mark_has_no_demo_clock(tmp_path: Path) -> None:
    tracker = open_tracker(Settings(home=tmp_path))

    with pytest.raises(NotADemo):
        DemoClock(tracker.records.demo).now()

    tracker.close()


def test_notices_go_to_files_until_a_mail_server_is_named(tmp_path: Path) -> None:
    assert isinstance(notifier_of(Settings(home=tmp_path)), FolderNotifier)
    assert isinstance(notifier_of(Settings(home=tmp_path, smtp_host="mail.example")), SmtpNotifier)


def test_the_clock_of_the_machine_tells_utc_and_runs_forward() -> None:
    first, second = SystemClock().now(), SystemClock().now()

    assert first.utcoffset() == timedelta(0)
    assert first <= second


def test_a_fixed_clock_stands_until_it_is_moved() -> None:
    clock = FixedClock(datetime(2026, 3, 1, 6, 0, tzinfo=timezone(timedelta(hours=-6))))

    assert clock.now() == clock.now() == NOON
    clock.move_by(timedelta(days=1))
    assert clock.now() == NOON + timedelta(days=1)
    clock.move_to(NOON)
    assert clock.now().tzinfo is UTC


def test_ids_and_secrets_are_fresh_each_time() -> None:
    assert new_id() != new_id()
    assert new_secret() != new_secret()
    assert len(new_secret(12)) == 12
