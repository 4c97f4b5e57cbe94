"""Keys of access: shown once, checked by their digest, ended for good."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.records.access_keys import AccessKeys, Principal
from adapters.records.key_files import open_key_files
from adapters.records.records import Records
from tests.adapters.records.conftest import everything
from tests.support.place import Place

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def _key(records: Records) -> str:
    return records.keys.create_key("PER-1", "htc_clerk", "HTC-1", person_id="PER-1", created_at=NOON)


def test_a_key_names_who_holds_it(records: Records) -> None:
    key = records.keys.create_key("intake", "service", None, scopes=["record_fact", "read_infusion"], created_at=NOON)

    principal = records.keys.verify(key)

    assert principal is not None
    assert (principal.principal_id, principal.person_id, principal.role) == ("intake", None, "service")
    assert principal.scopes == {"record_fact", "read_infusion"}


def test_a_key_is_never_kept_as_it_is(records: Records, place: Place) -> None:
    key = _key(records)

    raw = everything(records, place.settings.home)

    assert key.split("_")[2].encode() not in raw
    assert key.split("_")[1].encode() in raw


@pytest.mark.parametrize("change", ["last letter", "other id", "upper case", "blank", "nothing", "longer"])
def test_a_key_that_is_not_exactly_right_names_nobody(records: Records, change: str) -> None:
    key = _key(records)
    _, key_id, secret = key.split("_")
    wrong = {
        "last letter": key[:-1] + ("0" if key[-1] != "0" else "1"),
        "other id": f"oba_{'a' * 16}_{secret}",
        "upper case": f"oba_{key_id}_{secret.upper()}",
        "blank": f" {key}",
        "nothing": "",
        "longer": f"{key}0",
    }

    assert records.keys.verify(wrong[change]) is None


def test_a_revoked_key_names_nobody_and_is_revoked_once(records: Records) -> None:
    key = _key(records)
    key_id = key.split("_")[1]

    assert records.keys.revoke(key_id, NOON) is True
    assert records.keys.revoke(key_id, NOON) is False
    assert records.keys.verify(key) is None
    assert records.keys.principals() == ()


def test_keys_are_listed_without_their_secrets(records: Records) -> None:
    key = _key(records)

    assert records.keys.principals() == (
        Principal("PER-1", "PER-1", "htc_clerk", "HTC-1", frozenset(), key.split("_")[1]),
    )


def test_a_key_for_an_unknown_role_is_refused(records: Records) -> None:
    with pytest.raises(ValueError, match="unknown role"):
        records.keys.create_key("PER-1", "king", None, created_at=NOON)


def test_keys_of_two_deployments_do_not_open_each_other(records: Records, tmp_path: Path) -> None:
    other = AccessKeys(records.engine, open_key_files(tmp_path / "other-keys").pepper)

    assert other.verify(_key(records)) is None
