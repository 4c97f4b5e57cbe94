"""A real mail server on this machine that keeps what it got and can be told to refuse."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from socket import AF_INET, SOCK_STREAM, socket
from ssl import SSLContext
from typing import Any

from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class _Keeper:
    def __init__(self) -> None:
        self.received: list[tuple[str, EmailMessage]] = []
        self.encrypted: list[bool] = []
        self.refuse_recipient: str | None = None
        self.refuse_message: str | None = None

    async def handle_RCPT(  # noqa: N802  the name that the server calls
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if self.refuse_recipient:
            return self.refuse_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  the name that the server calls
        if self.refuse_message:
            return self.refuse_message
        mail = message_from_bytes(envelope.content, policy=default)
        assert isinstance(mail, EmailMessage)
        self.encrypted.append(session.ssl is not None)
        self.received += [(address, mail) for address in envelope.rcpt_tos]
        return "250 taken"


class MailServer:
    """Starts and stops on one free port; `received` holds (address, mail) in the order of arrival."""

    host = "127.0.0.1"

    def __init__(self, tls: SSLContext | None = None) -> None:
        self._keeper = _Keeper()
        self._tls = tls
        self._controller: Controller | None = None
        self.port = free_port()

    @property
    def received(self) -> list[tuple[str, EmailMessage]]:
        return self._keeper.received

    @property
    def encrypted(self) -> list[bool]:
        return self._keeper.encrypted

    @property
    def message_ids(self) -> list[str]:
        return [str(mail["Message-ID"]) for _, mail in self.received]

    def start(self) -> "MailServer":
        self._controller = Controller(self._keeper, hostname=self.host, port=self.port, tls_context=self._tls)
        self._controller.start()
        return self

    def stop(self) -> None:
        if self._controller:
            self._controller.stop()
            self._controller = None

    def refuse(self, *, recipient: str | None = None, message: str | None = None) -> None:
        self._keeper.refuse_recipient = recipient
        self._keeper.refuse_message = message


def make_certificate(folder: Path, host: str) -> Path:
    """A file with a fresh key and a certificate for an address that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(address, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = folder / "server.pem"
    file.write_bytes(key.private_bytes(pem, *plain) + made.public_bytes(pem))
    return file


def free_port() -> int:
    """A port that nobody listens on."""
    with socket(AF_INET, SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
