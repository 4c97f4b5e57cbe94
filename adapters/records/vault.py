"""The vault: identities and the plain values behind digests, each patient's under a key of their own (promises 3.1).

A patient's key is wrapped by the deployment's; destroying it destroys what it sealed, and no event changes.
Unwrapped keys are not kept.
"""

import hmac
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Lock
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from adapters.clock import new_id, new_secret
from adapters.database import add_new, reading, writing
from adapters.records.columns import METADATA
from adapters.records.identity import Identity, collapsed
from adapters.records.key_files import KeyFiles
from adapters.records.sealing import seal, unseal

HOUSE: Final = UUID(int=0)
"""The holder of what belongs to no single patient."""
_MOST_PENDING: Final = 10_000

DATA_KEYS = sa.Table(
    "data_key",
    METADATA,
    sa.Column("holder", sa.Uuid, primary_key=True),
    sa.Column("wrapped", sa.LargeBinary, nullable=False),
)
PATIENTS = sa.Table(
    "patient",
    METADATA,
    sa.Column("patient_token", sa.Uuid, primary_key=True),
    sa.Column("identity_digest", sa.String(64), nullable=False, unique=True),
)
SEALED_FIELDS = sa.Table(
    "sealed_field",
    METADATA,
    sa.Column("patient_token", sa.Uuid, sa.ForeignKey(PATIENTS.c.patient_token), primary_key=True),
    sa.Column("field", sa.String(40), primary_key=True),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
)
SEALED_REFERENCES = sa.Table(
    "sealed_reference",
    METADATA,
    sa.Column("holder", sa.Uuid, sa.ForeignKey(DATA_KEYS.c.holder), primary_key=True),
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
)


@dataclass(frozen=True)
class AlreadyInVault:
    """The vault knows this identity under the token; nothing was written."""

    patient_token: UUID


class Vault:
    """Identities in, random tokens out; digests of references, and their plain values for those who may see them."""

    def __init__(self, engine: Engine, keys: KeyFiles, secret: Callable[[int], bytes] = new_secret) -> None:
        self._engine = engine
        self._keys = keys
        self._secret = secret
        self._pending: OrderedDict[str, tuple[str, str]] = OrderedDict()
        self._lock = Lock()

    def keyed(self, purpose: str, text: str) -> str:
        """HMAC-SHA-256 of a text for one purpose, in hexadecimal; without the key nobody can try values out."""
        return hmac.digest(self._keys.digest, f"{purpose}\0{text}".encode(), "sha256").hex()

    def token_of(self, identity: Identity) -> UUID | None:
        """The token under which the vault knows an identity; None where it does not."""
        query = sa.select(PATIENTS.c.patient_token).where(PATIENTS.c.identity_digest == self._digest_of(identity))
        with reading(self._engine) as connection:
            return connection.scalar(query)

    def open_identity(self, identity: Identity, token: UUID | None = None) -> UUID | AlreadyInVault:
        """Keep an identity that the vault does not know yet, under a token; all of it or nothing."""
        patient_token = token or new_id()
        try:
            with writing(self._engine) as connection:
                connection.execute(
                    sa.insert(PATIENTS).values(patient_token=patient_token, identity_digest=self._digest_of(identity))
                )
                self._seal_fields(connection, patient_token, identity)
        except IntegrityError:
            known = self.token_of(identity)
            if known is None:
                raise
            return AlreadyInVault(known)
        return patient_token

    def _seal_fields(self, connection: Connection, token: UUID, identity: Identity) -> None:
        key = self._key(connection, token, make=True)
        for name, value in identity.model_dump(mode="json", exclude_none=True).items():
            sealed = seal(key, str(value).encode(), record=token, field=name, secret=self._secret)
            connection.execute(sa.insert(SEALED_FIELDS).values(patient_token=token, field=name, sealed=sealed))

    def identity(self, token: UUID) -> Identity | None:
        """The identity behind a token, for those who may see it; None where the vault has none."""
        query = sa.select(SEALED_FIELDS.c.field, SEALED_FIELDS.c.sealed).where(SEALED_FIELDS.c.patient_token == token)
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
            if not rows:
                return None
            key = self._key(connection, token)
        return Identity(**{row.field: unseal(key, row.sealed, record=token, field=row.field).decode() for row in rows})

    def digest(self, kind: str, plain: str) -> str:
        """The keyed digest of a kit lot, accession number or claim reference.

        The plain value waits in memory until an event that names the digest is appended (`keep`), so a refused
        command leaves nothing behind.
        """
        text = collapsed(plain)
        if not text:
            raise ValueError("a reference says something; give it as printed")
        digest = self.keyed(kind, text)
        with self._lock:
            self._pending[digest] = (kind, text)
            self._pending.move_to_end(digest)
            if len(self._pending) > _MOST_PENDING:
                self._pending.popitem(last=False)
        return digest

    def keep(self, digests: Iterable[str], holder: UUID = HOUSE) -> None:
        """Seal the plain values that wait behind digests, under the key of a patient; other texts are passed over.

        They go on waiting, since another patient's event may name the same kit lot. While nothing waits, no text is
        looked at.
        """
        if not self._pending:
            return
        with self._lock:
            waiting = {digest: self._pending[digest] for digest in digests if digest in self._pending}
        if not waiting:
            return
        with writing(self._engine) as connection:
            key = self._key(connection, holder, make=True)
            for digest, (kind, plain) in sorted(
                waiting.items()
            ):  # one order, so that no two writers wait for each other
                self._keep_one(connection, key, holder, digest, kind, plain)

    def _keep_one(self, connection: Connection, key: bytes, holder: UUID, digest: str, kind: str, plain: str) -> None:
        table = SEALED_REFERENCES.c
        same = sa.and_(table.holder == holder, table.digest == digest)
        if connection.scalar(sa.select(table.kind).where(same)) is None:
            sealed = seal(key, plain.encode(), record=holder, field=f"{kind}/{digest}", secret=self._secret)
            reference = {"holder": holder, "digest": digest, "kind": kind, "sealed": sealed}
            add_new(connection, SEALED_REFERENCES, reference)

    def plain(self, digest: str, holder: UUID = HOUSE) -> str | None:
        """The plain value behind a digest of a patient, for those who may see it; None where none was kept."""
        table = SEALED_REFERENCES.c
        query = sa.select(table.kind, table.sealed).where(table.holder == holder, table.digest == digest)
        with reading(self._engine) as connection:
            row = connection.execute(query).one_or_none()
            if row is None:
                return None
            key = self._key(connection, holder)
        return unseal(key, row.sealed, record=holder, field=f"{row.kind}/{digest}").decode()

    def _digest_of(self, identity: Identity) -> str:
        return self.keyed("identity", identity.normalised)

    def _key(self, connection: Connection, holder: UUID, *, make: bool = False) -> bytes:
        kept = sa.select(DATA_KEYS.c.wrapped).where(DATA_KEYS.c.holder == holder)
        wrapped = connection.scalar(kept)
        if wrapped is None and make:
            fresh = seal(self._keys.vault, self._secret(32), record=holder, field="data_key", secret=self._secret)
            add_new(connection, DATA_KEYS, {"holder": holder, "wrapped": fresh})
            wrapped = connection.scalar(kept)  # that of another process where it was faster
        if wrapped is None:
            raise LookupError("the key of this holder was destroyed or never made")
        return unseal(self._keys.vault, wrapped, record=holder, field="data_key")
