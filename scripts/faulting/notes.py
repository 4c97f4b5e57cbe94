"""What clients were told, one line each, on the disk before anybody acts on it: the notes that the judges read."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Note:
    """One answer to one key: what was asked, what came back, and after how many tries.

    `replayed`: the answer itself said that the command had been carried out before.
    """

    key: str
    operation: str
    code: int
    answer: Mapping[str, Any] = field(default_factory=dict)
    tries: int = 1
    replayed: bool = False
    again: bool = False
    """The client had an answer to this key already, and asked once more."""

    @property
    def is_acknowledged(self) -> bool:
        """The product said that it has it."""
        return self.code == 201


class Notebook:
    """A file that only grows; each line is on the disk when `write` returns. Any number of threads may write."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def write(self, note: Note) -> None:
        """Add one line in one piece, and wait for the disk."""
        os.write(self._descriptor, json.dumps(asdict(note), sort_keys=True).encode() + b"\n")
        os.fsync(self._descriptor)

    def read(self) -> tuple[Note, ...]:
        """Every note, in the order in which they were written."""
        with self._file.open(encoding="utf-8") as lines:
            return tuple(Note(**json.loads(line)) for line in lines)

    def close(self) -> None:
        """Nothing is written any more; what is written can still be read."""
        os.close(self._descriptor)
