"""What is owed becomes what is sent: a signed POST, or a letter. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from notifiers.email import MailTransport
from notifiers.model import MailMessage, WebhookMessage
from service.events import CONTENT_TYPE
from service.letters import mail_for
from service.store.deliveries import Due


@dataclass(frozen=True, slots=True)
class Mailbox:
    """The server that takes the letters of a configured e-mail subscription, and who they are from."""

    transport: MailTransport
    sender: str


Parcel = WebhookMessage | tuple[MailTransport, MailMessage]


@dataclass(frozen=True, slots=True)
class Packer:
    """`base` begins links; `public_url` those that only work if strangers reach us, "" for none of them."""

    mailboxes: Mapping[str, Mailbox]
    base: str
    public_url: str = ""

    def pack(self, group: Sequence[Due]) -> Parcel:
        """One message of one event, or of a digest's. LookupError when nothing is configured to send it by."""
        first = group[0]
        if first.channel == "webhook":
            return WebhookMessage(first.event_id, first.target, first.body, CONTENT_TYPE, first.secrets)
        mailbox = self.mailboxes.get(first.identity)
        if mailbox is None:
            raise LookupError(f"no mail server is configured for {first.identity}")
        return mailbox.transport, self._letter(group, mailbox.sender)

    def _letter(self, group: Sequence[Due], sender: str) -> MailMessage:
        first = group[0]
        events: list[dict[str, Any]] = [json.loads(due.body) for due in group]
        digest = first.digest != "none"
        letter = mail_for(events, public_url=self.base, digest=digest)
        return MailMessage(
            id=f"{first.subscription_id}.{group[-1].sequence}.digest" if digest else first.event_id,
            sender=sender,
            to=(first.target,),
            subject=letter.subject,
            text=letter.text,
            html=letter.html,
            references=() if digest else (letter.thread,),
            headers=self._unsubscribing(first.token),
        )

    def _unsubscribing(self, token: str) -> tuple[tuple[str, str], ...]:
        """RFC 2369 and RFC 8058."""
        if not (self.public_url and token):
            return ()
        return (
            ("List-Unsubscribe", f"<{self.public_url}/unsubscribe/{token}>"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        )
