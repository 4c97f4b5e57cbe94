"""The one way in which anything is asked of the product: load, decide, append, answer; one key, one answer."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from adapters.answer import Answer, answer_before, answer_of, place_of, stamped_answer
from adapters.clock import new_id
from adapters.codes import Codes
from adapters.following import Following
from adapters.holding import digests_in, patient_of
from adapters.knowledge import Knowledge, resolve
from adapters.learning import Learning
from adapters.local_time import fix_when, local_day
from adapters.log.log import Log
from adapters.log.refusals import ReceiptTaken, StaleVersion
from adapters.receipts import Asking
from adapters.records.directory import Known
from adapters.records.identity import Identity
from adapters.records.records import Records
from adapters.registration import NewInfusion, Registration, register
from adapters.shelving import Shelving
from oba.document.commands import RegisterDocument
from oba.facts.base import Body
from oba.facts.coverage import CareTransferred
from oba.facts.recorded import Drafted, Source
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
        self._following = Following(log)
        self._learning = Learning(self._following, records.directory)
        self.shelving = Shelving(log, self.now)
        self._codes = Codes(log, self._following)

    def now(self) -> datetime:
        """The present: the clock's instant, or that of the newest event where the clock lags behind it."""
        self._following.look()
        return self._now()

    def _now(self) -> datetime:
        now, newest = self.clock.now(), self._following.standing.last_recorded_at
        return max(now, newest) if newest else now

    def knowledge(self, known_at: datetime | None = None) -> Knowledge | Refusal:
        """Resolve an instant of knowledge once; without one, the present; one that is not yet past is refused."""
        return resolve(self.log, known_at)

    def shelf(self) -> Shelf:
        """Every registered version of every document; read again only when a document was added."""
        self._following.look()
        return self._shelf()

    def _shelf(self) -> Shelf:
        return self.shelving.shelf(self._following.standing)

    def register_document(self, document: Document, *, actor: str) -> Answer | Refusal:
        """Put the first version of a document on the shelf; the same version again changes nothing."""
        command_id = derived_id("register-document", document.id, terms_hash(document))
        return self.shelving.execute(RegisterDocument(command_id=command_id, actor=actor, document=document))

    def state(self, infusion: UUID, *, up_to: int | None = None) -> InfusionState | None:
        """An infusion as it stands, or as it stood at a log position; None where there is none."""
        if up_to is None:
            self._following.look()
            state = self._following.state(infusion)
        else:
            state = replay(infusion, self.log.stream(infusion, up_to=up_to))
        return state if state.exists else None

    def infusion_by_code(self, code: str) -> UUID | None:
        """The infusion that people name by a code; None where there is none."""
        return self._codes.infusion(code)

    def surroundings(self, htc_id: str | None) -> Surroundings:
        """The world as a command meets it: the hour, the local day at an HTC, the directory, the documents."""
        self._following.look()
        return self._surroundings(htc_id, self.records.directory.known())

    def _surroundings(self, htc_id: str | None, known: Known) -> Surroundings:
        now = self._now()
        return Surroundings(
            now=now,
            today=local_day(now, known.zones.get(htc_id or "", "UTC")),
            htc_ids=frozenset(known.zones),
            payer_ids=known.payer_ids,
            person_ids=known.person_ids,
            attesters=known.physicians,
            shelf=self._shelf(),
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
            learned = self._learning.of(asking)
            answer = asking.answered(learned.receipt) or self._attempt(command, asking, expected_version, learned.known)
            if answer is not None:
                return answer
        return self.busy()

    def asking(self, principal: str, key: str | None, request: str) -> Asking:
        """A request whose content is kept as a keyed digest only, so that nobody can try bodies out."""
        return Asking(principal, key, self.records.vault.keyed("request", request))

    def _attempt(
        self, command: InfusionCommand, asking: Asking, expected: int | None, known: Known
    ) -> Answer | Refusal | None:
        """One try; None where somebody else wrote meanwhile."""
        state = self._following.state(command.infusion_id)
        command_id = command.command_id.int
        done = [event for event in state.events if event.command_id.int == command_id]
        if done:
            earlier = state.events[: done[0].version - 1]
            return Answer(answer_of(command.infusion_id, earlier, done), replayed=True)
        if expected is not None and expected != state.version:
            return refuse(
                "stale", "version-changed", "the infusion has moved on", "read it again and decide on what you see now"
            )
        drafted = self._decided(command, state, known)
        if isinstance(drafted, Refusal):
            return drafted
        return self.append(state, drafted, asking)

    def decided(self, command: InfusionCommand) -> tuple[Drafted[Body], ...] | Refusal:
        """What the domain says to a command on an infusion that does not exist yet."""
        self._following.look()
        return self._decided(command, InfusionState(infusion_id=command.infusion_id), self.records.directory.known())

    def _decided(
        self, command: InfusionCommand, state: InfusionState, known: Known
    ) -> tuple[Drafted[Body], ...] | Refusal:
        htc_id = state.htc_id if state.exists else getattr(getattr(command, "fact", None), "htc_id", None)
        return decide(state, command, self._surroundings(htc_id, known))

    def append(
        self,
        state: InfusionState,
        drafted: tuple[Drafted[Body], ...],
        asking: Asking,
        more_flags: Iterable[str] = (),
    ) -> Answer | None:
        """Write what was decided with its receipt, and answer; None where the stream or the key was taken meanwhile."""
        self.records.vault.keep(digests_in(drafted), patient_of(state.events or drafted))
        answer = answer_before(state, drafted, self._now(), more_flags)
        generation = self._following.standing.generation
        try:
            appended = self.log.append(drafted, receipt=asking.receipt(answer))
        except (StaleVersion, ReceiptTaken):
            return None
        self._following.appended(state, appended, generation)
        return Answer(stamped_answer(answer, *place_of(appended)))

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
