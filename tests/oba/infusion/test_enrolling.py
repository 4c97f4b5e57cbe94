from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from oba.document.events import DocumentEnded, DocumentRegistered
from oba.document.shelf import shelf_of
from oba.facts.coverage import AgreementAssumedByPayer
from oba.facts.enrolment import EnrolledUnderAgreement, EnrolmentEnded
from oba.infusion.commands import EnrolInfusion, When
from oba.terms.document import terms_hash
from tests.support.events import DAY_0, an_enrolment
from tests.support.streams import MANUAL, PRICE, an_agreement, enrolled, infused

LATER = date(2026, 3, 1)


def an_end(reason: str = "payer_changed") -> EnrolmentEnded:
    return EnrolmentEnded.model_validate({"agreement_id": "test-agreement", "reason": reason})


def test_an_infusion_is_enrolled_under_a_version_of_an_agreement() -> None:
    after = infused().when_enrolled().then(EnrolledUnderAgreement)
    (enrolment,) = after.state.enrolments()
    assert (enrolment.agreement_id, enrolment.payer_id, enrolment.price) == ("test-agreement", "PAYER-1", PRICE)
    assert enrolment.ended_on is None


def test_an_infusion_is_enrolled_once_under_an_agreement() -> None:
    enrolled().when_enrolled().refused("already-enrolled", "/fact/agreement_id", "conflict")


def test_an_infusion_may_be_enrolled_under_two_agreements() -> None:
    second = an_agreement(id="other-agreement")
    stream = enrolled(an_agreement(), second)
    after = stream.when_enrolled(an_enrolment(second.id, terms_hash(second))).then(EnrolledUnderAgreement)
    assert [one.agreement_id for one in after.state.enrolments()] == ["test-agreement", "other-agreement"]


def test_an_unknown_version_of_an_agreement_is_refused() -> None:
    infused().when_enrolled(terms_hash="0" * 64).refused("unknown-agreement-version", "/fact/terms_hash", "invalid")


def test_the_version_of_another_agreement_is_refused() -> None:
    other = an_enrolment("other-agreement", terms_hash(an_agreement()))
    infused().when_enrolled(other).refused("unknown-agreement-version", "/fact/terms_hash")


def test_an_enrolment_before_day_0_is_refused() -> None:
    infused().when_enrolled(on=DAY_0 - timedelta(days=1)).refused("enrolment-date", "/occurred_on")


def test_an_enrolment_of_tomorrow_is_refused() -> None:
    infused().when_enrolled(on=DAY_0 + timedelta(days=1)).refused("enrolment-date", "/occurred_on")


def test_an_enrolment_later_today_is_refused() -> None:
    stream = infused()
    when = When(occurred_on=DAY_0, occurred_at=datetime(2026, 1, 15, 20, tzinfo=UTC))
    fact = an_enrolment(stream.agreement.id, terms_hash(stream.agreement))
    stream.when(EnrolInfusion, when=when, fact=fact, source=MANUAL).refused("enrolment-date", "/occurred_on")


def test_an_unknown_payer_is_refused() -> None:
    infused(an_agreement(parties={"manufacturer": "M", "payers": ["PAYER-9"]})).when_enrolled(
        payer_id="PAYER-9"
    ).refused("unknown-payer", "/fact/payer_id")


def test_a_payer_that_is_not_a_party_is_refused() -> None:
    infused().when_enrolled(payer_id="PAYER-3").refused("payer-not-party", "/fact/payer_id")


def test_an_agreement_for_another_therapy_is_refused() -> None:
    other = an_agreement(therapy={"product": "OTHERGENE", "hcpcs": "J0000"})
    infused(other).when_enrolled().refused("product-not-covered", "/fact/agreement_id")


def test_an_agreement_that_takes_effect_after_day_0_is_refused() -> None:
    later = an_agreement(effective_on=str(DAY_0 + timedelta(days=1)))
    infused(later).when_enrolled().refused("not-in-force", "/fact/terms_hash")
    infused(an_agreement(effective_on=str(DAY_0))).when_enrolled().then(EnrolledUnderAgreement)


def test_an_agreement_that_ended_before_day_0_is_refused() -> None:
    ended = an_agreement(ends_on=str(DAY_0 - timedelta(days=1)))
    infused(ended).when_enrolled().refused("not-in-force", "/fact/terms_hash")
    infused(an_agreement(ends_on=str(DAY_0))).when_enrolled().then(EnrolledUnderAgreement)


def test_an_agreement_whose_end_was_recorded_takes_no_infusion_after_it() -> None:
    agreement = an_agreement()
    for ends_on, in_force in ((DAY_0 - timedelta(days=1), False), (DAY_0, True)):
        registered = DocumentRegistered(content_hash=terms_hash(agreement), document=agreement)
        ended = DocumentEnded(content_hash=terms_hash(agreement), ends_on=ends_on, reason="expired")
        documents = infused().told(registered).told(ended).events
        decision = replace(infused(), shelf=shelf_of(documents)).when_enrolled(terms_hash=terms_hash(agreement))
        decision.then() if in_force else decision.refused("not-in-force", "/fact/terms_hash")


