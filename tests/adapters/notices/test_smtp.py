"""Mail over a real local server."""

import smtplib
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from socket import create_server
from typing import Any

import pytest

from adapters.notices.problem import NotDeliveredError
from adapters.notices.smtp import SmtpNotifier
from oba.ports import Clock
from tests.support.mail import MailServer, free_port, make_certificate

MESSAGE = {"key": "key-1", "address": "clerk@htc.example", "subject": "A subject", "text": "First line\n\nSecond\n"}


def _notifier(clock: Clock, port: int, **more: Any) -> SmtpNotifier:
    return SmtpNotifier(host="127.0.0.1", port=port, sender="oba@house.example", clock=clock, **more)


def _code_of_failure(notifier: SmtpNotifier, **changed: str) -> str:
    with pytest.raises(NotDeliveredError) as failure:
        notifier.deliver(**{**MESSAGE, **changed})
    return failure.value.code


def test_a_message_arrives_with_its_subject_and_text(clock: Clock, mail_server: MailServer) -> None:
    _notifier(clock, mail_server.port).deliver(**MESSAGE)
    [(address, mail)] = mail_server.received
    assert address == "clerk@htc.example"
    assert (mail["Subject"], mail["From"], mail["To"]) == ("A subject", "oba@house.example", "clerk@htc.example")
    assert mail.get_content().replace("\r\n", "\n") == MESSAGE["text"]
    assert mail["Date"].datetime == clock.now()


def test_the_same_key_gives_the_same_message_id(clock: Clock, mail_server: MailServer) -> None:
    notifier = _notifier(clock, mail_server.port)
    notifier.deliver(**MESSAGE)
    notifier.deliver(**MESSAGE)
    notifier.deliver(**{**MESSAGE, "key": "key-2"})
    assert mail_server.message_ids == ["<key-1@house.example>"] * 2 + ["<key-2@house.example>"]


def test_a_server_that_is_down_is_said_to_be_unreachable(clock: Clock) -> None:
    assert _code_of_failure(_notifier(clock, free_port())) == "mail-server-unreachable"


def test_a_refused_recipient_is_said_without_the_address(clock: Clock, mail_server: MailServer) -> None:
    mail_server.refuse(recipient="550 no clerk@htc.example here")
    notifier = _notifier(clock, mail_server.port)
    with pytest.raises(NotDeliveredError) as failure:
        notifier.deliver(**MESSAGE)
    assert str(failure.value) == "mail-server-refused-the-recipient"
    assert failure.value.__cause__ is None
    assert failure.value.__suppress_context__


def test_a_message_refused_after_it_was_sent_is_said(clock: Clock, mail_server: MailServer) -> None:
    mail_server.refuse(message="451 try again later")
    assert _code_of_failure(_notifier(clock, mail_server.port)) == "mail-server-refused-the-message"


def _may_have_left(notifier: SmtpNotifier) -> bool:
    with pytest.raises(NotDeliveredError) as failure:
        notifier.deliver(**MESSAGE)
    return failure.value.may_have_left


def test_what_the_server_has_refused_or_was_never_offered_has_not_left(clock: Clock, mail_server: MailServer) -> None:
    assert _may_have_left(_notifier(clock, free_port())) is False
    mail_server.refuse(recipient="550 nobody")
    assert _may_have_left(_notifier(clock, mail_server.port)) is False
    mail_server.refuse(message="451 try again later")
    assert _may_have_left(_notifier(clock, mail_server.port)) is False


@pytest.mark.parametrize("lost", [TimeoutError(), ConnectionResetError(), smtplib.SMTPServerDisconnected("gone")])
def test_what_was_offered_and_not_answered_may_have_left(
    clock: Clock, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch, lost: Exception
) -> None:
    taken = smtplib.SMTP.data

    def lose_the_answer(server: smtplib.SMTP, message: bytes) -> None:
        taken(server, message)
        raise lost

    monkeypatch.setattr(smtplib.SMTP, "data", lose_the_answer)
    assert _may_have_left(_notifier(clock, mail_server.port)) is True
    assert len(mail_server.received) == 1


def test_a_message_is_taken_even_where_the_server_refuses_the_goodbye(
    clock: Clock, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = smtplib.SMTP.docmd

    def refusing_to_quit(server: smtplib.SMTP, cmd: str, args: str = "") -> tuple[int, bytes]:
        return (500, b"no") if cmd.upper() == "QUIT" else command(server, cmd, args)

    monkeypatch.setattr(smtplib.SMTP, "docmd", refusing_to_quit)
    _notifier(clock, mail_server.port).deliver(**MESSAGE)
    assert len(mail_server.received) == 1


def test_a_server_without_encryption_is_refused_when_encryption_is_asked_for(
    clock: Clock, mail_server: MailServer
) -> None:
    assert _code_of_failure(_notifier(clock, mail_server.port, starttls=True)) == "mail-server-offers-no-trusted-tls"
    assert mail_server.received == []


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[tuple[MailServer, ssl.SSLContext]]:
    """A mail server that encrypts, with a certificate of its own, and the context that trusts just that one."""
    certificate = make_certificate(tmp_path, MailServer.host)
    presenting = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    presenting.load_cert_chain(certificate)
    server = MailServer(tls=presenting).start()
    yield server, ssl.create_default_context(cafile=str(certificate))
    server.stop()


def test_a_message_goes_encrypted_to_a_server_that_is_trusted(
    clock: Clock, secure: tuple[MailServer, ssl.SSLContext]
) -> None:
    server, trust = secure
    _notifier(clock, server.port, starttls=True, trust=trust).deliver(**MESSAGE)
    assert server.message_ids == ["<key-1@house.example>"]
    assert server.encrypted == [True]


def test_a_server_whose_certificate_nobody_vouches_for_is_refused(
    clock: Clock, secure: tuple[MailServer, ssl.SSLContext]
) -> None:
    server, _ = secure
    assert _code_of_failure(_notifier(clock, server.port, starttls=True)) == "mail-server-offers-no-trusted-tls"
    assert server.received == []


@pytest.fixture
def mute_port() -> Iterator[int]:
    """A port where somebody answers the call and never speaks."""
    with create_server(("127.0.0.1", 0)) as listener:
        calls: list[Any] = []
        threading.Thread(target=lambda: calls.append(listener.accept()), daemon=True).start()
        yield int(listener.getsockname()[1])
        for connection, _ in calls:
            connection.close()


def test_a_mute_server_is_given_up_after_the_timeout(clock: Clock, mute_port: int) -> None:
    assert _code_of_failure(_notifier(clock, mute_port, timeout_seconds=0.2)) == "mail-server-timed-out"


NO_ADDRESSES = [
    "",
    "clerk",
    "clerk@",
    "a@b.example, c@d.example",
    "a@b.example\r\nBcc: c@d.example",
    "clérk@htc.example",
]


@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_what_is_no_single_plain_address_never_reaches_the_server(
    clock: Clock, mail_server: MailServer, address: str
) -> None:
    assert _code_of_failure(_notifier(clock, mail_server.port), address=address) == "address-not-usable"
    assert mail_server.received == []
