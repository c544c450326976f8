"""What can go wrong while looking at the world.

WatchError
├── FetchError      no usable answer: time-out, TLS, status, size, framing, refused address
│   └── Refused     we did not ask: address, scheme, port or robots.txt forbids it
└── ExtractError    an answer, but not the document: challenge page, soft 404, unreadable PDF, nothing left

Each carries facts; `reason` is a short stable word for tables and metrics, the message is for people.
"""

from __future__ import annotations

from datetime import timedelta


class WatchError(Exception):
    """A look at `url` failed.

    `reason` is a slug ("timeout", "tls", "dns", "status", "truncated", "too_large", "challenge", …),
    `transient` says whether the same request may succeed later without anybody changing anything,
    `retry_after` is what the server asked for, `status` the HTTP status where there was one.
    """

    def __init__(
        self,
        url: str,
        message: str,
        *,
        reason: str,
        transient: bool = True,
        status: int | None = None,
        retry_after: timedelta | None = None,
    ) -> None:
        super().__init__(message)
        self.url = url
        self.message = message
        self.reason = reason
        self.transient = transient
        self.status = status
        self.retry_after = retry_after

    def __reduce__(self) -> tuple[object, ...]:
        """Cross a process boundary whole."""
        facts = {k: v for k, v in self.__dict__.items() if k not in ("url", "message")}
        return (_rebuild, (type(self), self.url, self.message, facts))


class FetchError(WatchError):
    """No usable answer came back."""


class Refused(FetchError):  # noqa: N818 - it says what happened, like the others say what was wrong
    """The request was not made: the address, scheme, port or robots.txt forbids it."""


class ExtractError(WatchError):
    """An answer came back, but it does not hold the document."""


def _rebuild(cls: type[WatchError], url: str, message: str, facts: dict[str, object]) -> WatchError:
    error = cls(url, message, reason=str(facts["reason"]))
    error.__dict__.update(facts)
    return error
