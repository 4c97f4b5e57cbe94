"""What our JSON reader refuses, and where it says that it is."""

import pytest

from adapters.web.body import read_object
from adapters.web.problem import Refused
from adapters.web.strict_json import flaws, parse


def found(raw: str) -> list[tuple[str, str | None]]:
    """Code and pointer of every flaw in a text."""
    return [(flaw.code, flaw.pointer) for flaw in flaws(parse(raw.encode()))]


def test_plain_content_has_no_flaw() -> None:
    assert found('{"name": "Nguyễn", "vials": 30, "value": "38.6", "none": null, "yes": true, "list": [1]}') == []


@pytest.mark.parametrize(
    ("raw", "code", "pointer"),
    [
        ('{"fact": {"value": 38.6}}', "decimal-as-string", "/fact/value"),
        ('{"fact": {"value": 5e0}}', "decimal-as-string", "/fact/value"),
        ('{"fact": {"value": NaN}}', "not-finite", "/fact/value"),
        ('{"fact": {"value": -Infinity}}', "not-finite", "/fact/value"),
        ('{"fact": {"value": ' + "9" * 5000 + "}}", "number-range", "/fact/value"),
        ('{"fact": {"value": "1", "value": "2"}}', "duplicate-key", "/fact"),
        ('{"a": ["x", "\\u0000"]}', "text-characters", "/a/1"),
        ('{"a": "\\u202eabc"}', "text-characters", "/a"),
        ('{"a": "\\ud800"}', "text-characters", "/a"),
        ('{"a": "\\u0085"}', "text-characters", "/a"),
        ('{"a": "zero\\u200bwidth"}', "text-characters", "/a"),
        ('{"a": {"\\u202e": 1}}', "text-characters", "/a"),
        ('{"a": "e' + "\\u0301" * 50 + '"}', "text-characters", "/a"),
        ('{"a": [' + ",".join("0" * 1001) + "]}", "too-many-items", "/a"),
        ('{"a": ' + "[" * 40 + "]" * 40 + "}", "too-deep", "/a" + "/0" * 31),
    ],
)
def test_a_flaw_is_named_with_its_pointer(raw: str, code: str, pointer: str) -> None:
    assert found(raw) == [(code, pointer)]


def test_a_name_that_is_not_shaped_like_a_field_is_not_repeated() -> None:
    assert found('{"Rosalind Featherstonehaugh": 1.5}') == [("decimal-as-string", "/*")]


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        (b"", 400, "empty-body"),
        (b"  ", 400, "empty-body"),
        (b"\xef\xbb\xbf{}", 400, "byte-order-mark"),
        (b"\xff\xfe{\x00}\x00", 400, "not-utf-8"),
        (b'{"a": "\xc3"}', 400, "not-utf-8"),
        (b"{", 400, "not-json"),
        (b'{"a": 1} {"b": 2}', 400, "not-json"),
        (b"[" * 100_000, 400, "too-deep"),
        (b'{"a":' * 100_000, 400, "too-deep"),
        (b'{"a": 1, "a": 2}', 400, "duplicate-key"),
        (b"[]", 422, "not-an-object"),
        (b"null", 422, "not-an-object"),
        (b'""', 422, "not-an-object"),
        (b'{"a": 1.5}', 422, "decimal-as-string"),
    ],
)
def test_a_body_that_is_no_plain_object_is_refused(raw: bytes, status: int, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read_object(raw)
    assert (refused.value.status, refused.value.errors[0].code) == (status, code)
    assert refused.value.errors[0].remedy
