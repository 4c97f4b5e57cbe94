"""Messages by mail: one connection per message, a timeout on every step, and a code for every way to fail."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

from adapters.notices.message import compose
from adapters.notices.problem import DeliveryCode, NotDeliveredError
from oba.ports import Clock


class SmtpNotifier:
    """Hands messages to a mail server; with `starttls` only to one that encrypts and that the context trusts."""

    def __init__(
        self,
        *,
        host: str,
        port: int,
        sender: str,
        clock: Clock,
        starttls: bool = False,
        trust: ssl.SSLContext | None = None,
        timeout_seconds: float = 10.0,
    ) -> None:
        self._host = host
        self._port = port
        self._sender = sender
        self._clock = clock
        self._starttls = starttls
        self._trust = trust
        self._timeout_seconds = timeout_seconds

    def deliver(self, *, key: str, address: str, subject: str, text: str) -> None:
        """Hand one message to the mail server; raises NotDeliveredError with a code when it was not taken."""
        message = compose(
            key=key, sender=self._sender, address=address, subject=subject, text=text, sent_at=self._clock.now()
        )
        with _coded(), closing(smtplib.SMTP(self._host, self._port, timeout=self._timeout_seconds)) as server:
            if self._starttls:
                server.starttls(context=self._trust or ssl.create_default_context())
            with _coded(on_its_way=True):
                server.send_message(message, from_addr=self._sender, to_addrs=[address])
            with suppress(smtplib.SMTPException):  # taken is taken, whatever the server says to a goodbye
                server.quit()


@contextmanager
def _coded(*, on_its_way: bool = False) -> Iterator[None]:
    try:
        yield
    except (OSError, smtplib.SMTPException) as error:
        unanswered = not isinstance(error, _REFUSED)
        raise NotDeliveredError(code_of(error), may_have_left=on_its_way and unanswered) from None


_REFUSED = (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused, smtplib.SMTPNotSupportedError)
"""The mail server has said itself that it did not take the message, or it was not offered at all."""


_CODES: tuple[tuple[type[Exception], DeliveryCode], ...] = (
    (smtplib.SMTPRecipientsRefused, "mail-server-refused-the-recipient"),
    (smtplib.SMTPSenderRefused, "mail-server-refused-the-sender"),
    (smtplib.SMTPDataError, "mail-server-refused-the-message"),
    (smtplib.SMTPNotSupportedError, "mail-server-offers-no-trusted-tls"),
    (ssl.SSLError, "mail-server-offers-no-trusted-tls"),
    (smtplib.SMTPConnectError, "mail-server-unreachable"),
    (smtplib.SMTPServerDisconnected, "mail-server-unreachable"),
    (smtplib.SMTPException, "mail-server-spoke-no-smtp"),
    (TimeoutError, "mail-server-timed-out"),
    (OSError, "mail-server-unreachable"),
)
"""From the narrow to the wide: the first kind that an error is of gives its code."""


def code_of(error: Exception) -> DeliveryCode:
    """The code of what went wrong on the way to the mail server; the server's own words are left out."""
    cause = error.__context__ if isinstance(error, smtplib.SMTPServerDisconnected) else None
    told = cause if isinstance(cause, TimeoutError) else error
    return next(code for kind, code in _CODES if isinstance(told, kind))
