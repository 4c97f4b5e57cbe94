"""The revision at which the records of this release stand."""

from pathlib import Path
from typing import Final

from adapters.schema import Schema

RECORDS: Final = Schema("records", Path(__file__).parent / "migrations", "0004")
