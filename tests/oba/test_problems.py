"""Problems are values with a place and a remedy, and never repeat what was sent."""

from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from oba.facts.any_fact import ANY_FACT
from oba.problems import Problem, problems_of, refuse
from oba.units import Number

SECRET = "SECRET-9"


class Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Apple(Closed):
    kind: Literal["apple"]
    weight: Number


class Pear(Closed):
    kind: Literal["pear"]
    size: int = Field(ge=1)


class Basket(Closed):
    fruit: tuple[Annotated[Apple | Pear, Field(discriminator="kind")], ...]


def problems(content: Any, root: str = "", *, known: bool = True) -> dict[str | None, Problem]:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(Basket).validate_python(content)
    found = problems_of(caught.value, root, content=content if known else None)
    return {problem.pointer: problem for problem in found}


def test_every_problem_has_its_own_place_in_the_content() -> None:
    found = problems({"fruit": [{"kind": "apple", "weight": 3}, {"kind": "pear", "size": 0}, {"kind": "plum"}, {}]})
    assert {pointer: problem.code for pointer, problem in found.items()} == {
        "/fruit/0/weight": "invalid-value",
        "/fruit/1/size": "out-of-range",
        "/fruit/2/kind": "unknown-kind",
        "/fruit/3/kind": "missing-kind",
    }
    assert "'apple', 'pear'" in found["/fruit/2/kind"].remedy


def test_a_missing_and_an_unknown_field_say_so() -> None:
    found = problems({"fruits": []}, "/body")
    assert {pointer: problem.code for pointer, problem in found.items()} == {
        "/body/fruit": "missing-field",
        "/body/fruits": "unknown-field",
    }


def test_without_the_content_the_kinds_stay_in_the_pointer() -> None:
    assert set(problems({"fruit": [{"kind": "apple"}]}, known=False)) == {"/fruit/0/apple/weight"}


def test_a_problem_below_something_that_is_not_there_still_has_a_pointer() -> None:
    assert set(problems({"fruit": SECRET})) == {"/fruit"}


def test_no_problem_repeats_what_was_sent() -> None:
    found = problems(
        {"fruit": [{"kind": SECRET}, {"kind": "apple", "weight": SECRET}, {"kind": "pear", "size": SECRET}]}
    )
    assert len(found) == 3
    assert SECRET not in "".join(str(problem) + problem.model_dump_json() for problem in found.values())


def test_a_message_is_split_into_what_is_wrong_and_what_mends_it() -> None:
    class Strict(BaseModel):
        size: Annotated[int, Field(strict=True)]

    with pytest.raises(ValidationError) as caught:
        Strict.model_validate({"size": "1"})
    (problem,) = problems_of(caught.value)
    assert (problem.message[:1].islower(), problem.remedy) == (True, "write it without quotes and without a point")


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ({}, "a-code: what is wrong. Remedy: what mends it"),
        ({"pointer": "/a"}, "/a: a-code: what is wrong. Remedy: what mends it"),
        ({"file": "f.yaml", "line": 3, "column": 7}, "f.yaml:3:7: a-code: what is wrong. Remedy: what mends it"),
        ({"clause": "4.2"}, "(clause 4.2): a-code: what is wrong. Remedy: what mends it"),
    ],
)
def test_a_problem_reads_as_one_line(place: dict[str, Any], text: str) -> None:
    problem = Problem(code="a-code", message="what is wrong", remedy="what mends it", **place)
    assert str(problem) == text


def test_a_refusal_holds_its_problem() -> None:
    refusal = refuse("conflict", "one-per-lifetime", "a second infusion", "look for the first", "/identity")
    assert (refusal.kind, [problem.pointer for problem in refusal.problems]) == ("conflict", ["/identity"])


def test_a_long_list_of_allowed_values_is_looked_up_and_not_read() -> None:
    with pytest.raises(ValidationError) as caught:
        ANY_FACT.validate_python({"kind": "bleed_logged", "site": "thumb", "location": "joint", "cause": "surgical"})
    (site, _) = problems_of(caught.value)
    assert (site.code, site.remedy) == (
        "unknown-value",
        "use one of the values that the reference lists for this field",
    )


def test_what_has_no_words_of_ours_still_says_where_to_look() -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(bytes).validate_python(1.5)
    (problem,) = problems_of(caught.value)
    assert (problem.code, problem.remedy) == ("bytes-type", "compare it with the reference of this field")
