"""How long a message that was not taken waits before it is tried again; it is never given up."""

from datetime import timedelta

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)


def wait_after(attempts: int) -> timedelta:
    """Half a minute after the first attempt, then twice as long each time, at most an hour."""
    return min(LONGEST_WAIT, FIRST_WAIT * (1 << min(max(attempts, 1) - 1, 10)))
