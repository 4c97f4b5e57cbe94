"""The directory: HTCs with their zone and designation, payers, manufacturers, and people with role and address."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Annotated, Literal, NamedTuple

import sqlalchemy as sa
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from sqlalchemy.engine import Connection, Engine, Row

from adapters.database import reading
from adapters.records.columns import METADATA
from adapters.records.directory_version import DirectoryVersion, version_in
from adapters.records.roles import Role
from oba.dates import Day
from oba.units import Code

Name = Annotated[str, Field(strict=True, min_length=1, max_length=200)]
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*", re.ASCII)


def _mail_address(text: str) -> str:
    if not _EMAIL.fullmatch(text):
        raise ValueError("not a mail address; write it as name@organisation.example")
    return text


Email = Annotated[str, Field(strict=True, max_length=254), AfterValidator(_mail_address)]


class Entry(BaseModel):
    """What all entries of the directory share."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    kind: str


class Htc(Entry):
    """A hemophilia treatment centre; designated from its first to its last day, for good where no last day stands."""

    kind: Literal["htc"] = "htc"
    htc_id: Code
    name: Name
    time_zone: Name
    designated_from: Day
    designated_to: Day | None = None
    city: Name
    state: Name

    def designated_on(self, day: date) -> bool:
        """Whether the designation covers a day."""
        return self.designated_from <= day and (self.designated_to is None or day <= self.designated_to)


class Payer(Entry):
    """A payer."""

    kind: Literal["payer"] = "payer"
    payer_id: Code
    name: Name


class Manufacturer(Entry):
    """A manufacturer."""

    kind: Literal["manufacturer"] = "manufacturer"
    manufacturer_id: Code
    name: Name


class Person(Entry):
    """A person who works with us, with role, organisation and address."""

    kind: Literal["person"] = "person"
    person_id: Code
    name: Name
    role: Role
    organisation_id: Code
    email: Email
    receives_notices: bool = False


HTCS = sa.Table(
    "htc",
    METADATA,
    sa.Column("htc_id", sa.String(80), primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("time_zone", sa.String(80), nullable=False),
    sa.Column("designated_from", sa.Date, nullable=False),
    sa.Column("designated_to", sa.Date),
    sa.Column("city", sa.String(200), nullable=False),
    sa.Column("state", sa.String(200), nullable=False),
)
PAYERS = sa.Table(
    "payer",
    METADATA,
    sa.Column("payer_id", sa.String(80), primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
)
MANUFACTURERS = sa.Table(
    "manufacturer",
    METADATA,
    sa.Column("manufacturer_id", sa.String(80), primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
)
PEOPLE = sa.Table(
    "person",
    METADATA,
    sa.Column("person_id", sa.String(80), primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("role", sa.String(40), nullable=False),
    sa.Column("organisation_id", sa.String(80), nullable=False, index=True),
    sa.Column("email", sa.String(254), nullable=False),
    sa.Column("receives_notices", sa.Boolean, nullable=False),
)


class Known(NamedTuple):
    """What the directory knows, by id; HTCs with their zones."""

    zones: Mapping[str, str]
    payer_ids: frozenset[str]
    person_ids: frozenset[str]
    physicians: Mapping[str, frozenset[str]]
    """HTC -> the people who attest there."""


class _Content(NamedTuple):
    """What is kept in memory of the directory, and the version of which it is."""

    version: str | None
    known: Known
    htcs: Mapping[str, Htc]


_PHYSICIANS = sa.select(PEOPLE.c.organisation_id, PEOPLE.c.person_id).where(PEOPLE.c.role == "htc_physician")


def _by_organisation(rows: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for organisation_id, person_id in rows:
        found[organisation_id] = found.get(organisation_id, frozenset()) | {person_id}
    return found


class Directory:
    """Reads the directory; `directory_import.py` writes it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._version = DirectoryVersion(engine)
        self._kept: _Content | None = None

    def htc(self, htc_id: str) -> Htc | None:
        """One HTC, or None where the directory does not know it."""
        return self._content().htcs.get(htc_id)

    def htcs(self) -> tuple[Htc, ...]:
        """All HTCs by id."""
        return tuple(self._content().htcs.values())

    def payers(self) -> tuple[Payer, ...]:
        """All payers by id."""
        return tuple(Payer(**row._mapping) for row in self._rows(sa.select(PAYERS).order_by(PAYERS.c.payer_id)))

    def manufacturers(self) -> tuple[Manufacturer, ...]:
        """All manufacturers by id."""
        rows = self._rows(sa.select(MANUFACTURERS).order_by(MANUFACTURERS.c.manufacturer_id))
        return tuple(Manufacturer(**row._mapping) for row in rows)

    def person(self, person_id: str) -> Person | None:
        """One person, or None where the directory does not know them."""
        rows = self._rows(sa.select(PEOPLE).where(PEOPLE.c.person_id == person_id))
        return Person(**rows[0]._mapping) if rows else None

    def people(self, organisation_id: str | None = None, role: str | None = None) -> tuple[Person, ...]:
        """People by id, of an organisation and in a role where these are given."""
        query = sa.select(PEOPLE).order_by(PEOPLE.c.person_id)
        if organisation_id is not None:
            query = query.where(PEOPLE.c.organisation_id == organisation_id)
        if role is not None:
            query = query.where(PEOPLE.c.role == role)
        return tuple(Person(**row._mapping) for row in self._rows(query))

    def known(self) -> Known:
        """Every id of the directory, read at one moment; read again only when the directory changed."""
        return self._content().known

    def _content(self) -> _Content:
        kept, version = self._kept, self._version.now()
        if kept is None or kept.version != version:
            self._kept = kept = self._read()
        return kept

    def _read(self) -> _Content:
        with reading(self._engine) as connection:
            return _content_in(connection, version_in(connection))

    def _rows(self, query: sa.Select[tuple[object, ...]]) -> list[Row[tuple[object, ...]]]:
        with reading(self._engine) as connection:
            return list(connection.execute(query).all())


def _content_in(connection: Connection, version: str | None) -> _Content:
    htcs = {row.htc_id: Htc(**row._mapping) for row in connection.execute(sa.select(HTCS).order_by(HTCS.c.htc_id))}
    physicians = _by_organisation((row.organisation_id, row.person_id) for row in connection.execute(_PHYSICIANS))
    known = Known(
        MappingProxyType({htc_id: htc.time_zone for htc_id, htc in htcs.items()}),
        frozenset(connection.scalars(sa.select(PAYERS.c.payer_id))),
        frozenset(connection.scalars(sa.select(PEOPLE.c.person_id))),
        MappingProxyType(physicians),
    )
    return _Content(version, known, MappingProxyType(htcs))
