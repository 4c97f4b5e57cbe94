"""What a milestone becomes when its evidence is missing, by the cause that was recorded (C37, settled A9, D4)."""

from typing import Annotated, Any, ClassVar, Literal, TypeAlias, get_args

from pydantic import Discriminator, Tag, model_validator

from oba.facts.follow_up import MissingCause
from oba.problems import WrongField
from oba.terms.block import Block, Part
from oba.terms.period import Months, MonthsAfterDayZero, Period

PlainPolicy: TypeAlias = Literal["fail", "pass", "exclude", "refer"]
"""`fail`: not met; `pass`: met; `exclude`: out of judgement; `refer`: not evaluable until an adjudicator answers."""


class CarryForward(Part):
    """The outcome of the last judged milestone that evidence decided, at the price of the missing milestone's own row.

    It is carried over `within_months` months at most, from due date to due date; otherwise the fallback holds.
    """

    kind: Literal["carry_forward"]
    within_months: Months
    fallback: PlainPolicy


class Defer(Part):
    """The milestone waits for the next judged one, costs nothing until that is decided, and then takes its outcome."""

    kind: Literal["defer"]
    after_last: PlainPolicy
    """What holds where no judged milestone follows."""


class Prorate(Part):
    """Not met, at the milestone's row times judged days over the days of the period.

    A day of the period is judged up to the last day that is attested complete, or on which the patient was seen.
    """

    kind: Literal["prorate"]
    period: Period
    judged_through: Literal["bleed_log", "fix_use", "last_visit"]

    @model_validator(mode="after")
    def _period_has_days(self) -> "Prorate":
        if isinstance(self.period, MonthsAfterDayZero) and self.period.to_month < self.period.from_month:
            raise WrongField("period/to_month", "the period ends before it begins; name its first and its last month")
        return self


_WORD = "fail|pass|exclude|refer"


def _form(policy: Any) -> str | None:
    """Which of its forms a policy has: a plain word, or the kind of a block."""
    if isinstance(policy, str):
        return _WORD
    kind = policy.get("kind") if isinstance(policy, dict) else getattr(policy, "kind", None)
    return kind if isinstance(kind, str) else None


MissingPolicy: TypeAlias = Annotated[
    Annotated[PlainPolicy, Tag(_WORD)]
    | Annotated[CarryForward, Tag("carry_forward")]
    | Annotated[Defer, Tag("defer")]
    | Annotated[Prorate, Tag("prorate")],
    Discriminator(_form),
]


class ReminderRequired(Block):
    """The duty to remind before a missing result counts (C38).

    The cure runs from a reminder (settled B2). Without one, after grace and cure: the milestone `stays_open`, or it is
    excluded, or referred.
    """

    without_reminder: Literal["stays_open", "exclude", "refer"]


class MissingData(Block):
    """One policy for each cause; `none_given` holds when no cause was recorded."""

    LATER: ClassVar[frozenset[str]] = frozenset({"reminder_required"})

    patient: MissingPolicy
    provider: MissingPolicy
    payer: MissingPolicy
    manufacturer: MissingPolicy
    none_given: MissingPolicy
    reminder_required: ReminderRequired | None = None
    """None: a missing result counts whether or not anybody was reminded."""

    @property
    def defers(self) -> bool:
        """Whether any cause makes a milestone wait for a later one."""
        return any(isinstance(self.policy(cause), Defer) for cause in get_args(MissingCause))

    def policy(self, cause: MissingCause) -> MissingPolicy:
        """The policy for a cause."""
        policy: MissingPolicy = getattr(self, cause)
        return policy
