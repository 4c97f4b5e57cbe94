"""What an amendment must say: it follows the version before it without gap or overlap, names what it does to infusions
under way, and is signed by all parties where it is retroactive (C03, C51, settled E1).
"""

from collections.abc import Collection, Iterator
from datetime import date, timedelta

from oba.document.commands import AmendDocument
from oba.document.shelf import all_signed
from oba.problems import Problem, Refusal
from oba.terms.agreement import Agreement
from oba.terms.document import Document
from oba.terms.follow_up_plan import FollowUpPlan


def amendment_refused(command: AmendDocument, latest: Document) -> Refusal | None:
    """Everything that keeps an amendment from following the latest version; None where nothing does."""
    order = tuple(_order(command.document, latest))
    if order:
        return Refusal(kind="conflict", problems=order)
    signed = signing_problems(command.document, command.signed_on, command.signed_by)
    problems = (*_migration(command), *signed)
    return Refusal(kind="invalid", problems=problems) if problems else None


def _order(document: Document, latest: Document) -> Iterator[Problem]:
    """Versions follow each other by their days: no two at once, and no day without one."""
    if document.effective_on <= latest.effective_on:
        yield Problem(
            code="overlapping-versions",
            message="the amendment takes effect on or before the version that it replaces",
            remedy="give it a later effective date",
            pointer="/document/effective_on",
        )
    elif _begins_on(document) < _begins_on(latest):
        yield Problem(
            code="overlapping-versions",
            message="the amendment is retroactive to a day before the version that it replaces began",
            remedy=f"let it hold from {_begins_on(latest)} at the earliest",
            pointer="/document/retroactive_from",
        )
    ends_on = None if isinstance(latest, FollowUpPlan) else latest.ends_on
    if ends_on is not None and _begins_on(document) > ends_on + timedelta(days=1):
        yield Problem(
            code="gap-between-versions",
            message=f"no version would be in force from {ends_on + timedelta(days=1)} to the start of the amendment",
            remedy="let the amendment hold from the day after the end of the version before it",
            pointer="/document/effective_on",
        )


def _migration(command: AmendDocument) -> Iterator[Problem]:
    """What becomes of infusions under way is named where the amendment binds them, and only there."""
    if command.binds == "all_infusions" and command.migration is None and isinstance(command.document, Agreement):
        yield Problem(
            code="missing-migration",
            message="the amendment binds infusions under way and does not say which of their milestones",
            remedy="name governing_version_date, milestones_due_from_effect or milestones_not_determined",
            pointer="/migration",
        )
    if command.binds == "new_infusions" and command.migration is not None:
        yield Problem(
            code="needless-migration",
            message="the amendment binds new infusions only, and names milestones of those under way",
            remedy="leave the migration out, or bind all infusions",
            pointer="/migration",
        )


def signing_problems(document: Document, signed_on: date | None, signed_by: Collection[str]) -> tuple[Problem, ...]:
    """Only parties sign; what holds from before it was signed, or before it takes effect, all of them sign."""
    if not isinstance(document, Agreement):
        return ()
    parties = (document.parties.manufacturer, *document.parties.payers)
    problems = [
        Problem(
            code="not-a-party",
            message="somebody signed who is not a party to the agreement",
            remedy=f"name parties of it: {', '.join(parties)}",
            pointer="/signed_by",
        )
        for one in signed_by
        if one not in parties
    ]
    retroactive = document.retroactive_from is not None or (signed_on is not None and document.effective_on < signed_on)
    if retroactive and not all_signed(document, signed_by):
        problems.append(
            Problem(
                code="retroactive-without-signatures",
                message="the version holds from a day before it was signed or takes effect, and not all parties signed",
                remedy=f"name all who signed ({', '.join(parties)}), or let it begin later",
                pointer="/signed_by",
            )
        )
    return tuple(problems)


def _begins_on(document: Document) -> date:
    return document.begins_on if isinstance(document, Agreement) else document.effective_on
