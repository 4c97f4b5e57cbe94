"""Judges P6: every reminder that was due is recorded once, and left the house; what is due is worked out from the plan.

Of each rung that has come, each recipient was told, or the log says why not: a later rung overtook it, or the evidence
had arrived. A message may leave the house twice only where somebody was killed or slept, and then under the same key.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from oba.facts.base import Body
from oba.facts.enrolment import EnrolledUnderAgreement
from oba.facts.infused import Infused
from oba.facts.recorded import Recorded
from oba.infusion.events import ReminderSent, ReminderSkipped
from scripts.faulting.plan import RECIPIENTS, ladder
from scripts.faulting.verdict import Verdict, some

ALLOWED_REASONS = frozenset({"overtaken_by_later_rung", "evidence_arrived", "determined"})


class Due(NamedTuple):
    """Somebody is to be told something about an infusion."""

    infusion: UUID
    rung: str
    recipient: str


@dataclass(frozen=True)
class Out:
    """What left the house, and what the outbox says about it."""

    message_ids: Sequence[str]
    waiting: int
    """Rows of the outbox that nobody has dealt with at the end."""
    excuses: int
    """How many times a message may have gone once more than it was recorded: kills of workers, and their sleeps."""


@dataclass(frozen=True)
class _Recorded:
    sent: Mapping[Due, list[str]]
    skipped: Mapping[Due, list[str]]

    def times(self, due: Due) -> int:
        return len(self.sent.get(due, ())) + len(self.skipped.get(due, ()))


def due_by(day: date, events: Iterable[Recorded[Body]]) -> set[Due]:
    """Enrolments x rungs whose day has come x recipients."""
    days_0: dict[UUID, date] = {}
    enrolled: set[UUID] = set()
    for event in events:
        if isinstance(event.body, Infused):
            days_0[event.stream_id] = event.occurred_on
        elif isinstance(event.body, EnrolledUnderAgreement):
            enrolled.add(event.stream_id)
    return {
        Due(infusion, rung.name, recipient)
        for infusion in enrolled
        for rung in ladder(days_0[infusion])
        if rung.on <= day
        for recipient in RECIPIENTS
    }


def judge_reminders(day: date, events: Sequence[Recorded[Body]], out: Out) -> Verdict:
    """P6 on the last day of the round."""
    due, recorded = due_by(day, events), _recorded(events)
    told = {*recorded.sent, *recorded.skipped}
    delivered = Counter(message_id.strip("<>").partition("@")[0] for message_id in out.message_ids)
    sent_keys = {key for keys in recorded.sent.values() for key in keys}
    skipped = Counter(reason for reasons in recorded.skipped.values() for reason in reasons)
    missing, stray, twice = due - told, told - due, [one for one in told if recorded.times(one) > 1]
    last_missing = [one for one in _last_of_each(due) if one in recorded.skipped and _unexcused(recorded, one)]
    never = sent_keys - delivered.keys()
    without_key = delivered.keys() - sent_keys - _keys_of_skipped(events)
    more = delivered.total() - len(sent_keys)
    return Verdict(
        "P6",
        {
            "due": len(due),
            "recorded": sum(recorded.times(one) for one in told),
            "sent": len(sent_keys),
            "overtaken": skipped["overtaken_by_later_rung"],
            "not_needed": skipped.total() - skipped["overtaken_by_later_rung"],
            "missing": len(missing),
            "twice": len(twice),
            "stray": len(stray),
            "deliveries": delivered.total(),
            "duplicates": more,
            "allowed": out.excuses,
            "never_delivered": len(never),
            "without_key": len(without_key),
            "waiting": out.waiting,
        },
        (
            *some("due and not recorded", missing),
            *some("recorded and not due", stray),
            *some("recorded more than once", twice),
            *some("skipped without a reason that the plan allows", set(skipped) - ALLOWED_REASONS),
            *some("the last rung was not sent", last_missing),
            *some("recorded as sent and never delivered, keys", never),
            *some("delivered under a key that the log does not have", without_key),
            *((f"{more} messages more than recorded, {out.excuses} allowed",) if more > out.excuses else ()),
            *((f"{out.waiting} rows still wait in the outbox",) if out.waiting else ()),
        ),
    )


def _recorded(events: Iterable[Recorded[Body]]) -> _Recorded:
    sent: dict[Due, list[str]] = {}
    skipped: dict[Due, list[str]] = {}
    for event in events:
        match event.body:
            case ReminderSent() as body:
                sent.setdefault(Due(event.stream_id, body.rung, body.recipient), []).append(str(body.reminder_id))
            case ReminderSkipped() as body:
                skipped.setdefault(Due(event.stream_id, body.rung, body.recipient), []).append(body.reason)
            case _:
                pass
    return _Recorded(sent, skipped)


def _keys_of_skipped(events: Iterable[Recorded[Body]]) -> set[str]:
    return {str(event.body.reminder_id) for event in events if isinstance(event.body, ReminderSkipped)}


def _last_of_each(due: Iterable[Due]) -> set[Due]:
    """The last rung that has come, for each infusion and recipient: nothing can have overtaken it."""
    order = [rung.name for rung in ladder(date(2025, 9, 10))]
    last: dict[tuple[UUID, str], Due] = {}
    for one in due:
        before = last.get((one.infusion, one.recipient))
        if before is None or order.index(before.rung) < order.index(one.rung):
            last[one.infusion, one.recipient] = one
    return set(last.values())


def _unexcused(recorded: _Recorded, due: Due) -> bool:
    return "overtaken_by_later_rung" in recorded.skipped[due]
