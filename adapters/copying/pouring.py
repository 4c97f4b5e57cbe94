"""Everything from one deployment's stores into the empty ones of another, and the proof that it is the same."""

from dataclasses import dataclass

from adapters.copying import records_rows
from adapters.copying.refusal import AGAIN, CopyRefused
from adapters.copying.stores import Stores


@dataclass(frozen=True)
class Poured:
    """What has arrived: the position of the newest event, and the hash over everything in the log."""

    log_head: int
    log_content_hash: str


def pour(source: Stores, target: Stores) -> Poured:
    """Fill empty stores; CopyRefused, before anything is committed, where they hold anything else than the source."""
    target.fill_log(source.events(), source.receipts(), source.asked_until())
    records_rows.copy_rows(source.records, target.records)
    content_hash = source.content_hash()
    if target.content_hash() != content_hash:
        raise CopyRefused("the log arrived with another content hash than it was sent with", AGAIN)
    sent, arrived = records_rows.digests(source.records), records_rows.digests(target.records)
    if different := [name for name, digest in sent.items() if arrived[name] != digest]:
        raise CopyRefused(f"rows arrived otherwise than they were sent: {', '.join(different)}", AGAIN)
    records_rows.release_leases(target.records)
    return Poured(source.head(), content_hash)
