"""Every list answers as /openapi.json says, for everybody who may read it."""

from typing import Any

import pytest

from adapters.web.openapi import operations
from adapters.web.permissions import PERMISSIONS
from tests.support import samples as sample
from tests.support.api import Api, holders
from tests.support.json_schema import faults

LISTS = {
    "list_infusions": "/v1/infusions",
    "list_refund_triggers": "/v1/refund-triggers",
    "list_data_request_windows": "/v1/data-request-windows",
    "list_worklist": "/v1/worklist",
    "list_agreements": "/v1/agreements",
    "list_htcs": "/v1/directory/htcs",
    "list_payers": "/v1/directory/payers",
    "list_manufacturers": "/v1/directory/manufacturers",
}
FILLED = ("list_infusions", "list_refund_triggers", "list_data_request_windows", "list_worklist")


@pytest.fixture
def portfolio(api: Api, infusion: str) -> Api:
    """One infusion under two agreements, with a result, proposals, a waiver, and a data request that waits."""
    milestone = {"agreement_id": "second-agreement", "milestone": "month-6"}
    steps: dict[str, Any] = {
        "enrolments": sample.enrolment(sample.SECOND, "PAY-2"),
        "facts": sample.fact(),
        "determinations": {"agreement_id": "first-agreement", "milestone": "month-6"},
        "waivers": {**milestone, "clause": "9.1"},
        "data-requests": {"rule_id": "twice-a-year", "items": ["bleeds"], "asked_on": "2027-06-01"},
    }
    for what, body in steps.items():
        assert api.post(f"{infusion}/{what}", body).status_code == 201, what
    return api


@pytest.mark.parametrize("operation", sorted(LISTS))
def test_a_list_answers_as_it_is_described(portfolio: Api, operation: str) -> None:
    document = portfolio.client.get("/openapi.json").json()
    described = next(one for one in operations(document).values() if one["operationId"] == operation)
    schema = described["responses"]["200"]["content"]["application/json"]["schema"]
    for name, (role, _) in holders().items():
        if role not in PERMISSIONS[operation] - {"arbitrator", "operator"}:
            continue
        answer = portfolio.get(LISTS[operation], by=name)
        assert answer.status_code == 200, (name, answer.text)
        assert list(faults(answer.json(), schema, document["components"]["schemas"])) == [], name
        if operation in FILLED and name in ("coordinator", "htc_clerk", "payer_analyst"):
            assert answer.json()["data"], name


def test_a_row_with_more_or_less_than_is_described_is_a_fault(portfolio: Api) -> None:
    schemas = portfolio.client.get("/openapi.json").json()["components"]["schemas"]
    row = portfolio.get("/v1/refund-triggers").json()["data"][0]
    described = schemas["RefundTriggersRow"]
    assert list(faults({**row, "row_key": "x"}, described, schemas)) == ["/row_key: not described"]
    assert list(faults({**row, "phase": "soon"}, described, schemas)) == ["/phase: not one of the values"]
    del row["phase"]
    assert list(faults(row, described, schemas)) == ["/phase: missing"]


@pytest.mark.parametrize(
    ("filters", "milestones"),
    [
        ({"determination_state": "proposed"}, 1),
        ({"determination_state": "approved"}, 0),
        ({"finding": "not_met"}, 2),
        ({"finding": "not_met", "phase": "closed"}, 2),
        ({"phase": "due"}, 0),
        ({"phase": "due", "as_of": "2027-05-20"}, 2),
        ({"finding": "met"}, 0),
    ],
)
def test_refund_triggers_are_filtered(portfolio: Api, filters: dict[str, str], milestones: int) -> None:
    answer = portfolio.get("/v1/refund-triggers", **filters)
    assert (answer.status_code, len(answer.json()["data"])) == (200, milestones)
    computed = {name: value for name, value in filters.items() if name != "as_of"}
    assert all(computed.items() <= row.items() for row in answer.json()["data"])


@pytest.mark.parametrize("filters", [{"phase": "soon"}, {"finding": "perhaps"}, {"determination_state": "maybe"}])
def test_a_filter_with_an_unknown_value_is_refused(portfolio: Api, filters: dict[str, str]) -> None:
    answer = portfolio.get("/v1/refund-triggers", **filters)
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, *filters)
