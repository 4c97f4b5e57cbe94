"""Checks of the components of a refund: whatever they name exists in the agreement (C26-C28, C33)."""

from collections.abc import Callable, Iterator

from oba.problems import Problem
from oba.terms.agreement import Agreement
from oba.terms.criteria.tiers import TierBlock
from oba.terms.criterion_block import CriterionBlock
from oba.terms.linting.most import percents
from oba.terms.parts_within import parts_within
from oba.terms.refund.any_component import Component
from oba.terms.refund.guaranteed import Guaranteed
from oba.terms.refund.instalments import Instalments, MilestoneMet, NoFailure
from oba.terms.refund.net_price_tiers import NetPriceTiers, TierReached
from oba.terms.refund.volume import Volume
from oba.terms.refund.weights import PerMilestone, PerMilestoneAndMeasure, Weights


def _components_name_judged_milestones(agreement: Agreement) -> Iterator[Problem]:
    judged = {milestone.id for milestone in agreement.every_milestone if milestone.role == "judged"}
    for place, component in enumerate(agreement.refund.components):
        for pointer, milestone in _milestones_of(component):
            if milestone not in judged:
                yield Problem(
                    code="refund-row-without-milestone",
                    message="the component names no judged milestone of the agreement",
                    remedy="name a milestone whose role is judged; a data point costs nothing",
                    pointer=f"/refund/components/{place}{pointer}",
                    clause=component.clause,
                )


def _milestones_of(component: Component) -> Iterator[tuple[str, str]]:
    """The milestones that a component names beside the rows of a table, each with its pointer."""
    for pointer, part in parts_within(component):
        match part:
            case Guaranteed() | Volume() | TierReached() | MilestoneMet():
                yield f"{pointer}/milestone", part.milestone
            case PerMilestone() | PerMilestoneAndMeasure():
                yield from ((f"{pointer}/milestones/{name}", name) for name in part.milestones)
            case NoFailure():
                yield from ((f"{pointer}/milestones/{place}", name) for place, name in enumerate(part.milestones))


def _weights_name_parts_of_criteria(agreement: Agreement) -> Iterator[Problem]:
    named = {part.name for _, part in parts_within(agreement.criteria) if isinstance(part, CriterionBlock)}
    for place, component in enumerate(agreement.refund.components):
        if isinstance(component, Weights) and not isinstance(component.per, PerMilestone):
            for measure in component.per.measures:
                if measure not in named:
                    yield Problem(
                        code="weight-without-part",
                        message="the weight names no part of a criterion",
                        remedy="give the part of the criterion this `name`, or correct it here",
                        pointer=f"/refund/components/{place}/per/measures/{measure}",
                        clause=component.clause,
                    )


def _tiers_and_net_prices_fit(agreement: Agreement) -> Iterator[Problem]:
    criteria = {milestone.id: agreement.criteria.get(milestone.criterion) for milestone in agreement.every_milestone}
    for place, component in enumerate(agreement.refund.components):
        if isinstance(component, NetPriceTiers) and isinstance(component.reached, TierReached):
            blocks = [one for _, one in parts_within(criteria.get(component.reached.milestone))]
            tiers = [tier.name for one in blocks if isinstance(one, TierBlock) for tier in one.rows]
            pointer = f"/refund/components/{place}/reached/net_prices"
            for tier in tiers:
                if tier not in component.reached.net_prices:
                    yield _tier("tier-without-price", f"no net price is stated for the tier {tier}", pointer, component)
            for name in component.reached.net_prices:
                if name not in (*tiers, component.reached.not_met_without_tier):
                    message = "the criterion of the milestone has no such tier"
                    yield _tier("unreachable-tier", message, f"{pointer}/{name}", component)


def _tier(code: str, message: str, pointer: str, component: NetPriceTiers) -> Problem:
    remedy = "list each tier of the criterion with its net price, and no other"
    return Problem(code=code, message=message, remedy=remedy, pointer=pointer, clause=component.clause)


def _instalments_stay_within_the_price(agreement: Agreement) -> Iterator[Problem]:
    for place, component in enumerate(agreement.refund.components):
        if isinstance(component, Instalments) and sum(percents(component.parts)) > 100:
            yield Problem(
                code="instalments-above-price",
                message="the instalments come to more than 100 % of the price",
                remedy="lower the percentages",
                pointer=f"/refund/components/{place}/parts",
                clause=component.clause,
            )


CHECKS: tuple[Callable[[Agreement], Iterator[Problem]], ...] = (
    _components_name_judged_milestones,
    _weights_name_parts_of_criteria,
    _tiers_and_net_prices_fit,
    _instalments_stay_within_the_price,
)
