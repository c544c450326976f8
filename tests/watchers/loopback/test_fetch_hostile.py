"""Servers that lie, break off, never stop or send far too much: no answer is better than half of one."""

from __future__ import annotations

import asyncio
import fcntl
import gzip
import os
import resource
import socket
import struct
import termios
import time
import zlib
from array import array
from pathlib import Path
from typing import Any

import pytest

from watchers.errors import FetchError

PAGE = b"".join(b"<p>Clause %d: Harborlight has received no order.</p>" % n for n in range(3000))
BOMB = 256 * 2**20
"""Bytes that the bombs expand to; the fetchers here take 2 MiB."""


async def reason(fetcher: Any, url: str) -> str:
    with pytest.raises(FetchError) as failed:
        await fetcher.get(url)
    error = failed.value
    assert error.__cause__ is not None or error.status is not None
    assert "\n" not in error.message
    assert "127.0.0.1" in error.message
    assert error.url == url
    return error.reason


def bomb() -> bytes:
    piece = bytes(2**20)
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(piece) for _ in range(BOMB // len(piece))) + packer.flush()


async def test_a_bomb_is_stopped_at_the_limit(net: Any) -> None:
    server = await net.serve(net.answer(bomb(), content_encoding="gzip"))
    fetcher = await net.fetcher(max_bytes=2 * 2**20, timeout=20.0)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert await reason(fetcher, server.url()) == "too_large"
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert grown < 20  # MiB


async def test_a_body_exactly_at_the_limit_passes(net: Any) -> None:
    server = await net.serve(
        {"/": net.answer(b"x" * 1000), "/gz": net.answer(gzip.compress(b"x" * 1000), content_encoding="gzip")}
    )
    fetcher = await net.fetcher(max_bytes=1000)
    assert len((await fetcher.get(server.url())).body) == 1000
    assert len((await fetcher.get(server.url("/gz"))).body) == 1000
    tight = await net.fetcher(max_bytes=999)
    assert await reason(tight, server.url()) == "too_large"
    assert await reason(tight, server.url("/gz")) == "too_large"


async def test_an_announced_giant_is_refused_before_it_comes(net: Any) -> None:
    server = await net.serve(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n")
    assert await reason(await net.fetcher(timeout=20.0), server.url()) == "too_large"


@pytest.mark.parametrize("head", [b"", b"Content-Encoding: gzip\r\n"])
async def test_an_endless_body_is_stopped(net: Any, head: bytes) -> None:
    async def pour(request: Any, out: Any) -> None:
        out.write(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n")
        packer = zlib.compressobj(wbits=31)
        out.write(packer.compress(b"x") if head else b"")
        while True:  # gzip: blocks that expand to nothing
            out.write((packer.flush(zlib.Z_SYNC_FLUSH) or b"\0\0\0\xff\xff") * 5000 if head else b"x" * 65536)
            await out.drain()

    server = await net.serve(pour)
    assert await reason(await net.fetcher(max_bytes=2**20, timeout=20.0), server.url()) in (
        "too_large",
        "encoding",
    )


async def test_a_drip_ends_at_the_time_limit(net: Any) -> None:
    async def drip(request: Any, out: Any) -> None:
        out.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while True:
            out.write(b"x")
            await out.drain()
            await asyncio.sleep(0.02)

    server = await net.serve(drip)
    began = time.monotonic()
    assert await reason(await net.fetcher(timeout=0.5), server.url()) == "timeout"
    assert time.monotonic() - began < 2.0


async def test_a_slow_header_ends_at_the_time_limit(net: Any) -> None:
    async def drip(request: Any, out: Any) -> None:
        out.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while True:
            out.write(b"x")
            await out.drain()
            await asyncio.sleep(0.02)

    assert await reason(await net.fetcher(timeout=0.5), (await net.serve(drip)).url()) == "timeout"


async def test_silence_ends_at_the_time_limit(net: Any) -> None:
    async def think(request: Any, out: Any) -> None:
        await asyncio.sleep(60)

    assert await reason(await net.fetcher(timeout=0.3), (await net.serve(think)).url()) == "timeout"


async def test_the_time_limit_spans_redirects(net: Any) -> None:
    async def again(request: Any, out: Any) -> None:
        await asyncio.sleep(0.2)
        out.write(net.answer(status="302 Found", location=request.path + "x"))

    server = await net.serve(again)
    assert await reason(await net.fetcher(timeout=0.5, max_redirects=100), server.url()) == "timeout"
    assert len(server.requests) <= 3


async def test_endless_interim_answers_end_at_the_time_limit(net: Any) -> None:
    async def go_on(request: Any, out: Any) -> None:
        while True:
            out.write(b"HTTP/1.1 100 Continue\r\n\r\n" * 20)
            await out.drain()
            await asyncio.sleep(0.001)

    async with asyncio.timeout(10):
        assert await reason(await net.fetcher(timeout=0.5), (await net.serve(go_on)).url()) == "timeout"


@pytest.mark.parametrize("keep", [0.3, 0.9, 0.9999])
async def test_a_compressed_body_cut_short_is_noticed(net: Any, keep: float) -> None:
    whole = gzip.compress(PAGE)
    server = await net.serve(
        net.answer(whole[: min(int(len(whole) * keep), len(whole) - 1)], content_encoding="gzip")
    )
    assert await reason(await net.fetcher(), server.url()) == "truncated"


@pytest.mark.parametrize("reset", [False, True])
async def test_a_short_content_length_is_noticed(net: Any, reset: bool) -> None:
    async def stop(request: Any, out: Any) -> None:
        out.write(net.answer(PAGE, content_length=str(len(PAGE) + 1)))
        await out.drain()
        if reset:
            out.transport.abort()
        out.close()

    assert await reason(await net.fetcher(), (await net.serve(stop)).url()) == "truncated"


@pytest.mark.parametrize("pause", [0.0, 0.05])
async def test_a_reset_is_not_the_end_of_a_body_without_length(net: Any, pause: float) -> None:
    async def reset(request: Any, out: Any) -> None:
        out.write(net.answer(PAGE[:2000], content_length=""))
        await out.drain()
        await asyncio.sleep(pause)
        raw = out.transport.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        out.transport.abort()

    server = await net.serve(reset)
    assert await reason(await net.fetcher(), server.url()) in ("truncated", "connection")


async def test_chunks_without_the_last_are_noticed(net: Any) -> None:
    async def stop(request: Any, out: Any) -> None:
        out.write(net.answer(b"5\r\nhello\r\n", content_length="", transfer_encoding="chunked"))
        out.close()

    assert await reason(await net.fetcher(), (await net.serve(stop)).url()) == "truncated"


@pytest.mark.parametrize(
    "chunk", [b"zz\r\nhello\r\n0\r\n\r\n", b"-5\r\nhello\r\n", b"fffffffffffffffffff\r\nhello"]
)
async def test_bad_chunk_sizes_are_a_failure(net: Any, chunk: bytes) -> None:
    server = await net.serve(net.answer(chunk, content_length="", transfer_encoding="chunked"))
    assert await reason(await net.fetcher(timeout=0.5), server.url()) in ("framing", "timeout")


@pytest.mark.parametrize(
    "coding", ["gzip, gzip", "deflate", "compress", "aes128gcm", "identity, br", "br", "zstd", "dcb"]
)
async def test_a_coding_not_asked_for_is_refused(net: Any, coding: str) -> None:
    server = await net.serve(net.answer(gzip.compress(gzip.compress(PAGE)), content_encoding=coding))
    assert await reason(await net.fetcher(), server.url()) == "encoding"


async def test_two_coding_headers_are_refused(net: Any) -> None:
    body = gzip.compress(gzip.compress(PAGE))
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Encoding: gzip\r\nContent-Length: {len(body)}\r\n\r\n"
    assert await reason(await net.fetcher(), (await net.serve(head.encode() + body)).url()) == "encoding"


async def test_a_body_that_is_not_what_it_claims_is_a_failure(net: Any) -> None:
    server = await net.serve(net.answer(PAGE, content_encoding="gzip"))
    assert await reason(await net.fetcher(), server.url()) == "encoding"


@pytest.mark.parametrize(
    "head",
    [
        b"".join(b"X-%d: 1\r\n" % n for n in range(5000)),
        b"X-Long: " + b"x" * 2**20 + b"\r\n",
        b"X-Folded: a\r\n" + b" b\r\n" * 100_000,
    ],
)
async def test_a_flood_of_headers_is_refused(net: Any, head: bytes) -> None:
    server = await net.serve(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n" + head + b"\r\nhi")
    assert await reason(await net.fetcher(), server.url()) == "framing"


@pytest.mark.parametrize(
    "said",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
        b"HTTP/1.1 two hundred\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nhi",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nhi",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
        b"\x16\x03\x01\x00\x05" + b"\0" * 40,
    ],
)
async def test_what_is_not_http_is_a_failure(net: Any, said: bytes) -> None:
    assert await reason(await net.fetcher(timeout=1.0), (await net.serve(said)).url()) == "framing"


async def test_a_connection_closed_without_a_word_is_a_failure(net: Any) -> None:
    async def hang_up(request: Any, out: Any) -> None:
        out.close()

    assert await reason(await net.fetcher(), (await net.serve(hang_up)).url()) == "connection"


async def test_nobody_listening_is_a_failure(net: Any) -> None:
    assert await reason(await net.fetcher(), "http://127.0.0.1:1/") == "connection"


async def test_after_a_failure_the_next_fetch_is_clean(net: Any) -> None:
    """What is left of a bad answer on its connection is never read as the next one."""
    server = await net.serve(
        {
            "/bad": net.answer(b"x" * 5000, content_type="image/png") + net.answer(b"smuggled"),
            "/good": net.answer(b"good"),
        }
    )
    fetcher = await net.fetcher()
    for _ in range(3):
        assert await reason(fetcher, server.url("/bad")) == "media_type"
        assert (await fetcher.get(server.url("/good"))).body == b"good"


async def test_what_comes_unasked_is_never_the_next_answer(net: Any) -> None:
    """Bytes that lie on the kept connection before the next request is made."""
    taken, lying = asyncio.Event(), asyncio.Event()

    async def twice(request: Any, out: Any) -> None:
        out.write(net.answer(request.path.encode()))
        await taken.wait()
        out.write(net.answer(b"unasked"))
        while _on_the_way(out):  # the kernel acknowledges, whatever the loop does meanwhile
            os.sched_yield()
        lying.set()

    server = await net.serve(twice)
    fetcher = await net.fetcher()
    for n in range(3):
        taken.clear()
        lying.clear()
        assert (await fetcher.get(server.url(f"/{n}"))).body == f"/{n}".encode()
        taken.set()
        await lying.wait()
        for _ in range(2):  # the loop reads what has come
            await asyncio.sleep(0)


def _on_the_way(out: Any) -> int:
    """Bytes that were written and that the other side has not acknowledged."""
    waiting = array("i", [0])
    fcntl.ioctl(out.get_extra_info("socket").fileno(), termios.TIOCOUTQ, waiting)
    return waiting[0] + int(out.transport.get_write_buffer_size())


async def test_one_bad_host_delays_no_other(net: Any) -> None:
    async def think(request: Any, out: Any) -> None:
        await asyncio.sleep(60)

    slow, quick = await net.serve(think), await net.serve(net.answer(b"quick"))
    fetcher = await net.fetcher(timeout=1.0)
    hanging = [asyncio.create_task(fetcher.get(slow.url(f"/{n}"))) for n in range(20)]
    assert (await fetcher.get(quick.url())).body == b"quick"
    assert not any(task.done() for task in hanging)
    done = await asyncio.gather(*hanging, return_exceptions=True)
    assert {error.reason for error in done if isinstance(error, FetchError)} == {"timeout", "held"}


async def test_a_large_body_for_which_there_is_no_room_is_a_failure(net: Any, tmp_path: Path) -> None:
    server = await net.serve(net.answer(PAGE * 4))
    fetcher = await net.fetcher(folder=tmp_path / "nowhere")
    assert await reason(fetcher, server.url()) == "no_room"
