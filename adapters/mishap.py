"""How an unexpected error is said in a log: its kind and its place; its words may quote values and are left out."""

from traceback import extract_tb


def where(error: Exception) -> str:
    """Kind and place of an error: "KeyError at milestone:84"."""
    frames = extract_tb(error.__traceback__)
    place = f"{frames[-1].name}:{frames[-1].lineno}" if frames else "unknown place"
    return f"{type(error).__name__} at {place}"
