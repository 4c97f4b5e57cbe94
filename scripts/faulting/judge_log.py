"""Judges P1 and P3: is every acknowledged event in the log where it was said to be, and did one key make one event?"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from oba.dates import write_instant
from oba.facts.base import Body
from oba.facts.recorded import Recorded
from oba.identity import derived_id
from scripts.faulting.notes import Note
from scripts.faulting.verdict import Verdict, some

Events = Sequence[Recorded[Body]]
PRINCIPAL = "example-coordinator"


def judge_acknowledged(notes: Iterable[Note], events: Events, damages: Sequence[str]) -> Verdict:
    """P1: nothing that was acknowledged is lost, positions have no gap, and the engine finds its files sound."""
    acknowledged = {note.key: note for note in notes if note.is_acknowledged}
    by_id = {str(event.event_id): event for event in events}
    lost = [key for key, note in acknowledged.items() if not _stands(note, by_id)]
    gaps = [event.position for place, event in enumerate(events, 1) if event.position != place]
    torn = _torn(events)
    return Verdict(
        "P1",
        {
            "acked": len(acknowledged),
            "events": len(events),
            "lost": len(lost),
            "gaps": len(gaps),
            "torn": len(torn),
            "damaged": len(damages),
        },
        (
            *some("acknowledged and not in the log as acknowledged, keys", lost),
            *some("positions after a gap", gaps[:1]),
            *some("streams whose versions or stamps are out of order", torn),
            *some("the engine finds damage", damages),
        ),
    )


def _stands(note: Note, by_id: dict[str, Recorded[Body]]) -> bool:
    """Whether every event of an answer is in the log, and the last at the version and stamp that the answer gave."""
    found = [by_id.get(str(event_id)) for event_id in note.answer["event_ids"]]
    last = found[-1] if found else None
    if last is None or any(event is None for event in found):
        return False
    told = (note.answer["version"], note.answer["recorded_at"], note.answer["infusion_id"])
    return (last.version, write_instant(last.recorded_at), str(last.stream_id)) == told


def _torn(events: Events) -> list[str]:
    versions: Counter[str] = Counter()
    torn = []
    for earlier, event in zip((None, *events), events, strict=False):
        stream = str(event.stream_id)
        versions[stream] += 1
        if event.version != versions[stream] or (earlier is not None and event.recorded_at <= earlier.recorded_at):
            torn.append(stream)
    return torn


def judge_keys(notes: Sequence[Note], events: Events) -> Verdict:
    """P3: each key has the events of its first answer and no others, its answers are all the same, none is refused."""
    by_command: defaultdict[str, list[str]] = defaultdict(list)
    for event in events:
        by_command[str(event.command_id)].append(str(event.event_id))
    answers: defaultdict[str, list[Note]] = defaultdict(list)
    for note in notes:
        answers[note.key].append(note)
    acknowledged = {key: [note for note in told if note.is_acknowledged] for key, told in answers.items()}
    doubled = [key for key, told in acknowledged.items() if told and _made(key, by_command) != _told(told[0])]
    differing = [key for key, told in acknowledged.items() if len({_words(note) for note in told}) > 1]
    refused = [f"{note.key} ({note.operation}: {note.code})" for note in notes if not note.is_acknowledged]
    return Verdict(
        "P3",
        {
            "keys": len(answers),
            "doubled": len(doubled),
            "repeats": sum(len(told) - 1 for told in answers.values()),
            "repeated_after_silence": sum(note.tries > 1 for note in notes),
            "replayed_after_silence": sum(note.tries > 1 and note.replayed and not note.again for note in notes),
            "differing": len(differing),
            "refused": len(refused),
        },
        (
            *some("keys with other events than were acknowledged", doubled),
            *some("keys with answers that differ", differing),
            *some("keys that were refused or never answered", refused),
        ),
    )


def _made(key: str, by_command: dict[str, list[str]]) -> list[str]:
    return by_command.get(str(derived_id("command", PRINCIPAL, key)), [])


def _told(note: Note) -> list[str]:
    return [str(event_id) for event_id in note.answer["event_ids"]]


def _words(note: Note) -> str:
    return json.dumps(note.answer, sort_keys=True)
