"""A refund that is owed whatever the outcome, once its milestone is determined (C33)."""

from oba.refund.exact import stated
from oba.refund.ground import Ground
from oba.refund.refused import Lines
from oba.terms.refund.guaranteed import Guaranteed


def guaranteed(terms: Guaranteed, ground: Ground) -> Lines:
    """One line when the named milestone has been determined, whatever it found; none before."""
    if not is_determined(terms.milestone, ground):
        return ()
    exact = stated(terms.refund, ground.base).noting(f", whatever the outcome of {terms.milestone}")
    return (exact.line("guaranteed", terms.clause, terms.milestone, ground.rounding),)


def is_determined(milestone: str, ground: Ground) -> bool:
    """Whether a milestone has an outcome; `not_yet` is none."""
    return any(one.milestone == milestone and one.finding != "not_yet" for one in ground.determined)
