"""Who takes part in an agreement beside manufacturer and payers, and in which role (C01)."""

from typing import Literal, TypeAlias

from pydantic import model_validator

from oba.problems import WrongField
from oba.terms.block import Part
from oba.units import Code

PartyRole: TypeAlias = Literal["managed_care_plan", "reinsurer", "employer_plan", "patient", "adjudicator"]


class Party(Part):
    """A role and who fills it; the patient is whoever is infused, and an agreement never names one."""

    role: PartyRole
    id: Code | None = None

    @model_validator(mode="after")
    def _patients_are_never_named(self) -> "Party":
        if self.role == "patient" and self.id is not None:
            raise WrongField("id", "an agreement names no patient; leave the id out")
        if self.role != "patient" and self.id is None:
            raise WrongField("id", "nobody fills the role; give the id of the party")
        return self
