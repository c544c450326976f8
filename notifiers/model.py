"""The frozen values that a transport is handed and gives back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


class WebhookMessage(NamedTuple):
    """One signed POST. `id` is the same on every retry; `body` the same bytes."""

    id: str
    url: str
    body: bytes
    content_type: str
    secrets: tuple[str, ...]
    """whsec_… keys to sign with, the current one first."""


@dataclass(frozen=True, slots=True)
class MailMessage:
    """One mail, its text already rendered. Addresses and headers are checked by the transport."""

    id: str
    """Becomes the left part of Message-ID: the same on every retry."""
    sender: str
    to: tuple[str, ...]
    subject: str
    text: str
    html: str
    references: tuple[str, ...] = ()
    """Ids of earlier mails of the same thread."""
    list_id: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    at: datetime | None = None
    """Its Date, so that a retry is the same to the byte; None: when it is sent."""


@dataclass(frozen=True, slots=True)
class TextMessage:
    """A message for a chat: a line, and plain text."""

    title: str
    text: str


class Receipt(NamedTuple):
    """The other side took it. `status`: HTTP or SMTP code; `response`: first bytes of its answer.

    `refused`: for mail, the recipients that were refused while others were taken, with the reason.
    """

    status: int
    response: str = ""
    refused: tuple[tuple[str, str], ...] = ()
