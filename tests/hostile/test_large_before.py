"""Pages that were large at the last look, at all of which another look comes to something in the same moment."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.hostile.daemon import Daemon
from tests.hostile.pages import AROUND, GOOD_BYTES, PROMISES, render
from tests.hostile.server import Port, Wire

ROOM = 100 << 20
"""Bytes over idle; what stands on record is ten times that."""
PATIENCE = 300.0
EDITED = render((*AROUND, *PROMISES, "We keep a list of every demand that we receive.")).encode()
MIB = 1 << 20
MARKUP = b"<!--" + b"We keep. " * MIB + b"-->"
"""Nine MiB in the bytes, nothing in the text."""
WORDS = b"<pre>" + b"notes " * (9 * MIB // 6) + b"</pre>"
"""Nine MiB in the bytes and in the text."""
WIDE = "<pre>\N{SCROLL}".encode() + b"notes " * (9 * MIB // 6) + b"</pre>"
"""The same, each letter of which takes four bytes of memory."""
Answer = Callable[[Wire], Awaitable[None]]


def filled(page: bytes, filling: bytes) -> bytes:
    """The page with so much more before its end."""
    return page.replace(b"</main>", filling + b"</main>")


async def fails(wire: Wire) -> None:
    """A failed look."""
    await wire.answer(b"", status="500 Internal Server Error")


def shows(page: bytes) -> Answer:
    """A look at this."""

    async def answer(wire: Wire) -> None:
        await wire.answer(page)

    return answer


@pytest.mark.slow
@pytest.mark.parametrize(
    ("servers", "first", "then", "failed"),
    [
        pytest.param(24, filled(GOOD_BYTES, MARKUP), shows(EDITED), False, id="small-now"),
        pytest.param(24, filled(GOOD_BYTES, MARKUP), shows(filled(EDITED, MARKUP)), False, id="large-now"),
        pytest.param(3, filled(GOOD_BYTES, WORDS), shows(filled(EDITED, WORDS)), False, id="words"),
        pytest.param(3, filled(GOOD_BYTES, WIDE), shows(filled(EDITED, WIDE)), False, id="wide"),
        pytest.param(24, filled(GOOD_BYTES, MARKUP), fails, True, id="failed"),
    ],
)
async def test_what_they_are_set_against_shares_little_memory(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], servers: int, first: bytes, then: Answer, failed: bool
) -> None:
    waiting, enough = asyncio.Semaphore(0), asyncio.Event()

    async def serve(wire: Wire) -> None:
        if not wire.asked:
            await wire.answer(first)
            return
        waiting.release()
        await enough.wait()
        await then(wire)

    ports = [Port(f"large-{number}", serve, temper="bad") for number in range(servers)]
    for port in ports:
        await port.open()
    daemon = Daemon(tmp_path, {port.name: port.url for port in ports}, every=1, timeout=PATIENCE)
    try:
        await daemon.start()
        idle = daemon.resident()
        async with asyncio.timeout(2 * PATIENCE):
            for _ in ports:
                await waiting.acquire()
        before, daemon.peak = daemon.peak, 0
        count = len(daemon.polls())
        enough.set()
        polls = await daemon.until(lambda polls: len(polls) >= count + servers, PATIENCE)
        with capsys.disabled():
            print(
                f"\n{servers} pages of {len(first) / MIB:.1f} MiB looked at again: {(before - idle) / MIB:.0f} MiB"
                f" over idle when they were new, {(daemon.peak - idle) / MIB:.0f} since"
            )
        assert await daemon.stop() < 10
    finally:
        await daemon.kill()
        for port in ports:
            await port.close()
    assert {bool(poll.reason) for poll in polls[count:]} == {failed}, {poll.reason for poll in polls}
    assert len(polls) >= count + servers
    assert daemon.peak - idle < ROOM
