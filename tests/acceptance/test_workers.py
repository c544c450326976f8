"""Four workers on PostgreSQL, one of them killed every few seconds, the server once: nothing lost, nothing twice."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from itertools import cycle
from pathlib import Path

import psycopg
import pytest
from aiohttp import web

from benchmarks.postgres import Server

HOSTS, PER_HOST = 30, 4
SOURCES = HOSTS * PER_HOST
PATIENCE = 150.0
"""Seconds for one phase."""
KILL = 3.0
"""Seconds between a worker's being up and the next murder."""
STAYS = "We have never given any government direct access to our servers."
ADDED = "We notify our customers before we disclose their data to law enforcement."


class Pages:
    """Pages of many hosts, and the endpoint for webhooks."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.busy: Counter[str] = Counter()
        self.hosts: Counter[str] = Counter()
        self.twice: set[str] = set()
        self.rude: set[str] = set()
        self.hooks: Counter[str] = Counter()
        self.text = STAYS
        self.news = asyncio.Event()

    async def page(self, request: web.Request) -> web.StreamResponse:
        host, key = request.host, request.host + request.path
        if request.path == "/robots.txt":
            return web.Response(status=404)
        self.asked[key] += 1
        self.news.set()
        self.busy[key] += 1
        self.hosts[host] += 1
        if self.busy[key] > 1:
            self.twice.add(key)
        if self.hosts[host] > 2:
            self.rude.add(host)
        try:
            await asyncio.sleep(0.02)  # long enough that two at once would meet
            text = f"<html><body><main><h1>Requests</h1><p>{self.text}</p></main></body></html>"
            return web.Response(text=text, content_type="text/html")
        finally:
            self.busy[key] -= 1
            self.hosts[host] -= 1

    async def all_asked(self, before: Counter[str]) -> None:
        """Wait until each was asked for more often than `before`."""
        async with asyncio.timeout(PATIENCE):
            while not all(self.asked[key] > before[key] for key in before):
                self.news.clear()
                await self.news.wait()

    async def hook(self, request: web.Request) -> web.StreamResponse:
        self.hooks[request.headers["webhook-id"]] += 1
        return web.Response()


@pytest.fixture
async def pages() -> AsyncIterator[tuple[Pages, int]]:
    made, app = Pages(), web.Application()
    app.router.add_post("/hook", made.hook)
    app.router.add_get("/{path:.*}", made.page)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "0.0.0.0", 0).start()  # every 127.x.y.z is a host of its own
    yield made, runner.addresses[0][1]
    await runner.cleanup()


def configure(path: Path, url: str, port: int) -> None:
    sources = "".join(
        f"""[[sources]]
name = "s{host}-{n}"
company = "Quillnet {host}-{n}"
kind = "page"
url = "http://127.0.1.{host + 1}:{port}/{n}"
every = "2s"
confirm = "0s"
"""
        for host in range(HOSTS)
        for n in range(PER_HOST)
    )
    path.write_text(
        f"""database = "{url}"
workers = 1
[http]
listen = "127.0.0.1:0"
[fetch]
allow = ["127.0.0.0/8"]
ports = [{port}]
timeout = "5s"
[[notify]]
kind = "webhook"
url = "http://127.0.0.1:{port}/hook"
secret = "whsec_dGhlIHNhbHRtYXJzaCBjb3VyaWVyIGtlZXBzIGl0cyBub3Rlcw=="
{sources}"""
    )


async def start(config: Path, role: str) -> asyncio.subprocess.Process:
    with config.with_name(f"{role}.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "service", "run", "--config", str(config), "--role", role,
            stdout=asyncio.subprocess.PIPE, stderr=log, start_new_session=True, cwd=config.parent,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        )  # fmt: skip
    assert process.stdout is not None
    try:
        await (
            process.stdout.readline()
        )  # it says so when it is at work; who is killed before that proves nothing
    except asyncio.CancelledError:
        await kill(process)
        raise
    return process


async def kill(process: asyncio.subprocess.Process) -> None:
    """Returns when it is gone and its output closed."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.communicate()


async def murder(config: Path, crew: list[asyncio.subprocess.Process]) -> None:
    """Kill one worker after the other; each is replaced at once."""
    for number in cycle(range(len(crew))):
        await asyncio.sleep(KILL)
        await kill(crew[number])
        crew[number] = await start(config, "worker")


def ask(url: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(query.encode()).fetchall()


async def until(url: str, query: str, wanted: int) -> None:
    """Look at the record until a count is reached."""
    found: object = None
    try:
        async with asyncio.timeout(PATIENCE):
            while True:
                with contextlib.suppress(psycopg.Error):
                    found = (await asyncio.to_thread(ask, url, query))[0][0]
                    if found == wanted:
                        return
                await asyncio.sleep(0.5)
    except TimeoutError:
        pytest.fail(f"{found} of {wanted}: {query}")


@pytest.mark.slow
async def test_nothing_is_lost_and_nothing_comes_twice(
    tmp_path: Path, postgres: Server, pages: tuple[Pages, int]
) -> None:
    (world, port), url, config = pages, postgres.database(), tmp_path / "onrecord.toml"
    configure(config, url, port)
    scheduler = await start(config, "scheduler")
    crew = [await start(config, "worker") for _ in range(4)]
    killing = asyncio.create_task(asyncio.sleep(0))
    try:
        await until(url, "SELECT count(*) FROM documents WHERE last_version = 1", SOURCES)
        killing = asyncio.create_task(murder(config, crew))
        world.text = f"{STAYS}</p><p>{ADDED}"
        await until(url, "SELECT count(*) FROM events WHERE type LIKE '%.new'", SOURCES)
        await asyncio.to_thread(postgres.stop)
        await asyncio.to_thread(postgres.start)
        world.text = STAYS
        await until(url, "SELECT count(*) FROM events WHERE type LIKE '%.withdrawn'", SOURCES)
        before = Counter(world.asked)
        killing.cancel()
        await until(url, "SELECT count(*) FROM deliveries WHERE state = 'delivered'", 2 * SOURCES)
        await world.all_asked(before)
    finally:
        killing.cancel()
        await asyncio.gather(killing, return_exceptions=True)
        for process in (scheduler, *crew):
            await kill(process)
    events = ask(url, "SELECT sequence, id FROM events ORDER BY sequence")
    assert [row[0] for row in events] == list(range(1, 2 * SOURCES + 1)), "gapless, and each change once"
    assert set(world.hooks) == {row[1] for row in events}
    assert len(before) == SOURCES
    assert not world.twice, "never two requests for one page at the same time"
    assert not world.rude, "never more than per_host requests at one host"
