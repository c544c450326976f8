"""The demo's little internet: a server on loopback that shows the story's pages and takes webhooks."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable

from aiohttp import web

from service.demo.story import Resource

OnHook = Callable[[dict[str, str], bytes], None]


class Stage:
    """Serves what was put on it last. `asked` counts the requests of each path."""

    def __init__(self, on_hook: OnHook) -> None:
        self._shown: dict[str, Resource] = {}
        self._on_hook = on_hook
        self._runner: web.AppRunner | None = None
        self._happened = asyncio.Condition()
        self.asked: Counter[str] = Counter()
        self.hooks = 0
        self.address = ""

    async def open(self) -> None:
        """Listen on a free port of loopback."""
        app = web.Application()
        app.router.add_post("/hook", self._take_hook)
        app.router.add_get("/{path:.*}", self._show)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.address = f"127.0.0.1:{self._runner.addresses[0][1]}"

    async def aclose(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    def put(self, resources: tuple[Resource, ...]) -> None:
        """Show these from now on; the address of the stage takes the place of {base}."""
        for resource in resources:
            self._shown[resource.path] = resource

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait for something that requests bring about."""
        async with self._happened:
            await self._happened.wait_for(true)

    async def _show(self, request: web.Request) -> web.StreamResponse:
        self.asked[request.path] += 1
        resource = self._shown.get(request.path)
        await self._note()
        if resource is None:
            return web.Response(status=404, text="Not here")
        body = resource.body.replace(b"{base}", f"http://{self.address}".encode())
        return web.Response(body=body, headers={"Content-Type": resource.content_type})

    async def _take_hook(self, request: web.Request) -> web.StreamResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self._on_hook(headers, await request.read())
        self.hooks += 1
        await self._note()
        return web.Response(status=204)

    def _note(self) -> Awaitable[None]:
        async def note() -> None:
            async with self._happened:
                self._happened.notify_all()

        return note()
