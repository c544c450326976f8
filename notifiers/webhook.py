"""A webhook: one signed POST to a stranger's endpoint, and what its answer means."""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache

import aiohttp
from aiohttp.payload import BytesPayload
from yarl import URL

from notifiers.errors import TransportError
from notifiers.model import Receipt, WebhookMessage
from notifiers.signing import sign
from notifiers.text import excerpt, one_line

ANSWER_BYTES = 16 * 1024
LONGEST_PAUSE = timedelta(hours=24)
"""No endpoint can keep us away for longer."""
FIELD_LETTERS = 512
PAUSING = (429, 503)
GONE = 410

_FIELD = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,510}[\x21-\x7e])?")
_SECONDS = re.compile(r"[0-9]{1,300}")


def open_session(connector: aiohttp.BaseConnector) -> aiohttp.ClientSession:
    """A session as the transport needs it: no cookies, no proxy or .netrc from the environment.

    Let the connector be guarded and `force_close`: on a kept connection that the endpoint has just closed a
    POST is lost without need.
    """
    return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False)


class WebhookTransport:
    """Sends over `session` (see `open_session`), which belongs to the caller.

    `timeout`: seconds for everything from the name look-up to the last byte read. `now` is the time signed.
    ValueError when the session would send cookies or heed the environment's proxies.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        timeout: float,
        user_agent: str,
        now: Callable[[], datetime],
    ) -> None:
        if session.trust_env or not isinstance(session.cookie_jar, aiohttp.DummyCookieJar):
            raise ValueError("webhooks need a session without cookies and without the environment's proxies")
        if (
            not user_agent.isprintable()
            or not 0 < len(user_agent.strip()) == len(user_agent) <= FIELD_LETTERS
        ):
            raise ValueError("the user agent must be printable, on one line and not too long")
        self._session, self._seconds, self._now = session, timeout, now
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._ours = {"User-Agent": user_agent, "Accept-Encoding": "identity"}

    async def send(self, message: WebhookMessage) -> Receipt:
        """POST it once. 2xx is a receipt, all else a TransportError; redirects are not followed."""
        headers = self._headers(message)
        try:
            response = await self._session.post(
                _address(message.url),
                data=BytesPayload(message.body),
                headers=headers,
                allow_redirects=False,
                auto_decompress=False,
                raise_for_status=False,
                timeout=self._timeout,
            )
            if response.closed and response.content.at_eof():  # it came whole, and said nothing
                return self._judge(response, "")
            async with response:
                return self._judge(response, excerpt(await _beginning(response)))
        except (aiohttp.ClientError, OSError, ValueError) as error:  # TimeoutError is an OSError
            raise self._failure(error) from error

    def _headers(self, message: WebhookMessage) -> dict[str, str]:
        if not _may_stand(message.content_type):
            raise TransportError("the content type cannot stand in a header", permanent=True)
        try:
            signed = sign(message.body, id=message.id, at=self._now(), secrets=message.secrets)
        except ValueError as error:
            raise TransportError(f"cannot be signed: {error}", permanent=True) from error
        return {**signed, "Content-Type": message.content_type, **self._ours}

    def _judge(self, response: aiohttp.ClientResponse, text: str) -> Receipt:
        status = response.status
        if 200 <= status < 300:
            return Receipt(status, text)
        pause = None
        if status in PAUSING:
            pause = retry_after(response.headers.get("Retry-After", ""), self._now())
        what = one_line(f"{status} {response.reason or ''}", 80)
        note = ", and redirects are not followed" if 300 <= status < 400 else ""
        raise TransportError(
            f"the endpoint answered {what}{note}",
            gone=status == GONE,
            retry_after=pause,
            status=status,
            response=text,
        )

    def _failure(self, error: Exception) -> TransportError:
        """Everything that is not an answer. Only a URL that cannot be one is hopeless."""
        if isinstance(error, ValueError | aiohttp.NonHttpUrlClientError) and not isinstance(error, OSError):
            return TransportError("the address is not an http(s) URL", permanent=True)
        for part in _chain(error):
            if isinstance(part, TimeoutError):
                return TransportError(f"no answer within {self._seconds:g} s")
            if isinstance(part, ssl.SSLError):
                return TransportError(one_line(f"TLS failed: {_reason(part)}", 300))
            if isinstance(part, aiohttp.ClientConnectorDNSError):
                return TransportError(f"the name {one_line(str(part.host), 253)} was not found")
        return TransportError(one_line(f"the request failed: {_root(error)}", 300))


@lru_cache(maxsize=64)
def _may_stand(field: str) -> bool:
    """Whether a text can be a header's value."""
    return _FIELD.fullmatch(field) is not None


@lru_cache(maxsize=1024)
def _address(url: str) -> URL:
    """The URL of an endpoint; it is the same for every event. ValueError where it is none."""
    return URL(url)


async def _beginning(response: aiohttp.ClientResponse) -> bytes:
    """At most 16 KiB. The status stands already: what goes wrong in the body does not change it."""
    read = bytearray()
    try:
        while len(read) < ANSWER_BYTES:
            piece = await response.content.read(ANSWER_BYTES - len(read))
            if not piece:
                return bytes(read)
            read += piece
    except (aiohttp.ClientError, OSError):
        pass
    response.close()  # a release would wait for the rest
    return bytes(read)


def retry_after(value: str, now: datetime) -> timedelta | None:
    """Read Retry-After (RFC 9110, 10.2.3): seconds or a date; None for nonsense and for the past, 24 h at most."""
    value = value.strip()
    if _SECONDS.fullmatch(value):
        return min(timedelta(seconds=min(int(value), 10**6)), LONGEST_PAUSE)
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    pause = (date if date.tzinfo else date.replace(tzinfo=UTC)) - now
    return min(pause, LONGEST_PAUSE) if pause > timedelta(0) else None


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what it came from, outermost first."""
    seen: set[int] = set()
    part: BaseException | None = error
    while part is not None and id(part) not in seen:
        seen.add(id(part))
        yield part
        part = getattr(part, "os_error", None) or part.__cause__


def _root(error: BaseException) -> str:
    """The words of the innermost error: a guard's refusal stands under what the client made of it."""
    return [_reason(part) for part in _chain(error)][-1]


def _reason(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__
