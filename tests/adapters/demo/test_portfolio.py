"""The generator: whole lives, plausible as a group, the same on every run, and synthetic in every name."""

from collections.abc import Iterator
from datetime import timedelta
from statistics import mean

import pytest

from adapters.demo import named as names
from adapters.demo.directory import HTCS, PAYERS, people
from adapters.demo.life import Life
from adapters.demo.portfolio import DEFAULT_DEMO_CLOCK, named, portfolio
from adapters.demo.telling import Told, fact_id
from oba.dates import shift_months
from oba.facts.baseline import BaselineRecorded
from oba.facts.bleed import BleedLogged
from oba.facts.fix_activity import FixActivityMeasured
from oba.facts.fix_product_use import FixProductUsed
from oba.facts.life_event import PatientDied
from oba.facts.prednisone import PrednisoneStarted
from oba.facts.prophylaxis import ProphylaxisStarted

LIVES = portfolio()
MILESTONE_SAMPLES = ("fix-m6", "fix-m12", "fix-m24", "fix-m36", "fix-m60")
NAMES = (
    names.PARTIAL_DOSE,
    names.HIGH_TITRE,
    names.LOST_AT_MONTH_30,
    names.CONTAMINATED,
    names.LATE_BLEED,
    names.CORRECTED,
    names.MISSED_VISIT,
    names.DEATH,
    names.CHANGE_OF_PAYER,
)


def _values(milestone: str, assay: str = "") -> dict[int, float]:
    key = f"fix-{milestone}{assay}"
    return {
        life.number: float(told.fact.iu_per_dl)
        for life in LIVES
        for told in life.told
        if told.key == key and isinstance(told.fact, FixActivityMeasured)
    }


def _told(life: Life, key: str) -> Told:
    return next(told for told in life.told if told.key == key)


def _everything() -> Iterator[tuple[Life, Told]]:
    return ((life, told) for life in LIVES for told in life.told)


def test_the_same_seed_tells_the_same_lives() -> None:
    assert portfolio() == LIVES


def test_another_seed_tells_other_lives() -> None:
    assert portfolio("another") != LIVES


def test_there_are_twenty_four_infusions_over_six_years_around_the_demo_clock() -> None:
    days = [life.script.day_0 for life in LIVES]
    assert len(LIVES) == len({life.number for life in LIVES}) == 24
    assert 5.5 < (max(days) - min(days)).days / 365.25 <= 6
    assert min(days) < DEFAULT_DEMO_CLOCK.date() < max(days)


def test_five_htcs_three_payers_and_two_agreements_take_part() -> None:
    assert {life.script.htc_id for life in LIVES} == {htc.htc_id for htc in HTCS}
    assert {life.script.payer_id for life in LIVES} == set(PAYERS)
    assert len({life.script.agreement_id for life in LIVES}) == 2
    assert len({htc.time_zone for htc in HTCS}) == 5


@pytest.mark.parametrize("name", NAMES)
def test_every_named_life_is_there(name: str) -> None:
    assert named(LIVES, name).script.name == name


def test_a_tenth_of_the_dose_is_given_in_one_life() -> None:
    life = named(LIVES, names.PARTIAL_DOSE)
    assert life.administration.dose_share_percent == 10
    assert life.administration.volume_ml == life.administration.vials


def test_the_very_high_titre_is_in_the_baseline() -> None:
    baseline = _told(named(LIVES, names.HIGH_TITRE), "baseline").fact
    assert isinstance(baseline, BaselineRecorded)
    assert baseline.anti_aav5 is not None
    assert baseline.anti_aav5.value == 3212


def test_expression_is_lost_at_month_30_and_prophylaxis_returns() -> None:
    life = named(LIVES, names.LOST_AT_MONTH_30)
    returned = _told(life, "prophylaxis-returned")
    assert isinstance(returned.fact, ProphylaxisStarted)
    assert 0 <= (returned.occurred_on - shift_months(life.script.day_0, 30)).days < 31
    assert _values("m24")[life.number] > 12
    assert _values("m36")[life.number] < 5


def test_the_contaminated_sample_follows_a_dose_within_the_washout_and_a_clean_one_follows_it() -> None:
    life = named(LIVES, names.CONTAMINATED)
    dose = _told(life, "bleed-before-sample-dose")
    first, repeat = _told(life, "fix-m24"), _told(life, "fix-m24-repeat")
    assert dose.occurred_at is not None
    assert first.occurred_at is not None
    assert repeat.occurred_at is not None
    washout = timedelta(hours=5 * 102)
    assert first.occurred_at - dose.occurred_at < washout < repeat.occurred_at - dose.occurred_at
    assert repeat.occurred_on <= shift_months(life.script.day_0, 24) + timedelta(days=60)


def test_a_clean_sample_is_drawn_at_every_other_milestone_of_the_ordinary_lives() -> None:
    washout = timedelta(hours=5 * 102)
    for life in LIVES:
        if life.script.keeps_prophylaxis or life.script.returns_on or life.script.contaminated:
            continue
        doses = [told.occurred_at for told in life.told if isinstance(told.fact, FixProductUsed)]
        for sample in (told for told in life.told if told.key in MILESTONE_SAMPLES):
            drawn = sample.occurred_at
            assert drawn is not None
            assert all(dose is None or dose > drawn or drawn - dose >= washout for dose in doses)


