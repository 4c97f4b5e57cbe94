"""Whether a result of a day belongs to the milestone that asks, where the windows of several hold it (settled B6)."""

from datetime import date
from typing import assert_never

from oba.measures.measured import Setting
from oba.schedule import Obligation


def owns(setting: Setting, day: date) -> bool:
    """Whether a result of a day in the window may serve this milestone; without a rule of the agreement windows share
    no day, and it may.
    """
    claims = [setting.obligation, *(rival for rival in setting.rivals if day in rival.window)]
    match setting.shared_results:
        case None | "every_milestone":
            return True
        case "earlier_milestone":
            owner = min(claims, key=_order)
        case "later_milestone":
            owner = max(claims, key=_order)
        case "nearer_due_then_earlier":
            owner = min(claims, key=lambda one: (_distance(one, day), *_order(one)))
        case "nearer_due_then_later":
            nearest = min(_distance(one, day) for one in claims)
            owner = max((one for one in claims if _distance(one, day) == nearest), key=_order)
        case _:  # pragma: no cover
            assert_never(setting.shared_results)
    return owner == setting.obligation


def _order(obligation: Obligation) -> tuple[date, str]:
    return (obligation.due_on, obligation.name)


def _distance(obligation: Obligation, day: date) -> int:
    return abs((obligation.due_on - day).days)
