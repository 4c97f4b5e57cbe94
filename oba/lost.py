"""Whether a patient is lost to follow-up: as recorded, and by the agreement's own definition (C40)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from oba.dates import MonthEnd, shift_months
from oba.evidence import Evidence, Item
from oba.facts.base import Fact
from oba.facts.follow_up import FollowUpResumed, LostToFollowUp
from oba.terms.loss import LostByDefinition


@dataclass(frozen=True)
class Loss:
    """A loss to follow-up: from which day, in which words, and the facts that show it."""

    on: date
    says: str
    items: tuple[Item[Fact], ...]
    by_absence: bool = False
    """No fact says so: nobody heard of the patient for as long as the agreement names."""


def losses(terms: LostByDefinition | None, evidence: Evidence, due_on: date, month_end: MonthEnd) -> Iterator[Loss]:
    """The losses that still last on a due date; a resumption or contact on the due date itself already holds
    (settled A7).
    """
    resumed = [item.occurred_on for item in evidence.of(FollowUpResumed)]
    for item in evidence.of(LostToFollowUp):
        attempted = item.fact.contacts_attempted
        enough = terms is None or terms.failed_contacts is None or attempted >= terms.failed_contacts
        if enough and not any(item.occurred_on <= day <= due_on for day in resumed):
            yield Loss(item.occurred_on, item.fact.says(), (item,))
    if terms is not None and terms.months_without_contact is not None:
        yield from _by_absence(terms, terms.months_without_contact, evidence, due_on, month_end)


def _by_absence(
    terms: LostByDefinition, months: int, evidence: Evidence, due_on: date, month_end: MonthEnd
) -> Iterator[Loss]:
    """Each stretch of so many months without a contact; the next contact ends it."""
    contacts = [item for item in evidence.items if _is_contact(terms, item)]
    until = [*(item.occurred_on for item in contacts[1:]), None]
    for last, next_on in zip(contacts, until, strict=False):
        lost_on = shift_months(last.occurred_on, months, month_end) + timedelta(days=1)
        found_again = next_on is not None and (next_on <= lost_on or next_on <= due_on)
        if lost_on <= evidence.as_of and not found_again:
            says = f"no contact for {months} months after {last.occurred_on}"
            yield Loss(lost_on, says, (last,), by_absence=True)


def _is_contact(terms: LostByDefinition, item: Item[Fact]) -> bool:
    return item.fact.kind in (*terms.contacts, "infused", "follow_up_resumed")
