"""What a deployment may choose, read from the environment (prefix OBA_) here and nowhere else."""

from pathlib import Path

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


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
    database_url: str | None = None
    postgres_enable_db_functions: str | None = Field(default=None, validation_alias="POSTGRES_ENABLE_DB_FUNCTIONS")

    @field_validator("database_url")
    @classmethod
    def _only_sqlite(cls, value: str | None) -> str | None:
        if value:
            raise ValueError("OBA_DATABASE_URL is not supported yet; leave it unset and the stores are SQLite files")
        return None

    @field_validator("postgres_enable_db_functions")
    @classmethod
    def _no_functions_that_skip_the_lock(cls, value: str | None) -> str | None:
        if value:
            raise ValueError(
                "POSTGRES_ENABLE_DB_FUNCTIONS makes readers of the log miss events; unset it (decided point 3)"
            )
        return None

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
