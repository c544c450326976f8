"""The [[notify]] tables as subscriptions: one of each webhook and chat, and one of each mail address."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime

from notifiers.chat import ChatTransport
from notifiers.email import MailTransport, parse_smtp
from service.configuration.recipients import AppriseSettings, EmailSettings, WebhookSettings
from service.configuration.settings import Settings
from service.delivery.parcels import Chat, Mailbox
from service.store.subscriptions import Subscriber

MAIL_TIMEOUT = 60.0
"""Seconds that a mail's whole conversation may take at least: servers that fear spam greet slowly."""

_Notify = WebhookSettings | EmailSettings | AppriseSettings


def subscribers(settings: Settings) -> list[Subscriber]:
    """All that are configured. Each recipient of a mail is a subscriber: what one server refuses, the others get."""
    return [
        Subscriber(
            identity=identity,
            channel=one.kind,
            target=target,
            kinds=one.kinds,
            companies=one.companies,
            categories=one.categories,
            secret=one.secret.get_secret_value() if isinstance(one, WebhookSettings) and one.secret else "",
            digest=one.digest if isinstance(one, EmailSettings) else "none",
            sources=one.sources,
            min_score=one.min_score,
        )
        for identity, target, one in _identified(settings)
    ]


def outlets(settings: Settings, clock: Callable[[], datetime]) -> dict[str, Mailbox | Chat]:
    """By subscriber's identity: how what is not a webhook leaves the house."""
    found: dict[str, Mailbox | Chat] = {}
    for identity, _, one in _identified(settings):
        if isinstance(one, EmailSettings):
            found[identity] = _mailbox(one, settings.deliver.timeout, clock)
        elif isinstance(one, AppriseSettings):
            found[identity] = Chat(
                ChatTransport(one.url.get_secret_value(), timeout=settings.deliver.timeout)
            )
    return found


def _mailbox(one: EmailSettings, timeout: float, clock: Callable[[], datetime]) -> Mailbox:
    smtp = parse_smtp(one.smtp.get_secret_value())
    return Mailbox(MailTransport(smtp, timeout=max(timeout, MAIL_TIMEOUT), now=clock), one.sender)


def _identified(settings: Settings) -> Iterator[tuple[str, str, _Notify]]:
    """(identity, target, table): the identity stays the same as long as the target does, and holds no secret."""
    seen: dict[str, int] = {}
    for one in settings.notify:
        for name, target in _targets(one):
            seen[name] = seen.get(name, 0) + 1
            yield (name if seen[name] == 1 else f"{name}#{seen[name]}"), target, one


def _targets(one: _Notify) -> Iterator[tuple[str, str]]:
    if isinstance(one, WebhookSettings):
        yield f"webhook:{one.url}", one.url
    elif isinstance(one, EmailSettings):
        yield from ((f"email:{address}", address) for address in dict.fromkeys(one.to))
    else:
        url = one.url.get_secret_value()
        mark = hashlib.sha256(url.encode()).hexdigest()[:16]
        yield f"apprise:{mark}", ChatTransport(url, timeout=1).address
