"""The revision at which the views of this release stand; what is in them can be made again from the log."""

from pathlib import Path
from typing import Final

from adapters.schema import Schema

VIEWS: Final = Schema("views", Path(__file__).parent / "migrations", "0002", disposable=True)
