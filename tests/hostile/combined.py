"""Two things wrong at once, and connections that are kept: what one defence alone would let through."""

from __future__ import annotations

import asyncio
import contextlib
import gzip

from tests.hostile import pages
from tests.hostile.exchanges import ZIPPED
from tests.hostile.pages import GOOD_BYTES, PROMISES
from tests.hostile.registry import FRAMING, HTML, SLOW, misdeed, sends
from tests.hostile.server import Behaviour, Wire, head

BOMB = gzip.compress(b"<p>No end of words. </p>" * (1 << 20), 9)
OTHER = pages.render((*pages.AROUND, *PROMISES[:1]))
"""The page with five promises gone: told if it were believed."""
KEPT = ("HTTP/1.1 200 OK", HTML)


def kept(body: bytes, *headers: str, status: str = "HTTP/1.1 200 OK") -> bytes:
    """An answer after which the connection stays open."""
    return "\r\n".join((status, HTML, f"Content-Length: {len(body)}", *headers, "", "")).encode() + body


def leads_to(name: str, then: Behaviour, *reasons: str, status: str = "302 Found") -> None:
    """A redirect, and what waits behind it."""

    async def behave(wire: Wire) -> None:
        if wire.path == "/behind":
            await then(wire)
        else:
            await wire.answer(b"", "Location: /behind", status=status)

    behave.__name__ = f"behind_a_redirect_{name}"
    misdeed(*reasons)(behave)


async def _bomb(wire: Wire) -> None:
    await wire.answer(BOMB, "Content-Encoding: gzip")


async def _endless(wire: Wire) -> None:
    await wire.send(head("200 OK", HTML))
    while True:
        await wire.send(b"<p>More and more of it.</p>" * 2000)


async def _silence(wire: Wire) -> None:
    await wire.reader.read()


async def _part(wire: Wire) -> None:
    await wire.answer(
        OTHER.encode(), f"Content-Range: bytes 0-{len(OTHER) - 1}/{len(OTHER)}", status="206 Partial"
    )


async def _unmodified(wire: Wire) -> None:
    await wire.send(head("304 Not Modified", 'ETag: "good"'))


async def _cut(wire: Wire) -> None:
    await wire.send(head("200 OK", HTML, f"Content-Length: {len(GOOD_BYTES)}"), OTHER.encode()[:700])


async def _good(wire: Wire) -> None:
    await wire.answer()


async def _challenge(wire: Wire) -> None:
    await wire.answer(pages.CHALLENGE.encode())


async def _picture(wire: Wire) -> None:
    await wire.answer(GOOD_BYTES, media="image/svg+xml")


leads_to("a_bomb", _bomb, "too_large")
leads_to("a_body_without_end", _endless, "too_large", "timeout")
leads_to("silence", _silence, *SLOW)
leads_to("a_part", _part, "status")
leads_to("an_unmodified_page", _unmodified, "bad_304")
leads_to("half_an_answer", _cut, "truncated")
leads_to("a_challenge", _challenge, "challenge", "redirected")
leads_to("a_picture", _picture, "media_type")
leads_to("the_page_303", _good, status="303 See Other")
leads_to("the_page_308", _good, status="308 Permanent Redirect")
leads_to(
    "an_error_that_asks_for_a_pause",
    lambda wire: wire.answer(b"", "Retry-After: 60", status="503 Busy"),
    "status",
    "held",
)


@misdeed()
async def seven_honest_redirects(wire: Wire) -> None:
    hop = int(wire.path.rpartition("/")[2]) if wire.path.startswith("/hop/") else 0
    if hop == 7:
        await wire.answer()
    else:
        await wire.answer(b"", f"Location: /hop/{hop + 1}", status="302 Found")


@misdeed("redirect")
async def a_redirect_with_the_page_in_it_and_nowhere_to_go(wire: Wire) -> None:
    await wire.answer(OTHER.encode(), status="301 Moved Permanently")


# ------------------------------------------------------------------ connections that are kept