def test_the_late_bleed_is_logged_half_a_year_after_its_onset() -> None:
    late = _told(named(LIVES, names.LATE_BLEED), "bleed-late")
    assert (late.known_at.date() - late.occurred_on).days > 180


def test_the_correction_turns_a_failing_value_into_a_passing_one() -> None:
    life = named(LIVES, names.CORRECTED)
    wrong, right = _told(life, "fix-m12"), _told(life, "fix-m12-corrected")
    assert isinstance(wrong.fact, FixActivityMeasured)
    assert isinstance(right.fact, FixActivityMeasured)
    assert right.corrects == wrong.key
    assert wrong.fact.iu_per_dl < 5 < 12 < right.fact.iu_per_dl
    assert right.known_at > wrong.known_at


def test_nothing_is_seen_at_the_missed_visit() -> None:
    life = named(LIVES, names.MISSED_VISIT)
    assert not [told for told in life.told if told.key.startswith(("fix-m12", "assessed-m12"))]
    assert [told for told in life.told if told.key == "assessed-m24"]


def test_nothing_happens_after_a_death() -> None:
    life = named(LIVES, names.DEATH)
    died = next(told for told in life.told if isinstance(told.fact, PatientDied))
    assert max(told.occurred_on for told in life.told) == died.occurred_on


def test_facts_become_known_after_they_happened_and_in_order() -> None:
    for life in LIVES:
        assert [told.known_at for told in life.told] == sorted(told.known_at for told in life.told)
        assert life.told[0].known_at > life.administration.known_at
    assert all(told.occurred_at is None or told.occurred_at < told.known_at for _, told in _everything())
    assert all(told.occurred_on <= told.known_at.date() for _, told in _everything())


def test_no_fact_but_the_baseline_and_the_schedule_of_before_lies_before_day_0() -> None:
    early = {told.key for life, told in _everything() if told.occurred_on < life.script.day_0}
    assert early == {"baseline", "prophylaxis-before"}


def test_every_thing_told_in_a_life_has_a_key_of_its_own() -> None:
    for life in LIVES:
        assert len({told.key for told in life.told}) == len(life.told)


def test_a_dose_for_a_bleed_names_the_bleed() -> None:
    bleeds = {fact_id(life.number, told.key) for life, told in _everything() if isinstance(told.fact, BleedLogged)}
    named_bleeds = [
        told.fact.bleed_fact_id
        for _, told in _everything()
        if isinstance(told.fact, FixProductUsed) and told.fact.purpose == "bleed"
    ]
    assert named_bleeds
    assert set(named_bleeds) <= bleeds


def test_fix_activity_has_a_plausible_mean_as_a_group() -> None:
    ordinary = [value for number, value in _values("m12").items() if number not in (17, 22, 14)]
    assert 33 <= mean(_values("m6").values()) <= 43
    assert 35 <= mean(ordinary) <= 43


def test_chromogenic_results_are_about_half_of_the_one_stage_results() -> None:
    one_stage, chromogenic = _values("m6"), _values("m6", "-chromogenic")
    ratios = [chromogenic[number] / one_stage[number] for number in chromogenic]
    assert 8 <= len(ratios) < len(one_stage)
    assert all(0.38 <= ratio <= 0.58 for ratio in ratios)


def test_the_group_bleeds_as_seldom_as_published() -> None:
    bleeds = sum(isinstance(told.fact, BleedLogged) for _, told in _everything())
    assert 0.4 <= bleeds / (24 * 5) <= 1.6


def test_about_one_in_six_receives_prednisone() -> None:
    courses = sum(isinstance(told.fact, PrednisoneStarted) for _, told in _everything())
    assert courses == 4


def test_the_lead_in_is_at_least_six_months() -> None:
    baselines = [told.fact for _, told in _everything() if isinstance(told.fact, BaselineRecorded)]
    assert len(baselines) == 24
    assert all(baseline.flags() == () for baseline in baselines)


def test_liver_panels_are_weekly_for_twelve_weeks() -> None:
    for life in LIVES:
        assert sum(told.key.startswith("liver-week-") for told in life.told) == 12


def test_everything_with_a_name_says_that_it_is_synthetic() -> None:
    labelled = [htc.name for htc in HTCS] + list(PAYERS.values()) + [person.name for person in people()]
    assert all(name.endswith("(synthetic)") for name in labelled)
    for life in LIVES:
        plain = (life.claim_reference, life.patient.member_reference, *life.administration.kit_lots)
        assert life.patient.given_name == "Synthetic"
        assert all(value.startswith("SYN-") for value in plain)


def test_no_address_of_the_demo_can_reach_anybody() -> None:
    assert all(person.email.endswith(".example") for person in people())


def test_every_htc_and_every_payer_has_its_two_people() -> None:
    roles = {(person.organisation_id, person.role) for person in people()}
    assert {(htc.htc_id, role) for htc in HTCS for role in ("htc_clerk", "htc_physician")} <= roles
    assert {(payer, role) for payer in PAYERS for role in ("payer_analyst", "payer_approver")} <= roles
