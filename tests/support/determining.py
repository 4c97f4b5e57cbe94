"""The determinations of one small life as canonical JSON, over the stores that the environment names."""

import sys
from datetime import date
from uuid import UUID

from adapters.clock import FixedClock
from adapters.documents.shelf import shipped_reference
from adapters.log.opening import open_log
from adapters.records.records import open_records
from adapters.settings import Settings
from adapters.tracker import Tracker
from oba.identity import canonical
from oba.infusion.deciding.determining import determination_now
from oba.infusion.events import DeterminationProposed
from oba.problems import Refusal
from oba.terms.agreement import Agreement
from tests.support.worker import TERMS, at


def determinations(settings: Settings, infusion: UUID, day: str) -> str:
    """Every milestone of an infusion as it would be judged on a day, a line each, and what the log has proposed."""
    clock = FixedClock(at(date.fromisoformat(day)))
    tracker = Tracker(open_log(settings, clock), open_records(settings), clock, shipped_reference())
    state = tracker.state(infusion)
    assert state is not None
    lines = []
    assert isinstance(TERMS, Agreement)
    for milestone in TERMS.milestones:
        answer = determination_now(state, tracker.surroundings(state.htc_id), TERMS.id, milestone.id)
        assert not isinstance(answer, Refusal), answer
        lines.append(canonical(answer.model_dump(mode="json")))
    proposed = [event.body for event in tracker.log.stream(infusion) if isinstance(event.body, DeterminationProposed)]
    lines += [canonical(body.determination.model_dump(mode="json")) for body in proposed]
    tracker.close()
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(determinations(Settings(), UUID(sys.argv[1]), sys.argv[2]))
