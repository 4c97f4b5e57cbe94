"""What this machine must have whatever the engine: the right Python, keys that nobody else reads, the documents."""

import sys
from pathlib import Path

from adapters.cli.checks.finding import Finding
from adapters.documents.shelf import ShelfIsBroken, shipped_documents
from adapters.records.key_files import BRING_BACK, missing_key_files
from adapters.settings import Settings


def python_version() -> Finding:
    """The release runs on Python 3.11."""
    says = ".".join(str(part) for part in sys.version_info[:3])
    if says.startswith("3.11."):
        return Finding("Python", "good", says)
    return Finding("Python", "bad", f"{says}, 3.11 is needed", "install Python 3.11, then scripts/start")


def keys(folder: Path, *, stores_exist: bool) -> Finding:
    """Keys must be there and readable by their owner only; those of stores that exist are never made anew."""
    if missing := missing_key_files(folder):
        mend = f"{BRING_BACK}, into {folder}" if stores_exist else "oba db upgrade"
        return Finding("keys", "bad", f"missing in {folder}: {', '.join(missing)}", mend)
    open_files = [file.name for file in sorted(folder.iterdir()) if file.stat().st_mode & 0o077]
    if open_files or folder.stat().st_mode & 0o077:
        return Finding("keys", "bad", "others on this machine can read the keys", _chmod(folder))
    return Finding("keys", "good", "readable by their owner only")


def _chmod(folder: Path) -> str:
    return f"chmod 700 {folder} && chmod 600 {folder}/*"


def privacy(settings: Settings) -> Finding:
    """Others on the machine must not read the stores: a home that only its owner enters keeps everything in it."""
    home = settings.home
    kept = [home] if settings.database_url is not None else [settings.log_file, settings.records_file]
    exposed = [one for one in kept if one.exists() and one.stat().st_mode & 0o077]
    if exposed and home.stat().st_mode & 0o077:
        says = f"others on this machine can look into {', '.join(one.name for one in exposed)}"
        return Finding("privacy", "warning", says, f"chmod 700 {home}")
    return Finding("privacy", "good", "others on this machine cannot look into the stores")


def documents() -> Finding:
    """The documents that ship can be read."""
    try:
        return Finding("documents", "good", f"{len(shipped_documents())} on the shelf")
    except ShelfIsBroken as error:
        return Finding("documents", "bad", f"{len(error.problems)} problems", "oba agreement check")
