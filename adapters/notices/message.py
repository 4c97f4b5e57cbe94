"""A message as mail programs read it; its Message-ID follows from the key, so that a duplicate is known as one."""

from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from adapters.notices.problem import NotDeliveredError


def compose(*, key: str, sender: str, address: str, subject: str, text: str, sent_at: datetime) -> EmailMessage:
    """One mail of one key to one address; an address that cannot be one raises NotDeliveredError."""
    message = EmailMessage()
    message["From"] = mailbox(sender)
    message["To"] = mailbox(address)
    message["Subject"] = subject
    message["Date"] = format_datetime(sent_at)
    message["Message-ID"] = message_id(key, sender)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    return message


def message_id(key: str, sender: str) -> str:
    """The Message-ID of a key: the same key from the same house gives the same id for ever."""
    return f"<{key}@{mailbox(sender).domain}>"


def mailbox(address: str) -> Address:
    """Read one plain address such as clerk@htc.example; anything else raises NotDeliveredError."""
    try:
        one = Address(addr_spec=address)
    except (ValueError, IndexError, HeaderParseError):
        raise NotDeliveredError("address-not-usable") from None
    if not one.domain or not address.isascii() or any(mark in address for mark in "\r\n"):
        raise NotDeliveredError("address-not-usable")
    return one
