"""What the first reader after a start would wait for, done before anybody asks, a little at a time.

Templates are compiled; sentences that were recorded since the last start are weighed for the comparison (half a
millisecond each) and their weights kept on record, those of the companies that it lists first before the others, and
without a pause; those that stand before those that were. Where the rules have changed, that is all of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from itertools import groupby

import structlog
from aiohttp import web

from service.diff.contradictions import contradictions
from service.store.errors import StoreError
from service.store.names import company_names
from service.store.portrait import said_by
from service.store.weights import Unweighed, put_weights, unweighed
from service.web.site import SITE, WEIGHING, Site
from service.web.strength import SCALE, is_flat, weigh
from service.web.templating import environment

COMPANIES = 25
"""Whose sentences are read at once: as many as the comparison shows."""
AT_ONCE = 10
"""Sentences weighed in one go: about five milliseconds in which the event loop may wait."""
PAST = 20_000
"""Sentences that stand no more and are weighed after one start, for looks back: ten seconds of work in a minute."""
PAUSE = 0.02
"""Seconds between two goes, for everybody else."""

_log = structlog.get_logger()
WARM = web.AppKey("warm", asyncio.Event)
"""Set when all is done that has to do with what stands."""
WEIGHED = web.AppKey("weighed", asyncio.Event)
"""Set when the warming up is over: what stands no more has been weighed, too."""


async def warm_up(app: web.Application) -> AsyncIterator[None]:
    """For `app.cleanup_ctx`: begins with the application, and ends with it at the latest."""
    app[WARM], app[WEIGHED] = asyncio.Event(), asyncio.Event()
    task = asyncio.create_task(_warm(app))
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def _warm(app: web.Application) -> None:
    site, lock = app[SITE], app[WEIGHING]
    try:
        await asyncio.to_thread(_compile)
        names = await site.store.read(company_names)
        await _weigh_all(site, lock, names, past=False)
        await _set_against(site, lock, names[:COMPANIES])
        app[WARM].set()
        await _weigh_all(site, lock, names, past=True)
    except (
        StoreError,
        RuntimeError,
    ) as error:  # the latter from the threads of a record that was closed meanwhile
        _log.warning("http.not_warmed", error=str(error))
    finally:
        app[WARM].set()
        app[WEIGHED].set()


async def _weigh_all(site: Site, lock: asyncio.Lock, names: Sequence[str], *, past: bool) -> None:
    """Nothing to do but what was recorded since the last start, unless the rules are other ones."""
    most = PAST if past else None
    for first in range(0, len(names), COMPANIES):
        some = names[first : first + COMPANIES]
        pause = PAUSE if first or past else 0.0
        while (most is None or most > 0) and (
            left := await site.store.read(unweighed, some, SCALE, past=past)
        ):
            found: dict[int, int] = {}
            for start in range(0, len(left), AT_ONCE):
                async with lock:
                    found |= await asyncio.to_thread(_weigh, left[start : start + AT_ONCE])
                await asyncio.sleep(pause)
            await site.store.write(put_weights, found, SCALE)
            most = most and most - len(found)


async def _set_against(site: Site, lock: asyncio.Lock, names: Sequence[str]) -> None:
    """Read what flat promises are set against, company by company."""
    said = await site.store.read(said_by, names, None) if names else ()
    for _, own in groupby(said, lambda one: one.company):
        async with lock:
            await asyncio.to_thread(contradictions, list(own), is_flat)


def _weigh(some: Sequence[Unweighed]) -> dict[int, int]:
    return {one.wording: weigh(one.text, one.exception, one.categories) for one in some}


def _compile() -> None:
    for name in environment.list_templates():
        environment.get_template(name)
