"""Another process holds the database: nothing is acknowledged that is not stored, and the end comes in time."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.hostile.daemon import Daemon
from tests.hostile.server import Port, well

SLOW = 10.0
"""Seconds that a stop may take."""


async def test_sigterm_while_somebody_holds_the_database(tmp_path: Path) -> None:
    ports = [Port(f"p{n}", well) for n in range(3)]
    for port in ports:
        await port.open()
    daemon = Daemon(tmp_path, {port.name: port.url for port in ports}, every=0.2)
    try:
        await daemon.start()
        await daemon.until(lambda polls: len({poll.source for poll in polls}) == len(ports), 60)
        with closing(sqlite3.connect(daemon.database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            before = sum(port.asked for port in ports)
            await ports[0].met(lambda: sum(port.asked for port in ports) >= before + 3)
            assert await daemon.stop() < SLOW
        assert daemon.query("PRAGMA integrity_check") == [("ok",)]
    finally:
        await daemon.kill()
        for port in ports:
            await port.close()
