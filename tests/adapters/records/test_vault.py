"""The vault: a patient is known once however the name is spelled, and nobody reads it without the keys."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from pydantic import ValidationError

from adapters.records.identity import Identity
from adapters.records.key_files import open_key_files
from adapters.records.records import Records, open_records
from adapters.records.sealing import CannotOpen
from adapters.records.vault import DATA_KEYS, SEALED_FIELDS, AlreadyInVault, Vault
from oba.identity import derived_id
from tests.adapters.records.conftest import by_hand, everything
from tests.support.place import Place

PATIENT = {"given_name": "Zofia", "family_name": "Canary-Quill", "born_on": "1984-02-29"}


def _identity(**changes: Any) -> Identity:
    return Identity.model_validate({**PATIENT, **changes})


def _opened(records: Records, identity: Identity) -> UUID:
    token = records.vault.open_identity(identity)
    assert isinstance(token, UUID)
    return token


def test_an_identity_is_read_back_under_its_token(records: Records) -> None:
    identity = _identity(sex="female", member_reference="M 123")

    token = _opened(records, identity)

    assert records.vault.identity(token) == identity
    assert records.vault.identity(derived_id("somebody else")) is None


@pytest.mark.parametrize(
    "other",
    [
        {"given_name": "ZOFIA", "family_name": "canary-quill"},
        {"given_name": "  Zofia ", "family_name": "Canary-Quill\u00a0"},
        {"sex": "other", "member_reference": "another plan"},
    ],
)
def test_the_same_person_in_another_spelling_is_known_already(records: Records, other: dict[str, str]) -> None:
    token = _opened(records, _identity())

    assert records.vault.open_identity(_identity(**other)) == AlreadyInVault(token)
    assert records.vault.token_of(_identity(**other)) == token


def test_composed_and_combining_letters_are_the_same_name(records: Records) -> None:
    token = _opened(records, _identity(given_name="Jos\u00e9"))

    assert records.vault.token_of(_identity(given_name="JOSE\u0301")) == token


@pytest.mark.parametrize(
    "other",
    [
        {"born_on": "1984-02-28"},
        {"family_name": "Canary"},
        {"given_name": "Zofia Canary-Quill", "family_name": "x"},
        {"given_name": "Canary-Quill", "family_name": "Zofia"},
    ],
)
def test_another_person_is_another_person(records: Records, other: dict[str, str]) -> None:
    _opened(records, _identity())

    assert records.vault.token_of(_identity(**other)) is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("given_name", ""),
        ("given_name", "  \u00a0"),
        ("family_name", "Quill\x00"),
        ("family_name", "Qu\u202eill"),
        ("family_name", "\ud800"),
        ("born_on", 0),
        ("born_on", "29.02.1984"),
        ("born_on", "1983-02-29"),
        ("sex", "f"),
        ("family_name", 7),
    ],
)
def test_an_identity_that_is_none_is_refused_without_repeating_it(field: str, value: object) -> None:
    with pytest.raises(ValidationError) as caught:
        _identity(**{field: value})

    assert "Canary" not in str(caught.value)
    assert caught.value.errors(include_input=False)[0]["loc"] == (field,)


def test_an_identity_shows_itself_in_no_text() -> None:
    identity = _identity(member_reference="M 123", sex="female")

    shown = f"{identity} {identity!r} {[identity]} {identity!s}"

    assert all(word not in shown for word in ("Zofia", "Quill", "1984", "M 123", "female"))


def test_of_many_threads_with_one_identity_a_single_one_opens_it(records: Records) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: records.vault.open_identity(_identity()), range(16)))

    opened = [answer for answer in answers if isinstance(answer, UUID)]
    assert len(opened) == 1
    assert {answer.patient_token for answer in answers if isinstance(answer, AlreadyInVault)} == set(opened)


def test_nothing_of_an_identity_or_reference_stands_in_the_store(records: Records, place: Place) -> None:
    token = _opened(records, _identity(member_reference="MEMBER-CANARY"))
    records.vault.keep([records.vault.digest("lot", "LOT-CANARY")], token)

    raw = everything(records, place.settings.home)

    assert b"patient_token" in raw
    assert not any(word in raw for word in (b"Zofia", b"zofia", b"Quill", b"quill", b"1984", b"CANARY"))


def test_sealed_fields_that_were_swapped_between_patients_do_not_open(records: Records, place: Place) -> None:
    first, second = _opened(records, _identity()), _opened(records, _identity(given_name="Anna"))
    column = SEALED_FIELDS.c
    with by_hand(place.settings) as connection:
        query = sa.select(column.patient_token, column.sealed).where(column.field == "given_name")
        sealed = {row.patient_token: row.sealed for row in connection.execute(query)}
        for token, other in ((first, second), (second, first)):
            swap = sa.update(SEALED_FIELDS).where(column.patient_token == token, column.field == "given_name")
            connection.execute(swap.values(sealed=sealed[other]))

    with pytest.raises(CannotOpen):
        records.vault.identity(first)


def test_each_patient_has_a_key_of_their_own_and_without_it_nothing_opens(records: Records) -> None:
    gone, stays = _opened(records, _identity()), _opened(records, _identity(given_name="Anna"))
    with records.engine.begin() as connection:
        connection.execute(sa.delete(DATA_KEYS).where(DATA_KEYS.c.holder == gone))
        left = connection.scalars(sa.select(SEALED_FIELDS.c.field).where(SEALED_FIELDS.c.patient_token == gone)).all()

    with pytest.raises(LookupError):
        records.vault.identity(gone)

    assert left
    assert records.vault.identity(stays) == _identity(given_name="Anna")


def test_a_reference_is_kept_only_once_an_event_names_it(records: Records) -> None:
    token = _opened(records, _identity())
    digest = records.vault.digest("accession", " A-7  x ")

    assert records.vault.plain(digest, token) is None
    records.vault.keep(["not a digest", digest], token)
    records.vault.keep([digest], token)

    assert records.vault.plain(digest, token) == "A-7 x"
    assert records.vault.plain(digest) is None


def test_a_digest_is_of_its_kind_and_of_this_deployment(records: Records, tmp_path: Path) -> None:
    digest = records.vault.digest("lot", "L1")
    other = Vault(records.engine, open_key_files(tmp_path / "other-keys"))

    assert digest == records.vault.digest("lot", " L1 ")
    assert len({digest, records.vault.digest("claim", "L1"), records.vault.digest("lot", "L2")}) == 3
    assert other.digest("lot", "L1") != digest
    with pytest.raises(ValueError, match="printed"):
        records.vault.digest("lot", "  ")


def test_one_kit_lot_is_kept_for_each_patient_whose_event_names_it(records: Records) -> None:
    first, second = _opened(records, _identity()), _opened(records, _identity(given_name="Anna"))
    digest = records.vault.digest("lot", "L1")

    records.vault.keep([digest], first)
    records.vault.keep([digest], second)

    assert (records.vault.plain(digest, first), records.vault.plain(digest, second)) == ("L1", "L1")


def test_of_many_processes_that_keep_the_same_references_each_finds_them_kept(place: Place) -> None:
    opened = [open_records(place.settings) for _ in range(4)]
    holder = derived_id("holder")
    digests = [opened[0].vault.digest("lot", f"L{number}") for number in range(20)]

    def keep(number: int) -> None:
        records = opened[number % 4]
        mine = [records.vault.digest("lot", f"L{lot}") for lot in range(20)]
        records.vault.keep(mine if number % 2 else reversed(mine), holder)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(keep, range(16)))

    assert [opened[0].vault.plain(digest, holder) for digest in digests] == [f"L{number}" for number in range(20)]
    for records in opened:
        records.close()
