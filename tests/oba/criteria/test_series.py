"""The rules over a series against trying every way to settle its unknown members."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from oba.criteria.series import at_each, drops, no_run
from oba.criteria.standing import Latching, latched
from oba.criteria.sustained_values import floor_of
from oba.dates import shift_months
from oba.measures.interval import Interval, exactly
from oba.terms.criteria.latch import AtOnce, Cure, InARow, Never, SuccessivePasses, SuccessivePassesAnyTime
from oba.trace import Verdict

SERIES = st.lists(st.sampled_from(["true", "false", "unknown"]), min_size=1, max_size=7)
CURES = st.one_of(
    st.just(Never(kind="never")),
    st.builds(
        SuccessivePasses,
        kind=st.just("successive_passes"),
        passes=st.integers(1, 3),
        within_months=st.sampled_from([6, 12, 18, 30]),
        counted_from=st.sampled_from(["first_failure", "confirmation"]),
    ),
    st.builds(SuccessivePassesAnyTime, kind=st.just("successive_passes_at_any_time"), passes=st.integers(1, 3)),
)


def settled(verdicts: list[Verdict]) -> list[list[Verdict]]:
    """Every way to settle the unknown members, each on its own."""
    choices = [["true", "false"] if one == "unknown" else [one] for one in verdicts]
    return [cast("list[Verdict]", list(ways)) for ways in product(*choices)]


def in_common(found: set[bool]) -> Verdict:
    return "unknown" if len(found) == 2 else "true" if found == {True} else "false"


def has_run(verdicts: list[Verdict], k: int) -> bool:
    return any(verdicts[start : start + k] == ["false"] * k for start in range(len(verdicts) - k + 1))


@given(SERIES)
def test_a_series_passes_throughout_only_if_every_member_may_only_pass(verdicts: list[Verdict]) -> None:
    held = at_each(verdicts)
    assert held.verdict == in_common({"false" not in one for one in settled(verdicts)})
    assert held.run == ((verdicts.index("false"),) if held.verdict == "false" else ())


@given(SERIES, st.integers(min_value=2, max_value=4))
def test_a_run_of_failures_is_certain_or_impossible_in_every_way_to_settle_it(verdicts: list[Verdict], k: int) -> None:
    held = no_run(verdicts, k, "undecided")
    assert held.verdict == in_common({not has_run(one, k) for one in settled(verdicts)})


@given(SERIES, st.integers(min_value=2, max_value=4), st.sampled_from(["undecided", "bridged", "breaks"]))
def test_the_run_holds_the_first_k_failures_in_a_row(verdicts: list[Verdict], k: int, between: str) -> None:
    held = no_run(verdicts, k, between)  # type: ignore[arg-type]
    if held.verdict != "false":
        assert held.run == ()
        return
    assert len(held.run) == k
    assert all(verdicts[place] == "false" for place in held.run)
    assert "true" not in verdicts[held.run[0] : held.run[-1]]
    assert between == "bridged" or "unknown" not in verdicts[held.run[0] : held.run[-1]]


def stands(days: list[date], verdicts: list[Verdict], cure: Cure, k: int) -> bool:
    """Read off the words of the rule: k failures in a row that no such passes follow in time."""
    for first in range(len(verdicts) - k + 1):
        begins = verdicts[first : first + k] == ["false"] * k and verdicts[first - 1 : first] != ["false"]
        confirmed = first + k - 1
        if begins and not any(cures(days, verdicts, cure, (first, confirmed), end) for end in range(len(verdicts))):
            return True
    return False


def cures(days: list[date], verdicts: list[Verdict], cure: Cure, run: tuple[int, int], end: int) -> bool:
    if isinstance(cure, Never):
        return False
    start = end - cure.passes + 1
    passed = start > run[1] and verdicts[start : end + 1] == ["true"] * cure.passes
    if isinstance(cure, SuccessivePasses):
        begins = days[run[0] if cure.counted_from == "first_failure" else run[1]]
        return passed and days[end] <= shift_months(begins, cure.within_months)
    return passed


@given(SERIES, CURES, st.integers(min_value=1, max_value=3))
def test_a_latched_failure_stands_in_every_way_to_settle_the_series_or_in_none(
    verdicts: list[Verdict], cure: Cure, k: int
) -> None:
    days = [shift_months(date(2026, 7, 15), 6 * place) for place in range(len(verdicts))]
    failure = AtOnce(kind="at_once") if k == 1 else InARow(kind="in_a_row", k=k, unknown_between="undecided")
    found = latched(days, verdicts, Latching(failure, cure, "clamp"))
    assert found.verdict == in_common({not stands(days, one, cure, k) for one in settled(verdicts)})
    assert bool(found.run) == (found.verdict == "false")
    assert all(verdicts[place] == "false" for place in found.run)


LEVELS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2)), min_size=1, max_size=4)


@given(LEVELS, st.sampled_from([("2", "IU/dL"), ("50", "percent of peak")]))
def test_a_drop_from_the_peak_is_certain_or_impossible_whatever_the_values_are(
    levels: list[tuple[int, int]], limit: tuple[str, str]
) -> None:
    values = [Interval((Fraction(low), 0), (Fraction(low + wide), 0)) for low, wide in levels]
    floor = floor_of(Decimal(limit[0]), limit[1])
    outcomes = {
        "false" not in drops([exactly(Fraction(level)) for level in way], floor)
        for way in product(*(range(low, low + wide + 1) for low, wide in levels))
    }
    assert at_each(drops(values, floor)).verdict == in_common(outcomes)
