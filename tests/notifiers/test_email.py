"""Against a real mail server (aiosmtpd)."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword

from notifiers.email import MailTransport, Smtp
from notifiers.errors import TransportError
from notifiers.model import MailMessage

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PASSWORD = "rïght"


@dataclass
class Box:
    """A handler of aiosmtpd that keeps every envelope; `refuse` maps a recipient to the answer it gets."""

    refuse: Mapping[str, str] = field(default_factory=dict)
    envelopes: list[Envelope] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd looks for this name
        self, server: Any, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802 - likewise
        self.envelopes.append(envelope)
        self.encrypted.append(
            session.ssl is not None or server.transport.get_extra_info("sslcontext") is not None
        )
        return "250 2.0.0 kept"

    def authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        """Take user/right and nothing else."""
        assert isinstance(data, LoginPassword)
        self.logins.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=data.password == PASSWORD.encode(), handled=False)


@asynccontextmanager
async def mail_server(
    box: Box, *, implicit: ssl.SSLContext | None = None, **options: Any
) -> AsyncIterator[int]:
    """Run aiosmtpd's server with its own options; gives its port."""
    options = {"hostname": "mail.example", "enable_SMTPUTF8": True, **options}
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(box, loop=loop, **options), "127.0.0.1", 0, ssl=implicit)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


def certificates() -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context for 127.0.0.1 and a client's that trusts it."""
    authority = trustme.CA()
    server, client = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), ssl.create_default_context()
    authority.issue_cert("127.0.0.1").configure_cert(server)
    authority.configure_trust(client)
    return server, client


def transport(port: int, *, host: str = "127.0.0.1", seconds: float = 5, **fields: Any) -> MailTransport:
    context = fields.pop("tls_context", None)
    return MailTransport(Smtp(host, port, **fields), timeout=seconds, tls_context=context, now=lambda: NOW)


def mail(**fields: Any) -> MailMessage:
    facts: dict[str, Any] = {
        "id": "evt_1",
        "sender": "onrecord <onrecord@example.org>",
        "to": ("desk@example.org",),
        "subject": "Weakened: Quillnet on notice",
        "text": "old\n.\n..new “will”\n",
        "html": "<p>new</p>",
    }
    return MailMessage(**facts | fields)


def read(envelope: Envelope) -> EmailMessage:
    assert isinstance(envelope.content, bytes)
    return message_from_bytes(envelope.content, policy=default)


async def failure(sender: MailTransport, message: MailMessage) -> TransportError:
    with pytest.raises(TransportError) as caught:
        await sender.send(message)
    assert caught.value.message.isprintable()
    assert PASSWORD not in caught.value.message + caught.value.response
    return caught.value


async def test_a_mail_arrives_as_it_was_meant() -> None:
    box = Box()
    async with mail_server(box) as port:
        receipt = await transport(port).send(
            mail(to=("desk@example.org", "night@example.org"), references=("doc-1",))
        )
    assert (receipt.status, receipt.response, receipt.refused) == (250, "2.0.0 kept", ())
    [envelope] = box.envelopes
    assert envelope.mail_from == "onrecord@example.org"
    assert envelope.rcpt_tos == ["desk@example.org", "night@example.org"]
    got = read(envelope)
    assert got["Message-ID"] == "<evt_1@example.org>"
    assert got["References"] == got["In-Reply-To"] == "<doc-1@example.org>"
    text, html = got.iter_parts()
    assert text.get_content().replace("\r\n", "\n") == "old\n.\n..new “will”\n"
    assert html.get_content().strip() == "<p>new</p>"


async def test_a_retry_carries_the_same_bytes() -> None:
    box = Box()
    async with mail_server(box) as port:
        for _ in range(2):
            await transport(port).send(mail(at=NOW - timedelta(hours=5)))
    first, second = box.envelopes
    assert first.content == second.content
    assert read(first)["Date"].datetime == NOW - timedelta(hours=5), "when it happened, not when it was sent"


async def test_one_recipient_twice_gets_one() -> None:
    box = Box()
    async with mail_server(box) as port:
        await transport(port).send(mail(to=("desk@example.org", "Desk <desk@EXAMPLE.org>")))
    assert box.envelopes[0].rcpt_tos == ["desk@example.org"]


async def test_some_refused_others_served() -> None:
    box = Box(
        refuse={"gone@example.org": "550 5.1.1 no such user", "late@example.org": "450 4.2.0 greylisted"}
    )
    to = ("gone@example.org", "desk@example.org", "late@example.org", "no address\r\nBcc: eve@example.net")
    async with mail_server(box) as port:
        receipt = await transport(port).send(mail(to=to))
    assert receipt.status == 250
    refused = dict(receipt.refused)
    assert refused["gone@example.org"] == "550 5.1.1 no such user"
    assert refused["late@example.org"] == "450 4.2.0 greylisted"
    assert "is not a mail address" in refused["no address Bcc: eve@example.net"]
    assert len(refused) == 3
    assert box.envelopes[0].rcpt_tos == ["desk@example.org"]


