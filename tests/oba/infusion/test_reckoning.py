"""The money of answers that nobody has approved yet."""

from datetime import date

from oba.evidence import FOR_EVER
from oba.facts.any_fact import ANY_FACT
from oba.infusion.questions import determinations
from oba.infusion.reckoning import Reckoned, reckon
from oba.refund.refused import RefundRefused
from tests.support.events import INFUSION, a_result
from tests.support.streams import DUE_12, GRACE_OVER_12, REFERENCE, Given, an_agreement, enrolled


def failed(follows: str = "payer_at_infusion") -> Given:
    stream = enrolled(an_agreement(follows=follows)).on(DUE_12).when_told(a_result("3")).then()
    return stream.on(GRACE_OVER_12)


def money(stream: Given) -> Reckoned | RefundRefused:
    found = determinations(stream.state, stream.shelf, REFERENCE, as_of=stream.today, known_at=FOR_EVER)
    return reckon(
        stream.agreement,
        found,
        stream.state.evidence(as_of=stream.today),
        payer_at_infusion="PAYER-1",
        price=350_000_000,
        infusion_id=INFUSION,
        approved_on=stream.today,
    )


def covered(stream: Given, payer: str, on: date) -> Given:
    told = ANY_FACT.validate_python({"kind": "coverage_changed", "payer_id": payer})
    return stream.when_told(told, on=on).then()


def test_a_failure_costs_its_row_for_the_payer_that_it_follows() -> None:
    found = money(failed())
    assert isinstance(found, Reckoned)
    assert (found.base, found.total) == (350_000_000, 140_000_000)
    assert found.by_payee == {("month-12", "PAYER-1"): 140_000_000}
    assert found.by_beneficiary == {"PAYER-1": 140_000_000}


def test_where_two_payers_cover_from_one_day_no_amount_comes_out() -> None:
    stream = covered(covered(failed("payer_at_failure"), "PAYER-2", DUE_12), "PAYER-3", DUE_12)
    found = money(stream)
    assert isinstance(found, RefundRefused)
    assert [problem.code for problem in found.problems] == ["two-payers"]
