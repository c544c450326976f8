"""The written record, served on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from service.configuration.settings import DefaultSettings
from service.store.store import Place, Store
from service.web.metrics import Counters
from service.web.server import make_app, make_probes
from service.web.site import Site
from service.web.wire import LINE_MAX
from tests.conftest import Copied
from tests.keys import KEYRING
from tests.service.web.written import BASE, NOW, Scribes, fill
from watchers.guard import Guard


def make_site(store: Store, **changes: Any) -> Site:
    """A site on `store` whose parts a test may replace."""
    values: dict[str, Any] = {
        "store": store,
        "base": BASE,
        "token": "",
        "clock": lambda: NOW,
        "ready": lambda: (True, ""),
        "lag": lambda: 0.0,
        "poll_now": lambda: None,
        "defaults": DefaultSettings(),
        "counters": Counters(),
        "guard": Guard(),
        "keyring": KEYRING,
    }
    return Site(**{**values, **changes})


Client = TestClient[Any, Any]
Serve = Callable[..., Awaitable[Client]]


@pytest.fixture
def scribes() -> type[Scribes]:
    return Scribes


@pytest.fixture
async def empty_store(begun: Place) -> AsyncIterator[Store]:
    store = Store(begun).open()
    yield store
    await store.aclose()


@pytest.fixture
async def store(place: Place, copied: Copied) -> AsyncIterator[Store]:
    """The written record."""
    store = Store(copied(place, fill)).open()
    yield store
    await store.aclose()


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Start a site on loopback; returns a client of it."""
    async with AsyncExitStack() as stack:

        async def start(store: Store, *, probes: bool = False, **changes: Any) -> Client:
            make = make_probes if probes else make_app
            server = TestServer(make(make_site(store, **changes)))
            await server.start_server(max_line_size=LINE_MAX)
            return await stack.enter_async_context(TestClient(server))

        yield start


@pytest.fixture
async def client(store: Store, serve: Serve) -> Client:
    """The filled record, served."""
    return await serve(store)
