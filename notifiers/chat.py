"""Slack, Matrix, ntfy and a hundred others, by the apprise library: an optional extra."""

from __future__ import annotations

import asyncio
import logging
import re
import warnings
from typing import Any

from notifiers.errors import TransportError
from notifiers.model import Receipt, TextMessage
from notifiers.text import many_lines, one_line

_log = logging.getLogger("apprise")
"""Its words may hold the address, which holds the token."""
_log.setLevel(logging.CRITICAL)
TITLE_LETTERS = 200

_MARKUP = re.compile(r"(?<![\w/])@(?=\w)|<(?=\S)|\](?=\()")
"""Where a chat would see a mention, a command or tag, a link with words of its own."""


class ChatTransport:
    """Hands texts to the service that `url` names, in apprise's notation.

    `timeout`: seconds until a try counts as failed. ValueError when the library is not there or does not know the URL.
    """

    def __init__(self, url: str, *, timeout: float) -> None:
        self._service, self._seconds = _service(url), timeout

    @property
    def address(self) -> str:
        """Where it goes, without what is secret."""
        return str(self._service.url(privacy=True))

    async def send(self, message: TextMessage) -> Receipt:
        """Send it once. TransportError when the service did not take it; it does not say why, nor whether for good."""
        try:
            async with asyncio.timeout(self._seconds):
                taken = await self._service.async_notify(
                    title=plain(one_line(message.title, TITLE_LETTERS)),
                    body=plain(many_lines(message.text)),
                    body_format="text",
                )
        except TimeoutError as error:
            raise TransportError(f"the service did not answer within {self._seconds:g} s") from error
        except (OSError, TypeError, ValueError) as error:
            raise TransportError(f"the service could not be used: {type(error).__name__}") from error
        if not taken:
            raise TransportError("the service did not take the message")
        return Receipt(200)


def plain(text: str) -> str:
    """A stranger's words as words: @everyone calls nobody, [here](…) hides no address.

    Chats differ in what escapes; a space of no width after the character that begins it does for all, and is not seen.
    """
    return _MARKUP.sub("\\g<0>\u200b", text)


def _service(url: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it loads every plugin it has, some of them elderly
        try:
            import apprise  # noqa: PLC0415 - an extra; and slow to load
        except ImportError:
            raise ValueError("kind apprise needs an extra: pip install 'onrecord[apprise]'") from None
        found = apprise.Apprise.instantiate(url, suppress_exceptions=True)
    if found is None:
        raise ValueError("the URL is none that apprise knows: https://appriseit.com/services/")
    return found
