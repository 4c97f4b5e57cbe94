"""Which single pieces of evidence would decide an unknown, and until when they can still count."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from oba.criteria.judged import Judged, OpenLeaf
from oba.measures.measured import Setting
from oba.terms.criterion_block import CriterionBlock
from oba.trace import Trace, Verdict, Wanted

Rule = Callable[[Sequence[Verdict]], Verdict]


def opened(criterion: CriterionBlock, judged: Judged, setting: Setting, *, earlier: bool) -> Judged:
    """A criterion that asks a measure, with itself as what is open while it is unknown; `earlier` names the milestone
    of the series beside it.
    """
    if judged.verdict != "unknown":
        return judged
    at = f" at {setting.obligation.name}" if earlier else ""
    trace = _dated(_with_a_plain_number(judged.trace), setting.recorded_until)
    found: dict[str, Wanted] = {}
    for step in trace.every():
        for one in step.wanted:
            found.setdefault(one.what, Wanted(what=one.what + at, until=one.until))
    leaf = OpenLeaf((criterion.name or criterion.clause) + at, tuple(found.values()))
    return replace(judged, trace=trace, open_leaves=(leaf,))


def _with_a_plain_number(trace: Trace) -> Trace:
    """A result that lies on both sides of the limit, such as `<6` against 5, wants one that lies on one side."""
    if trace.reason != "comparator_leaves_it_open" or any(step.wanted for step in trace.every()):
        return trace
    wanted = Wanted(what="a result that lies on one side of the limit, such as one without a comparator")
    return trace.model_copy(update={"wanted": (wanted,)})


def _dated(trace: Trace, until: date | None) -> Trace:
    """The same steps, where what is wanted and names no last day has the last day of recording (settled B2)."""
    wanted = tuple(one if one.until is not None else one.model_copy(update={"until": until}) for one in trace.wanted)
    because = tuple(_dated(step, until) for step in trace.because)
    return trace.model_copy(update={"wanted": wanted, "because": because})


def leaves_of(verdict: Verdict, parts: Sequence[Judged], rule: Rule) -> tuple[OpenLeaf, ...]:
    """The open leaves of all parts, each with what the rule makes of the whole if that leaf alone is settled; none
    where the verdict is decided.
    """
    if verdict != "unknown":
        return ()
    verdicts = [part.verdict for part in parts]

    def settled(place: int, verdict: Verdict) -> Verdict:
        return rule([*verdicts[:place], verdict, *verdicts[place + 1 :]])

    return tuple(
        replace(leaf, if_true=settled(place, leaf.if_true), if_false=settled(place, leaf.if_false))
        for place, part in enumerate(parts)
        for leaf in part.open_leaves
    )


def told(judged: Judged, *, combines: bool) -> Judged:
    """An unknown whose trace names what alone would decide it, and by when; a combination says so in its sentence."""
    if judged.verdict != "unknown":
        return judged
    deciding = [leaf for leaf in judged.open_leaves if leaf.decides]
    wanted: dict[str, Wanted] = {}
    for leaf in deciding:
        for one in leaf.wanted:
            wanted.setdefault(one.what, one)
    sentence = f"{judged.trace.sentence}; {_said(deciding)}" if combines else judged.trace.sentence
    trace = judged.trace.model_copy(update={"sentence": sentence, "wanted": tuple(wanted.values())})
    return replace(judged, trace=trace)


def _said(deciding: Sequence[OpenLeaf]) -> str:
    named = tuple(dict.fromkeys(leaf.said + _one_answer_only(leaf) for leaf in deciding))
    if not named:
        return "no single answer would decide it"
    return f"{named[0]} would decide it" if len(named) == 1 else f"any one of these would decide it: {', '.join(named)}"


def _one_answer_only(leaf: OpenLeaf) -> str:
    if leaf.if_true == "unknown":
        return " (if false)"
    return " (if true)" if leaf.if_false == "unknown" else ""
