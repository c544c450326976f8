"""Endpoints that answer too much, too slowly, not at all or not in HTTP."""

from __future__ import annotations

import asyncio
import gzip
import socket
import ssl

import pytest
import trustme

from notifiers.errors import TransportError
from notifiers.webhook import ANSWER_BYTES
from tests.notifiers.endpoints import canned, failure, message, raw, transport


async def test_an_endless_answer_is_hung_up_on() -> None:
    hung_up = asyncio.Event()
    sent = 0

    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        try:
            while True:
                writer.write(b"x" * 1024)
                await writer.drain()
                sent += 1024
        finally:
            hung_up.set()

    async with raw(serve) as url, transport() as webhook:
        receipt = await webhook.send(message(url))
        await asyncio.wait_for(hung_up.wait(), 5)
    assert (receipt.status, receipt.response) == (200, "x" * 1024)
    assert sent >= ANSWER_BYTES


async def test_what_comes_after_16_kib_of_an_answer_is_not_waited_for() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 16 * 1024)
        await reader.read()  # until we are hung up on

    async with raw(serve) as url, transport(seconds=60) as webhook, asyncio.timeout(10):
        assert (await webhook.send(message(url))).status == 200


async def test_headers_without_end_are_a_failure() -> None:
    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n" + b"X-Long: " + b"x" * 1_000_000 + b"\r\n\r\n")

    async with raw(serve) as url:
        assert (await failure(url)).status is None


async def test_a_connection_that_is_reset_after_the_event_was_taken_is_a_failure() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.transport.abort()

    async with raw(serve) as url:
        error = await failure(url)
    assert (error.status, error.permanent) == (None, False)


async def test_a_compressed_answer_is_not_unpacked() -> None:
    bomb = gzip.compress(bytes(50_000_000))
    head = b"HTTP/1.1 500 No\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)
    async with raw(canned(head + bomb)) as url:
        error = await failure(url)
    assert (error.status, len(error.response.encode()) <= 1024) == (500, True)


@pytest.mark.parametrize(
    "rest", [b"Content-Length: 9\r\n\r\nhal", b"Transfer-Encoding: chunked\r\n\r\n9\r\nhal"]
)
async def test_a_status_counts_though_its_body_breaks_off(rest: bytes) -> None:
    async with raw(canned(b"HTTP/1.1 200 OK\r\n" + rest)) as url, transport(seconds=0.5) as webhook:
        assert (await webhook.send(message(url))).status == 200


async def test_a_slow_body_does_not_undo_the_status() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhal")
        await reader.read()

    async with raw(serve) as url, transport(seconds=0.3) as webhook:
        assert (await webhook.send(message(url))).response == "hal"


async def test_silence_and_dribble_end_at_the_time_limit() -> None:
    async def silent(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    async def dribble(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nX: ")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.01)

    async def continuing(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            await writer.drain()
            await asyncio.sleep(0.01)

    for serve in (silent, dribble, continuing):
        async with raw(serve) as url, asyncio.timeout(10):
            error = await failure(url, seconds=0.3)
        assert (error.message, error.permanent, error.status) == ("no answer within 0.3 s", False, None)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"220 mail.example ESMTP\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200_000 + b"\r\n",
        b"HTTP/1.1 2OO OK\r\n\r\n",
    ],
)
async def test_what_is_no_http_is_a_failure_without_a_status(answer: bytes) -> None:
    async with raw(canned(answer)) as url:
        error = await failure(url)
    assert (error.status, error.permanent, error.gone) == (None, False, False)
    assert len(error.message) <= 300


async def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    error = await failure(f"http://127.0.0.1:{port}/")
    assert (error.permanent, error.status) == (False, None)
    assert "refused" in error.message.lower() or "failed" in error.message


async def test_the_certificate_is_checked() -> None:
    authority = trustme.CA()
    server, client = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), ssl.create_default_context()
    authority.issue_cert("127.0.0.1").configure_cert(server)
    async with raw(canned(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), tls=server) as url:
        error = await failure(url)
        assert error.message.startswith("TLS failed: ")
        assert not error.permanent
        authority.configure_trust(client)
        async with transport(ssl=client) as webhook:
            assert (await webhook.send(message(url))).status == 200


class Inside(Exception):  # noqa: N818 - stands for a guard's own error, which this room does not know
    pass


async def test_a_guards_refusal_is_told_in_its_own_words() -> None:
    def refuse(_: object) -> socket.socket:
        raise OSError("guarded") from Inside("127.0.0.1 is not a public address")

    async with transport(socket_factory=refuse) as webhook:
        with pytest.raises(TransportError) as caught:
            await webhook.send(message("http://127.0.0.1:9/"))
    assert caught.value.message == "the request failed: 127.0.0.1 is not a public address"
    assert caught.value.status is None
