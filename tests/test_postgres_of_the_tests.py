"""The server that the tests stand on: found in a fixed order, durable, never skipped, and gone afterwards."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from scripts.postgres.binaries import NO_SERVER, Binaries, NoServer, find_binaries, in_wheel
from tests.support.postgres import APP, DSN, OWNER, PASSWORD, Server, start_server

ROOT = Path(__file__).resolve().parent.parent
NOWHERE = Path("/nowhere")
PATIENCE_SECONDS = 30


@pytest.fixture(scope="module")
def ours() -> Iterator[Server]:
    """A server that this module may kill."""
    started = Server.of(find_binaries())
    yield started
    started.stop()


def programs(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for name in ("initdb", "postgres"):
        (folder / name).write_text("#!/bin/sh\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    return folder


def a_wheel(folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (folder / "a_wheel_with_a_server").mkdir(parents=True)
    (folder / "a_wheel_with_a_server" / "__init__.py").write_text("raise RuntimeError('imported')\n", encoding="utf-8")
    for tree in ("pginstall", "pginstall18"):
        programs(folder / "a_wheel_with_a_server" / tree / "bin")
    monkeypatch.syspath_prepend(folder)
    return "a_wheel_with_a_server"


def runs(pid: int) -> bool:
    """Whether a process runs; one that ended and waits to be reaped has no command line any more."""
    try:
        return bool(Path(f"/proc/{pid}/cmdline").read_bytes())
    except (FileNotFoundError, ProcessLookupError):
        return False


def asked(url: str, question: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(question.encode()).fetchone()
    return row[0] if row else None


def did(url: str, what: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(what.encode())


def test_programs_on_the_path_come_before_all_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_path, system = programs(tmp_path / "path"), tmp_path / "system"
    programs(system / "15" / "bin")
    assert find_binaries(str(on_path), system, a_wheel(tmp_path / "w", monkeypatch)) == Binaries(on_path)


def test_of_the_folders_of_the_system_the_newest_release_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for release in ("9", "15", "13"):
        programs(tmp_path / "system" / release / "bin")
    (tmp_path / "system" / "16" / "bin").mkdir(parents=True)
    found = find_binaries(str(NOWHERE), tmp_path / "system", a_wheel(tmp_path / "w", monkeypatch))
    assert found == Binaries(tmp_path / "system" / "15" / "bin")


def test_the_newest_server_of_the_wheel_is_taken_where_the_system_has_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = a_wheel(tmp_path, monkeypatch)
    assert find_binaries(str(NOWHERE), NOWHERE, wheel) == Binaries(tmp_path / wheel / "pginstall18" / "bin", wheel=True)


def test_a_machine_without_any_server_fails_with_one_sentence() -> None:
    with pytest.raises(NoServer) as caught:
        find_binaries(str(NOWHERE), NOWHERE, "a_wheel_that_is_not_there")
    assert str(caught.value) == NO_SERVER


def test_the_server_of_the_environment_comes_before_programs(ours: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DSN, ours.admin_url)
    named = start_server()
    assert named.admin_url == ours.admin_url
    assert asked(named.new_database().app, "SELECT current_user") == APP
    named.stop()


def test_a_server_of_somebody_else_keeps_running_and_loses_only_what_the_tests_made(ours: Server) -> None:
    kept = ours.new_database()
    named = Server(ours.admin_url)
    made = named.new_database()
    named.stop()
    found = "SELECT count(*) FROM pg_database WHERE datname = '{}'"
    assert asked(ours.admin_url, found.format(kept.name)) == 1
    assert asked(ours.admin_url, found.format(made.name)) == 0
    ours.drop(kept.name)


@pytest.mark.parametrize("what", ["kill", "restart"])
def test_a_server_of_somebody_else_is_never_killed(ours: Server, what: str) -> None:
    with pytest.raises(NoServer, match=f"unset {DSN}"):
        getattr(Server(ours.admin_url), what)()


@pytest.mark.parametrize("newest", [False, True], ids=["found", "of the wheel"])
def test_who_may_only_make_roles_and_databases_may_lend_a_server(newest: bool) -> None:
    found = in_wheel() if newest else find_binaries()
    assert found is not None
    lending = Server.of(found)
    try:
        for role in (APP, OWNER):
            did(lending.admin_url, f"DROP ROLE {role}")
        did(lending.admin_url, "CREATE ROLE lender LOGIN CREATEROLE CREATEDB")
        for _ in range(2):
            lent = Server(lending.admin_url.replace("postgres@", "lender@"))
            made = lent.new_database()
            with closing(psycopg.connect(made.app)):
                lent.drop(made.name)
            lent.stop()
    finally:
        lending.stop()


@pytest.mark.slow
def test_roles_that_are_there_and_not_the_lenders_are_told() -> None:
    found = in_wheel()
    assert found is not None
    lending = Server.of(found)
    try:
        did(lending.admin_url, "CREATE ROLE lender LOGIN CREATEROLE CREATEDB")
        with pytest.raises(NoServer, match="Drop the two roles"):
            Server(lending.admin_url.replace("postgres@", "lender@"))
    finally:
        lending.stop()


def test_roles_that_are_there_with_another_password_are_told() -> None:
    closed = Server.of(find_binaries())
    try:
        rules = closed.process.folder / "data" / "pg_hba.conf"
        rules.write_text("local all postgres trust\nlocal all all scram-sha-256\n", encoding="utf-8")
        closed.restart()
        Server(closed.admin_url)
        did(closed.admin_url, f"ALTER ROLE {APP} PASSWORD 'of somebody else'")
        with pytest.raises(NoServer, match="Drop the two roles") as caught:
            Server(closed.admin_url)
        assert PASSWORD not in str(caught.value)
    finally:
        closed.stop()


def test_a_server_that_cannot_start_is_told_with_its_own_words_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = programs(tmp_path / "wheel" / "pginstall" / "bin")
    (broken / "initdb").write_text("#!/bin/sh\necho no room >&2; exit 1\n", encoding="utf-8")
    made: list[str] = []
    make = tempfile.mkdtemp

    def noted(**given: Any) -> str:
        made.append(make(**given))
        return made[-1]

    monkeypatch.setattr(tempfile, "mkdtemp", noted)
    with pytest.raises(NoServer, match="no room"):
        Server.of(Binaries(broken, wheel=True))
    assert [Path(folder).exists() for folder in made] == [False]


def test_a_stopped_server_leaves_neither_process_nor_folder() -> None:
    started = Server.of(find_binaries())
    process, folder = started.process.pid, started.process.folder
    assert process is not None
    assert runs(process)
    started.stop()
    started.stop()
    assert not runs(process)
    assert not folder.exists()


def test_tests_that_are_killed_leave_neither_process_nor_folder() -> None:
    script = (
        "import os, signal, sys\n"
        "from tests.support.postgres import Server\n"
        "from scripts.postgres.binaries import find_binaries\n"
        "process = Server.of(find_binaries()).process\n"
        "print(process.pid, process.folder, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    killed = subprocess.run((sys.executable, "-c", script), cwd=ROOT, capture_output=True, text=True, check=False)
    pid, folder = killed.stdout.split()
    last = time.monotonic() + PATIENCE_SECONDS
    while (runs(int(pid)) or Path(folder).exists()) and time.monotonic() < last:
        time.sleep(0.05)
    assert not runs(int(pid))
    assert not Path(folder).exists()


@pytest.mark.slow
def test_the_server_of_the_wheel_starts_beside_one_of_the_system() -> None:
    found = in_wheel()
    assert found is not None
    started = Server.of(found)
    try:
        assert asked(started.new_database().owner, "SELECT current_user") == OWNER
        assert (started.binaries / "pg_dump").is_file()
        assert str(started.admin_url).endswith(str(started.process.folder))
    finally:
        started.stop()


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes", "synchronous_commit", "data_checksums"])
def test_the_server_is_durable(ours: Server, setting: str) -> None:
    assert asked(ours.admin_url, f"SHOW {setting}") == "on"


def test_the_server_is_reached_over_its_socket_only(ours: Server) -> None:
    assert asked(ours.admin_url, "SHOW listen_addresses") == ""


@pytest.mark.parametrize("role", [OWNER, APP])
def test_neither_role_can_do_what_only_an_administrator_may(ours: Server, role: str) -> None:
    rights = "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls FROM pg_roles WHERE rolname = '{}'"
    assert asked(ours.admin_url, rights.format(role)) is False


def test_the_owner_makes_schemas_and_the_application_does_not(ours: Server) -> None:
    made = ours.new_database()
    did(made.owner, "CREATE SCHEMA log")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        did(made.app, "CREATE SCHEMA views")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        did(made.app, "CREATE TABLE log.mine (a int)")
    ours.drop(made.name)


def test_a_copy_has_what_its_template_had_and_goes_its_own_way(ours: Server) -> None:
    first = ours.new_database()
    did(first.owner, "CREATE TABLE kept AS SELECT 7 AS number")
    second = ours.new_database(first.name)
    did(second.owner, "UPDATE kept SET number = 8")
    assert (asked(first.owner, "TABLE kept"), asked(second.owner, "TABLE kept")) == (7, 8)
    for one in (first, second):
        ours.drop(one.name)


@pytest.mark.slow
def test_a_template_that_somebody_is_connected_to_is_not_copied(ours: Server) -> None:
    first = ours.new_database()
    with psycopg.connect(first.app), pytest.raises(RuntimeError, match="close its log, records and views first"):
        ours.new_database(first.name)
    ours.drop(first.name)


def test_what_was_committed_before_a_kill_is_there_after_the_restart(ours: Server) -> None:
    made = ours.new_database()
    did(made.owner, "CREATE TABLE kept AS SELECT 7 AS number")
    with closing(psycopg.connect(made.owner)) as cut_off:
        cut_off.execute("UPDATE kept SET number = 8")
        ours.kill()
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(made.owner)
        ours.restart()
    assert asked(made.owner, "TABLE kept") == 7
    ours.drop(made.name)
