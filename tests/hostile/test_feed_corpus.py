"""feedparser's own test feeds, well-formed, ill-formed and broken off, polled by the installed program."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from aiohttp import web

from tests.hostile.daemon import ROOT, Daemon, Poll

pytestmark = pytest.mark.slow

NAMED = os.environ.get("FEEDPARSER_TESTS", "")
FOUND = sorted((ROOT / ".corpus").glob("feedparser-*/tests"))
CORPUS = Path(NAMED) if NAMED else FOUND[-1] if FOUND else None
EVERY = 60.0
PATIENCE = 1200.0
"""Seconds for a round over all of them on a busy machine."""
_HEADER = re.compile(rb"^\s*Header:\s*content-type:\s*([^\r\n]+)", re.IGNORECASE | re.MULTILINE)
_ADDRESS = re.compile(r"(?P<space>xmlns(?::[\w.-]+)?\s*=\s*[\"'][^\"']*)|https?://[a-z0-9.-]+", re.IGNORECASE)
REASONS = frozenset(
    {"", "ill_formed", "not_a_feed", "unreadable", "too_large", "media_type", "empty", "timeout", "encoding"}
)
"""What a look at one of them may end with."""


class Shelf:
    """Serves the files; links in them lead back here, where there is nothing."""

    def __init__(self, files: Sequence[Path]) -> None:
        self.bodies: list[tuple[bytes, str]] = []
        self.files, self.url, self.part = files, "", 1.0

    def load(self) -> None:
        """Read them all, once the address is known."""
        for path in self.files:
            body = path.read_bytes()
            said = _HEADER.search(body)
            media = said[1].decode("latin-1").strip() if said else "application/xml"
            self.bodies.append((self._at_home(body), media))

    def _at_home(self, body: bytes) -> bytes:
        marks = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
        codec = next((codec for mark, codec in marks if body.startswith(mark)), "latin-1")
        text = body.decode(codec, "surrogateescape")
        text = _ADDRESS.sub(lambda found: found["space"] or self.url, text)
        return text.encode(codec, "surrogateescape")

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Feed /n/NUMBER, as much of it as is served at the moment; 404 for whatever its links name."""
        number = request.match_info.get("number")
        if number is None:
            return web.Response(status=404)
        body, media = self.bodies[int(number)]
        return web.Response(body=body[: int(len(body) * self.part)], headers={"Content-Type": media})


@pytest.fixture
async def shelf() -> AsyncIterator[Shelf]:
    if CORPUS is None or not CORPUS.is_dir():
        pytest.skip("feedparser's tests are not here (make corpus, or FEEDPARSER_TESTS)")
    made = Shelf([path for path in sorted(CORPUS.rglob("*.xml")) if path.stat().st_size])
    app = web.Application()
    app.router.add_get(r"/n/{number:\d+}", made.answer)
    app.router.add_get("/{rest:.*}", made.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    made.load()
    yield made
    await runner.cleanup()


async def test_no_crash_and_no_false_event(tmp_path: Path, shelf: Shelf) -> None:
    assert len(shelf.files) > 2000
    sources = {f"f{number}": f"{shelf.url}/n/{number}" for number in range(len(shelf.files))}
    daemon = Daemon(tmp_path, sources, every=EVERY, timeout=20, kind="feed", per_host=64)

    async def looked(times: int) -> None:
        def done(polls: Sequence[Poll]) -> bool:
            seen = Counter(poll.source for poll in polls)
            return all(seen[name] >= times for name in sources)

        assert done(await daemon.until(done, PATIENCE)), "not all of them were looked at"

    try:
        await daemon.start()
        await looked(1)
        shelf.part = 0.6
        await looked(2)
        shelf.part = 1.0
        await looked(3)
        assert await daemon.stop() < 10
    finally:
        await daemon.kill()
    feeds = daemon.query(
        "SELECT s.name, p.reason, count(*) FROM polls p JOIN watches w ON w.id = p.watch_id"
        " JOIN sources s ON s.id = w.source_id WHERE w.subject = 'feed' GROUP BY 1, 2"
    )
    odd = [
        (shelf.files[int(str(name)[1:])], reason)
        for name, reason, _ in feeds
        if (reason or "") not in REASONS
    ]
    assert not odd
    assert not daemon.query("SELECT type, body FROM events")
    assert "Traceback" not in (tmp_path / "log").read_text()
    assert daemon.query("PRAGMA integrity_check") == [("ok",)]
