"""All parts of a part of a document, each with its place, whatever kinds of blocks lie between."""

from collections.abc import Iterator

from oba.terms.block import Part


def parts_within(value: object, pointer: str = "") -> Iterator[tuple[str, Part]]:
    """The part itself and every part below it, in the order of the document, each with its JSON pointer."""
    match value:
        case Part():
            yield pointer, value
            for name in type(value).model_fields:
                yield from parts_within(getattr(value, name), f"{pointer}/{name}")
        case tuple():
            for place, one in enumerate(value):
                yield from parts_within(one, f"{pointer}/{place}")
        case dict():
            for name, one in value.items():
                yield from parts_within(one, f"{pointer}/{name}")
