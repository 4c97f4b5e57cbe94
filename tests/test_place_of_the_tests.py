"""A place holds one deployment of a test on either engine, and its copy is a deployment of its own."""

from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text

from tests.support.place import ENGINES, Engine, Place
from tests.support.postgres import APP, OWNER, Server


def url(place: Place, *, owner: bool = False) -> str:
    given = place.settings.owner_database_url if owner else place.settings.database_url
    assert given is not None
    return given.get_secret_value()


def count(place: Place) -> int:
    with psycopg.connect(url(place, owner=True), autocommit=True) as connection:
        row = connection.execute("SELECT count(*) FROM kept").fetchone()
    assert row is not None
    return int(row[0])


def test_a_place_on_sqlite_is_a_folder_only(tmp_path: Path) -> None:
    place = Place.at(tmp_path / "home", "sqlite")
    assert (place.settings.database_url, place.settings.owner_database_url) == (None, None)
    assert place.settings.log_file == tmp_path / "home" / "log.sqlite3"


def test_a_place_on_postgresql_needs_a_server(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="needs a server"):
        Place.at(tmp_path, "postgresql")


def test_the_settings_of_a_place_name_the_application_and_the_owner(tmp_path: Path, postgres: Server) -> None:
    place = Place.at(tmp_path, "postgresql", postgres)
    for address, role in ((url(place), APP), (url(place, owner=True), OWNER)):
        engine = create_engine(address.replace("postgresql:", "postgresql+psycopg:"))
        with engine.connect() as connection:
            assert connection.execute(text("SELECT current_user, current_database()")).one() == (role, place.database)
        engine.dispose()
    place.drop()


@pytest.mark.parametrize("engine", ENGINES)
def test_a_copy_has_the_files_and_goes_its_own_way(tmp_path: Path, postgres: Server, engine: Engine) -> None:
    first = Place.at(tmp_path / "first", engine, postgres)
    first.settings.keys_folder.mkdir(parents=True)
    (first.settings.keys_folder / "pepper").write_text("one", encoding="utf-8")
    second = first.copy(tmp_path / "second")
    (first.settings.keys_folder / "pepper").write_text("two", encoding="utf-8")
    assert (second.settings.keys_folder / "pepper").read_text(encoding="utf-8") == "one"
    assert (second.engine, second.settings.home) == (engine, tmp_path / "second")
    first.drop()
    assert second.settings.home.is_dir()
    assert not first.settings.home.exists()
    second.drop()


def test_a_copy_on_postgresql_has_a_database_of_its_own(tmp_path: Path, postgres: Server) -> None:
    first = Place.at(tmp_path / "first", "postgresql", postgres)
    with psycopg.connect(url(first, owner=True)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS number")
    second = first.copy(tmp_path / "second")
    with psycopg.connect(url(second, owner=True)) as connection:
        connection.execute("INSERT INTO kept VALUES (2)")
    assert (count(first), count(second)) == (1, 2)
    third = Place.at(tmp_path / "third", "postgresql", postgres, template=second.database)
    assert count(third) == 2
    for place in (first, second, third):
        place.drop()
