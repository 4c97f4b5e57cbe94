"""FIX activity of a milestone: clean results of the required assay and laboratory in the window, selected by the terms.

Another assay is never converted and never averaged (settled C4).
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from oba.evidence import SetAside
from oba.facts.fix_activity import FixActivityMeasured
from oba.facts.fix_product_use import FixProductUsed
from oba.measures.interval import Interval
from oba.measures.measured import Measured, Setting, rejected, set_aside, shown_interval, used
from oba.measures.ownership import owns
from oba.measures.selection import decisive, select
from oba.measures.series_notes import series_notes
from oba.measures.washout import Result, contamination, given
from oba.terms.measures.factor_activity import FactorActivity
from oba.trace import Rejected, Trace, Wanted

LaboratoryClass: TypeAlias = Literal["central", "local", "any"]


@dataclass(frozen=True)
class Admission:
    """What became of the results that were looked at: admitted, flagged as contaminated, or left out."""

    admitted: tuple[Result, ...]
    flagged: tuple[Result, ...]
    left_out: tuple[Rejected, ...]
    unverified: tuple[str, ...]


def factor_activity(terms: FactorActivity, setting: Setting) -> Measured:
    """FIX activity in IU/dL, or unknown: `no_result_in_window`, `contaminated`, `other_assay`, `conflicting_results`
    ...
    """
    window = setting.obligation.window
    found = admission(
        terms, setting, [item for item in setting.evidence.of(FixActivityMeasured) if item.occurred_on in window]
    )
    for laboratory in terms.laboratory_order or (terms.laboratory,):
        conflicts = [
            one for one in conflicting(terms, setting) if one.occurred_on in window and _counts(laboratory, one.fact)
        ]
        if conflicts:
            left_out = (*found.left_out, *(set_aside(one) for one in conflicts))
            return _unknown(terms, setting, "conflicting_results", left_out, found.unverified)
        candidates = [result for result in found.admitted if _counts(laboratory, result.fact)]
        if candidates:
            return _selected(terms, setting, found, candidates)
    return _unknown(terms, setting, _why_nothing(found.left_out), found.left_out, found.unverified)


def admission(terms: FactorActivity, setting: Setting, results: list[Result]) -> Admission:
    """Which of the results may count under the terms, each of the others with its reason."""
    doses = given(terms.washout, setting.evidence.of(FixProductUsed), setting.reference)
    admitted: list[Result] = []
    flagged: list[Result] = []
    left_out: list[Rejected] = []
    unverified: set[str] = set()
    for result in results:
        reason = _refusal(terms, setting, result)
        if reason is None:
            contaminated, rows = contamination(doses, result)
            unverified |= rows
            flagged.extend([result] if contaminated else [])
            reason = "contaminated" if contaminated and terms.washout.contaminated == "excluded" else None
        if reason is None:
            admitted.append(result)
        else:
            left_out.append(rejected(result, reason))
    return Admission(tuple(admitted), tuple(flagged), tuple(left_out), tuple(sorted(unverified)))


def _refusal(terms: FactorActivity, setting: Setting, result: Result) -> str | None:
    if result.fact.assay != terms.assay:
        return "other_assay"
    if not _counts(terms.laboratory, result.fact):
        return "other_laboratory"
    if terms.laboratory_order and result.fact.laboratory not in terms.laboratory_order:
        return "other_laboratory"
    if terms.reagents and result.fact.reagent not in terms.reagents:
        return "other_reagent"
    if result.fact.state == "preliminary":
        return "not_final"
    if result.occurred_on in setting.obligation.window and not owns(setting, result.occurred_on):
        return "other_milestone"
    return None


def conflicting(terms: FactorActivity, setting: Setting) -> list[SetAside]:
    """The results of the required assay and laboratory that contradict each other until a person resolves them (settled
    A3).
    """
    return [
        one
        for one in setting.evidence.set_aside
        if one.reason == "conflicting"
        and isinstance(one.fact, FixActivityMeasured)
        and one.fact.assay == terms.assay
        and _counts(terms.laboratory, one.fact)
    ]


def _counts(laboratory: LaboratoryClass, fact: object) -> bool:
    return laboratory == "any" or (isinstance(fact, FixActivityMeasured) and fact.laboratory == laboratory)


def _why_nothing(left_out: tuple[Rejected, ...]) -> str:
    reasons = {one.reason for one in left_out}
    for reason in ("contaminated", "not_final", "other_reagent", "other_milestone", "other_laboratory", "other_assay"):
        if reason in reasons:
            return reason
    return "no_result_in_window"


def _unknown(
    terms: FactorActivity, setting: Setting, reason: str, left_out: tuple[Rejected, ...], unverified: tuple[str, ...]
) -> Measured:
    return Measured(
        trace=Trace(
            step="measure.factor_activity",
            sentence=f"FIX activity from {setting.obligation.opens_on} to {setting.obligation.closes_on} is unknown",
            clause=terms.clause,
            reason=reason,
            rejected=left_out,
            wanted=(Wanted(what=wanted_result(terms), until=setting.obligation.closes_on),),
            unverified=unverified,
        )
    )


def wanted_result(terms: FactorActivity) -> str:
    """The result that the terms ask for, in words: `a clean one-stage FIX activity, central laboratory`."""
    laboratories = " or else ".join(terms.laboratory_order) or terms.laboratory
    return f"a clean {terms.assay.replace('_', '-')} FIX activity, {laboratories} laboratory"


def _selected(terms: FactorActivity, setting: Setting, found: Admission, candidates: list[Result]) -> Measured:
    chosen, value, reason = select(terms, setting.obligation.due_on, candidates)
    fell_back = bool(terms.laboratory_order) and candidates[0].fact.laboratory != terms.laboratory_order[0]
    asked, taken = {one.fact_id for one in candidates}, {one.fact_id for one in chosen}
    left_out = [
        *found.left_out,
        *(rejected(one, "later_in_order") for one in found.admitted if one.fact_id not in asked),
        *(rejected(one, reason) for one in candidates if one.fact_id not in taken),
    ]
    return Measured(
        value=value,
        provisional=not setting.closed and (terms.selection != "first" or fell_back),
        only_falls=not fell_back and terms.selection == "worst",
        decided_on=decisive(terms, chosen).occurred_on,
        items=tuple(chosen),
        trace=Trace(
            step="measure.factor_activity",
            sentence=_sentence(terms, setting, candidates, value),
            clause=terms.clause,
            value=f"{shown_interval(value)} IU/dL",
            used=tuple(used(result) for result in chosen),
            rejected=tuple(left_out),
            unverified=found.unverified,
            because=(
                *_flagged(terms, [result for result in found.flagged if result.fact_id in taken]),
                *series_notes(terms, setting, chosen),
            ),
        ),
    )


def _sentence(terms: FactorActivity, setting: Setting, candidates: list[Result], value: Interval) -> str:
    clean = "clean results" if terms.washout.contaminated == "excluded" else "results"
    where = f" of the {candidates[0].fact.laboratory} laboratory" if terms.laboratory_order else ""
    return (
        f"FIX activity, {terms.assay.replace('_', '-')}, {terms.selection} of {len(candidates)} {clean}{where} "
        f"from {setting.obligation.opens_on} to {setting.obligation.closes_on}: {shown_interval(value)} IU/dL"
    )


def _flagged(terms: FactorActivity, chosen: list[Result]) -> tuple[Trace, ...]:
    """The step that points out contaminated results which the agreement lets count (C13)."""
    if not chosen:
        return ()
    return (
        Trace(
            step="measure.factor_activity.contaminated",
            sentence="drawn before the washout of an earlier FIX dose had passed: flagged, and counted",
            clause=terms.clause,
            reason="contaminated",
            used=tuple(used(result) for result in chosen),
        ),
    )
