"""What one bare word of a YAML file means: a text, a whole number, true, false or null; everything else is refused.

YAML 1.1 turns `no` into false, `1.10` into 1.1 and `010` into 8. In a document that decides money a word has one
meaning, or it is a problem that says to put it in quotes.
"""

import re
from typing import Final, TypeAlias

import yaml

Scalar: TypeAlias = str | int | bool | None

_WHOLE: Final = re.compile(r"-?(0|[1-9][0-9]{0,17})", re.ASCII)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_BARE: Final[dict[str, Scalar]] = {"": None, "~": None, "null": None, "true": True, "false": False}
_KEPT_AS_TEXT: Final = frozenset({"tag:yaml.org,2002:str", "tag:yaml.org,2002:timestamp"})
_RESOLVER: Final = yaml.resolver.Resolver()


def read_bare(text: str) -> Scalar:
    """The value of a word without quotes; ValueError for a word that YAML readers understand differently."""
    if text in _BARE:
        return _BARE[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    tag: str = _RESOLVER.resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]
    if tag in _KEPT_AS_TEXT:
        return read_text(text)
    raise ValueError(
        "a number with a point, or a word that some readers take for a number or for true or false; "
        'put it in quotes, such as "102.5" or "no"'
    )


def read_text(text: str) -> str:
    """A text in quotes or a block; ValueError when it holds control characters or half characters."""
    if _CONTROL.search(text):
        raise ValueError("a text with control characters or half characters; remove them")
    return text
