"""What is owed becomes what is sent: a signed POST, a letter, a text. Nothing is sent here."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from notifiers.chat import ChatTransport
from notifiers.email import MailTransport
from notifiers.model import MailMessage, Receipt, TextMessage, WebhookMessage
from notifiers.webhook import WebhookTransport
from service.delivery.letters import mail_for, prepare
from service.events import CONTENT_TYPE
from service.secrets.keyring import Keyring
from service.store.deliveries import Due


@dataclass(frozen=True, slots=True)
class Mailbox:
    """The server that takes the letters of a configured e-mail subscription, and who they are from."""

    transport: MailTransport
    sender: str


@dataclass(frozen=True, slots=True)
class Chat:
    """The service that takes the texts of a configured apprise subscription."""

    transport: ChatTransport


Outlets = Mapping[str, Mailbox | Chat]
"""By the subscription's identity."""
Sending = Callable[[], Awaitable[Receipt]]
"""Sends the message once."""


@dataclass(frozen=True, slots=True)
class Packer:
    """`base` begins links; `public_url` those that only work if strangers reach us, "" for none of them."""

    webhook: WebhookTransport
    outlets: Outlets
    keyring: Keyring
    base: str
    public_url: str = ""

    def __post_init__(self) -> None:
        """Have at hand what letters are made of."""
        if self.outlets:
            prepare()

    def can_be_told(self, due: Due) -> bool:
        """Whether a letter on this event alone can be made."""
        try:
            self.pack([due])
        except Exception:  # whatever it is, the letter on the others is made without it
            return False
        return True

    def pack(self, group: Sequence[Due]) -> Sending:
        """One message of one event, or of a digest's.

        LookupError when nothing is configured to send it by, KeyringError when its secret cannot be decrypted.
        """
        first = group[0]
        if first.channel == "webhook":
            secrets = tuple(map(self.keyring.decrypt, first.secrets))
            message = WebhookMessage(first.event_id, first.target, first.body, CONTENT_TYPE, secrets)
            return partial(self.webhook.send, message)
        match self.outlets.get(first.identity):
            case Mailbox(transport, sender):
                return partial(transport.send, self._mail(group, sender))
            case Chat(chat):
                return partial(chat.send, self._text(group))
            case None:
                raise LookupError(f"nothing is configured to send by to {first.identity}")

    def _text(self, group: Sequence[Due]) -> TextMessage:
        letter = mail_for([json.loads(due.body) for due in group], public_url=self.base)
        return TextMessage(letter.subject, letter.text)

    def _mail(self, group: Sequence[Due], sender: str) -> MailMessage:
        first = group[0]
        events: list[dict[str, Any]] = [json.loads(due.body) for due in group]
        digest = first.digest != "none"
        leave = f"{self.public_url}/unsubscribe/{first.token}" if self.public_url and first.token else ""
        letter = mail_for(events, public_url=self.base, digest=digest, leave=leave)
        return MailMessage(
            id=f"{first.subscription_id}.{group[-1].sequence}.digest" if digest else first.event_id,
            sender=sender,
            to=(first.target,),
            subject=letter.subject,
            text=letter.text,
            html=letter.html,
            references=() if digest else (letter.thread,),
            headers=_unsubscribing(leave),
            at=None if digest else datetime.fromisoformat(events[0]["time"]),
        )


def _unsubscribing(leave: str) -> tuple[tuple[str, str], ...]:
    """RFC 2369 and RFC 8058."""
    if not leave:
        return ()
    return (("List-Unsubscribe", f"<{leave}>"), ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
