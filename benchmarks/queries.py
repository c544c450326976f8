# ruff: noqa: E501 - the SQL stands as it is
"""What a question over HTTP costs against its own SQL, alone, in the same process; and a cached page against its bytes.

`python -m benchmarks.queries [COUNT]` makes a record of COUNT changes (100,000 by default) and asks it.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import Connection, event

from service.settings import DefaultSettings
from service.store.history import AssuranceFilter, ChangeFilter, list_assurances, list_changes
from service.store.store import FILE_NAME, Store
from service.store.types import to_micros
from service.web.metrics import Counters
from service.web.server import make_app
from service.web.site import Site
from watchers.guard import Guard

COUNT = 100_000
ROUNDS = 200
START = datetime(2016, 1, 1, tzinfo=UTC)
COMPANIES = tuple(f"Company {n:03}" for n in range(200))
KINDS = ("new", "reworded", "weakened", "strengthened", "figure", "withdrawn")
WORDS = tuple(f"{a}{b}{c}" for a in ("no", "re", "dis", "com", "pro") for b in "aeiou" for c in ("tice", "quest", "close", "ply", "tect", "vide", "ward", "sist"))  # fmt: skip
Say = Callable[[str], None]
Question = tuple[str, str, Callable[..., Any], object]


def fill(path: Path, count: int) -> None:
    """A record of `count` changes, each of a sentence of twenty words, over ten years."""
    chance = random.Random(1)  # noqa: S311 - the same record each time
    weights = [1 / (n + 1) for n in range(len(WORDS))]
    step = timedelta(days=3650) / count
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA synchronous=OFF")
        db.execute("BEGIN")
        db.executemany(
            "INSERT INTO sources (id, name, url, kind, role, company, grouping, every, confirm, selector, remover, robots,"
            " origin, active, created_at) VALUES (?, ?, '', 'page', 'company', ?, '', 900, 0, '', '', 1, 'added', 1, 0)",
            [(n + 1, f"source-{n}", name) for n, name in enumerate(COMPANIES)],
        )
        db.executemany(
            "INSERT INTO documents (id, source_id, url, identity, title, company, state, announce, page_seen, created_at,"
            " last_version, detector, pending) VALUES (?, ?, 'https://x.example/', '', 'Policy', ?, 'ok', 0, 1, 0, 1, 1, 0)",
            [(f"doc_{n}", n + 1, name) for n, name in enumerate(COMPANIES)],
        )
        db.executemany(
            "INSERT INTO versions (id, document_id, number, observed_at, raw_hash, text_hash, title, media, final_url,"
            " headers, basis, detector, extractor) VALUES (?, ?, 1, 0, x'', x'', '', 'html', '', '[]', 'page', 1, 1)",
            [(f"ver_{n}", f"doc_{n}") for n in range(len(COMPANIES))],
        )
        for first in range(0, count, 10_000):
            numbers = range(first, min(first + 10_000, count))
            _insert(db, [(n, to_micros(START + n * step), chance) for n in numbers], weights)
        db.execute("COMMIT")
        db.execute("ANALYZE")


def _insert(db: sqlite3.Connection, rows: list[tuple[int, int, random.Random]], weights: list[float]) -> None:
    lines, said, told = [], [], []
    for n, at, chance in rows:
        c = chance.randrange(len(COMPANIES))
        text = " ".join(chance.choices(WORDS, weights, k=20))
        mask, company = 1 << chance.randrange(16), COMPANIES[c]
        lines.append((f"asr_{n:09}", f"doc_{c}", company, at))
        said.append((n + 1, f"asr_{n:09}", f"doc_{c}", f"ver_{c}", company, text, mask, n % 50, at))
        told.append(
            (
                f"chg_{n:09}",
                chance.choice(KINDS),
                company,
                mask,
                c + 1,
                f"doc_{c}",
                f"asr_{n:09}",
                n + 1,
                f"ver_{c}",
                at,
            )
        )
    db.executemany(
        "INSERT INTO assurances (id, document_id, company, state, since, seen_version, missing_polls)"
        " VALUES (?, ?, ?, 'current', ?, 1, 0)",
        lines,
    )
    db.executemany(
        "INSERT INTO wordings (id, assurance_id, document_id, version_id, company, text, fingerprint, exception,"
        " categories, score, heading, prev, speaker_name, speaker_role, attribution, figures, position, since)"
        " VALUES (?, ?, ?, ?, ?, ?, '', '', ?, 0.9, '', '', '', '', 'first_party', '[]', ?, ?)",
        said,
    )
    db.executemany(
        "INSERT INTO changes (id, kind, company, categories, source_id, document_id, assurance_id, new_wording,"
        " version_id, version, observed_at, score, reason, announced, note)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, 0.9, '', 1, '')",
        told,
    )


def questions() -> tuple[Question, ...]:
    """Name, address, and the same for the store."""
    day = START + timedelta(days=1800)
    since, until = START + timedelta(days=900), START + timedelta(days=1900)
    bounds = f"since={since:%Y-%m-%dT%H:%M:%SZ}&until={until:%Y-%m-%dT%H:%M:%SZ}"
    name, word = COMPANIES[7], WORDS[5]
    asked = f"company={name.replace(' ', '+')}"
    wanted = ChangeFilter(company=name, kinds=("weakened", "withdrawn"), since=since, until=until)
    return (
        ("filters", f"/api/v1/changes?{asked}&kind=weakened,withdrawn&{bounds}", list_changes, wanted),
        (
            "as of",
            f"/api/v1/assurances?{asked}&limit=50&as_of={day:%Y-%m-%dT%H:%M:%SZ}",
            list_assurances,
            AssuranceFilter(company=name, as_of=day),
        ),
        (
            "text search",
            f"/api/v1/changes?q={word}+{WORDS[9]}",
            list_changes,
            ChangeFilter(q=f"{word} {WORDS[9]}"),
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


def _site(store: Store) -> Site:
    return Site(
        store=store,
        base="http://127.0.0.1",
        token="",
        clock=lambda: datetime.now(UTC),
        ready=lambda: (True, ""),
        lag=lambda: 0.0,
        poll_now=lambda: None,
        defaults=DefaultSettings(),
        counters=Counters(),
        guard=Guard(),
    )  # fmt: skip


async def compare(path: Path, say: Say) -> None:
    """Each question and its SQL in turn, so that a noisy neighbour disturbs both."""
    store = Store(path).open()
    async with TestClient(TestServer(make_app(_site(store)))) as client:
        with closing(sqlite3.connect(path, check_same_thread=False)) as db:
            for name, address, function, wanted in questions():
                asked = await store.read(statements, function, wanted)
                bare, whole = [], []
                for _ in range(ROUNDS):
                    begun = time.perf_counter()
                    for statement, parameters in asked:
                        db.execute(statement, parameters).fetchall()
                    bare.append(time.perf_counter() - begun)
                    begun = time.perf_counter()
                    answer = await client.get(address)
                    assert answer.status == 200
                    assert await answer.read()
                    whole.append(time.perf_counter() - begun)
                mine, theirs = (sorted(side)[int(0.99 * ROUNDS)] * 1000 for side in (whole, bare))
                say(
                    f"{name}, p99: its SQL {theirs:.1f} ms, over HTTP {mine:.1f} ms: ratio {mine / theirs:.1f}"
                )
        await _timeline(client, say)
    await store.aclose()


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
        asyncio.run(Store(path).open().aclose())
        fill(path, count)
        say(f"questions to a record of {count:,} changes, {path.stat().st_size / 2**20:,.0f} MiB")
        asyncio.run(compare(path, say))


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    ratios(_print, int(sys.argv[1]) if len(sys.argv) > 1 else COUNT)
