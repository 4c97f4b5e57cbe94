"""What becomes of each instalment of a price, beside what is refunded (C26, settled F1)."""

from collections.abc import Iterable
from datetime import date

from oba.determination.determination import Determination
from oba.infusion.deciding.counted import failure_dated
from oba.refund.circumstances import Circumstances
from oba.refund.ground import Ground
from oba.refund.instalment_states import InstalmentFound, instalment_states
from oba.refund.refused import RefundRefused
from oba.terms.agreement import Agreement
from oba.terms.refund.instalments import Instalments


def instalments_of(
    agreement: Agreement, base: int, answers: Iterable[Determination], around: Circumstances, approved_on: date
) -> tuple[InstalmentFound, ...]:
    """Every instalment of the agreement on the day that is asked about, in the order of the document.

    Failures count here whether or not refund rights have ended; a component that is refused has no states.
    """
    judged = (one for one in answers if agreement.milestone(one.milestone).role == "judged")
    failed = (failure for one in judged if (failure := failure_dated(one, agreement, approved_on)) is not None)
    ground = Ground(
        base=base,
        failures=tuple(sorted(failed, key=lambda failure: (failure.first_failure_on, failure.place))),
        rounding=agreement.refund.rounding,
        day_0=around.day_0,
        month_end=agreement.month_end,
        currency=agreement.currency,
        determined=around.determined,
        as_of=around.as_of,
        instalments_cancelled_on=around.instalments_cancelled_on,
    )
    states = (
        instalment_states(component, ground)
        for component in agreement.refund.components
        if isinstance(component, Instalments)
    )
    return tuple(part for parts in states if not isinstance(parts, RefundRefused) for part in parts)
