"""Corrections and retractions: facts are never edited, one more fact says what holds instead."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse

from adapters.web.bodies import CorrectFactBody, CorrectInfusionBody, RetractFactBody
from adapters.web.body import documents, reads
from adapters.web.registering import corrected_infusion
from adapters.web.writing import TheWriting, id_in
from oba.infusion.commands import CorrectFact, RetractFact

router = APIRouter(tags=["facts"])


@router.post(
    "/infusions/{code}/facts/{fact_id}/corrections",
    name="correct_fact",
    status_code=201,
    openapi_extra=documents(CorrectFactBody),
)
def correct_fact(
    code: str, fact_id: str, writing: TheWriting, body: Annotated[CorrectFactBody, Depends(reads(CorrectFactBody))]
) -> JSONResponse:
    """Replace what a fact says by the whole new content."""
    command = writing.told(code, body, fact_id=id_in(fact_id), **body.model_dump(include={"reason", "source_sequence"}))
    return writing.run(CorrectFact(**command, fact=body.fact, source=body.source))


@router.post(
    "/infusions/{code}/corrections",
    name="correct_infusion",
    status_code=201,
    openapi_extra=documents(CorrectInfusionBody),
)
def correct_infusion(
    code: str, writing: TheWriting, body: Annotated[CorrectInfusionBody, Depends(reads(CorrectInfusionBody))]
) -> JSONResponse:
    """Replace what is recorded of the administration itself; Day 0 follows its start."""
    return writing.run(corrected_infusion(writing, code, body))


@router.post(
    "/infusions/{code}/facts/{fact_id}/retractions",
    name="retract_fact",
    status_code=201,
    openapi_extra=documents(RetractFactBody),
)
def retract_fact(
    code: str, fact_id: str, writing: TheWriting, body: Annotated[RetractFactBody, Depends(reads(RetractFactBody))]
) -> JSONResponse:
    """Take a fact back, with all its corrections."""
    command = writing.told(code, body, fact_id=id_in(fact_id), reason=body.reason)
    return writing.run(RetractFact(**command, source=body.source))
