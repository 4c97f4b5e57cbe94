"""The description of the API is what the API does."""

from typing import Any

from adapters.web.answers import READINGS, ROWS
from adapters.web.bodies import REQUEST_MODELS
from adapters.web.plain_values import PLAIN_NAMES
from tests.support.api import Api
from tests.support.json_schema import faults
from tests.support.samples import fact


def described(api: Api) -> dict[str, Any]:
    """The OpenAPI document as it is served."""
    answer = api.client.get("/openapi.json")
    assert answer.status_code == 200
    content: dict[str, Any] = answer.json()
    return content


def references(part: Any) -> set[str]:
    """Every reference in a document."""
    if isinstance(part, dict):
        own = {part["$ref"]} if isinstance(part.get("$ref"), str) else set()
        return own.union(*(references(inner) for inner in part.values()))
    return set().union(*(references(inner) for inner in part)) if isinstance(part, list) else set()


def test_it_is_openapi_3_1_and_every_reference_leads_somewhere(api: Api) -> None:
    document = described(api)
    assert document["openapi"].startswith("3.1")
    for reference in references(document):
        assert reference.removeprefix("#/components/schemas/") in document["components"]["schemas"], reference


def test_every_command_describes_the_body_that_it_reads(api: Api) -> None:
    paths = described(api)["paths"]
    bodies = {
        methods["post"]["requestBody"]["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
        for methods in paths.values()
        if "requestBody" in methods.get("post", {})
    }
    assert bodies == {model.__name__ for model in REQUEST_MODELS}
    assert [path for path, methods in paths.items() if "post" in methods and "requestBody" not in methods["post"]] == [
        "/v1/infusions/{code}/waivers/{waiver_id}/approvals",
        "/v1/infusions/{code}/determinations/{determination_id}/approvals",
    ]


def test_bodies_are_described_with_plain_references_and_never_with_digests(api: Api) -> None:
    schemas = described(api)["components"]["schemas"]
    assert "kit_lots" in schemas["Administration"]["required"]
    assert "accession" in schemas["FixActivityMeasured"]["properties"]
    assert not [name for name, schema in schemas.items() if set(schema.get("properties", ())) & set(PLAIN_NAMES)]


def test_numbers_are_described_as_strings_and_days_as_dates(api: Api) -> None:
    fix = described(api)["components"]["schemas"]["FixActivityMeasured"]["properties"]
    assert fix["value"]["type"] == "string"
    identity = described(api)["components"]["schemas"]["Identity"]["properties"]
    assert (identity["born_on"]["type"], identity["born_on"]["format"]) == ("string", "date")


def test_every_operation_describes_its_problem_and_no_other_form_of_error(api: Api) -> None:
    document = described(api)
    for methods in document["paths"].values():
        for operation in methods.values():
            assert "application/problem+json" in operation["responses"]["default"]["content"]
            assert "422" not in operation["responses"]
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_every_command_describes_its_idempotency_key(api: Api) -> None:
    for path, methods in described(api)["paths"].items():
        required = {one["name"] for one in methods.get("post", {}).get("parameters", ()) if one["required"]}
        assert "post" not in methods or "Idempotency-Key" in required, path


def test_the_operations_under_v1_ask_for_the_key(api: Api) -> None:
    for path, methods in described(api)["paths"].items():
        for operation in methods.values():
            assert ("security" in operation) is path.startswith("/v1/"), path


def test_answers_are_what_the_description_says(api: Api) -> None:
    schemas = described(api)["components"]["schemas"]
    infusion = api.infusion()
    command = api.post(f"{infusion}/facts", fact()).json()
    assert list(faults(command, schemas["CommandAnswer"], schemas)) == []
    assert set(schemas["InfusionAnswer"]["required"]) <= set(api.get(infusion).json())
    asked = {"rule_id": "twice-a-year", "items": ["bleeds"], "asked_on": "2027-06-01"}
    waiver = {"agreement_id": "first-agreement", "milestone": "month-6"}
    for path, body, opened in (
        ("data-requests", asked, {"request_id", "verdict"}),
        ("determinations", waiver, {"determination_id"}),
        ("waivers", {**waiver, "clause": "9"}, {"waiver_id"}),
    ):
        answer = api.post(f"{infusion}/{path}", body).json()
        assert list(faults(answer, schemas["CommandAnswer"], schemas)) == [], path
        assert set(answer) - set(command) == opened


def test_every_read_of_an_infusion_and_every_list_describes_its_answer(api: Api) -> None:
    answers = {
        operation["operationId"]: operation["responses"]["200"]["content"]["application/json"]["schema"]
        for methods in described(api)["paths"].values()
        for operation in methods.values()
        if operation["operationId"] in READINGS | set(ROWS)
    }
    assert set(answers) == READINGS | set(ROWS)
    assert all(references(schema) for schema in answers.values())
