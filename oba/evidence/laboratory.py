"""Results of a laboratory that say the same sample again: which of them counts (settled A3)."""

from collections import defaultdict
from typing import TypeAlias, cast

from oba.evidence.items import Item, SetAside, aside_of
from oba.facts.base import Fact
from oba.facts.fix_activity import FixActivityMeasured, ResultState

Accession: TypeAlias = tuple[str, str, str]
"""System, digest of the accession number, and assay: what belongs to one result."""

_RANK: dict[ResultState, int] = {"preliminary": 0, "final": 1, "corrected": 2, "amended": 2}
_TAKEN_BACK = 3
"""The rank of a result that its laboratory cancelled, or calls entered in error."""


def accession_of(fact: Fact) -> Accession | None:
    """What a fact shares with the other results of the same sample; None where it says no accession."""
    if not isinstance(fact, FixActivityMeasured) or fact.accession_digest is None:
        return None
    return (fact.system, fact.accession_digest, fact.assay)


def is_taken_back(fact: Fact) -> bool:
    """Whether the laboratory itself cancelled the result, or calls it entered in error."""
    return isinstance(fact, FixActivityMeasured) and fact.state not in _RANK


def laboratory_states(items: list[Item[Fact]]) -> tuple[list[Item[Fact]], list[SetAside]]:
    """Of results with one accession the highest state counts; two values in one state are a conflict (settled A3)."""
    in_force: list[Item[Fact]] = []
    overtaken: list[SetAside] = []
    groups: dict[Accession, list[Item[Fact]]] = defaultdict(list)
    for item in items:
        fact = item.fact
        if not isinstance(fact, FixActivityMeasured):
            in_force.append(item)
        elif (accession := accession_of(fact)) is not None:
            groups[accession].append(item)
        elif fact.state not in _RANK:
            overtaken.append(aside_of(item, "cancelled"))
        else:
            in_force.append(item)
    for group in groups.values():
        kept, lost = _one_result(group)
        in_force.extend(kept)
        overtaken.extend(lost)
    return in_force, overtaken


def _one_result(group: list[Item[Fact]]) -> tuple[list[Item[Fact]], list[SetAside]]:
    results = [cast("Item[FixActivityMeasured]", item) for item in sorted(group, key=lambda item: item.position)]
    highest = max(_RANK.get(result.fact.state, _TAKEN_BACK) for result in results)
    top = [result for result in results if _RANK.get(result.fact.state, _TAKEN_BACK) == highest]
    winner = top[0]
    lost = [aside_of(one, "superseded", winner.fact_id) for one in results if one not in top]
    if highest == _TAKEN_BACK:
        return [], [*lost, *(aside_of(one, "cancelled") for one in top)]
    if len({(one.fact.comparator, one.fact.iu_per_dl, one.occurred_on) for one in top}) > 1:
        return [], [*lost, *(aside_of(one, "conflicting") for one in top)]
    return [winner], [*lost, *(aside_of(one, "superseded", winner.fact_id) for one in top[1:])]