@pytest.mark.parametrize(
    ("answers", "permanent", "status"),
    [
        (("550 no", "551 no"), True, 550),
        (("450 later", "452 later"), False, 450),
        (("550 no", "450 later"), False, 450),
    ],
)
async def test_all_refused_is_hopeless_only_if_each_is(
    answers: tuple[str, str], permanent: bool, status: int
) -> None:
    to = ("a@example.org", "b@example.org")
    box = Box(refuse=dict(zip(to, answers, strict=True)))
    async with mail_server(box) as port:
        error = await failure(transport(port), mail(to=to))
    assert (error.permanent, error.status, box.envelopes) == (permanent, status, [])
    assert "a@example.org, b@example.org" in error.message


async def test_starttls_is_used_when_offered_and_the_password_is_right() -> None:
    server, client = certificates()
    box = Box()
    options: dict[str, Any] = {
        "tls_context": server,
        "authenticator": box.authenticate,
        "auth_required": True,
    }
    async with mail_server(box, **options) as port:
        sender = transport(port, user="user", password=PASSWORD, tls="starttls", tls_context=client)
        assert (await sender.send(mail())).status == 250
    assert box.encrypted == [True]
    assert box.logins == [("user", PASSWORD)]


async def test_implicit_tls() -> None:
    server, client = certificates()
    box = Box()
    options: dict[str, Any] = {"authenticator": box.authenticate, "auth_require_tls": False}
    async with mail_server(box, implicit=server, **options) as port:
        sender = transport(port, user="user", password=PASSWORD, tls="implicit", tls_context=client)
        assert (await sender.send(mail())).status == 250
    assert box.encrypted == [True]


async def test_without_a_password_any_certificate_is_better_than_none() -> None:
    server, _ = certificates()
    box = Box()
    async with mail_server(box, tls_context=server) as port:
        await transport(port).send(mail())
    assert box.encrypted == [True]


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
async def test_a_strangers_certificate_ends_it_where_tls_is_required(tls: str) -> None:
    server, _ = certificates()
    box = Box()
    options: dict[str, Any] = {"implicit": server} if tls == "implicit" else {"tls_context": server}
    async with mail_server(box, **options) as port:
        error = await failure(transport(port, tls=tls), mail())
    assert "TLS with the mail server failed" in error.message
    assert not error.permanent
    assert box.envelopes == []


async def test_a_wrong_password_is_tried_once_and_final() -> None:
    box = Box()
    options: dict[str, Any] = {"authenticator": box.authenticate, "auth_require_tls": False}
    async with mail_server(box, **options) as port:
        error = await failure(transport(port, user="user", password="wrong"), mail())
    assert (error.permanent, error.status) == (True, 535)
    assert error.message == "the mail server refused the log-in with 535"
    assert box.logins == [("user", "wrong")]


async def test_international_addresses() -> None:
    box = Box()
    async with mail_server(box) as port:
        await transport(port).send(mail(to=("jürg@bücher.example", "desk@example.org")))
    [envelope] = box.envelopes
    assert envelope.rcpt_tos == ["jürg@xn--bcher-kva.example", "desk@example.org"]
    assert isinstance(envelope.content, bytes)
    assert "jürg@".encode() in envelope.content


async def test_a_server_without_smtputf8_serves_the_others() -> None:
    box = Box()
    async with mail_server(box, enable_SMTPUTF8=False) as port:
        receipt = await transport(port).send(mail(to=("jürg@example.org", "desk@bücher.example")))
        alone = await failure(transport(port), mail(to=("jürg@example.org",)))
        sender = await failure(transport(port), mail(sender="jürg@example.org"))
    [(who, why)] = receipt.refused
    assert who == "jürg@example.org"
    assert "SMTPUTF8" in why
    [envelope] = box.envelopes
    assert envelope.rcpt_tos == ["desk@xn--bcher-kva.example"]
    assert isinstance(envelope.content, bytes)
    assert envelope.content.isascii()
    assert alone.permanent
    assert sender.permanent


@pytest.mark.parametrize(
    "fields",
    [
        {"sender": "nobody"},
        {"sender": "a@example.org\r\nBcc: eve@example.net"},
        {"to": ()},
        {"to": ("nobody", "\x00@example.org")},
        {"id": "a>\r\nBcc: eve@example.net"},
        {"headers": (("Bcc", "eve@example.net"),)},
    ],
)
async def test_what_cannot_be_sent_is_final_and_bothers_nobody(fields: dict[str, Any]) -> None:
    box = Box()
    async with mail_server(box) as port:
        error = await failure(transport(port), mail(**fields))
    assert error.permanent
    assert box.envelopes == []


async def test_a_hostile_subject_stays_a_subject() -> None:
    box = Box()
    hostile = "New: x\r\nBcc: eve@example.net\x00\u202e\ud800"
    async with mail_server(box) as port:
        await transport(port).send(mail(subject=hostile, text=hostile, html=hostile))
    got = read(box.envelopes[0])
    assert "Bcc" not in got
    assert got["Subject"] == "New: x Bcc: eve@example.net"
    assert box.envelopes[0].rcpt_tos == ["desk@example.org"]
