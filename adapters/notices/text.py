"""What a reminder says: an allow-list of variables and one text; nothing else can get into a message."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from oba.dates import Day, Offset
from oba.identity import opaque_code
from oba.schedule import Obligation
from oba.trace import Wanted

SUBJECT = "A milestone assessment is due: 1 item"
"""The one subject of every reminder; it says nothing that a locked screen may not show."""
LONGEST_LINE = 160
MOST_NEEDED = 12
ASKS_FOR_KEY = "The address answers to a program that sends your key of access;\nwithout one, ask your coordinator."
WITHOUT_DETAIL = "the visit for this milestone, and the attestation that bleed log and FIX use are complete"


class ReminderVariables(BaseModel):
    """Everything that the text of a reminder may be made of; a field that is not here cannot be said."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str = Field(pattern=r"^INF-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]$")
    milestone_in_words: str = Field(pattern=r"^[0-9]{1,5} (day|week|month|year)s? after the infusion$")
    opens_on: Day
    due_on: Day
    closes_on: Day
    report_by_on: Day
    needed: tuple[str, ...]
    link: str | None
    synthetic: bool


@dataclass(frozen=True)
class Wording:
    """What is the same in every message of one house: where links lead, and whether everything is synthetic."""

    base_url: str | None
    synthetic: bool

    def link(self, code: str) -> str | None:
        """The address of an infusion, which asks for a key; None where the house has no address of its own."""
        return f"{self.base_url.rstrip('/')}/v1/infusions/{code}" if self.base_url else None


@dataclass(frozen=True)
class Notice:
    """A rendered message, without any address."""

    subject: str
    text: str


def reminder_variables(
    infusion_id: UUID, due: Offset, obligation: Obligation, wanted: tuple[Wanted, ...], wording: Wording
) -> ReminderVariables:
    """Take from a milestone's obligation and its wanted evidence what a reminder may say."""
    code = opaque_code(infusion_id)
    return ReminderVariables(
        code=code,
        milestone_in_words=milestone_in_words(due),
        opens_on=obligation.opens_on,
        due_on=obligation.due_on,
        closes_on=obligation.closes_on,
        report_by_on=obligation.report_by_on,
        needed=needed_in_words(wanted),
        link=wording.link(code),
        synthetic=wording.synthetic,
    )


def milestone_in_words(due: Offset) -> str:
    """The milestone as people say it: "12 months after the infusion"."""
    unit = due.unit.removesuffix("s") if due.amount == 1 else due.unit
    return f"{due.amount} {unit} after the infusion"


def needed_in_words(wanted: tuple[Wanted, ...]) -> tuple[str, ...]:
    """The evidence that is still wanted, each piece once and in its order, with the last day on which it counts."""
    pieces = dict.fromkeys(_piece(one.what, one.until) for one in wanted)
    return tuple(pieces)[:MOST_NEEDED]


def _piece(what: str, until: date | None) -> str:
    words = " ".join(what.split())[:LONGEST_LINE]
    return f"{words}, by {until}" if until and str(until) not in words else words


def render_reminder(variables: ReminderVariables) -> Notice:
    """The message of one reminder, in plain text of short lines."""
    blocks = (
        _label(variables),
        _greeting(variables),
        _dates(variables),
        _needed(variables),
        _link(variables),
        "This message supports the keeping of an agreement. It is not medical advice.",
    )
    return Notice(subject=SUBJECT, text="\n\n".join(block for block in blocks if block) + "\n")


def _label(variables: ReminderVariables) -> str:
    return "SYNTHETIC DEMONSTRATION: invented infusion, invented centre, no patient." if variables.synthetic else ""


def _greeting(variables: ReminderVariables) -> str:
    return f"Infusion {variables.code}: the assessment {variables.milestone_in_words} is due on {variables.due_on}."


def _dates(variables: ReminderVariables) -> str:
    return (
        f"Window opens:  {variables.opens_on}\n"
        f"Due:           {variables.due_on}\n"
        f"Window closes: {variables.closes_on}\n"
        f"Report by:     {variables.report_by_on}"
    )


def _needed(variables: ReminderVariables) -> str:
    pieces = variables.needed or (WITHOUT_DETAIL,)
    return "Still needed:\n" + "\n".join(f"- {piece}" for piece in pieces)


def _link(variables: ReminderVariables) -> str:
    if variables.link is None:
        return "Details: your coordinator finds the infusion by its code."
    return f"Details: {variables.link}\n{ASKS_FOR_KEY}"
