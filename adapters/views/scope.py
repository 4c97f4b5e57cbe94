"""Which rows an asker may see: a payer those of its own enrolments, an HTC those of the infusions in its care."""

from collections.abc import Iterator

import sqlalchemy as sa

from adapters.views.page import Scope


def visible(table: sa.Table, enrolments: sa.Table, scope: Scope) -> Iterator[sa.ColumnElement[bool]]:
    """The conditions that leave only what the scope may see.

    A payer sees the infusions that it has enrolled, and of these the rows that name it as the payer of the enrolment or
    as beneficiary; a view without either column is about the infusion itself.
    """
    if scope.htc_id is not None:
        yield table.c.htc_id == scope.htc_id
    if scope.payer_id is not None:
        own = sa.select(enrolments.c.infusion_id).where(enrolments.c.payer_id == scope.payer_id)
        yield table.c.infusion_id.in_(own)
        named = [table.c[name] == scope.payer_id for name in ("payer_id", "beneficiary") if name in table.c]
        if named:
            yield sa.or_(*named, *_of_every_party(table))


def _of_every_party(table: sa.Table) -> Iterator[sa.ColumnElement[bool]]:
    """Rows about the patient alone name neither payer nor agreement."""
    if "agreement_id" in table.c:
        yield sa.and_(table.c.payer_id.is_(None), table.c.agreement_id.is_(None))
