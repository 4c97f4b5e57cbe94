"""Fields that a stored form gained later: unwritten while they say nothing, so that earlier bytes and hashes stay."""

from functools import lru_cache
from typing import Any, ClassVar

from pydantic import BaseModel, SerializerFunctionWrapHandler, model_serializer


class WithLaterFields(BaseModel):
    """A form whose earlier writings keep their bytes when it gains a field; the field stands in `LATER`."""

    LATER: ClassVar[frozenset[str]] = frozenset()

    @model_serializer(mode="wrap")
    def _without_what_came_later(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        plain: dict[str, Any] = write(self)
        if self.LATER:
            for name, silent in _silent(type(self)):
                if getattr(self, name) == silent:
                    plain.pop(name, None)
        return plain


@lru_cache(maxsize=512)
def _silent(form: type[WithLaterFields]) -> tuple[tuple[str, Any], ...]:
    """Each later field of a form with the value that says nothing."""
    return tuple((name, form.model_fields[name].get_default(call_default_factory=True)) for name in sorted(form.LATER))
