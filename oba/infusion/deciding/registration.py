"""Registering the infusion: known product and HTC, an adult, not in the future, once per patient and lifetime."""

from oba.facts.infused import Infused
from oba.identity import infusion_id
from oba.infusion.commands import RegisterInfusion, When
from oba.infusion.deciding.draft import Decided, draft
from oba.infusion.state import InfusionState
from oba.infusion.surroundings import Surroundings
from oba.problems import Problem, Refusal, refuse
from oba.reference.tables import Therapy


def register(state: InfusionState, command: RegisterInfusion, surroundings: Surroundings) -> Decided:
    """Opens the stream, or refuses with every problem at once."""
    if state.exists:
        return refuse(
            "conflict",
            "one-per-lifetime",
            "an infusion of this patient is registered already",
            "look the infusion up; a second infusion of one patient is not possible",
        )
    problems = (*_id_problems(command), *infusion_problems(command.fact, command.when, surroundings))
    if problems:
        return Refusal(kind="invalid", problems=problems)
    return draft(state, command, (command.fact,), command.when, command.source)


def _id_problems(command: RegisterInfusion) -> tuple[Problem, ...]:
    """The stream is the one of the patient's token, so that the log itself keeps a second infusion out."""
    if command.infusion_id == infusion_id(command.fact.patient_token):
        return ()
    return (
        Problem(
            code="other-patient",
            message="the infusion's id does not belong to the patient token",
            remedy="derive the id from the token",
            pointer="/infusion_id",
        ),
    )


def infusion_problems(infused: Infused, when: When, surroundings: Surroundings) -> tuple[Problem, ...]:
    """Everything that is wrong with an infusion, as reported or as corrected."""
    found = [
        *_when_problems(infused, when, surroundings),
        *_place_problems(infused, surroundings),
        *_product_problems(infused, surroundings.reference.therapy(infused.product)),
    ]
    if not infused.adult_on_day_0:
        found.append(
            Problem(
                code="under-age",
                message="the patient was under 18 on the day of the infusion",
                remedy="check the date of birth and the date of the infusion; the therapy is for adults",
                pointer="/patient/born_on",
            )
        )
    return tuple(found)


def _when_problems(infused: Infused, when: When, surroundings: Surroundings) -> list[Problem]:
    if when.occurred_on > surroundings.today or (when.occurred_at is not None and when.occurred_at > surroundings.now):
        return [
            Problem(
                code="future-date",
                message="the infusion lies in the future at its HTC",
                remedy="register the infusion once it has been given",
                pointer="/occurred_at",
            )
        ]
    if infused.ended_at is not None and infused.ended_at > surroundings.now:
        return [
            Problem(
                code="future-date",
                message="the infusion ends in the future",
                remedy="register the infusion once it has been given",
                pointer="/fact/ended_at",
            )
        ]
    if infused.ended_at is not None and when.occurred_at is not None and infused.ended_at < when.occurred_at:
        return [
            Problem(
                code="ends-before-start",
                message="the infusion ends before it starts",
                remedy="correct the start or the end",
                pointer="/fact/ended_at",
            )
        ]
    return []


def _place_problems(infused: Infused, surroundings: Surroundings) -> list[Problem]:
    if infused.htc_id in surroundings.htc_ids:
        return []
    return [
        Problem(
            code="unknown-htc",
            message="the HTC is not in the directory",
            remedy="import the HTC with `oba directory import`, or correct its id",
            pointer="/fact/htc_id",
        )
    ]


def _product_problems(infused: Infused, therapy: Therapy | None) -> list[Problem]:
    if therapy is None:
        return [
            Problem(
                code="unknown-product",
                message="the therapy is not in the reference table",
                remedy="use the product name of the reference table, such as HEMGENIX",
                pointer="/fact/product",
            )
        ]
    if infused.ndc.startswith(therapy.ndc_labeler):
        return []
    return [
        Problem(
            code="ndc",
            message="the NDC is not one of this product's labeler",
            remedy=f"give the 11-digit NDC of the kit, which begins with {therapy.ndc_labeler}-",
            pointer="/fact/ndc",
        )
    ]
