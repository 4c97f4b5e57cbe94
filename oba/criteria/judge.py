"""The one place that judges a criterion of any kind, and the combinations (Kleene logic, settled D1)."""

from collections.abc import Sequence
from datetime import date
from typing import assert_never

from oba.criteria.compare import compare
from oba.criteria.compare_with_baseline import compare_with_baseline
from oba.criteria.judged import Judged, negated
from oba.criteria.prophylaxis_free import prophylaxis_free
from oba.measures.measured import Setting
from oba.terms.criteria.any_criterion import All, AnyOf, Criterion, Not
from oba.terms.criteria.compare import Compare
from oba.terms.criteria.compare_with_baseline import CompareWithBaseline
from oba.terms.criteria.prophylaxis_free import ProphylaxisFree
from oba.trace import Trace, Verdict


def judge(criterion: Criterion, setting: Setting) -> Judged:
    """True, false or unknown with all its reasons; every part is judged, so that every reason is shown."""
    match criterion:
        case All():
            parts = [judge(part, setting) for part in criterion.of]
            return _combined("criterion.all", criterion, all_of([part.verdict for part in parts]), parts)
        case AnyOf():
            parts = [judge(part, setting) for part in criterion.of]
            return _combined("criterion.any", criterion, any_of([part.verdict for part in parts]), parts)
        case Not():
            part = judge(criterion.of, setting)
            return _combined("criterion.not", criterion, negated(part.verdict), [part])
        case Compare():
            return compare(criterion, setting)
        case CompareWithBaseline():
            return compare_with_baseline(criterion, setting)
        case ProphylaxisFree():
            return prophylaxis_free(criterion, setting)
        case _:  # pragma: no cover
            assert_never(criterion)


def all_of(verdicts: Sequence[Verdict]) -> Verdict:
    """False if any is false; unknown if none is false and one is unknown; else true."""
    if "false" in verdicts:
        return "false"
    return "unknown" if "unknown" in verdicts else "true"


def any_of(verdicts: Sequence[Verdict]) -> Verdict:
    """True if any is true; unknown if none is true and one is unknown; else false."""
    return negated(all_of([negated(verdict) for verdict in verdicts]))


def _combined(step: str, criterion: All | AnyOf | Not, verdict: Verdict, parts: list[Judged]) -> Judged:
    said = ", ".join(part.verdict for part in parts)
    trace = Trace(
        step=step,
        sentence=f"{step.removeprefix('criterion.')} of ({said}): {verdict}",
        clause=criterion.clause,
        verdict=verdict,
        because=tuple(part.trace for part in parts),
    )
    deciding = _deciding(criterion, verdict, parts)
    items = tuple(item for part in deciding for item in part.items)
    return Judged(verdict=verdict, trace=trace, decided_on=_decided_on(criterion, verdict, deciding), items=items)


def _deciding(criterion: All | AnyOf | Not, verdict: Verdict, parts: list[Judged]) -> list[Judged]:
    """The parts that carry the verdict: one false part decides `all`, one true part decides `any`, else every part
    does.
    """
    return [part for part in parts if part.verdict == verdict] if _alone(criterion, verdict) else parts


def _decided_on(criterion: All | AnyOf | Not, verdict: Verdict, deciding: list[Judged]) -> date | None:
    """The first day on which one part alone decided, or the last where all had to (settled D3)."""
    days = [part.decided_on for part in deciding if part.decided_on is not None]
    if not days:
        return None
    return min(days) if _alone(criterion, verdict) else max(days)


def _alone(criterion: All | AnyOf | Not, verdict: Verdict) -> bool:
    return (criterion.kind, verdict) in (("all", "false"), ("any", "true"))
