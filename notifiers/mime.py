"""A mail as the bytes that are handed to the server. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime

from notifiers.mailbox import Mailbox
from notifiers.model import MailMessage
from notifiers.text import many_lines, one_line

SUBJECT_LETTERS = 200
HEADER_LETTERS = 900
"""Below the 998 bytes of a line (RFC 5322, 2.1.1)."""
REFERENCES = 20

_ID = re.compile(r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*")
_NOT_LIST = re.compile(r"[^A-Za-z0-9.-]+")
_ADDRESSING = ("from", "sender", "to", "cc", "bcc", "received", "return-path")
_OURS = (
    *_ADDRESSING,
    "subject",
    "date",
    "message-id",
    "in-reply-to",
    "references",
    "list-id",
    "auto-submitted",
)
_OURS_TOO = ("mime-", "content-", "resent-")


def compose(message: MailMessage, sender: Mailbox, to: Sequence[Mailbox], at: datetime) -> bytes:
    """Render text and HTML as alternatives under checked headers, ASCII unless a mailbox is not.

    ValueError when an id or an extra header cannot be one; its text is cleaned, not refused.
    """
    mail = EmailMessage(policy=SMTP)
    mail["From"] = _shown(sender)
    mail["To"] = [_shown(mailbox) for mailbox in to]
    mail["Subject"] = _words(message.subject, SUBJECT_LETTERS)
    mail["Date"] = format_datetime(at.astimezone(UTC))
    mail["Message-ID"] = _message_id(message.id, sender)
    _thread(mail, [_message_id(earlier, sender) for earlier in message.references])
    if message.list_id:
        mail["List-Id"] = _list_id(message.list_id)
    mail["Auto-Submitted"] = "auto-generated"
    for name, value in message.headers:
        _extra(mail, name, value)
    mail.set_content(many_lines(message.text), cte="quoted-printable")
    mail.add_alternative(many_lines(message.html), subtype="html", cte="quoted-printable")
    _fix_boundary(mail, message.id)
    unicode = any(mailbox.unicode for mailbox in (sender, *to))
    return mail.as_bytes(policy=SMTPUTF8 if unicode else SMTP)


def _shown(mailbox: Mailbox) -> Address:
    return Address(_words(mailbox.name, SUBJECT_LETTERS), mailbox.local, mailbox.domain)


def _words(text: str, limit: int) -> str:
    """Header text without encoded words: a reader, or the library while folding, would decode what they hide."""
    return one_line(text, limit).replace("=?", "= ?")


def _message_id(id_: str, sender: Mailbox) -> str:
    if len(id_) > 200 or not _ID.fullmatch(id_):
        raise ValueError(f"{one_line(id_, 80)!r} cannot be the left part of a Message-ID")
    domain = sender.domain.strip("[]").removeprefix("IPv6:").replace(":", "-")
    return f"<{id_}@{domain}>"


def _thread(mail: EmailMessage, earlier: Sequence[str]) -> None:
    """Root and newest are kept: readers thread by either."""
    if not earlier:
        return
    kept = earlier if len(earlier) <= REFERENCES else [earlier[0], *earlier[1 - REFERENCES :]]
    mail["In-Reply-To"] = kept[-1]
    mail["References"] = " ".join(kept)


def _list_id(text: str) -> str:
    """RFC 2919: a dotted name in angle brackets."""
    inner = text.rpartition("<")[2].partition(">")[0]
    return f"<{_NOT_LIST.sub('-', inner)[:200].strip('.-') or 'onrecord'}>"


def _extra(mail: EmailMessage, name: str, value: str) -> None:
    lowered = name.lower()
    if not _NAME.fullmatch(name) or lowered in _OURS or lowered.startswith(_OURS_TOO):
        raise ValueError(f"{one_line(name, 80)!r} cannot be an extra header")
    mail[name] = _words(value, HEADER_LETTERS)


def _fix_boundary(mail: EmailMessage, id_: str) -> None:
    """Every retry is the same message; quoted-printable has no line that begins with "--=_"."""
    mail.set_boundary(f"=_{id_[:60]}")
