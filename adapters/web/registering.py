"""The one command that carries an identity, and the correction of what it recorded."""

from fastapi.responses import JSONResponse

from adapters.local_time import fix_when
from adapters.registration import NewInfusion, adult_on
from adapters.web.access import Asker
from adapters.web.attesting import check_reporting
from adapters.web.bodies import Administration, CorrectInfusionBody, RegisterInfusionBody
from adapters.web.problem import refused
from adapters.web.writing import Writing, answered, fixed
from oba.facts.infused import Infused
from oba.infusion.commands import CorrectFact
from oba.infusion.state import InfusionState


def register(writing: Writing, body: RegisterInfusionBody) -> JSONResponse:
    """Register the one infusion of a patient; an HTC registers its own only."""
    _check_own_htc(writing.asker, body.fact)
    answer = writing.services.tracker.register_infusion(
        body.patient,
        NewInfusion(**body.fact.model_dump(), occurred_at=body.occurred_at),
        actor=writing.asker.principal_id,
        source=body.source,
        command_id=writing.command_id,
        principal=writing.asker.principal_id,
        key=writing.key,
        request_hash=writing.content,
    )
    return answered(writing.services, answer)


def _check_own_htc(asker: Asker, fact: Administration) -> None:
    if asker.scope.payer_id is not None or asker.scope.htc_id not in (None, fact.htc_id):
        remedy = "name your own HTC, or have the other HTC register it"
        raise refused(403, "not-your-htc", "the infusion is of another HTC", remedy, pointer="/fact/htc_id")


def corrected_infusion(writing: Writing, code: str, body: CorrectInfusionBody) -> CorrectFact:
    """The command that replaces the administration: token and HTC stay, the local day follows the new start."""
    state = writing.state(code)
    check_reporting(writing.asker, state, None, state.events[0].event_id)
    before = _first(state)
    if body.fact.htc_id != before.htc_id:
        remedy = "retract the infusion as entered in error, and register it at the other HTC"
        raise refused(422, "htc-is-fixed", "Day 0 belongs to the infusing HTC", remedy, pointer="/fact/htc_id")
    when = fixed(fix_when(None, body.occurred_at, before.time_zone))
    identity = writing.services.tracker.records.vault.identity(before.patient_token)
    fact = Infused(
        **body.fact.model_dump(),
        time_zone=before.time_zone,
        patient_token=before.patient_token,
        adult_on_day_0=before.adult_on_day_0 if identity is None else adult_on(identity.born_on, when.occurred_on),
    )
    told = body.model_dump(include={"reason", "source_sequence"})
    return CorrectFact(
        **writing.head(state), **told, fact_id=state.events[0].event_id, when=when, fact=fact, source=body.source
    )


def _first(state: InfusionState) -> Infused:
    """The administration as it was first recorded."""
    first = state.events[0].body
    assert isinstance(first, Infused), "a stream begins with the infusion"
    return first
