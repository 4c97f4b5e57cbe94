"""Saving, bringing back and moving the stores from the command line: what is told, and what is refused."""

import json
from pathlib import Path

import pytest

from tests.adapters.cli.conftest import Oba
from tests.support.place import ON_FILES, ON_POSTGRESQL, Place


def test_a_backup_says_how_far_and_how_long_and_json_says_what_it_holds(
    oba: Oba, directory: Path, tmp_path: Path
) -> None:
    said = oba("db", "backup", tmp_path / "one").stdout
    told = json.loads(oba("db", "backup", tmp_path / "two", "--json").stdout)
    assert f"log up to position 0, content hash {told['log_content_hash']}, " in said
    assert said.rstrip().endswith(" s")
    assert set(told["file_hashes"]) >= {"log.sqlite3", "records.sqlite3"}


def test_a_refused_backup_is_told_in_json_with_what_mends_it(oba: Oba, directory: Path, tmp_path: Path) -> None:
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "file").touch()
    result = oba("db", "backup", tmp_path / "used", "--json")
    (problem,) = json.loads(result.stderr)["problems"]
    assert (result.exit_code, problem["code"], problem["remedy"]) == (1, "backup-refused", "name a new one")


@pytest.mark.parametrize("words", [("sqlite", "sqlite"), ("sqlite", "nowhere"), ("nowhere", "sqlite")])
def test_a_copy_within_one_engine_is_refused(oba: Oba, directory: Path, words: tuple[str, str]) -> None:
    result = oba("db", "copy", *words)
    assert (result.exit_code, "both sides are of one engine" in result.stderr) == (1, True)


@ON_FILES
def test_a_copy_needs_the_address_of_the_database(oba: Oba, directory: Path) -> None:
    result = oba("db", "copy", "sqlite", "postgresql")
    assert (result.exit_code, "OBA_DATABASE_URL" in result.stderr) == (1, True)


@ON_POSTGRESQL
def test_an_address_on_the_command_line_is_refused_and_not_repeated(oba: Oba, directory: Path, tmp_path: Path) -> None:
    result = oba("db", "copy", "postgresql://oba:canary-quill@host/oba", tmp_path / "there")
    assert (result.exit_code, "copy-refused" in result.stderr) == (1, True)
    assert "canary-quill" not in result.stderr + result.stdout


@ON_POSTGRESQL
def test_a_deployment_moves_into_files_and_is_told_where(
    oba: Oba, directory: Path, place: Place, tmp_path: Path
) -> None:
    target = tmp_path / "files"
    refused = oba("db", "copy", "postgresql", target)
    copying = f"copy {place.settings.keys_folder} to {target}/keys"
    assert (refused.exit_code, copying in refused.stderr) == (1, True)
    assert not target.exists()
    target.mkdir()
    place.settings.keys_folder.rename(target / "keys")
    (place.settings.home / "keys").symlink_to(target / "keys")

    result = oba("db", "copy", "postgresql", target)

    assert result.exit_code == 0, result.stderr
    assert f"copied into {target}: log up to position 0" in result.stdout
    assert oba("doctor").exit_code == 0
