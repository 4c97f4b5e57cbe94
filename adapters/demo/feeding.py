"""One report of a life fed into a store by the same command that people would use; feeding it twice changes nothing."""

from datetime import datetime
from typing import Any, assert_never
from uuid import UUID

from adapters.answer import Answer
from adapters.demo import commands
from adapters.demo.agenda import Answers, Asks, Enrols, Registers, Reported, Tells
from adapters.demo.directory import clerk_of
from adapters.demo.documents import Documents
from adapters.demo.life import PRODUCT, Life
from adapters.demo.telling import command_id
from adapters.log.log import Log
from adapters.records.identity import Identity
from adapters.records.records import Records
from adapters.registration import NewInfusion
from adapters.tracker import Tracker
from oba.identity import derived_id, infusion_id
from oba.infusion.commands import InfusionCommand
from oba.ports import Clock
from oba.problems import Refusal
from oba.reference.tables import Reference


def token_of(life: Life) -> UUID:
    """The patient token of a life: derived here, random for everybody who is not invented."""
    return derived_id("demo", "patient", life.number)


def infusion_of(life: Life) -> UUID:
    """The infusion of a life."""
    return infusion_id(token_of(life))


class Tokens:
    """The source of patient tokens while the demo registers: the token of the life at hand."""

    def __init__(self) -> None:
        self._next: UUID | None = None

    def expect(self, life: Life) -> None:
        """The next token is that of a life."""
        self._next = token_of(life)

    def __call__(self) -> UUID:
        """The expected token, once; LookupError when nobody is expected."""
        token, self._next = self._next, None
        if token is None:
            raise LookupError("no life of the demo is being registered")
        return token


class Feeding:
    """Feeds reports into a tracker that stands at the instant at which they became known."""

    def __init__(self, log: Log, records: Records, clock: Clock, reference: Reference, documents: Documents) -> None:
        self._tokens = Tokens()
        self.documents = documents
        self.tracker = Tracker(log, records, clock, reference, fresh_id=self._tokens)

    def feed(self, report: Reported) -> Answer | Refusal:
        """Carry the report out, or say why it is refused."""
        match report:
            case Registers(life):
                return self._register(life)
            case Enrols(life):
                agreement = self.documents.agreements[life.script.agreement_id]
                return self.execute(commands.enrol(life, infusion_of(life), agreement, self.tracker.records.vault))
            case Tells(life, told):
                return self.execute(commands.tell(life, infusion_of(life), told, self.tracker.records.vault))
            case Asks(life, request):
                return self.execute(commands.ask(life, infusion_of(life), request, self.documents.rule))
            case Answers(life, request):
                asked = derived_id("data-request", command_id(life.number, request.key))
                return self.execute(commands.answer(life, infusion_of(life), request, self.documents.rule, asked))
            case _:
                assert_never(report)

    def execute(self, command: InfusionCommand) -> Answer | Refusal:
        """Carry a command out under a key derived from its id."""
        return self.tracker.execute(command, principal=command.actor, key=f"demo-{command.command_id}")

    def _register(self, life: Life) -> Answer | Refusal:
        self._tokens.expect(life)
        command = command_id(life.number, "registered")
        return self.tracker.register_infusion(
            Identity(**vars(life.patient)),
            _new_infusion(life),
            actor=clerk_of(life.script.htc_id),
            source=commands.SOURCE,
            command_id=command,
            key=f"demo-{command}",
        )


def _new_infusion(life: Life) -> NewInfusion:
    given: dict[str, Any] = vars(life.administration).copy()
    started_at: datetime = given.pop("started_at")
    given.pop("known_at")
    return NewInfusion(product=PRODUCT, htc_id=life.script.htc_id, occurred_at=started_at, **given)
