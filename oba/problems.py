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


_CODES = {
    "missing": ("missing-field", "the field is missing", "add the field"),
    "extra_forbidden": ("unknown-field", "the field is not known here", "remove it, or correct its spelling"),
    "union_tag_invalid": ("unknown-kind", "the kind is not known", "use one of the kinds listed in the reference"),
    "union_tag_not_found": ("missing-kind", "the kind is missing", "say which kind it is in the field `kind`"),
}


def problems_of(error: ValidationError, root: str = "", *, content: Any = None) -> tuple[Problem, ...]:
    """All problems of a failed validation, each with a JSON pointer below `root`; input values are never repeated.

    With the content that was validated, the pointers lead to its very places.
    """
    details = error.errors(include_url=False, include_input=False)
    return tuple(_problem_of(dict(detail), root + _pointer(detail["loc"], content)) for detail in details)


def _pointer(location: tuple[int | str, ...], content: Any) -> str:
    """The place in the content; the kinds that a validation names on its way into a union are no part of it."""
    pointer, here = "", content
    for part in location:
        if isinstance(here, dict) and part not in here and here.get("kind") == part:
            continue
        pointer += f"/{part}"
        try:
            here = here[part]
        except (KeyError, IndexError, TypeError):
            here = None
    return pointer


def _problem_of(detail: dict[str, Any], pointer: str) -> Problem:
    kind = str(detail["type"])
    if kind in _CODES:
        code, message, remedy = _CODES[kind]
        known = detail.get("ctx", {}).get("expected_tags")
        return Problem(code=code, message=message, remedy=f"{remedy}: {known}" if known else remedy, pointer=pointer)
    if kind == "value_error":
        message, _, remedy = str(detail["ctx"]["error"]).partition("; ")
        return Problem(code="invalid-value", message=message, remedy=remedy or "correct the value", pointer=pointer)
    return Problem(
        code=kind.replace("_", "-"),
        message=_lower_first(str(detail["msg"])),
        remedy="correct the value",
        pointer=pointer,
    )


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]
