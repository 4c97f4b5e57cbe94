"""Commands on the stores: upgrade, doctor, directory, keys, backup, rebuild, export, import."""

import json
import stat
from pathlib import Path

import pytest

from adapters.bootstrap import open_services
from adapters.views.views import ViewBehind
from tests.adapters.cli.conftest import Oba
from tests.support.place import ON_FILES, Place


def verdicts(oba: Oba) -> dict[str, str]:
    return {one["name"]: one["verdict"] for one in json.loads(oba("doctor", "--json").stdout)}


@ON_FILES
def test_doctor_names_the_command_that_makes_missing_stores_and_makes_nothing_itself(oba: Oba, home: Path) -> None:
    result = oba("doctor")
    assert result.exit_code == 1
    assert "mend: oba db upgrade" in result.stdout
    assert not home.exists()


OF_STORES = ("schema", "durability", "views", "dead letters", "outbox", "worker")
EVERYWHERE = ("Python", "documents", "stores", "keys", "privacy", *OF_STORES)
OF_ENGINE = {"sqlite": ("SQLite", "integrity"), "postgresql": ("TLS", "PostgreSQL", "owner", "roles", "connections")}


def test_after_an_upgrade_and_a_tick_every_line_of_doctor_is_good(oba: Oba, place: Place) -> None:
    assert oba("db", "upgrade").exit_code == 0
    assert verdicts(oba)["worker"] == "warning"
    assert oba("worker", "--once").exit_code == 0
    found = verdicts(oba)
    assert found.keys() == {*EVERYWHERE, *OF_ENGINE[place.engine]}
    assert {verdict for name, verdict in found.items() if name != "SQLite"} == {"good"}
    assert found.get("SQLite") in (None, "good", "warning")
    assert oba("doctor").exit_code == 0


@ON_FILES
def test_an_old_sqlite_is_a_warning_and_not_a_refusal(oba: Oba, monkeypatch: pytest.MonkeyPatch) -> None:
    oba("db", "upgrade")
    monkeypatch.setattr("sqlite3.sqlite_version_info", (3, 45, 1))
    assert verdicts(oba)["SQLite"] == "warning"
    monkeypatch.setattr("sqlite3.sqlite_version_info", (3, 51, 3))
    assert verdicts(oba)["SQLite"] == "good"


def test_keys_that_others_can_read_are_bad_and_the_mending_command_mends_them(oba: Oba, home: Path) -> None:
    oba("db", "upgrade")
    for file in (home / "keys").iterdir():
        file.chmod(0o644)
    result = oba("doctor")
    assert result.exit_code == 1
    assert f"mend: chmod 700 {home}/keys && chmod 600 {home}/keys/*" in result.stdout


def test_a_second_upgrade_changes_nothing(oba: Oba, home: Path) -> None:
    oba("db", "upgrade")
    keys = {file.name: file.read_bytes() for file in (home / "keys").iterdir()}
    assert oba("db", "upgrade").exit_code == 0
    assert {file.name: file.read_bytes() for file in (home / "keys").iterdir()} == keys


@ON_FILES
@pytest.mark.parametrize("lost", [("vault.key",), ("vault.key", "access.pepper", "digest.key")])
def test_stores_without_their_keys_are_left_alone_until_the_keys_come_back(
    lost: tuple[str, ...], oba: Oba, directory: Path, home: Path
) -> None:
    kept = {file.name: file.read_bytes() for file in (home / "keys").iterdir()}
    for name in lost:
        (home / "keys" / name).unlink()
    before = contents(home)

    result = oba("doctor")
    assert result.exit_code == 1
    assert "bring the keys back from their backup" in result.stdout
    assert "oba db upgrade" not in result.stdout
    for words in (("db", "upgrade"), ("key", "create", "--person", "analyst-a"), ("worker", "--once")):
        refused = oba(*words)
        assert (refused.exit_code, "bring the keys back from their backup" in refused.stderr) == (1, True)
    assert oba("db", "backup", home.parent / "backup").exit_code == 1
    assert contents(home) == before

    for name in lost:
        (home / "keys" / name).write_bytes(kept[name])
        (home / "keys" / name).chmod(0o600)
    assert oba("doctor").exit_code == 0


@ON_FILES
def test_stores_without_the_folder_of_their_keys_are_left_alone(oba: Oba, directory: Path, home: Path) -> None:
    (home / "keys").rename(home.parent / "elsewhere")
    before = contents(home)
    assert "bring the keys back from their backup" in oba("doctor").stdout
    assert oba("db", "upgrade").exit_code == 1
    assert contents(home) == before
    assert not (home / "keys").exists()


