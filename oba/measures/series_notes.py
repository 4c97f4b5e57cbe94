"""What the agreement asks to have pointed out about the series of results; it decides nothing (C12).

The limits of the ratio are a design choice of this project, since no source fixes them.
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from oba.facts.fix_activity import FixActivityMeasured
from oba.measures.measured import Setting, used
from oba.measures.selection import draw_order
from oba.measures.washout import Result
from oba.terms.measures.factor_activity import FactorActivity, SeriesNote
from oba.trace import Trace

LOWEST_RATIO = Fraction(3, 10)
HIGHEST_RATIO = Fraction(8, 10)
"""Between these the chromogenic value over the one-stage value of one specimen raises no question."""

_SENTENCES: dict[SeriesNote, str] = {
    "change_of_laboratory": "the result before it came from another laboratory",
    "change_of_reagent": "the result before it was measured with another reagent",
    "implausible_ratio": "chromogenic over one-stage of one specimen lies outside 0.3 to 0.8: were labels exchanged?",
}


def series_notes(terms: FactorActivity, setting: Setting, chosen: Sequence[Result]) -> tuple[Trace, ...]:
    """One step for each note that the agreement asks for and that concerns a chosen result."""
    if not terms.point_out:
        return ()
    final = [one for one in setting.evidence.of(FixActivityMeasured) if one.fact.state != "preliminary"]
    found = {note: _concerned(terms, note, final, {one.fact_id for one in chosen}) for note in terms.point_out}
    return tuple(
        Trace(
            step=f"measure.factor_activity.{note}",
            sentence=_SENTENCES[note],
            clause=terms.clause,
            reason=note,
            used=tuple(used(one) for one in concerned),
        )
        for note, concerned in found.items()
        if concerned
    )


def _concerned(terms: FactorActivity, note: SeriesNote, final: list[Result], chosen: set[object]) -> list[Result]:
    if note == "implausible_ratio":
        return [one for one in final if one.fact_id in chosen and _is_implausible(one, final)]
    series = sorted((one for one in final if one.fact.assay == terms.assay), key=draw_order)
    return [later for earlier, later in pairwise(series) if later.fact_id in chosen and _changed(note, earlier, later)]


def _changed(note: SeriesNote, earlier: Result, later: Result) -> bool:
    if note == "change_of_reagent":
        return earlier.fact.reagent != later.fact.reagent
    return (earlier.fact.laboratory, earlier.fact.system) != (later.fact.laboratory, later.fact.system)


def _is_implausible(one: Result, final: list[Result]) -> bool:
    """Whether the other assay of the same specimen (system and accession) stands in an implausible ratio to it."""
    specimen = (one.fact.system, one.fact.accession_digest)
    others = [
        other
        for other in final
        if other.fact.accession_digest is not None
        and (other.fact.system, other.fact.accession_digest) == specimen
        and other.fact.assay != one.fact.assay
    ]
    return any(not _plausible(one, other) for other in others)


def _plausible(one: Result, other: Result) -> bool:
    chromogenic, one_stage = (one, other) if one.fact.assay == "chromogenic" else (other, one)
    numerator, denominator = Fraction(chromogenic.fact.iu_per_dl), Fraction(one_stage.fact.iu_per_dl)
    return LOWEST_RATIO * denominator <= numerator <= HIGHEST_RATIO * denominator
