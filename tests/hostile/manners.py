"""Servers that speak first, break off, drip or never end."""

from __future__ import annotations

import asyncio

from tests.hostile.pages import GOOD_BYTES
from tests.hostile.registry import FRAMING, HTML, SLOW, misdeed
from tests.hostile.server import Wire, head

CHUNKED = ("200 OK", HTML, "Transfer-Encoding: chunked")


@misdeed(*FRAMING, "collapsed", cold=(*FRAMING, ""), raw=True)
async def speaks_first(wire: Wire) -> None:
    await wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n\r\n")


@misdeed(*FRAMING)
async def closes_without_a_word(wire: Wire) -> None:
    wire.writer.close()


@misdeed(*FRAMING)
async def resets_at_once(wire: Wire) -> None:
    wire.reset()


@misdeed("truncated")
async def resets_in_the_middle(wire: Wire) -> None:
    await wire.send(head("200 OK", HTML, f"Content-Length: {len(GOOD_BYTES)}"), GOOD_BYTES[:900])
    await asyncio.sleep(0.1)
    wire.reset()


@misdeed("truncated")
async def resets_a_body_without_length(wire: Wire) -> None:
    await wire.send(head("200 OK", HTML), GOOD_BYTES[:900])
    await asyncio.sleep(0.1)
    wire.reset()


@misdeed(*SLOW)
async def says_nothing(wire: Wire) -> None:
    await wire.reader.read()


@misdeed(*SLOW)
async def drips_headers(wire: Wire) -> None:
    for byte in head("200 OK", *[f"X-{i}: y" for i in range(500)]):
        await wire.send(bytes([byte]))
        await asyncio.sleep(0.05)


@misdeed(*SLOW)
async def drips_the_body(wire: Wire) -> None:
    await wire.send(head("200 OK", HTML, f"Content-Length: {len(GOOD_BYTES)}"))
    for byte in GOOD_BYTES:
        await wire.send(bytes([byte]))
        await asyncio.sleep(0.05)


@misdeed(*SLOW)
async def drips_chunks(wire: Wire) -> None:
    await wire.send(head(*CHUNKED))
    while True:
        await wire.send(b"1\r\na\r\n")
        await asyncio.sleep(0.05)


@misdeed(*SLOW)
async def stops_before_the_end(wire: Wire) -> None:
    await wire.send(head("200 OK", HTML, f"Content-Length: {len(GOOD_BYTES)}"), GOOD_BYTES[:-1])
    await wire.reader.read()


@misdeed("too_large", "timeout")
async def endless_body(wire: Wire) -> None:
    await wire.send(head("200 OK", HTML))
    while True:
        await wire.send(b"<p>More of the same and no end.</p>\n" * 2000)


@misdeed("too_large", "timeout")
async def endless_chunks(wire: Wire) -> None:
    await wire.send(head(*CHUNKED))
    while True:
        await wire.send(b"8000\r\n" + b"a" * 0x8000 + b"\r\n")


@misdeed(*FRAMING, "timeout")
async def endless_headers(wire: Wire) -> None:
    await wire.send(b"HTTP/1.1 200 OK\r\n")
    while True:
        await wire.send(b"X-More: of the same\r\n" * 100)


@misdeed(*FRAMING, "timeout", "too_large", "status")
async def endless_continue(wire: Wire) -> None:
    while True:
        await wire.send(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)
        await asyncio.sleep(0)


@misdeed(*FRAMING, "timeout", "status")
async def endless_early_hints(wire: Wire) -> None:
    while True:
        await wire.send(b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n" * 100)
        await asyncio.sleep(0)


@misdeed(*FRAMING, "timeout", "too_large")
async def endless_trailers(wire: Wire) -> None:
    await wire.send(head(*CHUNKED), b"%x\r\n%s\r\n0\r\n" % (len(GOOD_BYTES), GOOD_BYTES))
    while True:
        await wire.send(b"X-Trailer: more\r\n" * 100)


@misdeed(*FRAMING, "timeout")
async def endless_status_line(wire: Wire) -> None:
    await wire.send(b"HTTP/1.1 200 ")
    while True:
        await wire.send(b"O" * 10_000)
