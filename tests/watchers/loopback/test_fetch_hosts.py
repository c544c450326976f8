"""Politeness: pauses that a host asks for, and how many requests it gets at once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from watchers.errors import FetchError
from watchers.hosts import MOST_HOSTS


async def failure(fetcher: Any, url: str) -> FetchError:
    with pytest.raises(FetchError) as failed:
        await fetcher.get(url)
    return failed.value


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
async def test_a_pause_counts_for_the_whole_host(net: Any, status: str) -> None:
    server = await net.serve({"/a": net.answer(status=status, retry_after="120"), "/b": net.answer(b"b")})
    clock = net.clock()
    fetcher = await net.fetcher(clock=clock)

    error = await failure(fetcher, server.url("/a"))
    assert (error.reason, error.retry_after, error.transient) == ("status", timedelta(seconds=120), True)

    clock.now += 119.0
    error = await failure(fetcher, server.url("/b"))
    assert (error.reason, error.retry_after, error.transient) == ("held", timedelta(seconds=1), True)
    assert server.paths == ["/a"]

    clock.now += 1.0
    assert (await fetcher.get(server.url("/b"))).body == b"b"


async def test_a_pause_does_not_count_for_other_hosts(net: Any) -> None:
    tired = await net.serve(net.answer(status="503 S", retry_after="120"))
    fresh = await net.serve(net.answer(b"fresh"))
    fetcher = await net.fetcher()
    await failure(fetcher, tired.url())
    assert (await fetcher.get(fresh.url())).body == b"fresh"


async def test_a_pause_may_be_a_date_by_the_server_s_own_clock(net: Any) -> None:
    there = datetime(2031, 5, 1, 12, tzinfo=UTC)  # years off, as broken clocks are
    until = format_datetime(there + timedelta(minutes=5), usegmt=True)
    server = await net.serve(
        net.answer(status="503 S", date=format_datetime(there, usegmt=True), retry_after=until)
    )
    fetcher = await net.fetcher(clock=net.clock())
    assert (await failure(fetcher, server.url())).retry_after == timedelta(minutes=5)
    assert (await failure(fetcher, server.url())).reason == "held"


async def test_no_pause_is_longer_than_a_day(net: Any) -> None:
    server = await net.serve(net.answer(status="429 T", retry_after="9" * 300))
    clock = net.clock()
    fetcher = await net.fetcher(clock=clock)
    assert (await failure(fetcher, server.url())).retry_after == timedelta(hours=24)
    clock.now += 86400.0
    assert (await failure(fetcher, server.url())).reason == "status"


@pytest.mark.parametrize("value", ["-5", "soon", "", "0", "1.5", "Mon, 01 Jan 2001 00:00:00 GMT"])
async def test_a_pause_that_is_none_holds_nobody(net: Any, value: str) -> None:
    server = await net.serve(net.answer(status="503 S", retry_after=value))
    fetcher = await net.fetcher(clock=net.clock())
    for _ in range(2):
        assert (await failure(fetcher, server.url())).reason == "status"


async def test_other_statuses_report_a_pause_but_hold_nobody_else(net: Any) -> None:
    server = await net.serve({"/a": net.answer(status="404 N", retry_after="60"), "/b": net.answer(b"b")})
    fetcher = await net.fetcher()
    assert (await failure(fetcher, server.url("/a"))).retry_after == timedelta(seconds=60)
    assert (await fetcher.get(server.url("/b"))).body == b"b"


async def test_a_pause_behind_a_redirect_counts_for_the_host_that_asked(net: Any) -> None:
    tired = await net.serve(net.answer(status="429 T", retry_after="60"))
    door = await net.serve({"/": net.answer(status="302 F", location=tired.url()), "/else": net.answer(b"x")})
    fetcher = await net.fetcher(clock=net.clock())
    await failure(fetcher, door.url())
    assert (await failure(fetcher, door.url())).reason == "held"
    assert (await fetcher.get(door.url("/else"))).body == b"x"
    assert len(tired.requests) == 1


class Crowd:
    """Counts how many are inside at once; nobody leaves before `door` is open."""

    def __init__(self, net: Any) -> None:
        self.said = net.answer(b"x")
        self.door, self.entered = asyncio.Event(), asyncio.Semaphore(0)
        self.now = self.most = 0

    async def __call__(self, request: Any, out: Any) -> None:
        self.now += 1
        self.most = max(self.most, self.now)
        self.entered.release()
        await self.door.wait()
        self.now -= 1
        out.write(self.said)


async def test_a_host_gets_no_more_requests_at_once_than_allowed(net: Any) -> None:
    crowd = Crowd(net)
    server = await net.serve(crowd)
    fetcher = await net.fetcher(per_host=2)
    asked = [asyncio.create_task(fetcher.get(server.url(f"/{n}"))) for n in range(10)]
    for _ in range(2):
        await crowd.entered.acquire()
    crowd.door.set()
    await asyncio.gather(*asked)
    assert (crowd.most, len(server.requests)) == (2, 10)


async def test_waiting_for_the_others_does_not_count_as_the_server_s_time(net: Any) -> None:
    async def slowly(request: Any, out: Any) -> None:
        await asyncio.sleep(0.6)
        out.write(net.answer(b"x"))

    server = await net.serve(slowly)
    fetcher = await net.fetcher(per_host=1, timeout=1.0)
    pages = await asyncio.gather(*(fetcher.get(server.url(f"/{n}")) for n in range(2)))
    assert [page.body for page in pages] == [b"x", b"x"]


async def test_those_that_wait_are_sent_away_when_a_pause_is_asked_for(net: Any) -> None:
    server = await net.serve(net.answer(status="429 T", retry_after="60"))
    fetcher = await net.fetcher(per_host=1)
    errors = await asyncio.gather(*(failure(fetcher, server.url(f"/{n}")) for n in range(5)))
    assert [error.reason for error in errors] == ["status"] + ["held"] * 4
    assert len(server.requests) == 1


async def test_a_request_that_is_given_up_leaves_its_place(net: Any) -> None:
    crowd = Crowd(net)
    server = await net.serve(crowd)
    fetcher = await net.fetcher(per_host=1)
    first = asyncio.create_task(fetcher.get(server.url("/1")))
    await crowd.entered.acquire()
    second = asyncio.create_task(fetcher.get(server.url("/2")))
    await asyncio.sleep(0)
    second.cancel()
    first.cancel()
    await asyncio.gather(first, second, return_exceptions=True)
    crowd.door.set()
    assert (await fetcher.get(server.url("/3"))).body == b"x"


async def test_hosts_are_not_remembered_without_end(net: Any) -> None:
    fetcher = await net.fetcher(resolver=net.names())
    for n in range(MOST_HOSTS + 10):
        await failure(fetcher, f"http://h{n}.example/")
    assert len(fetcher.hosts._hosts) <= MOST_HOSTS
