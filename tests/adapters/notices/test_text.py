"""What a reminder says, and that it can say nothing else."""

import re
from datetime import date
from uuid import UUID

import pytest
from pydantic import ValidationError

from adapters.notices.text import (
    SUBJECT,
    ReminderVariables,
    Wording,
    milestone_in_words,
    needed_in_words,
    reminder_variables,
    render_reminder,
)
from oba.dates import Offset
from oba.identity import opaque_code
from oba.schedule import Obligation
from oba.trace import Wanted

INFUSION = UUID("0d4f0c58-7a0c-5f0a-8f0e-7d3f7b1d2a11")
OBLIGATION = Obligation(
    kind="milestone",
    document_id="AGR-CANARY",
    name="month-12",
    clause="CLAUSE-CANARY",
    day_0=date(2025, 3, 10),
    opens_on=date(2026, 2, 8),
    due_on=date(2026, 3, 10),
    closes_on=date(2026, 5, 9),
    grace_ends_on=date(2026, 5, 19),
    cure_ends_on=date(2026, 5, 29),
    report_by_on=date(2026, 6, 8),
)
WANTED = (Wanted(what="FIX activity, one-stage", until=date(2026, 5, 9)), Wanted(what="bleed log attested complete"))


def _variables(
    wanted: tuple[Wanted, ...] = WANTED, *, base_url: str | None = "https://oba.example/", synthetic: bool = False
) -> ReminderVariables:
    return reminder_variables(
        INFUSION,
        Offset(amount=12, unit="months"),
        OBLIGATION,
        wanted,
        Wording(base_url=base_url, synthetic=synthetic),
    )


def test_a_reminder_says_code_milestone_dates_needs_and_link() -> None:
    code = opaque_code(INFUSION)
    assert render_reminder(_variables()).text == (
        f"Infusion {code}: the assessment 12 months after the infusion is due on 2026-03-10.\n"
        "\n"
        "Window opens:  2026-02-08\n"
        "Due:           2026-03-10\n"
        "Window closes: 2026-05-09\n"
        "Report by:     2026-06-08\n"
        "\n"
        "Still needed:\n"
        "- FIX activity, one-stage, by 2026-05-09\n"
        "- bleed log attested complete\n"
        "\n"
        f"Details: https://oba.example/v1/infusions/{code}\n"
        "The address answers to a program that sends your key of access;\n"
        "without one, ask your coordinator.\n"
        "\n"
        "This message supports the keeping of an agreement. It is not medical advice.\n"
    )


def test_the_subject_is_the_same_for_every_reminder() -> None:
    assert render_reminder(_variables()).subject == SUBJECT == "A milestone assessment is due: 1 item"


def test_a_text_without_its_allowed_values_is_the_same_for_every_infusion() -> None:
    variables = _variables()
    text = render_reminder(variables).text
    allowed = [variables.link, *variables.needed, variables.code, variables.milestone_in_words]
    for value in allowed:
        assert value
        text = text.replace(value, "*")
    fixed = re.sub(r"\d{4}-\d{2}-\d{2}", "*", text)
    assert not re.search(r"\d", fixed)
    assert "CANARY" not in fixed
    assert str(INFUSION) not in fixed


def test_a_demonstration_is_labelled_synthetic_in_the_first_line() -> None:
    assert render_reminder(_variables(synthetic=True)).text.startswith("SYNTHETIC DEMONSTRATION")
    assert "SYNTHETIC" not in render_reminder(_variables()).text


def test_a_house_without_address_names_the_code_instead_of_a_link() -> None:
    text = render_reminder(_variables(base_url=None)).text
    assert "your coordinator finds the infusion by its code" in text
    assert "://" not in text


def test_a_reminder_without_named_evidence_asks_for_the_visit() -> None:
    assert "- the visit for this milestone" in render_reminder(_variables(wanted=())).text


def test_needed_evidence_is_named_once_on_one_line() -> None:
    pieces = needed_in_words((Wanted(what="FIX\nactivity"), Wanted(what="FIX activity"), Wanted(what="x" * 500)))
    assert pieces == ("FIX activity", "x" * 160)


def test_a_milestone_of_one_unit_is_said_in_the_singular() -> None:
    assert milestone_in_words(Offset(amount=1, unit="years")) == "1 year after the infusion"
    assert milestone_in_words(Offset(amount=18, unit="months")) == "18 months after the infusion"


@pytest.mark.parametrize("field", ["patient_token", "given_name", "price", "htc_id", "infusion_id"])
def test_a_variable_outside_the_allow_list_is_refused(field: str) -> None:
    with pytest.raises(ValidationError, match="extra_forbidden"):
        ReminderVariables.model_validate({**_variables().model_dump(), field: "anything"})


def test_a_milestone_that_is_not_in_the_fixed_words_is_refused() -> None:
    with pytest.raises(ValidationError, match="milestone_in_words"):
        ReminderVariables.model_validate({**_variables().model_dump(), "milestone_in_words": "of Jane Doe"})
