"""The events that freedom from events is about, each with what makes it count (C18)."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from oba.terms.block import Part
from oba.terms.measures.inhibitor import InhibitorRule
from oba.terms.measures.survival import Relations
from oba.units import Percent


class Death(Part):
    """A death whose relation to the therapy is named."""

    kind: Literal["death"]
    relations: Relations


class InhibitorFound(InhibitorRule):
    """A positive inhibitor test on or after Day 0, confirmed as named."""

    kind: Literal["inhibitor"]


class Retreatment(Part):
    """Another gene therapy."""

    kind: Literal["retreatment"]


class NonFactorProphylaxis(Part):
    """Prophylaxis with a product that is not a clotting factor."""

    kind: Literal["non_factor_prophylaxis"]


class Hospitalisation(Part):
    """An admission for one of the named causes."""

    kind: Literal["hospitalisation"]
    causes: Annotated[tuple[Literal["bleed", "liver", "other"], ...], Field(min_length=1, max_length=3)]


class LiverTransplant(Part):
    """A transplant of the liver."""

    kind: Literal["liver_transplant"]


class Carcinoma(Part):
    """A hepatocellular carcinoma."""

    kind: Literal["carcinoma"]


class PartialDose(Part):
    """Less than the named percentage of the intended dose was administered; the event is on Day 0."""

    kind: Literal["partial_dose"]
    below_percent: Percent


class LossToFollowUp(Part):
    """Lost to follow-up, and not followed again by the due date."""

    kind: Literal["loss_to_follow_up"]


class WithdrawalOfConsent(Part):
    """Consent withdrawn, and not given again by the due date."""

    kind: Literal["withdrawal_of_consent"]


CountedEvent: TypeAlias = Annotated[
    Death
    | InhibitorFound
    | Retreatment
    | NonFactorProphylaxis
    | Hospitalisation
    | LiverTransplant
    | Carcinoma
    | PartialDose
    | LossToFollowUp
    | WithdrawalOfConsent,
    Field(discriminator="kind"),
]
