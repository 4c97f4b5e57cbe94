"""Checks of base, offsets, caps, latches and payers: what contradicts itself, or is named twice (C04, C05, C29-C41)."""

from collections import Counter
from collections.abc import Callable, Iterator

from oba.problems import Problem
from oba.terms.agreement import Agreement
from oba.terms.criteria.any_criterion import Latch
from oba.terms.parts_within import parts_within
from oba.terms.refund.caps import UnitCap
from oba.terms.refund.net_price_tiers import NetPriceTiers


def _list_prices_cover_every_infusion(agreement: Agreement) -> Iterator[Problem]:
    prices, clause = agreement.price.list_prices, agreement.price.clause
    if prices and agreement.price.kind != "list_price_at_infusion":
        yield _problem(
            "list-price-without-basis",
            "list prices are given, and the price basis is another one",
            "remove them, or name list_price_at_infusion",
            "/price/list_prices",
            clause,
        )
    for place, price in enumerate(prices):
        if price.from_on in [earlier.from_on for earlier in prices[:place]]:
            yield _problem(
                "list-price-twice",
                "two list prices begin on one day",
                "remove one of them",
                f"/price/list_prices/{place}/from_on",
                clause,
            )
    if prices and min(price.from_on for price in prices) > agreement.effective_on:
        yield _problem(
            "list-price-begins-late",
            "the first list price begins after the agreement takes effect",
            "add the list price that holds on the first day of the agreement",
            "/price/list_prices",
            clause,
        )


def _a_rebate_is_in_the_basis_or_an_offset(agreement: Agreement) -> Iterator[Problem]:
    offsets = agreement.refund.offsets
    for place, one in enumerate(agreement.price.net_of):
        if offsets is not None and one.received_from in offsets.received_from:
            yield _problem(
                "rebate-counted-twice",
                "the base is net of it already, and it is an offset too",
                "take it off in one of the two places only",
                f"/price/net_of/{place}/received_from",
                one.clause,
            )


def _offsets_inside_tiers_act_for_each_failure(agreement: Agreement) -> Iterator[Problem]:
    offsets = agreement.refund.offsets
    tiers = any(isinstance(component, NetPriceTiers) for component in agreement.refund.components)
    if offsets is not None and tiers and offsets.acts == "once":
        yield _problem(
            "offset-inside-tier",
            "inside a tier of net prices an offset acts for each failure",
            "name each_failure",
            "/refund/offsets/acts",
            offsets.clause,
        )


def _one_cap_of_each_kind(agreement: Agreement) -> Iterator[Problem]:
    kinds = Counter(cap.kind for cap in agreement.refund.caps)
    for place, cap in enumerate(agreement.refund.caps):
        if kinds[cap.kind] > 1 and cap.kind != "year":
            yield _problem(
                "cap-twice",
                "two caps of one kind are given",
                "keep the one that holds",
                f"/refund/caps/{place}/kind",
                cap.clause,
            )
        if isinstance(cap, UnitCap) and agreement.price.unit is None:
            yield _problem(
                "cap-without-unit",
                "the cap is for each unit of account, and the price names no unit",
                "name the unit of account under price, or cap the patient",
                f"/refund/caps/{place}/kind",
                cap.clause,
            )


def _latches_count_or_not(agreement: Agreement) -> Iterator[Problem]:
    several = agreement.refund.several_failures
    latched = any(isinstance(part, Latch) for _, part in parts_within(agreement.criteria))
    if latched and several.latch_counts is None:
        yield _problem(
            "latch-counts-not-named",
            "a criterion has a latch, and nothing says whether a failure that only stands costs its milestone",
            "name latch_counts: true or false",
            "/refund/several_failures",
            several.clause,
        )


def _primary_payers_are_parties(agreement: Agreement) -> Iterator[Problem]:
    change = agreement.consequences.change_of_payer
    for place, payer in enumerate(change.primary):
        if payer not in agreement.parties.payers:
            yield _problem(
                "payer-not-party",
                "the payer that comes first is no party of the agreement",
                "name one of its payers",
                f"/consequences/change_of_payer/primary/{place}",
                change.clause,
            )


def _joint_limits_name_others(agreement: Agreement) -> Iterator[Problem]:
    joint = agreement.refund.joint_limit_with
    if joint is not None and agreement.id in joint.agreements:
        yield _problem(
            "joint-limit-with-itself",
            "an agreement shares its limit with others, and not with itself",
            "name the other agreement",
            "/refund/joint_limit_with/agreements",
            joint.clause,
        )


CHECKS: tuple[Callable[[Agreement], Iterator[Problem]], ...] = (
    _list_prices_cover_every_infusion,
    _a_rebate_is_in_the_basis_or_an_offset,
    _offsets_inside_tiers_act_for_each_failure,
    _one_cap_of_each_kind,
    _latches_count_or_not,
    _primary_payers_are_parties,
    _joint_limits_name_others,
)


def _problem(code: str, message: str, remedy: str, pointer: str, clause: str | None) -> Problem:
    return Problem(code=code, message=message, remedy=remedy, pointer=pointer, clause=clause)
