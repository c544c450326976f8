"""What the first reader after a start would wait for, done before anybody asks, a little at a time.

Templates are compiled; sentences are weighed for the comparison and made ready to be set against each other (half a
millisecond each, remembered where it is done), those of the companies that it lists first before the others, and
without a pause.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from itertools import islice

import structlog
from aiohttp import web

from service.diff.opposed import flat
from service.store.errors import StoreError
from service.store.names import company_names
from service.store.portrait import Said, said_by
from service.web.site import SITE, WEIGHING, Site
from service.web.strength import REMEMBERED, strength
from service.web.templating import environment

COMPANIES = 25
"""Whose sentences are read at once: as many as the comparison shows."""
AT_ONCE = 10
"""Sentences weighed in one go: about five milliseconds in which the event loop may wait."""
PAUSE = 0.02
"""Seconds between two goes, for everybody else."""

_log = structlog.get_logger()
WARM = web.AppKey("warm", asyncio.Event)
"""Set when it is done."""


async def warm_up(app: web.Application) -> AsyncIterator[None]:
    """For `app.cleanup_ctx`: begins with the application, and ends with it at the latest."""
    app[WARM] = asyncio.Event()
    task = asyncio.create_task(_warm(app, app[WARM]))
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def _warm(app: web.Application, done: asyncio.Event) -> None:
    try:
        await asyncio.to_thread(_compile)
        await _weigh_all(app[SITE], app[WEIGHING])
    except (
        StoreError,
        RuntimeError,
    ) as error:  # the latter from the threads of a record that was closed meanwhile
        _log.warning("http.not_warmed", error=str(error))
    finally:
        done.set()


async def _weigh_all(site: Site, lock: asyncio.Lock) -> None:
    left, pause = REMEMBERED // 2, 0.0
    names = iter(await site.store.read(company_names))
    while left > 0 and (some := tuple(islice(names, COMPANIES))):
        said = await site.store.read(said_by, some, None)
        left -= sum(len(one.categories) for one in said)
        for first in range(0, len(said), AT_ONCE):
            async with lock:
                await asyncio.to_thread(_weigh, said[first : first + AT_ONCE])
            await asyncio.sleep(pause)
        pause = PAUSE


def _weigh(said: Sequence[Said]) -> None:
    for one in said:
        for category in one.categories:
            strength(one.text, one.exception, category)
        flat(one.text)


def _compile() -> None:
    for name in environment.list_templates():
        environment.get_template(name)
