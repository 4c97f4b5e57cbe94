"""One bleed as logged; episodes are made from the whole record by the bleeding rate (settled C6). Onset is the
event's day.
"""

from typing import ClassVar, Literal, TypeAlias

from pydantic import Field, model_validator

from oba.dates import Moment
from oba.facts.base import Fact
from oba.later import WithLaterFields
from oba.problems import WrongField

BleedSite: TypeAlias = Literal[
    "ankle_left",
    "ankle_right",
    "knee_left",
    "knee_right",
    "hip_left",
    "hip_right",
    "shoulder_left",
    "shoulder_right",
    "elbow_left",
    "elbow_right",
    "wrist_left",
    "wrist_right",
    "hand_left",
    "hand_right",
    "foot_left",
    "foot_right",
    "thigh_left",
    "thigh_right",
    "calf_left",
    "calf_right",
    "forearm_left",
    "forearm_right",
    "upper_arm_left",
    "upper_arm_right",
    "iliopsoas_left",
    "iliopsoas_right",
    "buttock_left",
    "buttock_right",
    "abdomen",
    "back",
    "chest",
    "neck",
    "head",
    "intracranial",
    "mouth",
    "nose",
    "throat",
    "gastrointestinal",
    "urinary",
    "skin",
    "surgical_site",
    "other",
]
"""A closed list: a site is compared when bleeds are merged, and a free word could name a person."""
BleedLocation: TypeAlias = Literal["joint", "muscle", "other"]
BleedCause: TypeAlias = Literal["spontaneous", "traumatic", "surgical", "unknown"]


class BleedLogged(WithLaterFields, Fact):
    """A bleed at a coded site (`knee_left`), of a kind and cause, treated with FIX or not."""

    LATER: ClassVar[frozenset[str]] = frozenset({"adjudicated"})

    kind: Literal["bleed_logged"] = "bleed_logged"
    site: BleedSite
    location: BleedLocation
    cause: BleedCause
    treated: bool = Field(strict=True)
    last_treatment: Moment | None = None
    adjudicated: bool | None = Field(default=None, strict=True)
    """Whether an adjudicator found it to be a bleed; None where none was asked (C15)."""

    @model_validator(mode="after")
    def _treatment_fits(self) -> "BleedLogged":
        if self.last_treatment is not None and not self.treated:
            raise WrongField(
                "last_treatment", "an untreated bleed has no last treatment; say treated, or leave the treatment out"
            )
        return self

    def says(self) -> str:
        return f"{self.cause} bleed, {self.site.replace('_', ' ')}, {'treated' if self.treated else 'untreated'}"
