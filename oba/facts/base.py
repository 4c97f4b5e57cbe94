"""What every fact shares: a kind, a version, and what is allowed of its day against Day 0."""

from typing import ClassVar, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict

Timing: TypeAlias = Literal["from_day_0", "any_day"]


class Body(BaseModel):
    """The content of one event. `kind` names it for people and documents; `VERSION` is the version that is written."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    VERSION: ClassVar[int] = 1
    kind: str

    @classmethod
    def kind_name(cls) -> str:
        """The one value that `kind` has in this class."""
        return str(cls.model_fields["kind"].default)

    @classmethod
    def topic(cls) -> str:
        """The stored name of the event; stable, and independent of modules and class names."""
        return f"oba.{cls.STREAM}.{cls.kind_name()}.v{cls.VERSION}"

    STREAM: ClassVar[str] = "infusion"


class Fact(Body):
    """One thing reported about the patient; what it says never contains an identity or free text (decided point 5)."""

    TIMING: ClassVar[Timing] = "from_day_0"
    """`from_day_0`: may not lie before the infusion; `any_day`: may (baseline, assays drawn in the lead-in)."""

    SEALED_WITHOUT_CONSENT: ClassVar[bool] = True
    """Whether the fact is sealed when it is recorded after consent was withdrawn (settled A5)."""

    def says(self) -> str:
        """The content in a few words, for traces, timelines and tables."""
        return self.kind.replace("_", " ")

    def flags(self) -> tuple[str, ...]:
        """What is implausible though possible; recorded, shown, and kept from deciding in silence."""
        return ()
