"""What tests of several rooms share: a small world on loopback, and the service running in it."""

from __future__ import annotations

import asyncio
import gc
import json
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web, web_app
from aiosmtpd.controller import UnthreadedController
from sqlalchemy import Connection
from standardwebhooks import Webhook

from benchmarks.postgres import Server, serve
from service.app import App
from service.configuration.settings import Settings
from service.store.engine import Database
from service.store.migrate import upgrade
from service.store.store import FILE_NAME, Place, locate

PATIENCE = 60.0
"""Seconds until a test that waits for an event gives up. Nothing is timed by it."""
SHARED = Path(__file__).resolve().parents[1] / "../shared"
SECRET = "whsec_" + "dGhlIHNhbHRtYXJzaCBjb3VyaWVyIGtlZXBzIGl0cyBub3Rlcw=="

Running = Callable[[Settings], AbstractAsyncContextManager[App]]


def pytest_collection_finish() -> None:
    """What was collected stays to the end: no full collection of garbage need walk through it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _let_go_of_sites() -> Iterator[None]:
    """aiohttp remembers the middlewares of its last thousand applications, and with each all that hangs from it: the
    site, the record's connections, the loop. One is a program's; a run of the tests makes hundreds."""
    yield
    web_app._cached_build_middleware.cache_clear()


@pytest.fixture
def shared() -> Path:
    """The labelled data beside the repository, or the test is skipped."""
    if not (SHARED / "data").is_dir():
        pytest.skip("the labelled data (../shared/data) is not here")
    return SHARED


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server for this run, or the test is skipped."""
    try:
        with serve() as server:
            yield server
    except LookupError as error:
        pytest.skip(str(error))


