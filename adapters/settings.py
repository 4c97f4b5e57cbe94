"""What a deployment may choose, read from the environment (prefix OBA_) here and nowhere else."""

from pathlib import Path
from typing import Any, Final, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ENCODE = (
    "the password holds a character with a meaning in an address; "
    "percent-encode it (%40 for @, %2F for /, %3A for :, %25 for %), or keep it in ~/.pgpass"
)
_FEWEST_CONNECTIONS: Final = 2


class Settings(BaseSettings):
    """The folder of the three stores, the address of the service, and the way notices leave the house."""

    model_config = SettingsConfigDict(env_prefix="OBA_", frozen=True, extra="forbid", hide_input_in_errors=True)

    home: Path = Path("var")
    host: str = "127.0.0.1"
    port: int = Field(default=8321, ge=1, le=65535)
    smtp_host: str | None = None
    smtp_port: int = Field(default=25, ge=1, le=65535)
    smtp_starttls: bool = False
    mail_from: str = "oba@localhost"
    tick_seconds: int = Field(default=5, ge=1, le=3600)
    base_url: str | None = None
    database_url: SecretStr | None = None
    owner_database_url: SecretStr | None = None
    pool_size: int = Field(default=4, ge=1, le=100)
    """Connections to PostgreSQL that each of the three stores of a process keeps open."""
    pool_overflow: int = Field(default=2, ge=0, le=100)
    """How many more each store may open at a peak."""
    pool_timeout_seconds: float = Field(default=30, gt=0, le=600)
    """How long a request waits for a connection before it is refused."""
    pool_recycle_seconds: int = Field(default=1800, ge=1)
    """The age at which a connection is replaced by a new one."""
    connect_timeout_seconds: int = Field(default=10, ge=2, le=600)
    """How long a new connection to PostgreSQL may take."""
    postgres_enable_db_functions: str | None = Field(default=None, validation_alias="POSTGRES_ENABLE_DB_FUNCTIONS")

    @field_validator("home", mode="before")
    @classmethod
    def _a_folder(cls, value: object) -> object:
        if value == "":
            raise ValueError("an empty name is no folder; name one, or unset it for the folder var")
        return value

    @field_validator("database_url", "owner_database_url")
    @classmethod
    def _only_postgresql(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None or not value.get_secret_value():
            return None
        parts = _parts_of(value.get_secret_value())
        if not parts.get("user") or not parts.get("dbname"):
            raise ValueError("name the role and the database: postgresql://role@host:5432/database")
        return value

    @field_validator("postgres_enable_db_functions")
    @classmethod
    def _no_functions_that_skip_the_lock(cls, value: str | None) -> str | None:
        if value:
            raise ValueError("POSTGRES_ENABLE_DB_FUNCTIONS makes readers of the log miss events; unset it")
        return None

    @model_validator(mode="after")
    def _room_for_two(self) -> Self:
        if self.pool_size + self.pool_overflow < _FEWEST_CONNECTIONS:
            raise ValueError("a reminder is recorded over two connections at once; let pool size and overflow make two")
        return self

    @property
    def owner_url(self) -> SecretStr | None:
        """The address by which the schemas are made: that of their owner, or of the application where none is named."""
        return self.owner_database_url or self.database_url

    @property
    def most_connections(self) -> int:
        """The most connections to PostgreSQL that one process opens: those of its three stores, the directory's own."""
        return 3 * (self.pool_size + self.pool_overflow) + 1

    @property
    def log_file(self) -> Path:
        """The store of events and receipts."""
        return self.home / "log.sqlite3"

    @property
    def records_file(self) -> Path:
        """The store of directory, vault, keys of access, outbox and audit."""
        return self.home / "records.sqlite3"

    @property
    def views_file(self) -> Path:
        """The store of read models; it can be rebuilt from the log at any time."""
        return self.home / "views.sqlite3"

    @property
    def outbox_folder(self) -> Path:
        """Where notices are laid as files while no mail server is named."""
        return self.home / "outbox"

    @property
    def keys_folder(self) -> Path:
        """Where the key-encryption key, the pepper and the digest key lie, readable by the owner only."""
        return self.home / "keys"

    @property
    def public_url(self) -> str:
        """The address that links in notices begin with."""
        return self.base_url or f"http://{self.host}:{self.port}"


def _parts_of(address: str) -> dict[str, Any]:
    """What an address of PostgreSQL says; ValueError, without the address, where it is none."""
    if not address.startswith(("postgresql://", "postgres://")):
        raise ValueError("a PostgreSQL address is needed: postgresql://role@host/database; unset it for SQLite files")
    from psycopg import ProgrammingError  # noqa: PLC0415  the driver is loaded where it is used
    from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415

    try:
        parts = dict(conninfo_to_dict(address))
    except ProgrammingError:
        raise ValueError(_unreadable(address)) from None
    place = str(parts.get("host") or "").lstrip("@") + str(parts.get("dbname") or "")
    if "@" in place or "/" in str(parts.get("dbname") or ""):
        raise ValueError(ENCODE)
    if not str(parts.get("port") or "0").replace(",", "").isdigit():
        raise ValueError("the port is no number; write postgresql://role@host:5432/database")
    return parts


def _unreadable(address: str) -> str:
    """Why an address cannot be read: a mistyped word after its question mark is known by the one that it resembles."""
    from difflib import get_close_matches  # noqa: PLC0415  needed for a wrong address only

    known = ("sslmode", "sslrootcert", "sslcert", "sslkey", "host", "port", "options", "connect_timeout", "passfile")
    for given in address.partition("?")[2].split("&"):
        word = given.partition("=")[0]
        near = get_close_matches(word, known, 1)
        if near and word not in known:
            return f"a word after the question mark is not known, {near[0]} may be meant; correct its spelling"
    if "%" in address:
        return ENCODE
    return "the address cannot be read; write postgresql://role@host:5432/database?sslmode=..."
