"""Who may be enrolled: treatment, site, prior authorisation, consent, baseline, deadline (C02)."""

from typing import Annotated

from pydantic import Field

from oba.terms.block import Block, Part
from oba.terms.criteria.any_criterion import Criterion
from oba.terms.window import DayCount
from oba.units import Code

Ndc = Annotated[str, Field(strict=True, pattern=r"^[0-9]{5}-[0-9]{4}-[0-9]{2}$")]


class EligibleTreatment(Block):
    """Kits by NDC; product and HCPCS code are those of the agreement's therapy."""

    ndcs: tuple[Ndc, ...] = Field(min_length=1, max_length=100)


class EligibleSites(Block):
    """The HTCs that may infuse under the agreement."""

    htcs: tuple[Code, ...] = Field(min_length=1, max_length=500)


class PriorAuthorisation(Block):
    """Authorised on Day 0 or at most so many days before it."""

    at_most_days_before: DayCount


class RequiredConsent(Block):
    """Consent to outcomes tracking under one of these versions of its text, not withdrawn at the enrolment."""

    versions: tuple[Code, ...] = Field(min_length=1, max_length=50)


class BaselinePrerequisite(Block):
    """An ordinary criterion, judged on what was drawn from so many days before Day 0 through Day 0."""

    days_before: DayCount
    criterion: Criterion


class EnrolmentDeadline(Block):
    """The last day of enrolment, counted in days after Day 0; that day itself is in time."""

    days: DayCount


class Eligibility(Part):
    """The conditions that the agreement has; one that is left out asks for nothing."""

    treatment: EligibleTreatment | None = None
    sites: EligibleSites | None = None
    prior_authorisation: PriorAuthorisation | None = None
    consent: RequiredConsent | None = None
    baseline: BaselinePrerequisite | None = None
    enrolment_deadline: EnrolmentDeadline | None = None
