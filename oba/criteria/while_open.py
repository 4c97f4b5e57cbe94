"""A value against a limit while evidence may still come: what no further fact can change is decided at once (settled
C1).
"""

from fractions import Fraction

from oba.measures.interval import Interval
from oba.measures.measured import Measured
from oba.trace import Verdict
from oba.units import Operator


def against(measured: Measured, operator: Operator, limit: Fraction) -> tuple[Verdict, str | None]:
    """The verdict of a known value, and the reason where it is unknown: `provisional`, the reason why the value is no
    more than a bound, or `comparator_leaves_it_open`.
    """
    assert measured.value is not None
    verdict = measured.value.compare(operator, limit)
    if measured.provisional and not stays(measured, operator, limit, verdict):
        return "unknown", "provisional"
    if verdict == "unknown":
        return verdict, measured.trace.reason or "comparator_leaves_it_open"
    return verdict, None


def stays(measured: Measured, operator: Operator, limit: Fraction, verdict: Verdict) -> bool:
    """Whether the verdict of a provisional value holds whatever admissible fact may still come."""
    upwards: Verdict = "true" if operator in (">", ">=") else "false"
    if measured.at_least is not None:
        least = Interval(low=(measured.at_least, 0), high=None)
        if least.compare(operator, limit) == upwards:
            return True
    return measured.only_falls and verdict not in (upwards, "unknown")
