"""Determinations of one infusion: worked out when asked, proposed, and approved or returned by a second person."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse

from adapters.web.bodies import ProposeDeterminationBody, ReturnDeterminationBody
from adapters.web.body import documents, reads
from adapters.web.judging import judged, stored
from adapters.web.opened import TheOpened
from adapters.web.writing import TheWriting, id_in
from oba.infusion.commands import ApproveDetermination, ProposeDetermination, ReturnDetermination

router = APIRouter(tags=["determinations"])
_ADDRESS = "/infusions/{code}/determinations"


@router.get(_ADDRESS, name="list_determinations")
def list_determinations(
    opened: TheOpened,
    agreement_id: Annotated[str | None, Query(max_length=80)] = None,
    milestone: Annotated[str | None, Query(max_length=80)] = None,
) -> dict[str, Any]:
    """The answer for every milestone with its trace, and what was proposed and issued before."""
    return opened.answer(determinations=judged(opened, agreement_id, milestone), **stored(opened))


@router.post(_ADDRESS, name="propose_determination", status_code=201, openapi_extra=documents(ProposeDeterminationBody))
def propose_determination(
    code: str, writing: TheWriting, body: Annotated[ProposeDeterminationBody, Depends(reads(ProposeDeterminationBody))]
) -> JSONResponse:
    """Have the engine judge a milestone as known now, and put the answer before a second person."""
    return writing.run(ProposeDetermination(**writing.about(code, **body.model_dump())))


@router.post(_ADDRESS + "/{determination_id}/approvals", name="approve_determination", status_code=201)
def approve_determination(code: str, determination_id: str, writing: TheWriting) -> JSONResponse:
    """Approve a proposal; whose approval counts is said by the agreement. If-Match is required."""
    writing.must_match()
    command = writing.about(code, determination_id=id_in(determination_id))
    return writing.run(ApproveDetermination(**command, acting_as=writing.asker.role))


@router.post(
    _ADDRESS + "/{determination_id}/returns",
    name="return_determination",
    status_code=201,
    openapi_extra=documents(ReturnDeterminationBody),
)
def return_determination(
    code: str,
    determination_id: str,
    writing: TheWriting,
    body: Annotated[ReturnDeterminationBody, Depends(reads(ReturnDeterminationBody))],
) -> JSONResponse:
    """Send a proposal back with a coded reason. If-Match is required."""
    writing.must_match()
    command = writing.about(code, determination_id=id_in(determination_id))
    return writing.run(ReturnDetermination(**command, reason=body.reason))
