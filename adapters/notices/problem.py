"""Why a message was not taken, as a code that can be logged: no address, no server's free text."""

from typing import Literal, TypeAlias

DeliveryCode: TypeAlias = Literal[
    "mail-server-unreachable",
    "mail-server-timed-out",
    "mail-server-refused-the-sender",
    "mail-server-refused-the-recipient",
    "mail-server-refused-the-message",
    "mail-server-spoke-no-smtp",
    "mail-server-offers-no-trusted-tls",
    "address-not-usable",
    "outbox-folder-not-writable",
]


class NotDeliveredError(Exception):
    """A message was not taken; `code` says why, and the message stays to be sent later."""

    def __init__(self, code: DeliveryCode) -> None:
        super().__init__(code)
        self.code: DeliveryCode = code
