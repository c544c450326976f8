"""As many large pages as there are looks at once, all but whole, and all ending in the same moment."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.hostile.daemon import Daemon, Poll
from tests.hostile.pages import GOOD_BYTES
from tests.hostile.server import Port, Wire, head

SERVERS = 48
FILLING = b"<!--" + b"We keep. " * (1 << 20) + b"-->"
"""Nine MiB that are quickly read."""
BODY = GOOD_BYTES.replace(b"</body>", FILLING + b"</body>")
ROOM = 100 << 20
"""Bytes over idle; the bodies together are four times that."""
PATIENCE = 120.0


@pytest.mark.slow
async def test_they_share_little_memory_and_are_all_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 9 << 20 < len(BODY) < 10 << 20
    waiting, enough = asyncio.Semaphore(0), asyncio.Event()

    async def late(wire: Wire) -> None:
        await wire.send(head("200 OK", "Content-Type: text/html", f"Content-Length: {len(BODY)}"), BODY[:-8])
        waiting.release()
        await enough.wait()
        await wire.send(BODY[-8:])

    ports = [Port(f"large-{number}", late, temper="bad") for number in range(SERVERS)]
    for port in ports:
        await port.open()
    daemon = Daemon(tmp_path, {port.name: port.url for port in ports}, every=3600, timeout=PATIENCE)

    def done(polls: Sequence[Poll]) -> bool:
        return len({poll.source for poll in polls}) == SERVERS

    try:
        await daemon.start()
        idle = daemon.resident()
        async with asyncio.timeout(PATIENCE):
            for _ in ports:
                await waiting.acquire()
        come = daemon.peak
        enough.set()
        polls = await daemon.until(done, PATIENCE)
        with capsys.disabled():
            print(
                f"\n{SERVERS} pages of {len(BODY) / 2**20:.1f} MiB: {(come - idle) / 2**20:.0f} MiB over idle when"
                f" nearly whole, {(daemon.peak - idle) / 2**20:.0f} while they were read"
            )
        assert await daemon.stop() < 10
    finally:
        await daemon.kill()
        for port in ports:
            await port.close()
    assert {poll.reason for poll in polls} == {""}
    assert done(polls)
    assert daemon.peak - idle < ROOM
    assert not list((tmp_path / "data").glob("tmp*")), "files without a name leave nothing"
