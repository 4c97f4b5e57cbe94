"""At the edge, plain references become keyed digests: no accession number, claim reference or lot reaches an event."""

import re
from collections.abc import Callable
from typing import Any, TypeAlias

from adapters.web.strict_json import token
from oba.problems import Problem

Digester: TypeAlias = Callable[[str, str], str]
"""(kind of reference, plain value) -> keyed digest in hexadecimal."""

DIGEST_NAMES = {
    "accession": "accession_digest",
    "claim_reference": "claim_reference_digest",
    "kit_lots": "kit_lot_digests",
}
"""The name in a body, and the name of the digest in a fact."""
PLAIN_NAMES = {digest: plain for plain, digest in DIGEST_NAMES.items()}
KINDS = {"accession": "accession", "claim_reference": "claim", "kit_lots": "lot"}
AMOUNTS = frozenset({"price"})

REFERENCE_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9 ._/#-]{0,63}$"
_REFERENCE = re.compile(REFERENCE_PATTERN, re.ASCII)
_SAYS_NOTHING = frozenset({"na", "none", "unknown", "null", "nil", "tbd", "x"})


def digested(value: Any, digest: Digester, pointer: str = "") -> tuple[Any, tuple[Problem, ...]]:
    """The body with every plain reference replaced by its digest, and what is wrong with the references."""
    if isinstance(value, list):
        parts = [digested(item, digest, f"{pointer}/{place}") for place, item in enumerate(value)]
        return [part for part, _ in parts], tuple(problem for _, found in parts for problem in found)
    if not isinstance(value, dict):
        return value, ()
    content: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, member in value.items():
        new_name, part, found = _member(name, member, digest, f"{pointer}/{token(name)}")
        problems += found
        if new_name is not None:
            content[new_name] = part
    return content, tuple(problems)


def _member(name: str, member: Any, digest: Digester, pointer: str) -> tuple[str | None, Any, tuple[Problem, ...]]:
    if name in PLAIN_NAMES:
        remedy = f"give the plain value in `{PLAIN_NAMES[name]}`; the digest is made here"
        return None, None, (_problem("unknown-field", "a digest is not accepted from outside", remedy, pointer),)
    if name in AMOUNTS and not isinstance(member, str):
        remedy = 'write it as a string with two decimal places, such as "3500000.00"'
        return name, "0.01", (_problem("amount-as-string", "an amount is not a number in JSON", remedy, pointer),)
    if name in DIGEST_NAMES and member is not None:
        return _references(name, member, digest, pointer)
    return name, *digested(member, digest, pointer)


def _references(name: str, member: Any, digest: Digester, pointer: str) -> tuple[str, Any, tuple[Problem, ...]]:
    many = name == "kit_lots" and isinstance(member, list)
    texts = [(text, f"{pointer}/{place}") for place, text in enumerate(member)] if many else [(member, pointer)]
    problems = tuple(_reference_problem(name, place) for text, place in texts if not is_reference(text))
    if not texts:
        problems = (_reference_problem(name, pointer),)
    digests = [digest(KINDS[name], text) if is_reference(text) else "0" * 64 for text, _ in texts]
    return DIGEST_NAMES[name], (digests or ["0" * 64]) if name == "kit_lots" else digests[0], problems


def is_reference(text: Any) -> bool:
    """Whether a value is a reference that says something: 1 to 64 ASCII characters, and not `N/A` or the like."""
    if not isinstance(text, str) or not _REFERENCE.fullmatch(text):
        return False
    return "".join(letter for letter in text.lower() if letter.isalnum()) not in _SAYS_NOTHING


def _reference_problem(name: str, pointer: str) -> Problem:
    if name == "kit_lots":
        return _problem("lot-required", "a kit lot is missing or says nothing", "give the lot as printed", pointer)
    remedy = "give it with 1 to 64 letters, digits and . _ / # -"
    return _problem("invalid-reference", "the reference does not have the agreed form", remedy, pointer)


def plain_pointer(pointer: str) -> str:
    """A pointer to a digest of a fact, as the pointer to the plain value in the body."""
    return "/".join(PLAIN_NAMES.get(part, part) for part in pointer.split("/"))


def plain_schema(schema: Any) -> Any:
    """A JSON schema of facts as bodies are written: the plain reference stands where the fact has its digest."""
    if isinstance(schema, list):
        return [plain_schema(part) for part in schema]
    if not isinstance(schema, dict):
        return PLAIN_NAMES.get(schema, schema) if isinstance(schema, str) else schema
    return {PLAIN_NAMES.get(name, name): _plain_part(name, part) for name, part in schema.items()}


def _plain_part(name: str, part: Any) -> Any:
    text = {"type": "string", "pattern": REFERENCE_PATTERN}
    if name == "kit_lot_digests":
        return {"type": "array", "items": text, "minItems": 1, "maxItems": 10}
    return {"anyOf": [text, {"type": "null"}]} if name in PLAIN_NAMES else plain_schema(part)


def _problem(code: str, message: str, remedy: str, pointer: str) -> Problem:
    return Problem(code=code, message=message, remedy=remedy, pointer=pointer)
