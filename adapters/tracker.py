"""The one way in which anything is asked of the product: load, decide, append, answer; one key, one answer."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from adapters.answer import Answer, answer_of
from adapters.clock import new_id
from adapters.codes import Codes
from adapters.holding import patient_of, texts
from adapters.local_time import fix_when, local_day
from adapters.log.log import Log
from adapters.log.refusals import ReceiptTaken, StaleVersion
from adapters.receipts import Asking
from adapters.records.identity import Identity
from adapters.records.records import Records
from adapters.registration import NewInfusion, Registration, register
from adapters.shelving import Shelving
from oba.document.commands import RegisterDocument
from oba.facts.base import Body
from oba.facts.coverage import CareTransferred
from oba.facts.recorded import Drafted, Recorded, Source
from oba.identity import content_hash, derived_id, infusion_id, opaque_code
from oba.infusion.commands import InfusionCommand, When
from oba.infusion.decide import decide
from oba.infusion.state import InfusionState, replay
from oba.infusion.surroundings import Surroundings
from oba.ports import Clock
from oba.problems import Refusal, refuse
from oba.reference.tables import Reference
from oba.terms.document import Document, terms_hash
from oba.terms.shelf import Shelf


@dataclass(frozen=True)
class Knowledge:
    """What had been recorded by an instant: the instant as resolved, and the log position that it means."""

    known_at: datetime
    position: int


class Tracker:
    """Infusions and documents over log and records."""

    ATTEMPTS: ClassVar[int] = 25
    """A try is lost only to another command that was written to the same infusion, so as many callers at once as this
    all get through; more of them than any HTC has, and still an end where a stream never rests.
    """

    def __init__(
        self, log: Log, records: Records, clock: Clock, reference: Reference, fresh_id: Callable[[], UUID] = new_id
    ) -> None:
        self.log = log
        self.records = records
        self.clock = clock
        self.reference = reference
        self._fresh_id = fresh_id
        self.shelving = Shelving(log, self.now)
        self._codes = Codes(log)

    def now(self) -> datetime:
        """The present: the clock's instant, or that of the newest event where the clock lags behind it."""
        now, newest = self.clock.now(), self.log.last_recorded_at()
        return max(now, newest) if newest else now

    def knowledge(self, known_at: datetime | None = None) -> Knowledge | Refusal:
        """Resolve an instant of knowledge once; without one, the present; one that is not yet past is refused.

        Present knowledge is that of the newest event: its stamp and position, to which nothing can be added any more.
        """
        newest = self.log.newest()
        if known_at is None:
            return Knowledge(newest[1], newest[0]) if newest else Knowledge(self.clock.now(), 0)
        if known_at >= self.clock.now() and (newest is None or known_at > newest[1]):
            return refuse(
                "invalid",
                "known-at-not-past",
                "the instant is not yet past",
                "give an instant that is past, or leave it out for the present",
                "/known_at",
            )
        return Knowledge(known_at, self.log.position_at(known_at))

    def shelf(self) -> Shelf:
        """Every registered version of every document; read again only when a document was added."""
        return self.shelving.shelf()

    def register_document(self, document: Document, *, actor: str) -> Answer | Refusal:
        """Put the first version of a document on the shelf; the same version again changes nothing."""
        command_id = derived_id("register-document", document.id, terms_hash(document))
        return self.shelving.execute(RegisterDocument(command_id=command_id, actor=actor, document=document))

    def state(self, infusion: UUID, *, up_to: int | None = None) -> InfusionState | None:
        """An infusion as it stands, or as it stood at a log position; None where there is none."""
        events = self.log.stream(infusion, up_to=up_to)
        return replay(infusion, events) if events else None

    def infusion_by_code(self, code: str) -> UUID | None:
        """The infusion that people name by a code; None where there is none."""
        return self._codes.infusion(code)

    def surroundings(self, htc_id: str | None) -> Surroundings:
        """The world as a command meets it: the hour, the local day at an HTC, the directory, the documents."""
        known = self.records.directory.known()
        now = self.now()
        return Surroundings(
            now=now,
            today=local_day(now, known.zones.get(htc_id or "", "UTC")),
            htc_ids=frozenset(known.zones),
            payer_ids=known.payer_ids,
            person_ids=known.person_ids,
            attesters=known.physicians,
            shelf=self.shelf(),
            reference=self.reference,
        )

    def when(self, state: InfusionState, occurred_on: date | None, occurred_at: datetime | None) -> When | Refusal:
        """Fix day and instant by the zone of the HTC in whose care the patient was then."""
        return fix_when(occurred_on, occurred_at, self._zone_then(state, occurred_on, occurred_at))

    def zone(self, state: InfusionState) -> str:
        """The IANA zone of the HTC in whose care the patient is."""
        return self._zone_of(state.htc_id, state)

    def _zone_then(self, state: InfusionState, occurred_on: date | None, occurred_at: datetime | None) -> str:
        zone = state.infused.time_zone
        for transfer in state.everything.of(CareTransferred):
            day = local_day(occurred_at, zone) if occurred_at is not None else occurred_on
            if day is None or day < transfer.occurred_on:
                break
            zone = self._zone_of(transfer.fact.htc_id, state)
        return zone

    def _zone_of(self, htc_id: str, state: InfusionState) -> str:
        htc = self.records.directory.htc(htc_id)
        return htc.time_zone if htc else state.infused.time_zone

    def execute(
        self,
        command: InfusionCommand,
        *,
        principal: str,
        key: str | None = None,
        request_hash: str = "",
        expected_version: int | None = None,
    ) -> Answer | Refusal:
        """Carry a command out once: the same key of a principal gives the same answer for ever.

        With `expected_version` the command is refused as stale where the stream stands at another version.
        """
        asking = self.asking(principal, key, request_hash or _hash_of(command.model_dump(mode="json")))
        for _ in range(self.ATTEMPTS):
            answer = asking.earlier(self.log) or self._attempt(command, asking, expected_version)
            if answer is not None:
                return answer
        return self.busy()

    def asking(self, principal: str, key: str | None, request: str) -> Asking:
        """A request whose content is kept as a keyed digest only, so that nobody can try bodies out."""
        return Asking(principal, key, self.records.vault.keyed("request", request))

    def _attempt(self, command: InfusionCommand, asking: Asking, expected: int | None) -> Answer | Refusal | None:
        """One try; None where somebody else wrote meanwhile."""
        events = self.log.stream(command.infusion_id)
        done = [event for event in events if event.command_id == command.command_id]
        if done:
            return Answer(answer_of(command.infusion_id, events[: done[0].version - 1], done), replayed=True)
        if expected is not None and expected != len(events):
            return refuse(
                "stale", "version-changed", "the infusion has moved on", "read it again and decide on what you see now"
            )
        drafted = self.decided(command, events)
        if isinstance(drafted, Refusal):
            return drafted
        return self.append(command.infusion_id, drafted, events, asking)

    def decided(
        self, command: InfusionCommand, events: tuple[Recorded[Body], ...] = ()
    ) -> tuple[Drafted[Body], ...] | Refusal:
        """What the domain says to a command, on the stream as it was read."""
        state = replay(command.infusion_id, events)
        htc_id = state.htc_id if state.exists else getattr(getattr(command, "fact", None), "htc_id", None)
        return decide(state, command, self.surroundings(htc_id))

    def append(
        self,
        infusion: UUID,
        drafted: tuple[Drafted[Body], ...],
        earlier: tuple[Recorded[Body], ...],
        asking: Asking,
        more_flags: Iterable[str] = (),
    ) -> Answer | None:
        """Write what was decided with its receipt, and answer; None where the stream or the key was taken meanwhile."""

        answers: list[dict[str, Any]] = []

        def answering(events: tuple[Recorded[Body], ...]) -> dict[str, Any]:
            answers.append(answer_of(infusion, earlier, events, more_flags))
            return answers[-1]

        self.records.vault.keep(texts(drafted), patient_of((*earlier, *drafted)))
        try:
            appended = self.log.append(drafted, receipt=asking.receipt(answering))
            return Answer(answers[-1] if answers else answering(appended))
        except (StaleVersion, ReceiptTaken):
            return None

    def register_infusion(
        self,
        identity: Identity,
        new: NewInfusion,
        *,
        actor: str,
        source: Source,
        command_id: UUID,
        principal: str | None = None,
        key: str | None = None,
        request_hash: str = "",
    ) -> Answer | Refusal:
        """Register the one infusion of a patient: identity to the vault, facts to the log, or nothing anywhere."""
        content = {"identity": identity.model_dump(mode="json"), "new": new.model_dump(mode="json")}
        asking = self.asking(principal or actor, key, request_hash or content_hash(content))
        return register(self, Registration(identity, new, actor, source, command_id, asking))

    def fresh_token(self) -> UUID:
        """A random patient token whose infusion's code nobody bears yet."""
        token = self._fresh_id()
        while self.infusion_by_code(opaque_code(infusion_id(token))) is not None:
            token = self._fresh_id()
        return token

    def close(self) -> None:
        """Close log and records."""
        self.log.close()
        self.records.close()

    @staticmethod
    def busy() -> Refusal:
        """The answer when others kept writing to the same stream."""
        return refuse("stale", "busy", "others write to the same infusion at this moment", "try again in a moment")


def _hash_of(content: Mapping[str, Any]) -> str:
    """The digest of what is asked; the ids of the command itself do not belong to it."""
    return content_hash({name: part for name, part in content.items() if name not in ("command_id", "correlation_id")})
