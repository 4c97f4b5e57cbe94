"""Kleene logic (C19, settled D1): each combination asks that at least so many of its parts hold.

`all` asks for all of them, `any` for one; `not` for its part turned round, and `implies` for one of the premise turned
round and the conclusion. Whatever a verdict carries follows from that one rule: the day that decided, the facts that
carry it, the date of confirmation.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias, assert_never

from oba.criteria.deciding import leaves_of
from oba.criteria.judged import Judged, negated
from oba.terms.criteria.any_criterion import All, AnyOf, Implies, KOfN, Not
from oba.trace import Trace, Verdict

Combination: TypeAlias = All | AnyOf | Not | KOfN | Implies


@dataclass(frozen=True)
class Asked:
    """How many parts must hold, and how many of the first are turned round before they are counted."""

    least: int
    turned: int = 0

    def counted(self, verdicts: Sequence[Verdict]) -> list[Verdict]:
        """The verdicts as they are counted."""
        return [negated(one) if place < self.turned else one for place, one in enumerate(verdicts)]

    def verdict(self, verdicts: Sequence[Verdict]) -> Verdict:
        """What the parts with these verdicts come to."""
        return at_least(self.least, self.counted(verdicts))


def at_least(least: int, verdicts: Sequence[Verdict]) -> Verdict:
    """True as soon as so many are true, false as soon as more than the others are false, else unknown."""
    if verdicts.count("true") >= least:
        return "true"
    return "false" if verdicts.count("false") > len(verdicts) - least else "unknown"


def combined(criterion: Combination, parts: Sequence[Judged]) -> Judged:
    """The combination of judged parts, which stand in the order of the terms."""
    asked = asked_of(criterion)
    verdicts = [part.verdict for part in parts]
    verdict = asked.verdict(verdicts)
    trace = Trace(
        step=f"criterion.{criterion.kind}",
        sentence=_sentence(criterion, verdicts, verdict),
        clause=criterion.clause,
        verdict=verdict,
        because=tuple(part.trace for part in parts),
    )
    tier = next((part.tier for part in parts if part.tier is not None), None)
    return replace(
        weighed(asked, parts, trace, verdict), tier=tier, open_leaves=leaves_of(verdict, parts, asked.verdict)
    )


def weighed(asked: Asked, parts: Sequence[Judged], trace: Trace, verdict: Verdict) -> Judged:
    """What a verdict on the number of parts carries: the day that decided (settled D3), its facts, its failed parts."""
    counted = asked.counted([part.verdict for part in parts])
    carrying = [part for part, one in zip(parts, counted, strict=True) if verdict in ("unknown", one)]
    enough = {"true": asked.least, "false": max(1, len(parts) - asked.least + 1), "unknown": len(parts)}[verdict]
    return Judged(
        verdict=verdict,
        trace=trace,
        decided_on=_th([part.decided_on for part in carrying], enough),
        items=tuple(item for part in carrying for item in part.items),
        confirmed_on=_confirmed_on(verdict, carrying, enough),
        failed_parts=tuple(name for part in parts for name in part.failed_parts) if verdict == "false" else (),
        latched_from=_latched_from(asked, verdict, parts),
    )


def asked_of(criterion: Combination) -> Asked:
    """How many parts a combination asks for, and which it turns round."""
    match criterion:
        case All():
            return Asked(len(criterion.of))
        case AnyOf():
            return Asked(1)
        case KOfN():
            return Asked(criterion.k)
        case Not() | Implies():
            return Asked(1, turned=1)
        case _:  # pragma: no cover
            assert_never(criterion)


def _sentence(criterion: Combination, verdicts: Sequence[Verdict], verdict: Verdict) -> str:
    match criterion:
        case KOfN():
            return f"at least {criterion.k} of {len(verdicts)} of ({', '.join(verdicts)}): {verdict}"
        case Implies():
            return f"if ({verdicts[0]}) then ({verdicts[1]}): {verdict}"
        case All() | AnyOf() | Not():
            return f"{criterion.kind} of ({', '.join(verdicts)}): {verdict}"
        case _:  # pragma: no cover
            assert_never(criterion)


def _th(days: Sequence[date | None], enough: int) -> date | None:
    """The day on which enough parts had decided: the first where one alone decides, the last where all must (settled
    D3).
    """
    known = sorted(day for day in days if day is not None)
    return known[min(enough, len(known)) - 1] if known else None


def _confirmed_on(verdict: Verdict, carrying: Sequence[Judged], enough: int) -> date | None:
    """The day on which enough failures stood confirmed; a part that asks for no confirmation stands at once (C20)."""
    if verdict != "false" or all(part.confirmed_on is None for part in carrying):
        return None
    return _th([part.confirmed_on or part.decided_on for part in carrying], enough)


def _latched_from(asked: Asked, verdict: Verdict, parts: Sequence[Judged]) -> str | None:
    """The first standing failure, if without those that only a latch keeps the whole would not be false (C21)."""
    standing = [part.latched_from for part in parts if part.latched_from is not None]
    without: list[Verdict] = ["true" if part.latched_from is not None else part.verdict for part in parts]
    return standing[0] if standing and verdict == "false" and asked.verdict(without) != "false" else None
