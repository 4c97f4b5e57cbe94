"""Instants as the log writes them: UTC with six places, always 27 characters, so that their text sorts as they do."""

from datetime import UTC, datetime


def write(instant: datetime) -> str:
    """2026-01-31T23:59:59.000001Z for an instant of any offset; a naive one is refused with ValueError."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs its offset")
    return f"{instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def read(text: str) -> datetime:
    """The instant of a text that `write` has written, in UTC."""
    return datetime.fromisoformat(text)
