"""The local outbox folder."""

from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from adapters.notices.folder import FolderNotifier, write_whole
from adapters.notices.problem import NotDeliveredError
from oba.ports import Clock

MESSAGE = {"key": "key-1", "address": "clerk@htc.example", "subject": "A subject", "text": "First line\n"}


def test_a_message_becomes_one_mail_file_named_after_its_key(clock: Clock, tmp_path: Path) -> None:
    FolderNotifier(folder=tmp_path / "outbox", sender="oba@house.example", clock=clock).deliver(**MESSAGE)
    [file] = (tmp_path / "outbox").iterdir()
    mail = message_from_bytes(file.read_bytes(), policy=default)
    assert file.name == "key-1.eml"
    assert (mail["Message-ID"], mail["To"], mail.get_content()) == (
        "<key-1@house.example>",
        "clerk@htc.example",
        "First line\n",
    )


def test_the_same_key_leaves_one_file(clock: Clock, tmp_path: Path) -> None:
    notifier = FolderNotifier(folder=tmp_path, sender="oba@house.example", clock=clock)
    notifier.deliver(**MESSAGE)
    notifier.deliver(**MESSAGE)
    assert [file.name for file in tmp_path.iterdir()] == ["key-1.eml"]


def test_a_folder_that_cannot_be_written_is_said_by_its_code(clock: Clock, tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file stands where the folder should be")
    with pytest.raises(NotDeliveredError, match="outbox-folder-not-writable"):
        FolderNotifier(folder=tmp_path / "outbox", sender="oba@house.example", clock=clock).deliver(**MESSAGE)


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "one.eml"
    write_whole(path, b"a long first content")
    write_whole(path, b"short")
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("one.eml", b"short")]
