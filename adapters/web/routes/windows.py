"""Payer data-request windows: what each payer may ask, from when, until when, under which reading."""

from typing import Any

from fastapi import APIRouter

from adapters.web.lists import TheListing

router = APIRouter(tags=["data requests"])


@router.get("/data-request-windows", name="list_data_request_windows")
def list_data_request_windows(listing: TheListing) -> dict[str, Any]:
    """The windows by the first permitted day."""
    return listing.answer("data_request_windows", listing.views.data_request_windows)
