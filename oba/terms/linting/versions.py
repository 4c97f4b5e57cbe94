"""Checks of the dates of one version: it begins before it ends, and what is retroactive begins earlier (C03)."""

from collections.abc import Callable, Iterator

from oba.problems import Problem
from oba.terms.agreement import Agreement


def _versions_begin_before_they_end(agreement: Agreement) -> Iterator[Problem]:
    if agreement.ends_on is not None and agreement.ends_on < agreement.effective_on:
        yield _problem(
            "ends-before-start", "the agreement ends before it takes effect", "correct a date", "/ends_on", None
        )


def _what_is_retroactive_begins_before_it_takes_effect(agreement: Agreement) -> Iterator[Problem]:
    if agreement.retroactive_from is not None and agreement.retroactive_from >= agreement.effective_on:
        yield _problem(
            "not-retroactive",
            "the retroactive day does not lie before the effective date",
            "leave it out, or give the earlier day from which the version is taken to have held",
            "/retroactive_from",
            None,
        )


CHECKS: tuple[Callable[[Agreement], Iterator[Problem]], ...] = (
    _versions_begin_before_they_end,
    _what_is_retroactive_begins_before_it_takes_effect,
)


def _problem(code: str, message: str, remedy: str, pointer: str, clause: str | None) -> Problem:
    return Problem(code=code, message=message, remedy=remedy, pointer=pointer, clause=clause)
