"""Tiers by count (C19): the number of true parts decides which tier is reached."""

from collections.abc import Sequence
from dataclasses import replace

from oba.criteria.combining import Asked, weighed
from oba.criteria.deciding import leaves_of
from oba.criteria.judged import Judged
from oba.terms.criteria.any_criterion import Tiers
from oba.terms.criteria.tiers import Tier
from oba.trace import Trace, Verdict


def tiers(terms: Tiers, parts: Sequence[Judged]) -> Judged:
    """True or false as the reached tier says; unknown while the undecided parts leave more than one tier open."""
    verdicts = [part.verdict for part in parts]
    tier, verdict = _reached(terms, verdicts)
    said = f"{verdicts.count('true')} of {len(parts)} parts true, {verdicts.count('unknown')} unknown"
    trace = Trace(
        step="criterion.tiers",
        sentence=f"{said}: no tier is certain" if tier is None else f"{said}: tier {tier.name}, {verdict}",
        clause=terms.clause,
        value=tier.name if tier is not None else None,
        verdict=verdict,
        because=tuple(part.trace for part in parts),
    )
    return replace(
        weighed(Asked(terms.parts_to_meet), parts, trace, verdict),
        tier=tier.name if tier is not None else None,
        open_leaves=leaves_of(verdict, parts, lambda settled: _reached(terms, settled)[1]),
    )


def _reached(terms: Tiers, verdicts: Sequence[Verdict]) -> tuple[Tier | None, Verdict]:
    """The one tier that all remaining possibilities lead to, or None while they lead to several."""
    least = verdicts.count("true")
    possible = {terms.tier_of(count) for count in range(least, least + verdicts.count("unknown") + 1)}
    if len(possible) > 1:
        return None, "unknown"
    (tier,) = possible
    return tier, "true" if tier.outcome == "met" else "false"
