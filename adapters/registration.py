"""The registration of an infusion: the identity into the vault, the rest into the log, or nothing at all.

Everything is decided before anything is written. The vault comes first, so a crash between the two leaves an
identity without an infusion; registering the same patient again takes up its token, and the log's own stream id
sees to it that there is only one infusion whoever comes first.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar, Protocol
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from adapters.answer import Answer, answer_of
from adapters.local_time import fix_when
from adapters.log.log import Log
from adapters.receipts import Asking
from adapters.records.directory import Htc
from adapters.records.identity import Identity
from adapters.records.records import Records
from adapters.records.vault import AlreadyInVault
from oba.dates import Day, Instant, shift_months
from oba.facts.base import Body
from oba.facts.infused import Infused
from oba.facts.recorded import Drafted, Source
from oba.identity import infusion_id
from oba.infusion.commands import InfusionCommand, RegisterInfusion, When
from oba.infusion.state import InfusionState
from oba.problems import Refusal, problems_of, refuse
from oba.units import Code, Digest, Number

_MONTHS_TO_ADULT = 18 * 12
_MONTHS_TO_110 = 110 * 12


class NewInfusion(BaseModel):
    """The administration as it is reported: kit lots plain (or as digests made here before), no token, no zone."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    product: Code
    htc_id: Code
    occurred_on: Day | None = None
    occurred_at: Instant | None = None
    ended_at: Instant | None = None
    weight_kg: Number
    volume_ml: Number
    vials: Annotated[int, Field(strict=True)]
    kit_lots: tuple[Annotated[str, Field(strict=True, max_length=80)], ...] = ()
    kit_lot_digests: tuple[Digest, ...] = ()
    ndc: str
    dose_share_percent: Number


class WritePath(Protocol):
    """What a registration needs of the tracker."""

    log: Log
    records: Records
    ATTEMPTS: ClassVar[int]

    def decided(self, command: InfusionCommand) -> tuple[Drafted[Body], ...] | Refusal:
        """What the domain says to a command on an infusion that does not exist yet."""
        ...

    def append(
        self,
        state: InfusionState,
        drafted: tuple[Drafted[Body], ...],
        asking: Asking,
        more_flags: Iterable[str] = (),
    ) -> Answer | None:
        """Write what was decided with its receipt; None where somebody else wrote meanwhile."""
        ...

    def fresh_token(self) -> UUID:
        """A random patient token that nobody has."""
        ...

    def busy(self) -> Refusal:
        """The answer when others kept writing."""
        ...


@dataclass(frozen=True)
class Registration:
    """One request to register: who reports what of whom, and under which command."""

    identity: Identity
    new: NewInfusion
    actor: str
    source: Source
    command_id: UUID
    asking: Asking


def register(path: WritePath, request: Registration) -> Answer | Refusal:
    """Open the one stream of a patient; a second one is refused and tells nothing of the first."""
    checked = _fixed(path, request)
    if isinstance(checked, Refusal):
        return request.asking.earlier(path.log) or checked
    for _ in range(path.ATTEMPTS):
        answer = request.asking.earlier(path.log) or _attempt(path, request, *checked)
        if answer is not None:
            return answer
    return path.busy()


def _attempt(path: WritePath, request: Registration, htc: Htc, when: When) -> Answer | Refusal | None:
    """One try; None where somebody else wrote meanwhile."""
    vault = path.records.vault
    known = vault.token_of(request.identity)
    token = known or path.fresh_token()
    infusion = infusion_id(token)
    events = path.log.stream(infusion)
    if events:
        own = [event for event in events if event.command_id == request.command_id]
        return Answer(answer_of(infusion, (), own), replayed=True) if own else _second_infusion()
    command = _command(path, request, htc, when, token)
    if isinstance(command, Refusal):
        return command
    drafted = path.decided(command)
    if isinstance(drafted, Refusal):
        return drafted
    if known is None and isinstance(vault.open_identity(request.identity, token), AlreadyInVault):
        return None
    return path.append(InfusionState(infusion), drafted, request.asking, _flags(request.identity, when.occurred_on))


def _fixed(path: WritePath, request: Registration) -> tuple[Htc, When] | Refusal:
    htc = path.records.directory.htc(request.new.htc_id)
    if htc is None:
        return refuse(
            "invalid",
            "unknown-htc",
            "the directory has no such HTC",
            "use the id of an HTC of the directory",
            "/fact/htc_id",
        )
    when = fix_when(request.new.occurred_on, request.new.occurred_at, htc.time_zone)
    if isinstance(when, Refusal):
        return when
    return _not_allowed(request.identity, htc, when.occurred_on) or (htc, when)


def _not_allowed(identity: Identity, htc: Htc, day_0: date) -> Refusal | None:
    if not htc.designated_on(day_0):
        return refuse(
            "invalid",
            "site-not-designated",
            "the HTC is not designated on the day of the infusion",
            "correct the day or the HTC, or the designation in the directory",
            "/fact/htc_id",
        )
    if identity.born_on > day_0:
        return refuse(
            "invalid",
            "birth-date",
            "the birth date lies after the infusion",
            "correct one of the two dates",
            "/patient/born_on",
        )
    if not adult_on(identity.born_on, day_0):
        return refuse(
            "invalid",
            "under-age",
            "the patient is a minor on the day of the infusion",
            "the therapy is for adults; correct the date where it is wrong",
            "/patient/born_on",
        )
    return None


def adult_on(born_on: date, day: date) -> bool:
    """Whether somebody is 18 on a day; born on 29 February, they are from 1 March of a common year."""
    return shift_months(born_on, _MONTHS_TO_ADULT, "next_first_of_month") <= day


def _flags(identity: Identity, day_0: date) -> tuple[str, ...]:
    old = shift_months(identity.born_on, _MONTHS_TO_110, "next_first_of_month") <= day_0
    return ("age_over_110",) if old else ()


def _command(path: WritePath, request: Registration, htc: Htc, when: When, token: UUID) -> RegisterInfusion | Refusal:
    new = request.new
    lots = (*new.kit_lot_digests, *(path.records.vault.digest("lot", lot) for lot in new.kit_lots if lot.strip()))
    reported = {"product", "ended_at", "weight_kg", "volume_ml", "vials", "ndc", "dose_share_percent"}
    try:
        fact = Infused(
            **new.model_dump(include=reported),
            htc_id=htc.htc_id,
            time_zone=htc.time_zone,
            patient_token=token,
            adult_on_day_0=True,
            kit_lot_digests=lots,
        )
    except ValidationError as error:
        return Refusal(kind="invalid", problems=problems_of(error, "/fact"))
    return RegisterInfusion(
        command_id=request.command_id,
        infusion_id=infusion_id(token),
        actor=request.actor,
        when=when,
        fact=fact,
        source=request.source,
    )


def _second_infusion() -> Refusal:
    return refuse(
        "conflict",
        "one-per-lifetime",
        "an infusion of this patient was registered before",
        "check the identity; a patient has one infusion in a lifetime",
        "/patient",
    )
