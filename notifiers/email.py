"""Mail over SMTP: one connection, one message."""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial

import aiosmtplib
from aiosmtplib import SMTP, SMTPException, SMTPRecipientRefused, SMTPResponse, SMTPResponseException

from notifiers.errors import TransportError
from notifiers.mailbox import Mailbox, parse_mailbox
from notifiers.mime import compose
from notifiers.model import MailMessage, Receipt
from notifiers.smtp import Smtp, parse_smtp
from notifiers.text import excerpt, one_line

__all__ = ["MailTransport", "Smtp", "parse_smtp"]

GOODBYE = 5.0
"""Seconds for QUIT: the mail is delivered already."""
UNSUPPORTED_LOGIN = (504, 534)
"""This mechanism is not to be had, another may be (RFC 4954, 6)."""
NOT_OUR_NAME = 504
"""What some servers say to RCPT of a client or an address without its full name."""

_NO_MAILBOX = re.compile(r"5\.1\.(?:[1-6]|10)\b")
_POLICY = re.compile(r"5\.7\.\d")
"""Enhanced status codes (RFC 3463, 7505): no such mailbox or domain; a matter of policy, such as a blocklist."""
_FQDN = re.compile(r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+")

Refusals = tuple[tuple[str, str], ...]


class MailTransport:
    """Hands mail to the server that `smtp` names.

    `timeout`: seconds for the whole conversation. `tls_context`: whom to trust, the system's authorities by
    default. The certificate is checked wherever that protects anything: not on opportunistic TLS without a
    password, where whoever could forge it could as well hide STARTTLS (RFC 7435), nor so on loopback.
    """

    def __init__(
        self,
        smtp: Smtp,
        *,
        timeout: float,
        tls_context: ssl.SSLContext | None = None,
        local_hostname: str = "",
        now: Callable[[], datetime],
    ) -> None:
        self._smtp, self._seconds, self._now = smtp, timeout, now
        self._name = local_hostname or _own_name()
        self._tls = tls_context or _context(verified=smtp.tls != "opportunistic" or _guarded(smtp))

    async def send(self, message: MailMessage) -> Receipt:
        """Send it once to all recipients. Some refused, others taken: a Receipt that names the refused.

        TransportError is permanent when the server said never (5xx) or the message cannot be made. A refusal
        that may pass reads "4… reason".
        """
        sender, to, bad = _mailboxes(message)
        render = partial(self._render, message, sender)
        render(to)  # nobody is bothered with what cannot be made
        client = self._client()
        try:
            async with asyncio.timeout(self._seconds):
                await self._enter(client)
                answer, refused = await _hand_over(client, sender, to, render)
            await _leave(client)
        except TimeoutError as error:
            raise TransportError(f"the mail server did not finish within {self._seconds:g} s") from error
        except (SMTPException, OSError, ValueError) as error:
            raise self._failure(error) from error
        finally:
            client.close()
        return Receipt(answer.code, excerpt(answer.message), bad + refused)

    def _render(self, message: MailMessage, sender: Mailbox, to: Sequence[Mailbox]) -> bytes:
        try:
            return compose(message, sender, to, message.at or self._now())
        except ValueError as error:
            raise TransportError(f"the mail cannot be made: {error}", permanent=True) from error

    def _client(self) -> SMTP:
        return SMTP(
            hostname=self._smtp.host,
            port=self._smtp.port,
            local_hostname=self._name,
            timeout=self._seconds,
            use_tls=self._smtp.tls == "implicit",
            start_tls=False,  # we do it, to say what happens when it is not offered
            tls_context=self._tls,
        )

    async def _enter(self, client: SMTP) -> None:
        """Connect, encrypt as configured, log in."""
        await client.connect()
        await _greet(client)
        if self._smtp.tls != "implicit":
            await self._encrypt(client)
        if self._smtp.user:
            await self._log_in(client)

    async def _encrypt(self, client: SMTP) -> None:
        if client.supports_extension("starttls"):
            await _upgrade(client)
            await _greet(client)
        elif self._smtp.tls == "starttls":
            raise TransportError("the mail server does not offer STARTTLS, which is required")
        elif _guarded(self._smtp):
            raise TransportError(
                "the mail server does not offer STARTTLS; the password is not sent in the clear"
            )

    async def _log_in(self, client: SMTP) -> None:
        """One try with the best mechanism on offer; a second only where the server does not do the first."""
        user, password = self._smtp.user.encode(), self._smtp.password.encode()
        ways = {"plain": client.auth_plain, "login": client.auth_login, "cram-md5": client.auth_crammd5}
        offered = [way for name, way in ways.items() if name in client.server_auth_methods]
        if not offered:
            raise TransportError("the mail server offers no log-in that we know")
        for way in offered:
            try:
                await way(user, password)
            except aiosmtplib.SMTPAuthenticationError as error:
                if error.code not in UNSUPPORTED_LOGIN or way is offered[-1]:
                    raise
            else:
                return

    def _failure(self, error: Exception) -> TransportError:
        """In our words; the server's own go into `response`. The password is in neither."""
        if isinstance(error, aiosmtplib.SMTPAuthenticationError):
            return _replied("refused the log-in", error, log_in=True)
        if isinstance(error, aiosmtplib.SMTPSenderRefused):
            return _replied("refused the sender", error)
        if isinstance(error, SMTPResponseException):
            return _replied("refused", error, recipient=_NO_MAILBOX.match(error.message) is not None)
        cause = error.__cause__ if isinstance(error, aiosmtplib.SMTPConnectError) else error
        if isinstance(cause, ssl.SSLError):
            why = getattr(cause, "verify_message", "") or cause.reason or cause
            return TransportError(one_line(f"TLS with the mail server failed: {why}", 300))
        return TransportError(one_line(f"the mail server could not be used: {error}", 300))


def _mailboxes(message: MailMessage) -> tuple[Mailbox, list[Mailbox], Refusals]:
    """Sender, the usable recipients (once each), and those that are not addresses."""
    try:
        sender = parse_mailbox(message.sender)
    except ValueError as error:
        raise TransportError(str(error), permanent=True) from error
    good: dict[str, Mailbox] = {}
    bad: list[tuple[str, str]] = []
    for text in message.to:
        try:
            mailbox = parse_mailbox(text)
        except ValueError as error:
            bad.append((one_line(text, 320), str(error)))
        else:
            good.setdefault(mailbox.address, mailbox)
    if not good:
        reason = "; ".join(why for _, why in bad) or "there is no recipient"
        raise TransportError(one_line(reason, 500), permanent=True, recipient=True)
    return sender, list(good.values()), tuple(bad)


async def _greet(client: SMTP) -> None:
    """EHLO, or HELO where that is too much."""
    try:
        await client.ehlo()
    except aiosmtplib.SMTPHeloError:
        await client.helo()


async def _upgrade(client: SMTP) -> None:
    """STARTTLS was offered. A server that then declines is broken or tampered with: try again later."""
    try:
        await client.starttls()
    except SMTPResponseException as error:
        raise TransportError(
            f"the mail server offers STARTTLS and declines it with {error.code}",
            status=error.code,
            response=excerpt(error.message),
        ) from error


async def _hand_over(
    client: SMTP, sender: Mailbox, to: Sequence[Mailbox], render: Callable[[Sequence[Mailbox]], bytes]
) -> tuple[SMTPResponse, Refusals]:
    """MAIL, RCPT for each, DATA; the answer to DATA and the recipients refused on the way."""
    refused, able = _unable(client, sender, to)
    mail = render(able) if able else b""
    options = [f"SIZE={len(mail)}"] if client.supports_extension("size") else []
    if any(mailbox.unicode for mailbox in (sender, *able)):
        options.append("SMTPUTF8")
    if able:
        await client.mail(sender.address, options=options, encoding="utf-8")
    for mailbox in able:
        try:
            await client.rcpt(mailbox.address, encoding="utf-8")
        except SMTPRecipientRefused as error:
            refused.append((mailbox.address, SMTPResponse(error.code, error.message)))
    if len(refused) == len(to):
        raise _all_refused(refused)
    answer = await client.data(mail)
    return answer, tuple((who, excerpt(f"{r.code} {r.message}")) for who, r in refused)


def _unable(
    client: SMTP, sender: Mailbox, to: Sequence[Mailbox]
) -> tuple[list[tuple[str, SMTPResponse]], list[Mailbox]]:
    """Refusals on behalf of a server without SMTPUTF8, and the recipients that are left."""
    if client.supports_extension("smtputf8"):
        return [], list(to)
    if sender.unicode:
        raise TransportError("the mail server cannot take the sender's address (no SMTPUTF8)", permanent=True)
    no = SMTPResponse(553, "the mail server cannot take such an address (no SMTPUTF8)")
    return [(m.address, no) for m in to if m.unicode], [m for m in to if not m.unicode]


def _all_refused(refused: Sequence[tuple[str, SMTPResponse]]) -> TransportError:
    """Hopeless only if each one is."""
    _, first = min(refused, key=lambda one: one[1].code)
    who = ", ".join(address for address, _ in refused)
    return TransportError(
        one_line(f"the mail server refused every recipient ({who}) with {first.code}", 500),
        permanent=all(answer.code >= 500 for _, answer in refused),
        status=first.code,
        response=excerpt(first.message),
        recipient=all(_is_of_recipient(answer) for _, answer in refused),
    )


def _is_of_recipient(answer: SMTPResponse) -> bool:
    """Whether an answer to RCPT is about the mailbox, for ever; by RFC 3463, 5.7 is about who asks, and so is 504."""
    return answer.code >= 500 and answer.code != NOT_OUR_NAME and not _POLICY.match(answer.message)


async def _leave(client: SMTP) -> None:
    """Say goodbye; whatever comes of it, the mail has been taken."""
    with suppress(SMTPException, OSError, ValueError):
        async with asyncio.timeout(GOODBYE):
            await client.quit()


def _replied(
    what: str, error: SMTPResponseException, *, log_in: bool = False, recipient: bool = False
) -> TransportError:
    known = 400 <= error.code < 600
    return TransportError(
        f"the mail server {what} with {error.code}"
        if known
        else "the mail server gave an answer that is not SMTP",
        permanent=500 <= error.code < 600,
        status=error.code if known else None,
        response=excerpt(error.message),
        log_in=log_in,
        recipient=recipient,
    )


def _guarded(smtp: Smtp) -> bool:
    """Whether a password would travel over a network."""
    return bool(smtp.user) and not smtp.loopback


def _context(*, verified: bool) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if not verified:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _own_name() -> str:
    """For EHLO: the host's full name, else the address literal that is always allowed (RFC 5321, 4.1.3)."""
    name = socket.gethostname()
    return name if _FQDN.fullmatch(name) else "[127.0.0.1]"
