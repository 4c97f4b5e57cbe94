"""A parameter that an operation does not know is refused: a misspelt filter must not widen an answer in silence."""

from fastapi import Request

from adapters.web.access import operation_of
from adapters.web.openapi import parameters
from adapters.web.problem import ErrorItem, Refused
from adapters.web.strict_json import is_plain_text, token


def known_parameters(request: Request) -> None:
    """Refuse (422) unknown, repeated and unreadable query parameters."""
    known = parameters(request.app.openapi())[operation_of(request)]
    names = [name for name, _ in request.query_params.multi_items()]
    wrong = [_unknown(name, known) for name in dict.fromkeys(names) if name not in known]
    wrong += [_repeated(name) for name in known if names.count(name) > 1]
    wrong += [_odd(name) for name in known if not is_plain_text(request.query_params.get(name, ""))]
    if wrong:
        raise Refused(422, tuple(wrong))


def _unknown(name: str, known: frozenset[str]) -> ErrorItem:
    remedy = f"known here: {', '.join(sorted(known))}" if known else "leave it out"
    message = "the operation does not know this parameter"
    return ErrorItem(parameter=token(name), code="unknown-parameter", message=message, remedy=remedy)


def _repeated(name: str) -> ErrorItem:
    message, remedy = "the parameter occurs twice", "give it once"
    return ErrorItem(parameter=name, code="repeated-parameter", message=message, remedy=remedy)


def _odd(name: str) -> ErrorItem:
    message, remedy = "the parameter has characters that may not be", "remove control and invisible characters"
    return ErrorItem(parameter=name, code="text-characters", message=message, remedy=remedy)
