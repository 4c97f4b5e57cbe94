"""Which rows an asker may see: a payer those of its own enrolments, an HTC those of the infusions in its care."""

from collections.abc import Iterator

import sqlalchemy as sa

from adapters.views.page import Scope


def visible(table: sa.Table, enrolments: sa.Table, scope: Scope) -> Iterator[sa.ColumnElement[bool]]:
    """The conditions that leave only what the scope may see.

    A payer sees the infusions that it has enrolled, and of these the rows that name it or no payer at all.
    """
    if scope.htc_id is not None:
        yield table.c.htc_id == scope.htc_id
    if scope.payer_id is not None:
        own = sa.select(enrolments.c.infusion_id).where(enrolments.c.payer_id == scope.payer_id)
        yield table.c.infusion_id.in_(own)
        if "payer_id" in table.c:
            yield sa.or_(table.c.payer_id == scope.payer_id, table.c.payer_id.is_(None))
