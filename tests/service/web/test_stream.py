"""Server-sent events: what was missed, what comes, and when nothing does."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from service.store.store import Store
from service.store.views import EventView
from service.web.probes import OPEN_STREAMS, STREAMS_EACH, STREAMS_MAX, stream_events
from service.web.problems import Problem
from service.web.server import make_app
from service.web.stream import Bell, follow
from tests.service.web.conftest import make_site


async def frames(answer: Any, wanted: int) -> list[dict[str, str]]:
    """The next `wanted` events, without comments and the retry line."""
    found: list[dict[str, str]] = []
    async with asyncio.timeout(10):
        while len(found) < wanted:
            lines = (await answer.content.readuntil(b"\n\n")).decode().strip().split("\n")
            fields = dict(line.split(": ", 1) for line in lines if not line.startswith(":"))
            if "data" in fields:
                found.append(fields)
    return found


async def test_resumes_after_the_last_event_received(client: Any) -> None:
    async with client.get("/api/v1/stream", headers={"Last-Event-ID": "3"}) as answer:
        assert answer.status == 200
        assert answer.content_type == "text/event-stream"
        found = await frames(answer, 2)

    assert [one["id"] for one in found] == ["4", "5"]
    assert found[0]["event"] == "onrecord.assurance.new"
    event = json.loads(found[1]["data"])
    assert (event["specversion"], event["sequence"]) == ("1.0", "5")


async def test_tells_what_is_recorded_from_now_on(serve: Any, store: Store, scribes: Any) -> None:
    bell = Bell()
    client = await serve(store, bell=bell)
    async with client.get("/api/v1/stream") as answer:
        await answer.content.readuntil(b"\n\n")

        await store.write(scribes.begin, "tessellate", "We publish every request.", timedelta(days=5))
        bell.ring()

        found = await frames(answer, 1)
    assert found[0]["id"] == "6"
    assert "We publish every request." in found[0]["data"]


async def test_so_many_and_no_more(serve: Any, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.web.probes.STREAMS_MAX", 3)
    client = await serve(store, bell=Bell())
    open_ones = await asyncio.gather(*(client.get("/api/v1/stream") for _ in range(8)))
    assert sorted(one.status for one in open_ones) == [200] * 3 + [503] * 5
    assert {one.headers.get("Retry-After") for one in open_ones if one.status == 503} == {"30"}
    for one in open_ones:
        one.close()


def frozen(store: Store) -> web.Application:
    app = make_app(make_site(store))
    app.freeze()
    return app


class Reader:
    """Someone at an address that no test can have."""

    def __init__(self, app: web.Application, address: str) -> None:
        line = SimpleNamespace(
            get_extra_info=lambda name, default=None: (address, 5) if name == "peername" else default,
            is_closing=lambda: False,
        )
        self.request = make_mocked_request("GET", "/api/v1/stream", app=app, transport=cast(Any, line))
        self.task = asyncio.ensure_future(stream_events(self.request))

    async def leave(self) -> None:
        self.task.cancel()
        with suppress(asyncio.CancelledError, Problem):
            await self.task


@pytest.mark.parametrize(
    ("address", "alike"), [("203.0.113.5", "::ffff:203.0.113.5"), ("2001:db8::1", "2001:db8::ffff:2")]
)
async def test_one_address_leaves_room_for_the_others(store: Store, address: str, alike: str) -> None:
    app = frozen(store)
    streams = app[OPEN_STREAMS]
    readers = [Reader(app, address) for _ in range(STREAMS_EACH + 10)]
    refused = [
        str(error) for error in await asyncio.gather(*(outcome(r) for r in readers)) if error is not None
    ]
    assert refused == ["Too many streams are open from your address."] * 10
    assert len(streams) == STREAMS_EACH

    other, near, same = Reader(app, "198.51.100.7"), Reader(app, "10.0.0.9"), Reader(app, alike)
    assert [await outcome(other), await outcome(near)] == [None, None]
    assert str(await outcome(same)) == "Too many streams are open from your address."
    await next(one for one in readers if not one.task.done()).leave()
    again = Reader(app, alike)
    assert await outcome(again) is None
    await asyncio.gather(*(one.leave() for one in (*readers, other, near, same, again)))
    assert not streams


async def test_near_ones_may_have_all(store: Store) -> None:
    app = frozen(store)
    readers = [Reader(app, "172.18.0.1") for _ in range(STREAMS_MAX + 1)]
    refused = [error for error in await asyncio.gather(*(outcome(r) for r in readers)) if error is not None]
    assert [str(one) for one in refused] == ["Too many streams are open."]
    await asyncio.gather(*(one.leave() for one in readers))


async def outcome(reader: Reader) -> BaseException | None:
    """Why a reader was turned away; None once it is listening."""
    async with asyncio.timeout(10):
        while not reader.task.done():
            if reader.request.writer.write.called:  # type: ignore[attr-defined]
                return None
            await asyncio.sleep(0.001)
    return reader.task.exception()


async def test_ends_when_the_server_stops(serve: Any, store: Store) -> None:
    bell = Bell()
    client = await serve(store, bell=bell)
    async with client.get("/api/v1/stream?last_event_id=5") as answer:
        await answer.content.readuntil(b"\n\n")
        bell.close()
        async with asyncio.timeout(5):
            assert await answer.content.read() == b""


async def test_head_does_not_wait(client: Any) -> None:
    async with asyncio.timeout(5):
        assert (await client.head("/api/v1/stream")).status == 200


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ("kind=weakened&kind=figure", lambda e: e["data"]["kind"] in ("weakened", "figure")),
        ("company=harborlight", lambda e: e["data"]["company"] == "Harborlight"),
        (
            "company=harborlight&company=quillnet",
            lambda e: e["data"]["company"] in ("Harborlight", "Quillnet"),
        ),
        ("source=quillnet", lambda e: e["source"] == "/sources/quillnet"),
        (
            "category=notice,challenge",
            lambda e: {"notice", "challenge"} & set(e["data"].get("categories", ())),
        ),
    ],
)
async def test_filters_leave_events_out(serve: Any, store: Store, asked: str, wanted: Any) -> None:
    bell = Bell()
    client = await serve(store, bell=bell)
    async with client.get("/api/v1/stream?last_event_id=0") as answer:
        everything = [json.loads(one["data"]) for one in await frames(answer, 5)]
    left = [one["id"] for one in everything if wanted(one)]
    assert 0 < len(left) < 5, "the filter has to leave something out, and something in"

    async with client.get(f"/api/v1/stream?last_event_id=0&{asked}") as answer:
        found = await frames(answer, len(left))
        assert [json.loads(one["data"])["id"] for one in found] == left
        bell.close()
        assert b"data:" not in await answer.content.read()


@pytest.mark.parametrize(
    ("asked", "named"), [("kind=worse", "kind"), ("category=spies", "category"), ("colour=red", "colour")]
)
async def test_a_bad_filter_of_the_stream_is_named(client: Any, asked: str, named: str) -> None:
    answer = await client.get(f"/api/v1/stream?{asked}")

    assert answer.status == 400
    assert (await answer.json(content_type=None))["parameter"] == named


@pytest.mark.parametrize("last", ["x", "-1", "1.5", "²"])
async def test_an_id_that_is_none_of_ours_is_named(client: Any, last: str) -> None:
    answer = await client.get("/api/v1/stream", params={"last_event_id": last})

    assert answer.status == 400
    assert (await answer.json(content_type=None))["parameter"] == "Last-Event-ID"


async def test_an_id_from_the_future_waits_for_what_comes(client: Any) -> None:
    async with client.get("/api/v1/stream", headers={"Last-Event-ID": "9" * 30}) as answer:
        assert answer.status == 200


async def test_silence_is_broken_by_a_comment() -> None:
    written: list[bytes] = []
    bell = Bell()

    async def nothing(after: int, limit: int) -> tuple[EventView, ...]:
        return ()

    async def write(data: bytes) -> None:
        written.append(data)
        if data.startswith(b":"):
            bell.close()

    async with asyncio.timeout(5):
        await follow(nothing, write, bell, 0, heartbeat=0.01)

    assert written == [b"retry: 3000\n\n", b": still here\n\n"]


async def test_a_reader_that_takes_nothing_is_dropped() -> None:
    bell = Bell()

    async def nothing(after: int, limit: int) -> tuple[EventView, ...]:
        return ()

    async def blocked(data: bytes) -> None:
        await asyncio.Event().wait()

    async with asyncio.timeout(5):
        with pytest.raises(TimeoutError):
            await follow(nothing, blocked, bell, 0, stalled=0.01)


async def test_a_body_with_line_ends_stays_one_event() -> None:
    bell = Bell()
    written: list[bytes] = []
    event = EventView(7, "evt_1", "onrecord.assurance.new", datetime(2026, 1, 1, tzinfo=UTC), b'{"a":\n"b"}')

    async def one(after: int, limit: int) -> tuple[EventView, ...]:
        bell.close()
        return (event,)

    async def write(data: bytes) -> None:
        written.append(data)

    await follow(one, write, bell, 6)

    assert written[1] == b'id: 7\nevent: onrecord.assurance.new\ndata: {"a":\ndata: "b"}\n\n'


async def test_an_open_stream_does_not_hold_up_the_end(serve: Any, store: Store) -> None:
    client = await serve(store)
    answer = await client.get("/api/v1/stream")
    await answer.content.readuntil(b"\n\n")

    async with asyncio.timeout(5):
        await client.server.close()
        assert await answer.content.read() == b""


async def test_many_readers_get_the_same(serve: Any, store: Store) -> None:
    client = await serve(store)
    answers = [await client.get("/api/v1/stream", headers={"Last-Event-ID": "0"}) for _ in range(20)]

    found = [[one["id"] for one in await frames(answer, 5)] for answer in answers]

    assert found == [["1", "2", "3", "4", "5"]] * 20
    for answer in answers:
        answer.close()
