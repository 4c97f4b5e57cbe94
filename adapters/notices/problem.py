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
    """A message was not taken; `code` says why, and the message stays to be sent later.

    `may_have_left`: it was on its way when the answer failed to come, so nobody can say that it was not taken.
    """

    def __init__(self, code: DeliveryCode, *, may_have_left: bool = False) -> None:
        super().__init__(code)
        self.code: DeliveryCode = code
        self.may_have_left = may_have_left
