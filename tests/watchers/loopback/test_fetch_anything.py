"""Whatever bytes a server sends, `get` comes back with a value or with an error of this room."""

from __future__ import annotations

import random
import zlib
from typing import Any

import pytest

from watchers.errors import FetchError

BODY = zlib.compress(b"Quillnet promises. " * 50, wbits=31)
WHOLE = (
    b'HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nETag: "a"\r\nLast-Modified: Mon, 01 Jun 2026 '
    b"00:00:00 GMT\r\nCache-Control: max-age=60\r\nContent-Encoding: gzip\r\nSet-Cookie: a=b; Path=/\r\n"
    b"Content-Length: %d\r\n\r\n%b" % (len(BODY), BODY)
)
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n3;x=y\r\nyou\r\n0\r\nX-Sum: 1\r\n\r\n"
MOVED = b"HTTP/1.1 302 Found\r\nLocation: http://tessellate.example/a%20b?c=d#e\r\nContent-Length: 0\r\n\r\n"
BUSY = b"HTTP/1.1 503 Busy\r\nRetry-After: Mon, 01 Jun 2026 00:00:00 GMT\r\nDate: Mon, 01 Jun 2026\r\n\r\n"
PIECES = [
    b"\r\n",
    b"\0",
    b"\xff",
    b"\xc2\x85",
    b"\xed\xa0\x80",
    b"xn--",
    b"%",
    b"@",
    b"[",
    b"9" * 30,
    b"\r\nAge: 1e9",
    b":",
]


def spoiled(whole: bytes, dice: random.Random) -> bytes:
    """Some bytes flipped, dropped, doubled or replaced."""
    spoilt = bytearray(whole)
    for _ in range(dice.randint(1, 4)):
        at, span = dice.randrange(len(spoilt)), dice.randint(0, 12)
        match dice.randrange(4):
            case 0:
                spoilt[at] ^= 1 << dice.randrange(8)
            case 1:
                del spoilt[at : at + span]
            case 2:
                spoilt[at:at] = spoilt[at : at + span]
            case _:
                spoilt[at : at + span] = dice.choice(PIECES)
        spoilt = spoilt or bytearray(b"x")
    return bytes(spoilt)


@pytest.mark.parametrize("whole", [WHOLE, CHUNKED, MOVED, BUSY], ids=["whole", "chunked", "moved", "busy"])
async def test_spoilt_answers_are_values_or_errors_of_ours(net: Any, whole: bytes) -> None:
    dice = random.Random(whole)  # noqa: S311  chance for a test, the same each time

    async def speak(request: Any, out: Any) -> None:
        out.write(spoiled(whole, dice))
        out.close()

    server = await net.serve(speak)
    fetcher = await net.fetcher(timeout=2.0, resolver=net.names(), clock=net.clock())
    for _ in range(150):
        try:
            await fetcher.get(server.url())
        except FetchError as error:
            message = error.message
        else:
            message = "fine"
        fetcher.hosts._hosts.clear()
        assert message.isprintable()