@misdeed()
async def answers_in_advance(wire: Wire) -> None:
    """A second answer, to a request that was never made: the next one must not take it for its own."""
    await wire.send(kept(GOOD_BYTES) + kept(OTHER.encode()))
    await _next_request(wire)
    await wire.answer()


@misdeed()
async def answers_in_advance_a_moment_later(wire: Wire) -> None:
    await wire.send(kept(GOOD_BYTES))
    await asyncio.sleep(0.3)
    await wire.send(kept(OTHER.encode()))
    await _next_request(wire)
    await wire.answer()


@misdeed()
async def says_408_while_nobody_asks(wire: Wire) -> None:
    await wire.send(kept(GOOD_BYTES))
    await asyncio.sleep(0.5)
    await wire.send(b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


@misdeed()
async def hangs_up_when_asked_again(wire: Wire) -> None:
    """The connection is kept until the next request comes, and closed then."""
    await wire.send(kept(GOOD_BYTES))
    await _next_request(wire)


@misdeed("", *FRAMING)
async def resets_when_asked_again(wire: Wire) -> None:
    await wire.send(kept(GOOD_BYTES))
    await _next_request(wire)
    wire.reset()


@misdeed("", *FRAMING)
async def answers_another_page_on_a_kept_connection(wire: Wire) -> None:
    """Half of the next answer has come already with the last: the rest of it is not believed either."""
    ahead = kept(OTHER.encode())
    await wire.send(kept(GOOD_BYTES) + ahead[:300])
    await _next_request(wire)
    await wire.send(ahead[300:])


@misdeed(*SLOW)
async def half_a_chunk_and_the_line_stays_open(wire: Wire) -> None:
    await wire.send(
        b"HTTP/1.1 200 OK\r\n"
        + HTML.encode()
        + b"\r\nTransfer-Encoding: chunked\r\n\r\n400\r\n"
        + OTHER.encode()[:500]
    )
    await wire.reader.read()


@misdeed(*SLOW)
async def half_a_body_and_the_line_stays_open(wire: Wire) -> None:
    await wire.send(kept(GOOD_BYTES)[:-300])
    await wire.reader.read()


@misdeed("", *FRAMING, cold=("bad_304", *FRAMING))
async def not_modified_with_a_body(wire: Wire) -> None:
    await wire.send(kept(OTHER.encode(), 'ETag: "good"', status="HTTP/1.1 304 Not Modified"))
    await _next_request(wire)
    await wire.answer()


async def _next_request(wire: Wire) -> None:
    with contextlib.suppress(asyncio.IncompleteReadError):
        await wire.reader.readuntil(b"\r\n\r\n")


# ------------------------------------------------------------------ codings and framing together


def framed(name: str, body: bytes, *reasons: str, size: int = 0, headers: tuple[str, ...] = ()) -> None:
    """Chunked, in chunks of `size` bytes."""
    size = size or len(body) or 1
    pieces = (body[at : at + size] for at in range(0, len(body), size))
    said = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
    sends(name, head("200 OK", HTML, "Transfer-Encoding: chunked", *headers), said, reasons=reasons)


ZIP = ("Content-Encoding: gzip",)
framed("zipped_in_chunks_of_one_byte", ZIPPED, size=1, headers=ZIP)
framed("zipped_and_cut_in_whole_chunks", ZIPPED[:-20], "truncated", size=100, headers=ZIP)
framed("bomb_in_small_chunks", BOMB, "too_large", size=64, headers=ZIP)
framed("zipped_with_nul_padding", ZIPPED + bytes(4096), headers=ZIP)
framed("zipped_with_a_length_too", ZIPPED, "", *FRAMING, headers=(*ZIP, "Content-Length: 5"))
framed("zipped_twice_said_once", gzip.compress(ZIPPED), "unreadable", "media_type", "encoding", headers=ZIP)
framed("nothing_in_chunks", b"", "empty")
sends("zipped_until_the_end_of_the_line", head("200 OK", HTML, *ZIP), ZIPPED)
sends(
    "zipped_and_cut_at_the_end_of_the_line", head("200 OK", HTML, *ZIP), ZIPPED[:-9], reasons=("truncated",)
)
sends(
    "zipped_with_megabytes_of_rubbish",
    head("200 OK", HTML, *ZIP),
    ZIPPED,
    b"rubbish " * (2 << 20),
    reasons=("too_large", ""),
)
sends(
    "length_and_nothing", head("200 OK", HTML, f"Content-Length: {len(GOOD_BYTES)}"), reasons=("truncated",)
)
sends(
    "partial_without_a_range",
    head("206 Partial Content", HTML, f"Content-Length: {len(GOOD_BYTES)}"),
    GOOD_BYTES,
    reasons=("status",),
)
sends(
    "two_status_lines",
    b"HTTP/1.1 200 OK\r\nHTTP/1.1 500 Error\r\n",
    head("200 OK", HTML)[17:],
    GOOD_BYTES,
    reasons=("", *FRAMING),
)
sends(
    "hints_by_the_thousand_then_the_page",
    b"HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n" * 2000,
    head("200 OK", HTML, f"Content-Length: {len(GOOD_BYTES)}"),
    GOOD_BYTES,
    reasons=("", *FRAMING, "status"),
)
sends(
    "the_most_headers_that_are_taken",
    head("200 OK", HTML, f"Content-Length: {len(GOOD_BYTES)}", *(f"X-{n}: y" for n in range(150))),
    GOOD_BYTES,
)
sends(
    "page_of_the_largest_size",
    head("200 OK", HTML, f"Content-Length: {10 << 20}"),
    GOOD_BYTES,
    b" " * ((10 << 20) - len(GOOD_BYTES)),
)
sends(
    "page_of_a_byte_too_many",
    head("200 OK", HTML),
    GOOD_BYTES,
    b" " * ((10 << 20) + 1 - len(GOOD_BYTES)),
    reasons=("too_large",),
)


@misdeed()
async def just_in_time(wire: Wire) -> None:
    """In pieces, the last of which comes a second before patience ends (five seconds)."""
    await wire.send(head("200 OK", HTML, f"Content-Length: {len(GOOD_BYTES)}"))
    for at in range(0, len(GOOD_BYTES), len(GOOD_BYTES) // 8 + 1):
        await asyncio.sleep(0.4)
        await wire.send(GOOD_BYTES[at : at + len(GOOD_BYTES) // 8 + 1])


@misdeed(*SLOW)
async def just_too_late(wire: Wire) -> None:
    await wire.send(head("200 OK", HTML, f"Content-Length: {len(GOOD_BYTES)}"), GOOD_BYTES[:-1])
    await asyncio.sleep(8)
    await wire.send(GOOD_BYTES[-1:])


# ------------------------------------------------------------------ TLS and what goes wrong above it


@misdeed("truncated", "connection", tls="good")
async def tls_cut_in_a_body(wire: Wire) -> None:
    await wire.send(head("200 OK", HTML, f"Content-Length: {len(GOOD_BYTES)}"), OTHER.encode()[:700])
    wire.reset()


@misdeed(
    "truncated",
    "connection",
    "cut",
    "collapsed",
    cold=("truncated", "connection", "cut", "", "collapsed"),
    tls="good",
)
async def tls_cut_without_a_length(wire: Wire) -> None:
    """No goodbye, and nothing but the end of the line says where the body ends."""
    await wire.send(head("200 OK", HTML), OTHER.encode()[:900])
    await asyncio.sleep(0.1)
    wire.reset()


@misdeed(*FRAMING, tls="good")
async def tls_that_speaks_http_2(wire: Wire) -> None:
    await wire.send(b"\0\0\x12\4\0\0\0\0\0\0\3\0\0\0\x80\0\4\0\1\0\0\0\5\0\xff\xff\xff")


@misdeed("address", "redirect", "scheme", tls="good")
async def tls_to_a_private_page(wire: Wire) -> None:
    await wire.answer(b"", "Location: http://10.0.0.1/", status="301 Moved")


@misdeed("too_large", tls="good")
async def tls_bomb(wire: Wire) -> None:
    await _bomb(wire)
