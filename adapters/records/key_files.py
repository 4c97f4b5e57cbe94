"""The three secrets of a deployment, as files that only their owner can read; beside the stores, never in them."""

import hashlib
import hmac
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import get_ident
from typing import Final

from adapters.clock import new_secret
from adapters.database import UnsafeStore
from adapters.private import private_folder

_LENGTH: Final = 32
_FILES: Final = ("vault.key", "access.pepper", "digest.key")
BRING_BACK: Final = "bring the keys back from their backup"
"""What mends lost keys: new ones would open nothing that the old ones closed."""


@dataclass(frozen=True)
class KeyFiles:
    """The key that wraps patients' keys, the pepper of keys of access, and the key of digests; 32 bytes each."""

    vault: bytes = field(repr=False)
    pepper: bytes = field(repr=False)
    digest: bytes = field(repr=False)

    @property
    def fingerprint(self) -> str:
        """What tells these keys from others without giving them away, in hexadecimal."""
        return hmac.new(self.vault, b"oba keys" + self.pepper + self.digest, hashlib.sha256).hexdigest()


def open_key_files(folder: Path, secret: Callable[[int], bytes] = new_secret) -> KeyFiles:
    """Read the keys of a new deployment, making those that are missing; UnsafeStore where others could read them."""
    private_folder(folder.parent)
    private_folder(folder)
    for name in missing_key_files(folder):
        _make(folder / name, secret(_LENGTH))
    return read_key_files(folder)


def read_key_files(folder: Path) -> KeyFiles:
    """Read the keys of stores that have had theirs, making none; UnsafeStore where one is missing or open to others."""
    if missing := missing_key_files(folder):
        raise UnsafeStore(f"the key files of these stores are missing ({', '.join(missing)}); {BRING_BACK}")
    vault, pepper, digest = (_read(folder / name) for name in _FILES)
    return KeyFiles(vault=vault, pepper=pepper, digest=digest)


def missing_key_files(folder: Path) -> tuple[str, ...]:
    """The names of the key files that a folder does not hold."""
    return tuple(name for name in _FILES if not (folder / name).exists())


def _read(file: Path) -> bytes:
    if file.stat().st_mode & 0o077:
        raise UnsafeStore(f"others can read {file.name}; run chmod 600 on it")
    content = file.read_bytes()
    if len(content) != _LENGTH:
        raise UnsafeStore(f"{file.name} does not hold a key of {_LENGTH} bytes; bring it back from its backup")
    return content


def _make(file: Path, content: bytes) -> None:
    """The file appears with all its bytes at once, and the first of several processes wins."""
    draft = file.with_name(f"{file.name}.{os.getpid()}.{get_ident()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as target:
        target.write(content)
        target.flush()
        os.fsync(target.fileno())
    try:
        os.link(draft, file)
    except FileExistsError:
        return
    finally:
        draft.unlink()
