"""Data requests of payers for one infusion: whether one is permitted, that it was made, answered or declined."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse

from adapters.web.asking import check_own_rule, verdict
from adapters.web.bodies import AnswerDataRequestBody, DeclineDataRequestBody, RecordDataRequestBody
from adapters.web.body import documents, reads
from adapters.web.opened import TheOpened
from adapters.web.writing import TheWriting, id_in
from oba.dates import Day
from oba.infusion.commands import DeclineDataRequest, ProvideData, RequestData

router = APIRouter(tags=["data requests"])
_ADDRESS = "/infusions/{code}/data-requests"


@router.get(_ADDRESS + "/verdict", name="judge_data_request")
def judge_data_request(
    opened: TheOpened, rule_id: Annotated[str, Query(max_length=80)], asked_on: Annotated[Day, Query()]
) -> dict[str, Any]:
    """Whether a request on that day is permitted, under every reading of the rule."""
    return opened.answer(rule_id=rule_id, verdict=verdict(opened, rule_id, asked_on).model_dump(mode="json"))


@router.post(_ADDRESS, name="record_data_request", status_code=201, openapi_extra=documents(RecordDataRequestBody))
def record_data_request(
    code: str, writing: TheWriting, body: Annotated[RecordDataRequestBody, Depends(reads(RecordDataRequestBody))]
) -> JSONResponse:
    """Record that a payer asks; the answer has the `request_id` and the verdict of every reading."""
    command = writing.about(code, **body.model_dump())
    check_own_rule(writing, body.rule_id)
    return writing.run(RequestData(**command))


@router.post(
    _ADDRESS + "/{request_id}/answers",
    name="answer_data_request",
    status_code=201,
    openapi_extra=documents(AnswerDataRequestBody),
)
def answer_data_request(
    code: str,
    request_id: str,
    writing: TheWriting,
    body: Annotated[AnswerDataRequestBody, Depends(reads(AnswerDataRequestBody))],
) -> JSONResponse:
    """Record that requested data were provided."""
    return writing.run(ProvideData(**writing.about(code, request_id=id_in(request_id), **body.model_dump())))


@router.post(
    _ADDRESS + "/{request_id}/declines",
    name="decline_data_request",
    status_code=201,
    openapi_extra=documents(DeclineDataRequestBody),
)
def decline_data_request(
    code: str,
    request_id: str,
    writing: TheWriting,
    body: Annotated[DeclineDataRequestBody, Depends(reads(DeclineDataRequestBody))],
) -> JSONResponse:
    """Record that a request was declined, with a coded reason."""
    return writing.run(DeclineDataRequest(**writing.about(code, request_id=id_in(request_id), **body.model_dump())))
