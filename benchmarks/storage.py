"""What a look that found nothing new leaves behind on disk, and what writing it costs."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, text

from service.decision import Moment, Same
from service.decision.decide import decide_same
from service.model import SourceKind, SourceSpec
from service.store.checks import record_checks
from service.store.store import Store
from service.store.watchlist import due, sync_sources
from watchers.model import Validators

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SOURCES, ROUNDS = 500, 40


async def _measure() -> tuple[float, float]:
    """Bytes and CPU seconds per look, of a file that holds `SOURCES` × `ROUNDS` of them."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "onrecord.sqlite").open()
        feeds = [
            SourceSpec(name=f"s{n}", url=f"https://x.example/{n}", kind=SourceKind.FEED, company="Quillnet")
            for n in range(SOURCES)
        ]
        await store.write(sync_sources, feeds, "config", NOW)
        watches = await store.read(due, NOW, SOURCES)
        sizes, spent = [], 0.0
        for number in range(1, ROUNDS + 1):
            moment = Moment(NOW + timedelta(hours=number), 0.5, (3600.0,), 1)
            decisions = [decide_same(watch, Same(Validators('"1"')), None, moment) for watch in watches]
            before = time.process_time()
            await store.write(record_checks, decisions)
            spent += time.process_time() - before
            sizes.append(await store.read(_pages))
        await store.aclose()
    return (sizes[-1] - sizes[0]) / (SOURCES * (ROUNDS - 1)), spent / (SOURCES * ROUNDS)


def _pages(connection: Connection) -> int:
    pages = connection.execute(text("PRAGMA page_count")).scalar_one()
    return int(pages) * int(connection.execute(text("PRAGMA page_size")).scalar_one())


def unchanged(say: Callable[[str], None]) -> None:
    """Print both."""
    size, seconds = asyncio.run(_measure())
    say(f"an unchanged poll leaves {size:.0f} bytes (goal 64) and costs {seconds * 1e6:.0f} µs to write")