ENGINES = ("sqlite", pytest.param("postgresql", marks=pytest.mark.slow))
SQLITE_ONLY = "tests/service/web/"
"""A room of many tests that look at pages rather than at the record: only those that search do so on both."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Where a record is needed, on which engines."""
    marked = any(
        mark.name == "parametrize" and mark.args[0] == "place" for mark in metafunc.definition.iter_markers()
    )
    if "place" in metafunc.fixturenames and not marked:
        path = metafunc.definition.path.as_posix()
        both = SQLITE_ONLY not in path or path.endswith(("test_changes_api.py", "test_assurances_api.py"))
        metafunc.parametrize("place", ENGINES if both else ENGINES[:1], indirect=True)


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Where a record can be kept, on either engine; nothing is there yet."""
    if request.param == "sqlite":
        return tmp_path / FILE_NAME
    server: Server = request.getfixturevalue("postgres")
    return locate(server.database(), tmp_path)


Filling = Callable[[Connection], object]
Copied = Callable[[Place, Filling], Place]


@pytest.fixture(scope="session")
def templates() -> dict[tuple[bool, Filling], Place]:
    """Records to copy, by whether they are files and by what filled them."""
    return {}


@pytest.fixture
def copied(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    templates: dict[tuple[bool, Filling], Place],
) -> Copied:
    """Lay a record of today's shape, filled by a function that always does the same, where there is none.

    It is made once and then copied: to migrate one from nothing takes longer than most tests.
    """

    def template(is_file: bool, filling: Filling) -> Place:
        if (is_file, filling) not in templates:
            folder = tmp_path_factory.mktemp("template")
            address = "sqlite" if is_file else request.getfixturevalue("postgres").database()
            database = Database(made := locate(address, folder))
            database.write_now(upgrade)
            database.write_now(filling)
            database.dispose()
            templates[is_file, filling] = made
        return templates[is_file, filling]

    def copy(place: Place, filling: Filling) -> Place:
        made = template(isinstance(place, Path), filling)
        if isinstance(place, Path) and isinstance(made, Path):
            shutil.copyfile(made, place)
            return place
        assert not isinstance(made, Path)
        server: Server = request.getfixturevalue("postgres")
        return locate(server.database(like=made.database or ""), Path())

    return copy


@pytest.fixture
def begun(copied: Copied, place: Place) -> Place:
    """A `place` where a record has begun, and nothing more."""
    return copied(place, _nothing)


def _nothing(_: Connection) -> None: ...


@dataclass
class Answer:
    """What the world answers at one path."""

    body: bytes
    media: str = "text/html; charset=utf-8"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Hook:
    """A webhook as it arrived."""

    id: str
    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        parsed: dict[str, Any] = json.loads(self.body)
        return parsed

    @property
    def data(self) -> dict[str, Any]:
        found: dict[str, Any] = self.event["data"]
        return found

    def verify(self, secret: str = SECRET) -> None:
        Webhook(secret).verify(self.body, self.headers)


class World:
    """A web server on loopback with pages that change, an endpoint for webhooks, and a mail server."""

    def __init__(self) -> None:
        self.pages: dict[str, Answer] = {}
        self.asked: Counter[str] = Counter()
        self.attempts: list[Hook] = []
        self.hooks: list[Hook] = []
        self.mails: list[bytes] = []
        self.hook_status = 200
        self._changed = asyncio.Condition()
        self.url = ""
        self.smtp = ""

    @property
    def host(self) -> str:
        return self.url.removeprefix("http://")

    def put(self, path: str, body: str | bytes, media: str = "text/html; charset=utf-8", **more: Any) -> str:
        """Serve `body` at `path` from now on; returns its URL."""
        self.pages[path] = Answer(body.encode() if isinstance(body, str) else body, media, **more)
        return self.url + path

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait for something to become true; it is looked at whenever anything happens here."""
        async with asyncio.timeout(PATIENCE), self._changed:
            await self._changed.wait_for(true)

    async def polled(self, path: str, times: int = 2) -> None:
        """Wait until `path` was asked for so many more times; the last but one is then surely dealt with."""
        goal = self.asked[path] + times
        await self.until(lambda: self.asked[path] >= goal)

    async def happened(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def serve_page(self, request: web.Request) -> web.StreamResponse:
        self.asked[request.path] += 1
        await self.happened()
        answer = self.pages.get(request.path)
        if answer is None:
            return web.Response(status=404, text="Not here")
        return web.Response(
            body=answer.body, status=answer.status, headers={"Content-Type": answer.media, **answer.headers}
        )

    async def take_hook(self, request: web.Request) -> web.StreamResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        hook = Hook(headers["webhook-id"], headers, await request.read())
        self.attempts.append(hook)
        if self.hook_status < 300:
            self.hooks.append(hook)
        await self.happened()
        return web.Response(status=self.hook_status)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.mails.append(envelope.content)
        await self.happened()
        return "250 OK"


@pytest.fixture
async def world() -> AsyncIterator[World]:
    """The world, running."""
    made = World()
    app = web.Application()
    app.router.add_post("/hook", made.take_hook)
    app.router.add_get("/{path:.*}", made.serve_page)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    mail = UnthreadedController(made, hostname="127.0.0.1", port=0, loop=asyncio.get_running_loop())
    mail.server = await asyncio.get_running_loop().create_server(mail._factory_invoker, "127.0.0.1", 0)
    made.smtp = f"smtp://127.0.0.1:{mail.server.sockets[0].getsockname()[1]}"
    yield made
    mail.server.close()
    await mail.server.wait_closed()
    await runner.cleanup()


@pytest.fixture
def settings(tmp_path: Path, world: World) -> Callable[..., Settings]:
    """Settings for a service that lives in the world: quick polls, a webhook, no catalogue."""

    def make(sources: list[dict[str, Any]], **more: Any) -> Settings:
        values: dict[str, Any] = {
            "data_dir": tmp_path / "data",
            "catalogue": False,
            "workers": 1,
            "http": {"listen": "127.0.0.1:0"},
            "fetch": {"allow": (world.host,), "per_host": 16},
            "defaults": {"every": "0.1s", "confirm": "0s"},
            "deliver": {"schedule": ("0.05s",) * 9},
            "sources": sources,
            "notify": [{"kind": "webhook", "url": f"{world.url}/hook", "secret": SECRET}],
        }
        return Settings(**{**values, **more})

    return make


@pytest.fixture
def running() -> Running:
    """Run the service until the block ends."""

    @asynccontextmanager
    async def run(settings: Settings) -> AsyncIterator[App]:
        stop, up = asyncio.Event(), asyncio.Event()
        async with App(settings) as app:
            task: Awaitable[None] = asyncio.create_task(app.run(stop, started=lambda _: up.set()))
            try:
                async with asyncio.timeout(PATIENCE):
                    await up.wait()
                yield app
            finally:
                stop.set()
                await task

    return run