@ON_FILES
@pytest.mark.parametrize("lost", ["log.sqlite3", "records.sqlite3"])
def test_doctor_has_a_lost_log_or_lost_records_brought_back_and_not_made_anew(
    lost: str, oba: Oba, directory: Path, home: Path
) -> None:
    (home / lost).unlink()
    result = oba("doctor")
    assert result.exit_code == 1
    assert "bring it back from a backup" in result.stdout
    assert "oba db upgrade" not in result.stdout


@ON_FILES
def test_a_restore_without_keys_writes_nothing(oba: Oba, directory: Path, home: Path) -> None:
    folder = home.parent / "backup"
    assert oba("db", "backup", folder).exit_code == 0
    home.rename(home.parent / "elsewhere")
    result = oba("db", "restore", folder)
    assert (result.exit_code, "restore-refused" in result.stderr) == (1, True)
    assert not home.exists()


def contents(home: Path) -> dict[str, bytes]:
    """Every file below a home with what it holds."""
    return {str(file.relative_to(home)): file.read_bytes() for file in sorted(home.rglob("*")) if file.is_file()}


def test_a_wrong_setting_is_told_in_plain_words_with_the_name_of_its_variable(
    oba: Oba, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value, remedy in (
        ("OBA_PORT", "eight", "write a whole number"),
        ("OBA_PORT", "70000", "65535"),
        ("OBA_SMTP_STARTTLS", "perhaps", "write true or false"),
    ):
        monkeypatch.setenv(name, value)
        result = oba("doctor")
        assert result.exit_code == 1
        assert name in result.stderr
        assert remedy in result.stderr
        assert "parsing" not in result.stderr
        assert "input should" not in result.stderr
        monkeypatch.delenv(name)


def test_a_directory_with_an_unknown_zone_is_refused_with_its_line_and_nothing_is_entered(
    oba: Oba, tmp_path: Path, home: Path, place: Place
) -> None:
    oba("db", "upgrade")
    file = tmp_path / "directory.yaml"
    file.write_text(
        "- {kind: payer, payer_id: payer-a, name: Payer}\n"
        "- {kind: htc, htc_id: a, name: A, time_zone: Mars/Olympus, designated_from: 2020-01-01, city: A, state: IL}\n",
        encoding="utf-8",
    )
    result = oba("directory", "import", file)
    assert result.exit_code == 1
    assert f"{file}:2:" in result.stderr
    services = open_services(place.settings)
    assert services.tracker.records.directory.payers() == ()
    services.close()


def test_a_directory_as_csv_is_entered_and_its_problems_name_the_row_of_the_spreadsheet(
    oba: Oba, tmp_path: Path
) -> None:
    oba("db", "upgrade")
    file = tmp_path / "directory.csv"
    file.write_text("kind,payer_id,name\npayer,payer-a,Payer A\n", encoding="utf-8")
    assert "1 rows entered" in oba("directory", "import", file).stdout
    file.write_text("kind,payer_id,name\npayer,payer-a,Payer A\npayee,b,B\n", encoding="utf-8")
    assert f"{file}:3" in oba("directory", "import", file).stderr


def test_a_key_is_shown_once_and_has_the_role_of_the_directory(oba: Oba, directory: Path, place: Place) -> None:
    answer = json.loads(oba("key", "create", "--person", "analyst-a", "--json").stdout)
    services = open_services(place.settings)
    principal = services.tracker.records.keys.verify(answer["key"])
    services.close()
    assert principal is not None
    assert (principal.person_id, principal.role, principal.organisation_id) == ("analyst-a", "payer_analyst", "payer-a")


def test_a_key_for_nobody_of_the_directory_is_refused(oba: Oba, directory: Path) -> None:
    result = oba("key", "create", "--person", "somebody")
    assert (result.exit_code, "unknown-person" in result.stderr) == (1, True)


@pytest.mark.parametrize(
    "words",
    [(), ("--person", "analyst-a", "--service", "x"), ("--service", "x"), ("--service", "x", "--role", "queen")],
)
def test_a_key_without_exactly_one_holder_and_a_known_role_is_wrong_usage(
    words: tuple[str, ...], oba: Oba, directory: Path
) -> None:
    assert oba("key", "create", *words).exit_code == 2


@ON_FILES
def test_a_backup_comes_back_into_an_empty_home_with_its_keys(
    oba: Oba, directory: Path, home: Path, place: Place
) -> None:
    folder = home.parent / "backup"
    token = oba("key", "create", "--person", "analyst-a").stdout.strip()
    assert oba("db", "backup", folder).exit_code == 0
    for file in home.glob("*.sqlite3*"):
        file.unlink()

    assert oba("db", "restore", folder).exit_code == 0

    services = open_services(place.settings)
    assert services.tracker.records.keys.verify(token) is not None
    services.close()


@ON_FILES
def test_a_backup_into_a_used_folder_and_a_restore_over_stores_are_refused(oba: Oba, home: Path) -> None:
    oba("db", "upgrade")
    assert oba("db", "backup", home).exit_code == 1
    folder = home.parent / "backup"
    oba("db", "backup", folder)
    result = oba("db", "restore", folder)
    assert (result.exit_code, "restore-refused" in result.stderr) == (1, True)


def test_a_rebuild_shows_where_every_view_stands(oba: Oba) -> None:
    oba("db", "upgrade")
    rows = json.loads(oba("projections", "rebuild", "--json").stdout)
    assert {row["position"] for row in rows} == {0}


def test_an_export_of_a_payer_without_triggers_has_a_heading_and_totals_of_zero(oba: Oba, directory: Path) -> None:
    result = oba("export", "triggers", "--payer", "payer-a", "--period", "2026Q4", "--format", "csv")
    assert result.exit_code == 0
    assert result.stdout.startswith('"line_id"')
    assert '"lines",0' in result.stderr


def test_an_export_writes_detail_and_totals_beside_each_other(oba: Oba, directory: Path, tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    assert oba("export", "triggers", "--payer", "payer-a", "--period", "2026Q4", "--to", folder).exit_code == 0
    assert sorted(path.name for path in folder.iterdir()) == [
        "refund-lines-payer-a-2026Q4.csv",
        "refund-lines-payer-a-2026Q4.totals.csv",
    ]


def test_an_export_for_an_unknown_payer_or_period_is_refused(oba: Oba, directory: Path) -> None:
    assert oba("export", "triggers", "--payer", "payer-x", "--period", "2026Q4").exit_code == 1
    assert oba("export", "triggers", "--payer", "payer-a", "--period", "Q4 2026").exit_code == 2


def test_an_import_of_an_unknown_infusion_is_refused_with_row_and_column(
    oba: Oba, directory: Path, tmp_path: Path
) -> None:
    file = tmp_path / "facts.csv"
    text = "infusion_code,kind,occurred_on,weight_kg\nINF-0000-0000-0,weight_measured,2026-01-01,80\n"
    file.write_text(text, encoding="utf-8")
    result = oba("import", "facts", file, "--as", "coordinator-a", "--dry-run")
    assert result.exit_code == 1
    assert f"{file}:2:1 /infusion_code: unknown-infusion" in result.stderr


def test_an_import_by_nobody_of_the_directory_or_of_no_file_is_refused(
    oba: Oba, directory: Path, tmp_path: Path
) -> None:
    assert oba("import", "facts", directory, "--as", "nobody").exit_code == 1
    assert oba("import", "facts", tmp_path / "none.csv", "--as", "coordinator-a").exit_code == 1


def test_a_worker_that_looks_once_finds_nothing_to_do_in_empty_stores(oba: Oba) -> None:
    oba("db", "upgrade")
    result = oba("worker", "--once")
    assert result.exit_code == 0
    assert "proposed 0" in result.stdout


def test_keys_of_stores_are_readable_by_their_owner_only(oba: Oba, home: Path) -> None:
    oba("db", "upgrade")
    assert {stat.S_IMODE(file.stat().st_mode) for file in (home / "keys").iterdir()} == {0o600}


def test_a_revoked_key_opens_nothing_and_is_listed_no_more(oba: Oba, directory: Path, place: Place) -> None:
    token = json.loads(oba("key", "create", "--person", "analyst-a", "--json").stdout)["key"]
    (listed,) = json.loads(oba("key", "list", "--json").stdout)
    assert (listed["holder"], listed["key_id"]) == ("analyst-a", token.split("_")[1])
    assert token.split("_")[2] not in oba("key", "list").stdout

    assert oba("key", "revoke", listed["key_id"]).exit_code == 0
    assert json.loads(oba("key", "list", "--json").stdout) == []
    services = open_services(place.settings)
    principal = services.tracker.records.keys.verify(token)
    services.close()
    assert principal is None
    again = oba("key", "revoke", listed["key_id"])
    assert (again.exit_code, "unknown-key" in again.stderr) == (1, True)


def test_an_export_from_a_view_that_was_emptied_meanwhile_is_refused(
    oba: Oba, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def emptied(*_args: object, at_least: int, **_more: object) -> None:
        raise ViewBehind

    monkeypatch.setattr("adapters.cli.export.export_triggers", emptied)
    result = oba("export", "triggers", "--payer", "payer-a", "--period", "2026Q4")
    assert (result.exit_code, "view-behind" in result.stderr, result.stdout) == (1, True, "")
