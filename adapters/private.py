"""Folders and files of stores that nobody but their owner can look into, from the moment at which they are made."""

from pathlib import Path
from typing import Final

ONLY_OWNER_ENTERS: Final = 0o700
ONLY_OWNER_READS: Final = 0o600


def private_folder(folder: Path) -> None:
    """Make a folder for its owner only, with those above it as usual; one that is there stays as it is."""
    folder.mkdir(parents=True, exist_ok=True, mode=ONLY_OWNER_ENTERS)


def private_file(file: Path) -> None:
    """Make an empty file for its owner only; one that is there stays as it is.

    An engine takes an empty file for a new store, and gives the files beside it the same mode.
    """
    file.touch(mode=ONLY_OWNER_READS, exist_ok=True)
