"""Who a patient is; lives in the vault only and shows itself in no text, log or error."""

import unicodedata
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from oba.dates import Day


def collapsed(text: str) -> str:
    """The text in Unicode form NFC, without spaces at its ends, other runs of spaces as one."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _plain_text(text: str) -> str:
    if any(unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co", "Cn") for letter in text):
        raise ValueError("control characters are not accepted; write plain text")
    neat = collapsed(text)
    if not neat:
        raise ValueError("the text is empty; write the name as on the patient's papers")
    return neat


PersonName = Annotated[str, Field(strict=True, max_length=120), AfterValidator(_plain_text)]


class Identity(BaseModel):
    """Name and birth date of a patient, and what else the programme needs to find them."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    given_name: PersonName = Field(repr=False)
    family_name: PersonName = Field(repr=False)
    born_on: Day = Field(repr=False)
    sex: Literal["female", "male", "other", "unknown"] | None = Field(default=None, repr=False)
    member_reference: PersonName | None = Field(default=None, repr=False)

    @property
    def normalised(self) -> str:
        """What two spellings of the same person have in common: names case-folded, spaces collapsed, birth date."""
        names = (collapsed(collapsed(name).casefold()) for name in (self.given_name, self.family_name))
        return "\n".join((*names, self.born_on.isoformat()))

    def __str__(self) -> str:
        return "Identity()"
