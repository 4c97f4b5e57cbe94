"""Tables by revisions: they come to what the code says, on both engines, also in stores of an older release."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Engine

from adapters import migrating
from adapters.bringing_up import bring_up
from adapters.database import UnsafeStore, reading, writing
from adapters.migrating import stands_at, upgrade
from adapters.owning import upgrade_schemas
from adapters.postgresql import postgresql_engine
from adapters.records.columns import METADATA as RECORD_TABLES
from adapters.records.engine import open_engine
from adapters.records.key_files import open_key_files
from adapters.records.records import VERSION, bind, open_records
from adapters.records.schema import RECORDS
from adapters.schema import Schema, check_revision, revision_of
from adapters.settings import Settings
from adapters.views.engine import open_views, open_views_file
from adapters.views.schema import VIEWS
from adapters.views.tables import METADATA as VIEW_TABLES
from tests.adapters.conftest import MakingPlaces
from tests.support.place import ON_FILES, ON_POSTGRESQL, Place

STORED = Path(__file__).resolve().parent.parent / "stored_schemas"
SCHEMAS = [(RECORDS, RECORD_TABLES), (VIEWS, VIEW_TABLES)]
NAMES = ["records", "views"]


def engine_as_owner(settings: Settings, schema: Schema) -> Engine:
    """An engine on a store for whoever may change its tables."""
    if settings.owner_url is not None:
        return postgresql_engine(settings, schema.name, settings.owner_url)
    return open_engine(settings.records_file) if schema is RECORDS else open_views_file(settings.views_file)


@pytest.fixture
def old(tmp_path: Path) -> Settings:
    """Stores of release 0.1, which knew no revisions, with a payer and an infusion in them."""
    settings = Settings(home=tmp_path / "old", database_url=None)
    keys = open_key_files(settings.keys_folder)
    for name, file in (("records", settings.records_file), ("views", settings.views_file)):
        connection = sqlite3.connect(file)
        connection.executescript((STORED / f"{name}_0_1.sql").read_text(encoding="utf-8"))
        if name == "records":
            connection.execute("INSERT INTO schema_version VALUES (1, 1, ?)", (keys.fingerprint,))
            connection.execute("INSERT INTO payer VALUES ('PAYER-1', 'A payer')")
        connection.commit()
        connection.close()
    return settings


@pytest.mark.parametrize(("schema", "tables"), SCHEMAS, ids=NAMES)
def test_the_newest_revision_has_exactly_the_tables_of_the_code(
    place: Place, schema: Schema, tables: sa.MetaData
) -> None:
    engine = engine_as_owner(place.settings, schema)
    with reading(engine) as connection:
        context = MigrationContext.configure(connection, opts={"include_name": _ours})
        assert compare_metadata(context, tables) == []
        assert revision_of(connection) == schema.head
    engine.dispose()


def _ours(name: str | None, kind: str, _parents: object) -> bool:
    return (kind, name) != ("table", "alembic_version")


@pytest.mark.parametrize("schema", [RECORDS, VIEWS], ids=NAMES)
def test_the_head_that_the_code_names_is_the_newest_revision(schema: Schema) -> None:
    scripts = ScriptDirectory(str(schema.migrations), version_locations=[str(schema.migrations)])

    assert scripts.get_heads() == [schema.head]


@ON_POSTGRESQL
@pytest.mark.parametrize("schema", [RECORDS, VIEWS], ids=NAMES)
def test_texts_are_in_the_order_of_their_bytes_whatever_the_order_of_the_server(place: Place, schema: Schema) -> None:
    query = sa.text(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = :name "
        "AND data_type IN ('text', 'character varying') AND collation_name IS DISTINCT FROM 'C' "
        "AND table_name <> 'alembic_version'"
    )
    engine = engine_as_owner(place.settings, schema)
    with reading(engine) as connection:
        assert connection.execute(query, {"name": schema.name}).all() == []
    engine.dispose()


@ON_FILES
@pytest.mark.parametrize(("schema", "tables"), SCHEMAS, ids=NAMES)
def test_a_store_of_release_0_1_comes_to_the_tables_of_today(
    place: Place, old: Settings, schema: Schema, tables: sa.MetaData
) -> None:
    engine = engine_as_owner(old, schema)
    with reading(engine) as connection:
        assert stands_at(connection) == "0001"

    bring_up(engine, schema)

    with reading(engine) as connection:
        context = MigrationContext.configure(connection, opts={"include_name": _ours})
        assert compare_metadata(context, tables) == []
    engine.dispose()


@ON_FILES
def test_records_of_release_0_1_keep_what_they_held_and_are_bound_to_the_same_keys(place: Place, old: Settings) -> None:
    records = open_records(old)

    assert [payer.name for payer in records.directory.payers()] == ["A payer"]
    with reading(records.engine) as connection:
        assert connection.exec_driver_sql("SELECT version FROM schema_version").scalar_one() == VERSION
    records.close()
    open_records(old).close()


@ON_FILES
def test_records_with_tables_of_nobodys_release_are_left_alone(place: Place, old: Settings) -> None:
    by_hand = sqlite3.connect(old.records_file)
    by_hand.execute("ALTER TABLE payer ADD COLUMN note TEXT")
    before = list(by_hand.iterdump())

    with pytest.raises(UnsafeStore, match="other tables than this release knows"):
        open_records(old)

    assert list(by_hand.iterdump()) == before
    by_hand.close()


@ON_FILES
def test_views_with_tables_of_nobodys_release_are_made_again(place: Place, old: Settings) -> None:
    by_hand = sqlite3.connect(old.views_file)
    by_hand.execute("ALTER TABLE infusions ADD COLUMN note TEXT")
    by_hand.close()

    engine = open_views(old)

    assert "note" not in {column["name"] for column in sa.inspect(engine).get_columns("infusions")}
    engine.dispose()


@pytest.mark.parametrize("schema", [RECORDS, VIEWS], ids=NAMES)
def test_a_store_of_a_newer_release_is_refused(place: Place, schema: Schema) -> None:
    engine = engine_as_owner(place.settings, schema)
    with writing(engine) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(UnsafeStore, match="newer release"), writing(engine) as connection:
        upgrade(connection, schema)
    with pytest.raises(UnsafeStore, match="another release"):
        check_revision(engine, schema)
    engine.dispose()


@ON_FILES
def test_an_upgrade_that_fails_midway_leaves_the_store_as_it_was(
    place: Place, old: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = engine_as_owner(old, RECORDS)
    monkeypatch.setattr("alembic.operations.Operations.execute", _fail)

    with pytest.raises(ZeroDivisionError):
        bring_up(engine, RECORDS)

    with reading(engine) as connection:
        assert (stands_at(connection), revision_of(connection)) == ("0001", None)
        assert not sa.inspect(connection).has_table("directory_version")
    engine.dispose()


def _fail(*_: object) -> None:
    raise ZeroDivisionError


@ON_FILES
def test_a_store_that_is_up_to_date_is_opened_without_writing_to_it(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrating, "upgrade", _fail)

    open_records(place.settings).close()
    open_views(place.settings).dispose()


def test_processes_that_open_or_upgrade_new_stores_at_one_moment_agree(
    bare_place: MakingPlaces, tmp_path: Path
) -> None:
    place = bare_place(tmp_path / "new")

    def make(_: int) -> None:
        if place.engine == "postgresql":
            upgrade_schemas(place.settings)
        open_records(place.settings).close()
        open_views(place.settings).dispose()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(make, range(4)))

    for schema in (RECORDS, VIEWS):
        engine = engine_as_owner(place.settings, schema)
        check_revision(engine, schema)
        engine.dispose()


def test_a_store_is_bound_to_its_keys_once(place: Place, tmp_path: Path) -> None:
    engine = engine_as_owner(place.settings, RECORDS)
    with writing(engine) as connection:
        bind(connection, open_key_files(tmp_path / "others"))
    engine.dispose()

    open_records(place.settings).close()