def test_the_version_that_was_in_force_on_day_0_governs() -> None:
    first, second = an_agreement(), an_agreement(effective_on="2025-01-01")
    infused(first, second).when_enrolled().refused("not-in-force", "/fact/terms_hash")
    infused(second, first).when_enrolled().then(EnrolledUnderAgreement)
    infused(first, an_agreement(effective_on="2027-01-01")).when_enrolled().then(EnrolledUnderAgreement)


def test_a_later_amendment_does_not_stand_in_the_way_of_a_corrected_price() -> None:
    first, second = an_agreement(), an_agreement(effective_on="2025-01-01")
    stream = enrolled(first)
    both = infused(first, second)
    amended = both.recorded(stream.events[1:])
    fact = an_enrolment(first.id, terms_hash(first), price="3400000.00")
    after = amended.when_corrected(amended.last(), fact).then()
    assert after.state.enrolments()[0].price == 340_000_000


def test_another_price_basis_and_another_currency_are_refused_together() -> None:
    stream = infused().when_enrolled(price_basis="amount_paid", currency="EUR")
    stream.refused_for("price-basis", "currency")


def test_an_agreement_for_adults_refuses_a_minor() -> None:
    infused(adult_on_day_0=False).when_enrolled().refused("under-age", "/fact/agreement_id")


def test_an_end_needs_an_enrolment() -> None:
    infused().when_told(an_end()).refused("not-enrolled", "/fact/agreement_id")


def test_an_enrolment_cannot_end_before_it_began() -> None:
    stream = infused().on(LATER).when_enrolled().then()
    stream.when_told(an_end(), on=DAY_0).refused("ends-before-start", "/occurred_on")


def test_an_enrolment_ends_on_a_day() -> None:
    after = enrolled().on(LATER).when_told(an_end()).then()
    assert after.state.enrolments()[0].ended_on == LATER


def test_an_enrolment_that_was_entered_in_error_is_none_and_the_right_one_follows() -> None:
    stream = enrolled(price="3000000.00").on(LATER).when_told(an_end("enrolled_in_error")).then()
    assert stream.state.enrolments() == ()
    after = stream.when_enrolled(on=DAY_0).then()
    assert [(one.price, one.ended_on) for one in after.state.enrolments()] == [(PRICE, None)]


def test_an_infusion_may_be_enrolled_again_after_an_end() -> None:
    stream = enrolled().on(LATER).when_told(an_end()).then()
    after = stream.when_enrolled(payer_id="PAYER-2").then()
    assert [(one.payer_id, one.ended_on) for one in after.state.enrolments()] == [("PAYER-1", LATER), ("PAYER-2", None)]
    ended = after.when_told(an_end()).then()
    assert [one.ended_on for one in ended.state.enrolments()] == [LATER, LATER]


def test_correcting_an_ended_enrolment_or_its_end_revives_nothing() -> None:
    stream = enrolled().on(LATER).when_told(an_end()).then()
    first, end = stream.events[1].event_id, stream.last()
    stream = stream.when_enrolled(payer_id="PAYER-2").then()
    cheaper = an_enrolment("test-agreement", terms_hash(stream.agreement), price="3400000.00")
    corrected = stream.when_corrected(first, cheaper, on=DAY_0).then()
    assert [(one.price, one.ended_on) for one in corrected.state.enrolments()] == [(340_000_000, LATER), (PRICE, None)]
    moved = stream.when_corrected(end, an_end(), on=date(2026, 2, 1)).then()
    ended_on = [one.ended_on for one in moved.state.enrolments()]
    assert ended_on == [date(2026, 2, 1), None]


def test_an_end_in_error_may_itself_be_corrected() -> None:
    stream = enrolled().on(LATER).when_told(an_end("enrolled_in_error")).then()
    after = stream.when_corrected(stream.last(), an_end()).then()
    assert after.state.enrolments()[0].ended_on == LATER


def test_a_corrected_enrolment_keeps_its_id() -> None:
    stream = enrolled()
    fact = an_enrolment("test-agreement", terms_hash(stream.agreement), price="3400000.00")
    after = stream.when_corrected(stream.last(), fact).then()
    (enrolment,) = after.state.enrolments()
    assert (enrolment.fact_id, enrolment.price) == (stream.last(), 340_000_000)


def test_an_enrolment_cannot_be_corrected_into_one_that_exists() -> None:
    second = an_agreement(id="other-agreement")
    stream = enrolled(an_agreement(), second).when_enrolled(an_enrolment(second.id, terms_hash(second))).then()
    twice = an_enrolment("test-agreement", terms_hash(an_agreement()))
    stream.when_corrected(stream.last(), twice).refused("already-enrolled", "/fact/agreement_id")


def test_only_an_agreement_of_the_infusion_can_be_assumed() -> None:
    assumed = AgreementAssumedByPayer(agreement_id="other-agreement", payer_id="PAYER-2")
    enrolled().when_told(assumed).refused("not-enrolled", "/fact/agreement_id")
    ours = AgreementAssumedByPayer(agreement_id="test-agreement", payer_id="PAYER-9")
    enrolled().when_told(ours).refused("unknown-payer", "/fact/payer_id")
    enrolled().when_told(ours.model_copy(update={"payer_id": "PAYER-2"})).then(AgreementAssumedByPayer)
