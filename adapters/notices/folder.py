"""Messages into a local folder, the default: one .eml file per key, there whole or not at all."""

import os
from pathlib import Path

from adapters.notices.message import compose
from adapters.notices.problem import NotDeliveredError
from oba.ports import Clock


class FolderNotifier:
    """Writes each message as a file that a mail program opens; the name is the key, never a name or an address."""

    def __init__(self, *, folder: Path, sender: str, clock: Clock) -> None:
        self._folder = folder
        self._sender = sender
        self._clock = clock

    def deliver(self, *, key: str, address: str, subject: str, text: str) -> None:
        """Write one message; the same key replaces the same file. Raises NotDeliveredError when the folder refuses."""
        message = compose(
            key=key, sender=self._sender, address=address, subject=subject, text=text, sent_at=self._clock.now()
        )
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            write_whole(self._folder / f"{key}.eml", bytes(message))
        except OSError:
            raise NotDeliveredError("outbox-folder-not-writable") from None


def write_whole(path: Path, content: bytes) -> None:
    """Put a file in its place in one step and on the disk; a crash leaves the old one or the new one."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
