from typing import get_args

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import CreateTable

from adapters.log.log import Log
from adapters.records.columns import UtcInstant
from adapters.views import filling
from adapters.views.columns import Words
from adapters.views.projector import BatchProjector
from adapters.views.tables import VIEWS
from adapters.views.views import Views
from projections.every import PROJECTIONS, Projection
from projections.reading import Reading
from tests.adapters.views.conftest import two_lives
from tests.support.lives import REFERENCE


@pytest.mark.parametrize("projection", PROJECTIONS, ids=lambda projection: projection.name)
def test_a_table_has_a_column_for_each_field_of_its_rows_and_no_other(projection: Projection) -> None:
    assert {column.name for column in VIEWS[projection.name].columns} == set(projection.row_type.model_fields)


@pytest.mark.parametrize("projection", PROJECTIONS, ids=lambda projection: projection.name)
def test_prices_are_whole_cents_and_nothing_is_a_float(projection: Projection) -> None:
    for column in VIEWS[projection.name].columns:
        assert not isinstance(column.type, sa.Float)
        if column.name in projection.row_type.PRICE_FIELDS - {"currency"}:
            assert isinstance(column.type, sa.BigInteger)


@pytest.mark.parametrize("projection", PROJECTIONS, ids=lambda projection: projection.name)
def test_a_row_comes_back_from_its_table_as_it_went_in(log: Log, views: Views, projection: Projection) -> None:
    BatchProjector(log, views, REFERENCE).catch_up()
    shelf_reader = two_lives()[0]
    stream = log.stream(shelf_reader.infusion_id)
    folded = {row.row_key: row for row in projection.rows_of(Reading(stream, shelf_reader.shelf, REFERENCE))}
    table = VIEWS[projection.name]
    statement = sa.select(table).where(table.c.infusion_id == shelf_reader.infusion_id)
    with views.engine.connect() as connection:
        read = [projection.row_type.model_validate(dict(row)) for row in connection.execute(statement).mappings()]
    assert {row.row_key: row for row in read} == folded


def test_words_keep_their_letters_and_their_order() -> None:
    column = Words()
    dialect = sa.create_engine("sqlite://").dialect
    words = ('b, "quoted"', "a – Köln", "")
    assert column.process_result_value(column.process_bind_param(words, dialect), dialect) == words
    assert column.process_bind_param(None, dialect) is None
    assert column.process_result_value(None, dialect) is None


def test_every_table_can_be_written_for_postgresql() -> None:
    dialect: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    for table in VIEWS.values():
        assert "CREATE TABLE" in str(CreateTable(table).compile(dialect=dialect))
    assert isinstance(VIEWS["timeline"].c.recorded_at.type, UtcInstant)


def test_an_empty_replacement_writes_nothing(views: Views, projector: BatchProjector) -> None:
    table = VIEWS["infusions"]
    with views.engine.begin() as connection:
        filling.replace(connection, table, (), ())
        assert connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() == 0


def test_each_lane_of_the_worklist_has_its_column() -> None:
    from projections.worklist import Lane

    for lane in get_args(Lane):
        assert f"{lane}_from" in VIEWS["worklist"].c
