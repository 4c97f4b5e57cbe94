"""Who may report which kind of fact: every kind has its row, and the HTC has none of those that move money."""

import pytest

from adapters.records.roles import ROLES
from adapters.reported_by import REPORTED_BY, reporters
from oba.facts.any_fact import FACT_BY_KIND

COORDINATORS_ALONE = {
    "enrolled_under_agreement",
    "enrolment_ended",
    "coverage_changed",
    "agreement_assumed_by_payer",
    "offset_received",
    "adjudicator_answered",
    "exclusion_recorded",
}


def test_every_kind_of_fact_has_its_row_and_every_row_its_kind() -> None:
    assert set(REPORTED_BY) == set(FACT_BY_KIND)


def test_the_rows_name_known_roles() -> None:
    assert set().union(*REPORTED_BY.values()) <= set(ROLES)


@pytest.mark.parametrize("kind", sorted(FACT_BY_KIND))
def test_what_decides_about_money_is_the_coordinators_alone(kind: str) -> None:
    assert (reporters(kind) == {"coordinator"}) is (kind in COORDINATORS_ALONE)


def test_a_physician_reports_what_they_attest_and_nothing_else() -> None:
    assert {kind for kind in REPORTED_BY if "htc_physician" in reporters(kind)} == {"milestone_assessed"}


def test_a_kind_without_a_row_is_reported_by_nobody() -> None:
    assert reporters("no_such_kind") == frozenset()
