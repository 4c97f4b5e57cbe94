"""Problems are values with a place and a remedy; all of them are collected, and a refusal carries them to people."""

from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, ValidationError

RefusalKind: TypeAlias = Literal["invalid", "conflict", "not_found", "forbidden", "stale"]


class Problem(BaseModel):
    """One thing that is wrong: a stable code, a sentence without the offending value, and what mends it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    message: str
    remedy: str
    pointer: str | None = None
    """JSON pointer to the field, such as `/fact/value`."""
    file: str | None = None
    line: int | None = None
    column: int | None = None
    clause: str | None = None

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)
        where = " ".join(
            part for part in (place, self.pointer, f"(clause {self.clause})" if self.clause else "") if part
        )
        return (
            f"{where}: {self.code}: {self.message}. Remedy: {self.remedy}"
            if where
            else (f"{self.code}: {self.message}. Remedy: {self.remedy}")
        )


class Refusal(BaseModel):
    """The answer to a command or document that may not be: nothing was changed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: RefusalKind
    problems: tuple[Problem, ...]


def refuse(kind: RefusalKind, code: str, message: str, remedy: str, pointer: str | None = None) -> Refusal:
    """A refusal for one problem."""
    return Refusal(kind=kind, problems=(Problem(code=code, message=message, remedy=remedy, pointer=pointer),))


class WrongField(ValueError):
    """Raised by a model that looks at several fields: the sentence `what is wrong; what mends it`, and whose it is."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


_NOT_AN_ID = ("invalid-id", "this is not an id", "give the id as it was answered, such as 6f0a3c1e-6a1b-5d0e-9a77-...")
_WHOLE_NUMBER = ("invalid-type", "a whole number is needed here", "write it without quotes and without a point")
_LIST = ("invalid-type", "a list is needed here", "write the values as a list")
_OBJECT = ("invalid-type", "fields with their values are needed here", "write names and values")
_WORDS: dict[str, tuple[str, str, str]] = {
    "missing": ("missing-field", "the field {name} is missing", "add the field {name}"),
    "extra_forbidden": ("unknown-field", "the field is not known here", "remove it, or correct its spelling"),
    "union_tag_invalid": ("unknown-kind", "the kind is not known", "use one of {expected_tags}"),
    "union_tag_not_found": ("missing-kind", "the kind is missing", "say which kind it is in the field `kind`"),
    "literal_error": ("unknown-value", "the value is not one of those that are known here", "use {expected}"),
    "greater_than": ("out-of-range", "the value is too small", "give a value above {gt}"),
    "greater_than_equal": ("out-of-range", "the value is too small", "give a value of at least {ge}"),
    "less_than": ("out-of-range", "the value is too large", "give a value below {lt}"),
    "less_than_equal": ("out-of-range", "the value is too large", "give a value of at most {le}"),
    "too_short": ("too-few", "too few values are given", "give at least {min_length}"),
    "too_long": ("too-many", "too many values are given", "give at most {max_length}"),
    "string_too_short": ("too-short", "the text is too short", "write at least {min_length} characters"),
    "string_too_long": ("too-long", "the text is too long", "write at most {max_length} characters"),
    "string_pattern_mismatch": ("invalid-form", "the text has not the agreed form", "write it in the form {pattern}"),
    "string_type": ("invalid-type", "a text is needed here", "write the value in quotes"),
    "bool_type": ("invalid-type", "true or false is needed here", "write true or false without quotes"),
    "int_type": _WHOLE_NUMBER,
    "int_parsing": _WHOLE_NUMBER,
    "int_from_float": _WHOLE_NUMBER,
    "tuple_type": _LIST,
    "list_type": _LIST,
    "dict_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "uuid_parsing": _NOT_AN_ID,
    "uuid_type": _NOT_AN_ID,
}
"""Code, message and remedy for what the models refuse; words in braces come from the model, not from what was sent."""


_READABLE = 200
"""A longer list of allowed values is looked up, not read in an answer."""


def problems_of(error: ValidationError, root: str = "", *, content: Any = None) -> tuple[Problem, ...]:
    """All problems of a failed validation, each with a JSON pointer below `root`; input values are never repeated.

    With the content that was validated, the pointers lead to its very places.
    """
    details = (dict(detail) for detail in error.errors(include_url=False))
    return tuple(
        _problem_of(detail, root + _pointer(detail, content)) for detail in details if not _holds_enough(detail)
    )


def _holds_enough(detail: dict[str, Any]) -> bool:
    """Whether a list is called too short only because its unsound members were not counted."""
    given = detail["input"]
    return (
        detail["type"] == "too_short"
        and isinstance(given, list | tuple)
        and len(given) >= int(detail["ctx"]["min_length"])
    )


def _pointer(detail: dict[str, Any], content: Any) -> str:
    """The place in the content; the forms that a validation names on its way into a union are no part of it."""
    pointer, here = "", content
    for part in detail["loc"]:
        if isinstance(here, str) or (isinstance(here, dict) and part not in here and here.get("kind") == part):
            continue
        pointer += f"/{part}"
        try:
            here = here[part]
        except (KeyError, IndexError, TypeError):
            here = None
    return pointer + _inside(detail)


def _inside(detail: dict[str, Any]) -> str:
    """The field that a problem of the whole is about."""
    if str(detail["type"]).startswith("union_tag"):
        return "/kind"
    wrong = detail.get("ctx", {}).get("error")
    return f"/{wrong.field}" if isinstance(wrong, WrongField) else ""


def _problem_of(detail: dict[str, Any], pointer: str) -> Problem:
    kind, context = str(detail["type"]), detail.get("ctx", {})
    if kind == "value_error":
        message, _, remedy = str(context["error"]).partition("; ")
        return Problem(code="invalid-value", message=message, remedy=remedy or "correct the value", pointer=pointer)
    if len(str(context.get("expected", ""))) > _READABLE:
        context = {**context, "expected": "one of the values that the reference lists for this field"}
    unknown = (kind.replace("_", "-"), "the value is not accepted here", "compare it with the reference of this field")
    name = pointer.rpartition("/")[2]
    code, message, remedy = (words.format(name=name, **context) for words in _WORDS.get(kind, unknown))
    return Problem(code=code, message=message, remedy=remedy, pointer=pointer)
