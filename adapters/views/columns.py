"""Column types of the views' own: words as a JSON list, and an instant with the offset that it was given with."""

import json
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

from oba.dates import read_instant, write_instant


class Words(sa.types.TypeDecorator[tuple[str, ...]]):
    """A tuple of words or short sentences, kept as a JSON list."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, _dialect: Dialect) -> str | None:
        """The JSON list, with its letters as they are."""
        return None if value is None else json.dumps(list(value), ensure_ascii=False, separators=(",", ":"))

    def process_result_value(self, value: str | None, _dialect: Dialect) -> tuple[str, ...] | None:
        """The tuple of words."""
        return None if value is None else tuple(json.loads(value))


class OffsetInstant(sa.types.TypeDecorator[datetime]):
    """An instant as text in ISO 8601, for showing: its offset is kept, so it must not be compared or sorted by."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> str | None:
        """The text."""
        return None if value is None else write_instant(value)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> datetime | None:
        """The instant."""
        return None if value is None else read_instant(value)
