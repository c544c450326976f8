"""What a question over HTTP costs against its own SQL, alone, in the same process; and a cached page against its bytes.

`python -m benchmarks.queries [COUNT]` makes a record of COUNT changes (100,000 by default) and asks it.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import Connection, event

from benchmarks.page_record import COMPANIES, START, WORDS, make_record, site
from service.store.history import AssuranceFilter, ChangeFilter, list_assurances, list_changes
from service.store.store import FILE_NAME, Store
from service.web.server import make_app
from service.web.warm import WEIGHED

COUNT = 100_000
ROUNDS = 200
Say = Callable[[str], None]
Took = tuple[float, float]
"""Seconds of the wall's clock, and of the processor."""
Question = tuple[str, str, Callable[..., Any], object]


def questions(number: int) -> tuple[Question, ...]:
    """Name, address, and the same for the store. Another `number`, another company, day and word: none is asked twice
    in a row.
    """
    day = START + timedelta(days=900 + 13 * number % 2600)
    since, until = day - timedelta(days=700), day + timedelta(days=300)
    bounds = f"since={since:%Y-%m-%dT%H:%M:%SZ}&until={until:%Y-%m-%dT%H:%M:%SZ}"
    name, words = COMPANIES[7 * number % len(COMPANIES)], f"{WORDS[number % 20]} {WORDS[20 + number % 19]}"
    asked = f"company={name.replace(' ', '+')}"
    wanted = ChangeFilter(companies=(name,), kinds=("weakened", "figure"), since=since, until=until)
    return (
        ("filters", f"/api/v1/changes?{asked}&kind=weakened,figure&{bounds}", list_changes, wanted),
        (
            "as of",
            f"/api/v1/assurances?{asked}&limit=50&as_of={day:%Y-%m-%dT%H:%M:%SZ}",
            list_assurances,
            AssuranceFilter(companies=(name,), as_of=day),
        ),
        (
            "text search",
            f"/api/v1/changes?q={words.replace(' ', '+')}",
            list_changes,
            ChangeFilter(q=words),
        ),
    )


def statements(connection: Connection, function: Callable[..., Any], wanted: object) -> list[tuple[str, Any]]:
    """The SQL that a question comes to."""
    found: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        found.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", note)
    try:
        function(connection, wanted, limit=50)
    finally:
        event.remove(connection, "before_cursor_execute", note)
    return found


async def compare(path: Path, say: Say) -> None:
    """Each question and its SQL in turn, so that a noisy neighbour disturbs both."""
    store = Store(path).open()
    app = make_app(site(store))
    async with TestClient(TestServer(app)) as client:
        await app[WEIGHED].wait()
        with closing(sqlite3.connect(path, check_same_thread=False)) as db:
            for kind in range(len(questions(0))):
                bare, whole = list[Took](), list[Took]()
                for number in range(ROUNDS):
                    name, address, function, wanted = questions(number)[kind]
                    asked = await store.read(statements, function, wanted)
                    begun = _clocks()
                    for statement, parameters in asked:
                        db.execute(statement, parameters).fetchall()
                    bare.append(_since(begun))
                    begun = _clocks()
                    answer = await client.get(address)
                    assert answer.status == 200
                    assert await answer.read()
                    whole.append(_since(begun))
                say(_spoken(name, bare, whole))
        await _timeline(client, say)
    await store.aclose()


def _clocks() -> Took:
    return time.perf_counter(), time.process_time()


def _since(begun: Took) -> Took:
    return time.perf_counter() - begun[0], time.process_time() - begun[1]


def _spoken(name: str, bare: list[Took], whole: list[Took]) -> str:
    """The wall's time, and the processor's, which other programs on the machine hardly lengthen."""
    said = []
    for what, part in (("p99", 0.99), ("median", 0.5)):
        theirs, mine = (sorted(wall for wall, _ in side)[int(part * ROUNDS)] * 1000 for side in (bare, whole))
        said.append(f"{what}: its SQL {theirs:.1f} ms, over HTTP {mine:.1f} ms: ratio {mine / theirs:.1f}")
    theirs, mine = (sum(worked for _, worked in side) * 1000 / ROUNDS for side in (bare, whole))
    said.append(f"of the processor {theirs:.1f} and {mine:.1f} ms: ratio {mine / theirs:.1f}")
    return f"{name}, {'; '.join(said)}"


async def _timeline(client: TestClient[Any, Any], say: Say) -> None:
    """Whoever has the page asks with its tag; the other side is a handler that returns the same bytes."""
    page = await client.get("/")
    body, tag = await page.read(), page.headers["ETag"]

    async def same(_request: web.Request) -> web.Response:
        return web.Response(body=body, content_type="text/html")

    bare = web.Application()
    bare.router.add_get("/", same)
    async with TestClient(TestServer(bare)) as other:
        ours = await _rate(client, {"If-None-Match": tag})
        whole = await _rate(client, {})
        theirs = await _rate(other, {})
    say(f"timeline, requests a second: the same bytes {theirs:.0f}, with its ETag {ours:.0f}, anew {whole:.0f}:"
        f" ratios {ours / theirs:.2f} and {whole / theirs:.2f}")  # fmt: skip


async def _rate(client: TestClient[Any, Any], headers: dict[str, str]) -> float:
    begun = time.perf_counter()
    for _ in range(ROUNDS):
        await (await client.get("/", headers=headers)).read()
    return ROUNDS / (time.perf_counter() - begun)


def ratios(say: Say, count: int = COUNT) -> None:
    """Make the record, measure, print."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / FILE_NAME
        begun = time.monotonic()
        make_record(path, count)
        say(f"made in {time.monotonic() - begun:.0f} s")
        say(f"questions to a record of {count:,} changes, {path.stat().st_size / 2**20:,.0f} MiB")
        asyncio.run(compare(path, say))


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    ratios(_print, int(sys.argv[1]) if len(sys.argv) > 1 else COUNT)
