"""Text that a spreadsheet would run as a formula is marked as text; numbers are never touched."""

import unicodedata

_FORMULA_SIGNS = frozenset("=+-@\t\r\n\0")
_MARK = "'"


def guarded(text: str) -> str:
    """The text, with an apostrophe before it where it begins like a formula, in plain or full-width signs."""
    begins = text.lstrip(" ")[:1]
    return _MARK + text if unicodedata.normalize("NFKC", begins) in _FORMULA_SIGNS else text
