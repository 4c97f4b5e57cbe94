"""Keys of access: shown once, kept as a peppered digest, bound to a person or a service, a role and an organisation."""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from adapters.clock import new_secret
from adapters.database import reading, writing
from adapters.records.columns import METADATA, UtcInstant
from adapters.records.roles import ROLES

_TOKEN: Final = re.compile(r"oba_([a-z2-7]{16})_([0-9a-f]{64})", re.ASCII)
_NOBODY: Final = hashlib.sha256(b"nobody").hexdigest()

ACCESS_KEYS = sa.Table(
    "access_key",
    METADATA,
    sa.Column("key_id", sa.String(16), primary_key=True),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("principal_id", sa.String(80), nullable=False, index=True),
    sa.Column("person_id", sa.String(80)),
    sa.Column("role", sa.String(40), nullable=False),
    sa.Column("organisation_id", sa.String(80)),
    sa.Column("scopes", sa.Text, nullable=False),
    sa.Column("created_at", UtcInstant, nullable=False),
    sa.Column("revoked_at", UtcInstant),
)


@dataclass(frozen=True)
class Principal:
    """Who acts: a person, or a service by its name; `principal_id` is the actor of events and owner of receipts."""

    principal_id: str
    person_id: str | None
    role: str
    organisation_id: str | None
    scopes: frozenset[str] = frozenset()
    key_id: str = ""


class AccessKeys:
    """Makes, checks and revokes keys of access."""

    def __init__(self, engine: Engine, pepper: bytes, secret: Callable[[int], bytes] = new_secret) -> None:
        self._engine = engine
        self._pepper = pepper
        self._secret = secret

    def create_key(
        self,
        principal_id: str,
        role: str,
        organisation_id: str | None,
        *,
        person_id: str | None = None,
        scopes: Iterable[str] = (),
        created_at: datetime,
    ) -> str:
        """A new key `oba_<id>_<secret>`; only its digest is kept, so this is the one time that it can be shown."""
        if role not in ROLES:
            raise ValueError(f"unknown role; use one of {', '.join(ROLES)}")
        key_id = base64.b32encode(self._secret(10)).decode().lower()
        token = f"oba_{key_id}_{self._secret(32).hex()}"
        row = {
            "key_id": key_id,
            "digest": self._digest(token),
            "principal_id": principal_id,
            "person_id": person_id,
            "role": role,
            "organisation_id": organisation_id,
            "scopes": json.dumps(sorted(scopes)),
            "created_at": created_at,
        }
        with writing(self._engine) as connection:
            connection.execute(sa.insert(ACCESS_KEYS).values(row))
        return token

    def verify(self, token: str) -> Principal | None:
        """Who holds a key; None for one that is malformed, unknown or revoked, after the same work each time."""
        match = _TOKEN.fullmatch(token)
        key_id = match.group(1) if match else ""
        with reading(self._engine) as connection:
            row = connection.execute(sa.select(ACCESS_KEYS).where(ACCESS_KEYS.c.key_id == key_id)).one_or_none()
        same = hmac.compare_digest(row.digest if row else _NOBODY, self._digest(token))
        if row is None or not same or row.revoked_at is not None:
            return None
        return Principal(
            principal_id=row.principal_id,
            person_id=row.person_id,
            role=row.role,
            organisation_id=row.organisation_id,
            scopes=frozenset(json.loads(row.scopes)),
            key_id=key_id,
        )

    def revoke(self, key_id: str, at: datetime) -> bool:
        """End a key for good; whether there was one to end."""
        query = sa.update(ACCESS_KEYS).where(ACCESS_KEYS.c.key_id == key_id, ACCESS_KEYS.c.revoked_at.is_(None))
        with writing(self._engine) as connection:
            return connection.execute(query.values(revoked_at=at)).rowcount == 1

    def principals(self) -> tuple[Principal, ...]:
        """Every key that is not revoked, without its secret."""
        query = sa.select(ACCESS_KEYS).where(ACCESS_KEYS.c.revoked_at.is_(None)).order_by(ACCESS_KEYS.c.created_at)
        with reading(self._engine) as connection:
            return tuple(
                Principal(
                    row.principal_id,
                    row.person_id,
                    row.role,
                    row.organisation_id,
                    frozenset(json.loads(row.scopes)),
                    row.key_id,
                )
                for row in connection.execute(query)
            )

    def _digest(self, token: str) -> str:
        return hmac.new(self._pepper, token.encode(), hashlib.sha256).hexdigest()
