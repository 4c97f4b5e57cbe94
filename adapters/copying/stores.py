"""Log and records of one deployment as they are at one moment, whatever engine keeps them."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator

from sqlalchemy.engine import Connection

from adapters.log.content import Row, hash_of


class Stores(ABC):
    """An open transaction on log and records."""

    records: Connection

    @abstractmethod
    def events(self) -> Iterator[Row]:
        """Every event in log order."""

    @abstractmethod
    def receipts(self) -> Iterator[Row]:
        """Every receipt in the order of its key."""

    @abstractmethod
    def asked_until(self) -> str | None:
        """The instant, as the log writes it, that later stamps must stay beyond; None where there is none."""

    @abstractmethod
    def fill_log(self, events: Iterable[Row], receipts: Iterable[Row], asked_until: str | None) -> None:
        """Put rows into the log, with the positions and stamps that they have."""

    @abstractmethod
    def head(self) -> int:
        """The position of the newest event; 0 in an empty log."""

    def content_hash(self) -> str:
        """SHA-256 over all events and receipts, the same on every engine."""
        return hash_of(self.events(), self.receipts())
