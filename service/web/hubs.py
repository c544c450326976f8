"""Where hubs reach us (WebSub): they ask whether we asked them, and push what is new."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import structlog
from aiohttp import web

from service.looks.hubs import LEASE, Signature, bounded, retry_wait
from service.store.hubs import confirm, deny, find_lease, take_push
from service.web.problems import Problem
from service.web.routes import Route
from service.web.site import Site, site_of

_log = structlog.get_logger()

PATH = "/websub/"
PUSH_MAX = 10 * 2**20
"""Bytes of a push that are read to verify it; they are not kept."""
PUSH_SECONDS = 30.0
_NO_STORE = {"Cache-Control": "no-store"}


async def verify_hub(request: web.Request) -> web.Response:
    """A hub verifies that we asked for it (5.3), or says that it refuses (5.2)."""
    site, token, asked = site_of(request), request.match_info["token"], request.query
    mode, topic = asked.get("hub.mode", ""), asked.get("hub.topic", "")
    now = site.clock()
    if mode == "denied":
        reason = asked.get("hub.reason", "")
        if await site.store.write(deny, token, topic, f"denied: {reason}", now + retry_wait(20)):
            _log.info("hub.denied", topic=topic, reason=reason[:200])
            return web.Response(status=200, headers=_NO_STORE)
        raise Problem.missing("lease")
    challenge = asked.get("hub.challenge", "")
    if mode != "subscribe" or not challenge:
        raise Problem.missing("lease")
    until = now + bounded(_lease(asked.get("hub.lease_seconds", "")))
    if not await site.store.write(confirm, token, topic, until, now):
        raise Problem.missing("lease")
    site.hubs_now()
    _log.info("hub.verified", topic=topic, until=until.isoformat())
    return web.Response(text=challenge, content_type="text/plain", headers=_NO_STORE)


async def take_hub_push(request: web.Request) -> web.Response:
    """A push (7). One that is signed makes the feed due; what it says is not read. Others are passed over."""
    site, token = site_of(request), request.match_info["token"]
    lease = await site.store.read(find_lease, token)
    if lease is None:
        raise Problem(410, "There is no such lease (any more).")
    signature = Signature(request.headers.get("X-Hub-Signature", ""), site.keyring.decrypt(lease.secret))
    if await _read_all(request, signature) and signature.is_right():
        await _heed(site, token)
    else:
        _log.warning("hub.unsigned", hub=lease.hub, topic=lease.topic)
    return web.Response(status=202, headers=_NO_STORE)


async def _heed(site: Site, token: str) -> None:
    if await site.store.write(take_push, token, site.clock()):
        site.poll_now()


async def _read_all(request: web.Request, signature: Signature) -> bool:
    """Through the signature, piece by piece; False where there is more than is read."""
    size = 0
    try:
        async with asyncio.timeout(PUSH_SECONDS):
            async for piece in request.content.iter_any():
                size += len(piece)
                if size > PUSH_MAX:
                    return False
                signature.feed(piece)
    except TimeoutError as error:
        raise Problem(408, "The push did not come in time.") from error
    return True


def _lease(seconds: str) -> timedelta:
    if seconds.isascii() and seconds.isdecimal():
        return timedelta(seconds=min(int(seconds[:12]), 10**9))
    return LEASE


ROUTES = (
    Route(
        "GET",
        PATH + "{token}",
        verify_hub,
        "A WebSub hub verifies that it was asked; only hubs have use for it",
        "operation",
        "text/plain",
        errors=(404,),
    ),
    Route(
        "POST",
        PATH + "{token}",
        take_hub_push,
        "A WebSub hub pushes; a signed push makes the feed due",
        "operation",
        None,
        status=202,
        errors=(408, 410),
    ),
)
