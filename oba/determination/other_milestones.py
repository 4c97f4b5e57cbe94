"""The other milestones that a policy for missing data looks at: the one carried from, the one deferred to (settled
D4).
"""

from collections.abc import Callable
from datetime import date

from oba.dates import shift_months
from oba.determination.answer import Answer
from oba.determination.question import Question, as_if


def next_judged(question: Question) -> Question | None:
    """The question about the judged milestone that is due next; None after the last one.

    It is asked at its own dates: taking this milestone as closed says nothing about the next one.
    """
    later = [one for one in _judged(question) if _order(one) > _order(question)]
    following = min(later, key=_order, default=None)
    if following is None or question.closed is None:
        return following
    return as_if(following, closed=False)


def carried_from(
    question: Question, within_months: int, ask: Callable[[Question, bool], Answer]
) -> tuple[Question, Answer] | None:
    """The last earlier judged milestone that its criterion decided, or that is still to be decided; None beyond the
    limit, which counts in clamped anniversaries from due date to due date and includes its last day (settled B5).
    """
    earlier = sorted((one for one in _judged(question) if _order(one) < _order(question)), key=_order, reverse=True)
    due_on, month_end = question.obligation.due_on, question.agreement.month_end
    for one in earlier:
        if shift_months(one.obligation.due_on, within_months, month_end) < due_on:
            return None
        answer = ask(one, True)
        if answer.reason == "criterion" or answer.finding == "not_yet":
            return one, answer
    return None


def _judged(question: Question) -> list[Question]:
    ids = [one.id for one in question.agreement.every_milestone if one.role == "judged"]
    return [one for one in map(question.about, ids) if one.milestone != question.milestone and one.is_anchored]


def _order(question: Question) -> tuple[date, str]:
    return (question.obligation.due_on, question.milestone)
