"""What aiohttp, ssl and sockets raise, as the errors of this room."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass

import aiohttp
from aiohttp.http_exceptions import BadHttpMessage, ContentLengthError, TransferEncodingError

from watchers.errors import FetchError, Refused
from watchers.guard import DeniedError

_BREAKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class _Kind:
    """What an exception means; `text` names the host as {}."""

    error: type[BaseException]
    reason: str
    text: str
    transient: bool = True


_KINDS = (
    _Kind(aiohttp.ClientConnectorDNSError, "dns", "the name {} was not found"),
    _Kind(ssl.SSLCertVerificationError, "tls", "the certificate of {} is not valid", transient=False),
    _Kind(ssl.SSLError, "tls", "TLS with {} failed"),
    _Kind(TimeoutError, "timeout", "the connection to {} timed out"),
    _Kind(ContentLengthError, "truncated", "{} sent less than it announced"),
    _Kind(TransferEncodingError, "framing", "{} sent a body that is framed wrongly"),
    _Kind(BadHttpMessage, "framing", "{} does not speak proper HTTP"),
    _Kind(aiohttp.ClientPayloadError, "truncated", "{} broke off in the middle"),
)
"""The first that is found anywhere under the error counts."""
_BROKEN = _Kind(Exception, "truncated", "{} broke off in the middle")
_FAILED = _Kind(Exception, "connection", "the connection to {} failed")


def failure(error: Exception, url: str, host: str, *, reading: bool) -> FetchError:
    """The FetchError (or Refused) for what went wrong with a request to `host`.

    `reading`: the body had begun, so what is lost is its end.
    """
    parts = list(_chain(error))
    for part in parts:
        if isinstance(part, DeniedError):
            message = f"{part.refusal.message}, where {host} leads"
            return Refused(url, message, reason=part.refusal.reason, transient=False)
    kind = _kind(parts) or (_BROKEN if reading else _FAILED)
    message = f"{kind.text.format(host)}: {_words(parts[-1])}"
    return FetchError(url, message, reason=kind.reason, transient=kind.transient)


def _kind(parts: list[BaseException]) -> _Kind | None:
    if any(isinstance(part, TransferEncodingError) and "Not enough data" in str(part) for part in parts):
        return _BROKEN  # chunks that stop before the last one
    return next((kind for kind in _KINDS if any(isinstance(part, kind.error) for part in parts)), None)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what it came from, outermost first."""
    seen: set[int] = set()
    part: BaseException | None = error
    while part is not None and id(part) not in seen:
        seen.add(id(part))
        yield part
        part = getattr(part, "os_error", None) or part.__cause__


def _words(error: BaseException) -> str:
    """The error in one short line."""
    known = (getattr(error, name, "") for name in ("verify_message", "strerror", "message"))
    line = _BREAKS.sub(" ", next((str(text) for text in known if text), "") or str(error)).strip()
    return "".join(c for c in line if c.isprintable())[:200] or type(error).__name__
