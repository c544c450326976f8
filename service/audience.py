"""The [[notify]] tables as subscriptions: one of each webhook, and one of each mail address."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from notifiers.email import MailTransport, parse_smtp
from service.deliver import Mailbox
from service.settings import EmailSettings, Settings, WebhookSettings
from service.store.subscriptions import Subscriber

MAIL_TIMEOUT = 60.0
"""Seconds that a mail's whole conversation may take at least: servers that fear spam greet slowly."""

_Notify = WebhookSettings | EmailSettings


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


def mailboxes(settings: Settings, clock: Callable[[], datetime]) -> dict[str, Mailbox]:
    """By subscriber's identity: how its mail leaves the house."""
    return {
        identity: Mailbox(
            MailTransport(
                parse_smtp(one.smtp.get_secret_value()),
                timeout=max(settings.deliver.timeout, MAIL_TIMEOUT),
                now=clock,
            ),
            one.sender,
        )
        for identity, _, one in _identified(settings)
        if isinstance(one, EmailSettings)
    }


def _identified(settings: Settings) -> Iterator[tuple[str, str, _Notify]]:
    """Each target with a name that stays the same as long as the target does."""
    seen: dict[str, int] = {}
    for one in settings.notify:
        for target in (one.url,) if isinstance(one, WebhookSettings) else dict.fromkeys(one.to):
            name = f"{one.kind}:{target}"
            seen[name] = seen.get(name, 0) + 1
            yield (name if seen[name] == 1 else f"{name}#{seen[name]}"), target, one
