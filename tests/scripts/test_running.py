"""What `scripts/start` says and refuses."""

import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from adapters.bootstrap import open_services
from adapters.cli import demo_keys
from adapters.cli.demo_keys import DemoKey
from adapters.demo.directory import MANUFACTURER_ID
from adapters.settings import Settings
from scripts import running

KEYS = (DemoKey("coordinator", "coordinator-1", "oba_c"), DemoKey("payer_analyst", "analyst-1", "oba_p"))


def test_the_welcome_names_address_stores_outbox_clock_and_keys() -> None:
    said = running._welcome(Settings(port=8400), "2028-03-15T12:00+00:00", KEYS)
    for word in ("http://127.0.0.1:8400", "var/", "var/outbox/", "2028-03-15", "oba_c", "oba demo clock +30d"):
        assert word in said


def test_three_lines_can_be_pasted() -> None:
    said = running._welcome(Settings(port=8400), "2028-03-15T12:00+00:00", KEYS)
    lines = [line for line in said.splitlines() if line.startswith("  curl ")]
    assert len(lines) == 3
    assert all("127.0.0.1:8400/v1/" in line and "Bearer oba_" in line for line in lines)


def test_without_a_demo_the_next_command_is_named() -> None:
    said = running._welcome(Settings(), None, ())
    steps = ("oba directory import", "oba agreement register", "oba key create", "docs/guides/api.md")
    places = [said.find(step) for step in steps]
    assert -1 not in places
    assert places == sorted(places)
    assert "curl" not in said


def test_a_mail_server_is_named_instead_of_the_outbox_folder() -> None:
    assert "mail.example:2525" in running._welcome(Settings(smtp_host="mail.example", smtp_port=2525), None, ())


def test_a_port_in_use_is_refused_with_the_command_that_takes_another() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit, match=f"scripts/start --port {port + 1}"):
            running._refuse_taken_port(Settings(port=port))


def test_a_refusal_ends_the_start_without_a_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["running"])
    monkeypatch.setattr(running, "_stop_on_signal", lambda: None)
    monkeypatch.setenv("OBA_PORT", "eight")
    with pytest.raises(SystemExit) as left:
        running.main()
    assert left.value.code == 1
    assert "OBA_PORT" in capsys.readouterr().err


def test_the_welcome_names_the_database_where_there_is_one() -> None:
    url = SecretStr("postgresql://oba_app:canary-quill@db.example/oba")
    said = running._welcome(Settings(database_url=url), None, ())
    assert "Stores  oba on db.example " in said
    assert "canary-quill" not in said


def test_demo_keys_are_only_readable_by_their_owner_and_can_be_shown_again(tmp_path: Path) -> None:
    demo_keys._write(Settings(home=tmp_path), KEYS)
    assert (tmp_path / "demo-keys.txt").stat().st_mode & 0o077 == 0
    assert demo_keys.read_demo_keys(Settings(home=tmp_path)) == KEYS
    assert demo_keys.read_demo_keys(Settings(home=tmp_path / "elsewhere")) == ()


def test_the_demo_goes_into_untouched_stores_and_never_beside_something_else(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    services = open_services(settings)
    assert running._demo_is_wanted(services)
    services.tracker.records.import_directory(
        [{"kind": "manufacturer", "manufacturer_id": "real-maker", "name": "Maker"}]
    )
    assert not running._demo_is_wanted(services)
    services.close()


def test_a_load_that_was_cut_off_is_taken_up_again(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    services = open_services(settings)
    records = services.tracker.records
    records.import_directory([{"kind": "manufacturer", "manufacturer_id": MANUFACTURER_ID, "name": "Maker"}])
    assert running._demo_is_wanted(services)
    records.demo.mark("synthetic", datetime(2028, 3, 15, tzinfo=UTC))
    assert running._demo_is_wanted(services)
    demo_keys._write(settings, KEYS)
    assert not running._demo_is_wanted(services)
    services.close()


def test_moving_the_clock_beside_another_port_keeps_the_links_of_notices_right() -> None:
    elsewhere = running._welcome(Settings(port=8400), "2028-03-15T12:00+00:00", KEYS)
    usual = running._welcome(Settings(), "2028-03-15T12:00+00:00", KEYS)
    assert "move it: OBA_PORT=8400 " in elsewhere
    assert "OBA_PORT" not in usual
