"""The invented directory as rows of a directory import."""

from dataclasses import asdict
from typing import Any

from adapters.demo.directory import DESIGNATED_FROM, HTCS, MANUFACTURER_ID, MANUFACTURER_NAME, PAYERS, people


def directory_rows() -> tuple[dict[str, Any], ...]:
    """HTCs, payers, the manufacturer and everybody who works there."""
    return (
        *({"kind": "htc", "designated_from": DESIGNATED_FROM, **asdict(htc)} for htc in HTCS),
        *({"kind": "payer", "payer_id": payer_id, "name": name} for payer_id, name in PAYERS.items()),
        {"kind": "manufacturer", "manufacturer_id": MANUFACTURER_ID, "name": MANUFACTURER_NAME},
        *({"kind": "person", **asdict(person)} for person in people()),
    )
