"""Which rows an asker may see: a payer those of its own enrolments, an HTC those of the infusions in its care."""

from collections.abc import Iterator
from typing import Any, Final

import sqlalchemy as sa

from adapters.views.dead_letters import DEAD_LETTERS
from adapters.views.page import Scope

OF_MONEY: Final = frozenset({"enrolments", "refund_triggers", "refund_lines", "worklist"})
"""Views whose rows name prices or refunds: what is not complete there is left out until it is."""


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


def complete(table: sa.Table) -> Iterator[sa.ColumnElement[bool]]:
    """That a row is of an infusion that the view has completely; asked of the views that show money."""
    if table.name in OF_MONEY:
        column = DEAD_LETTERS.c
        yield table.c.infusion_id.not_in(sa.select(column.infusion_id).where(column.view == table.name))


def incomplete_of(view: str, infusions: sa.Table, enrolments: sa.Table, scope: Scope) -> sa.Select[Any]:
    """The infusions that a view does not have completely, as far as the scope may know of them."""
    column = DEAD_LETTERS.c
    wanted = sa.select(column.infusion_id).where(column.view == view)
    if scope.htc_id is not None:
        wanted = wanted.where(column.infusion_id.in_(_own(infusions, infusions.c.htc_id == scope.htc_id)))
    if scope.payer_id is not None:
        wanted = wanted.where(column.infusion_id.in_(_own(enrolments, enrolments.c.payer_id == scope.payer_id)))
    return wanted


def _own(table: sa.Table, theirs: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return sa.select(table.c.infusion_id).where(theirs)
