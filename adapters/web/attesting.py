"""A physician attests in their own name and records nothing else; a clerk records for others (domain, roles)."""

from adapters.web.access import Asker
from adapters.web.permissions import HTC_PHYSICIAN
from adapters.web.problem import refused
from oba.facts.assessment import MilestoneAssessed
from oba.facts.base import Fact


def check_attestation(asker: Asker, fact: Fact) -> None:
    """403 where a physician records anything but an assessment that they attest themselves."""
    if asker.role != HTC_PHYSICIAN:
        return
    if not isinstance(fact, MilestoneAssessed):
        remedy = "have a clerk of the HTC record it"
        raise refused(403, "attest-only", "a physician records assessments only", remedy, pointer="/fact/kind")
    if fact.attested_by != asker.person_id:
        message, remedy = "a physician attests in their own name", "name yourself in `attested_by`"
        raise refused(403, "attest-yourself", message, remedy, pointer="/fact/attested_by")
