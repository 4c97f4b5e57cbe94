"""Facts: whatever is reported about the patient, one kind as the other."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse

from adapters.web.bodies import RecordFactBody
from adapters.web.body import documents, reads
from adapters.web.writing import TheWriting
from oba.infusion.commands import RecordFact

router = APIRouter(tags=["facts"])


@router.post("/infusions/{code}/facts", name="record_fact", status_code=201, openapi_extra=documents(RecordFactBody))
def record_fact(
    code: str, writing: TheWriting, body: Annotated[RecordFactBody, Depends(reads(RecordFactBody))]
) -> JSONResponse:
    """Record one fact; the answer names what is implausible in it."""
    return writing.run(RecordFact(**writing.told(code, body), fact=body.fact, source=body.source))
