from datetime import UTC, date, datetime, timedelta

from oba.facts.coverage import CareTransferred
from oba.facts.infused import Infused
from oba.identity import derived_id
from oba.infusion.commands import RecordReminder, RegisterInfusion, When
from tests.support.events import DAY_0, a_result, an_infusion
from tests.support.streams import MANUAL, Decision, Given, enrolled, given, infused

STARTED = datetime(2026, 1, 15, 11, 0, tzinfo=UTC)


def registered(stream: Given, fact: Infused, when: When | None = None) -> Decision:
    return stream.when(RegisterInfusion, when=when or When(occurred_on=DAY_0), fact=fact, source=MANUAL)


def test_registering_opens_the_stream() -> None:
    after = registered(given(), an_infusion()).then(an_infusion())
    assert (after.state.exists, after.state.day_0, after.state.htc_id) == (True, DAY_0, "HTC-1")
    assert after.events[0].occurred_on == DAY_0


def test_a_second_infusion_of_the_patient_is_refused() -> None:
    registered(infused(), an_infusion()).refused("one-per-lifetime", kind="conflict")


def test_an_id_that_does_not_belong_to_the_patient_token_is_refused() -> None:
    other = an_infusion(patient_token=derived_id("test", "other patient"))
    registered(given(), other).refused("other-patient", "/infusion_id", "invalid")


def test_an_infusion_of_tomorrow_is_refused() -> None:
    tomorrow = When(occurred_on=DAY_0 + timedelta(days=1))
    registered(given(), an_infusion(), tomorrow).refused("future-date", "/occurred_at", "invalid")


def test_an_infusion_later_today_is_refused() -> None:
    evening = When(occurred_on=DAY_0, occurred_at=datetime(2026, 1, 15, 20, 0, tzinfo=UTC))
    registered(given(), an_infusion(), evening).refused("future-date", "/occurred_at")


def test_an_infusion_that_ends_in_the_future_is_refused() -> None:
    fact = an_infusion(ended_at=datetime(2026, 1, 15, 13, 0, tzinfo=UTC))
    registered(given(), fact, When(occurred_on=DAY_0, occurred_at=STARTED)).refused("future-date", "/fact/ended_at")


def test_an_infusion_that_ends_before_it_starts_is_refused() -> None:
    fact = an_infusion(ended_at=STARTED - timedelta(minutes=1))
    when = When(occurred_on=DAY_0, occurred_at=STARTED)
    registered(given(), fact, when).refused("ends-before-start", "/fact/ended_at")


def test_an_infusion_that_ends_after_it_started_is_registered() -> None:
    fact = an_infusion(ended_at=STARTED + timedelta(minutes=30))
    registered(given(), fact, When(occurred_on=DAY_0, occurred_at=STARTED)).then(Infused)
    registered(given(), fact).then(Infused)


def test_an_unknown_htc_is_refused() -> None:
    registered(given(), an_infusion(htc_id="HTC-9")).refused("unknown-htc", "/fact/htc_id")


def test_an_unknown_product_is_refused() -> None:
    registered(given(), an_infusion(product="OTHERGENE")).refused("unknown-product", "/fact/product")


def test_the_ndc_of_another_labeler_is_refused() -> None:
    registered(given(), an_infusion(ndc="63833-0140-14")).refused("ndc", "/fact/ndc")


def test_a_minor_is_refused() -> None:
    registered(given(), an_infusion(adult_on_day_0=False)).refused("under-age", "/patient/born_on")


def test_every_problem_of_an_infusion_is_said_at_once() -> None:
    fact = an_infusion(htc_id="HTC-9", product="OTHERGENE", adult_on_day_0=False)
    when = When(occurred_on=date(2026, 2, 1))
    registered(given(), fact, when).refused_for("future-date", "unknown-htc", "unknown-product", "under-age")


def test_nothing_else_may_be_asked_of_an_infusion_that_nobody_has_registered() -> None:
    given().when_told(a_result()).refused("unknown-infusion", kind="not_found")
    fields = {"agreement_id": "test-agreement", "milestone": "month-12", "rung": "due", "recipient": "PER-1"}
    owed = given().when(RecordReminder, reminder_id=derived_id("test"), due_on=DAY_0, **fields)
    owed.refused("unknown-infusion")


def test_the_infusion_is_corrected_and_day_0_moves() -> None:
    stream = infused().on(date(2026, 2, 1))
    after = stream.when_corrected(stream.last(), an_infusion(weight_kg="71"), on=date(2026, 1, 14)).then()
    assert (after.state.day_0, str(after.state.infused.weight_kg)) == (date(2026, 1, 14), "71")


def test_a_corrected_infusion_is_examined_like_a_new_one() -> None:
    stream = infused()
    stream.when_corrected(stream.last(), an_infusion(adult_on_day_0=False)).refused("under-age", "/patient/born_on")


def test_a_correction_cannot_hand_the_infusion_to_another_patient() -> None:
    stream = infused()
    other = an_infusion(patient_token=derived_id("test", "other patient"))
    stream.when_corrected(stream.last(), other).refused("other-patient", "/fact/patient_token")


def test_a_transfer_of_care_names_the_htc_that_cares_now_and_leaves_day_0() -> None:
    stream = enrolled().on(date(2026, 5, 1)).when_told(CareTransferred(htc_id="HTC-2")).then()
    assert (stream.state.htc_id, stream.state.day_0) == ("HTC-2", DAY_0)
