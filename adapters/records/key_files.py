"""The three secrets of a deployment, as files that only their owner can read; beside the stores, never in them."""

import hashlib
import hmac
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from adapters.clock import new_secret
from adapters.database import UnsafeStore

_LENGTH: Final = 32
_FILES: Final = ("vault.key", "access.pepper", "digest.key")


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
    """Read the keys of a folder, making those that are missing; UnsafeStore where others could read them."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    vault, pepper, digest = (_read_or_make(folder / name, secret) for name in _FILES)
    return KeyFiles(vault=vault, pepper=pepper, digest=digest)


def _read_or_make(file: Path, secret: Callable[[int], bytes]) -> bytes:
    if not file.exists():
        _make(file, secret(_LENGTH))
    if file.stat().st_mode & 0o077:
        raise UnsafeStore(f"others can read {file.name}; run chmod 600 on it")
    content = file.read_bytes()
    if len(content) != _LENGTH:
        raise UnsafeStore(f"{file.name} does not hold a key of {_LENGTH} bytes; bring it back from its backup")
    return content


def _make(file: Path, content: bytes) -> None:
    """The file appears with all its bytes at once, and the first of several processes wins."""
    draft = file.with_name(f"{file.name}.{os.getpid()}")
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
