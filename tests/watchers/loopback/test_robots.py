"""robots.txt as RFC 9309 has it, over the same guarded way as everything else."""

from __future__ import annotations

import asyncio
import gc
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from yarl import URL

from watchers.errors import FetchError, Refused
from watchers.robots import MOST_BYTES, MOST_FILES, Robots, parse_rules

RULES = b"User-agent: *\nDisallow: /private\n\nUser-agent: onrecord\nDisallow: /not-for-onrecord\n"


def site(net: Any, robots: bytes, status: str = "200 OK", **headers: str) -> dict[str, bytes]:
    return {
        "/robots.txt": net.answer(robots, status=status, content_type="text/plain", **headers),
        "/page": net.answer(b"page"),
        "/private": net.answer(b"private"),
        "/not-for-onrecord": net.answer(b"secret"),
    }


async def refusal(fetcher: Any, url: str) -> FetchError:
    with pytest.raises(FetchError) as failed:
        await fetcher.get(url, robots=True)
    return failed.value


async def test_the_group_that_names_us_counts(net: Any) -> None:
    server = await net.serve(site(net, RULES))
    fetcher = await net.fetcher()
    error = await refusal(fetcher, server.url("/not-for-onrecord"))
    assert isinstance(error, Refused)
    assert (error.reason, error.transient) == ("robots", False)
    assert (await fetcher.get(server.url("/private"), robots=True)).body == b"private"
    assert server.paths == ["/robots.txt", "/private"]


async def test_it_is_only_heeded_where_asked_for(net: Any) -> None:
    server = await net.serve(site(net, RULES))
    await (await net.fetcher()).get(server.url("/not-for-onrecord"))
    await (await net.fetcher(respect_robots=False)).get(server.url("/not-for-onrecord"), robots=True)
    assert "/robots.txt" not in server.paths


async def test_it_is_read_again_after_an_hour(net: Any) -> None:
    pages = site(net, RULES)
    server = await net.serve(pages)
    clock = net.clock()
    fetcher = await net.fetcher(clock=clock)
    await fetcher.get(server.url("/page"), robots=True)
    pages["/robots.txt"] = net.answer(b"User-agent: *\nDisallow: /", content_type="text/plain")
    clock.now += 3600.0
    await fetcher.get(server.url("/page"), robots=True)
    clock.now += 1.0
    assert (await refusal(fetcher, server.url("/page"))).reason == "robots"
    assert server.paths.count("/robots.txt") == 2


@pytest.mark.parametrize("status", ["404 Not Found", "403 Forbidden", "410 Gone", "204 No Content"])
async def test_where_there_is_none_everything_is_allowed(net: Any, status: str) -> None:
    server = await net.serve(site(net, b"" if status[:3] == "204" else RULES, status))
    fetcher = await net.fetcher()
    assert (await fetcher.get(server.url("/not-for-onrecord"), robots=True)).body == b"secret"


@pytest.mark.parametrize("robots", [b"", b"<html>not found</html>", b"\x00\xff\xfe" * 100, b"Disallow: /"])
async def test_one_without_rules_allows_everything(net: Any, robots: bytes) -> None:
    server = await net.serve(site(net, robots))
    assert (await (await net.fetcher()).get(server.url("/page"), robots=True)).body == b"page"


async def test_while_it_cannot_be_had_nothing_is_allowed(net: Any) -> None:
    pages = site(net, b"", "500 Internal Server Error")
    server = await net.serve(pages)
    fetcher = await net.fetcher()
    error = await refusal(fetcher, server.url("/page"))
    assert isinstance(error, Refused)
    assert (error.reason, error.transient, error.status) == ("robots", True, 500)
    assert "/page" not in server.paths
    pages["/robots.txt"] = net.answer(RULES)
    assert (await fetcher.get(server.url("/page"), robots=True)).body == b"page"


async def test_one_that_was_read_counts_on_while_it_cannot_be_had(net: Any) -> None:
    pages = site(net, RULES)
    server = await net.serve(pages)
    clock = net.clock()
    fetcher = await net.fetcher(clock=clock)
    await fetcher.get(server.url("/page"), robots=True)
    pages["/robots.txt"] = net.answer(status="500 Oh")
    clock.now += 4000.0
    assert (await fetcher.get(server.url("/page"), robots=True)).body == b"page"
    assert (await refusal(fetcher, server.url("/not-for-onrecord"))).status is None
    clock.now += 86400.0
    assert (await refusal(fetcher, server.url("/page"))).status == 500


async def test_a_host_that_cannot_be_reached_says_so_itself(net: Any) -> None:
    error = await refusal(await net.fetcher(resolver=net.names()), "http://quillnet.example/page")
    assert (error.reason, error.url) == ("dns", "http://quillnet.example/page")


async def test_its_pause_holds_the_host(net: Any) -> None:
    server = await net.serve(site(net, b"", "429 Too Many", retry_after="60"))
    fetcher = await net.fetcher(clock=net.clock())
    await refusal(fetcher, server.url("/page"))
    assert (await refusal(fetcher, server.url("/page"))).reason == "held"
    assert server.paths == ["/robots.txt"]


async def test_its_redirects_are_followed_and_guarded(net: Any) -> None:
    elsewhere = await net.serve({"/rules": net.answer(b"User-agent: *\nDisallow: /page")})
    pages = {
        "/robots.txt": net.answer(status="301 M", location=elsewhere.url("/rules")),
        "/page": net.answer(b"p"),
    }
    server = await net.serve(pages)
    assert (await refusal(await net.fetcher(), server.url("/page"))).reason == "robots"
    pages["/robots.txt"] = net.answer(status="301 M", location="http://10.0.0.1/")
    assert (await refusal(await net.fetcher(), server.url("/page"))).reason == "address"
    pages["/robots.txt"] = net.answer(status="301 M", location="/robots.txt")
    assert (await (await net.fetcher()).get(server.url("/page"), robots=True)).body == b"p"


async def test_each_hop_is_asked_about(net: Any) -> None:
    shut = await net.serve(site(net, b"User-agent: *\nDisallow: /"))
    door = await net.serve({"/go": net.answer(status="302 F", location=shut.url("/page"))})
    assert (await refusal(await net.fetcher(), door.url("/go"))).reason == "robots"
    assert shut.paths == ["/robots.txt"]


async def test_it_is_read_once_for_all_who_wait(net: Any) -> None:
    server = await net.serve(site(net, RULES))
    fetcher = await net.fetcher()
    await asyncio.gather(*(fetcher.get(server.url("/page"), robots=True) for _ in range(5)))
    assert server.paths.count("/robots.txt") == 1


async def test_who_gives_up_does_not_spoil_it_for_the_others(net: Any) -> None:
    server = await net.serve(site(net, RULES))
    fetcher = await net.fetcher()
    first = asyncio.create_task(fetcher.get(server.url("/page"), robots=True))
    second = asyncio.create_task(fetcher.get(server.url("/page"), robots=True))
    await asyncio.sleep(0)
    first.cancel()
    assert (await second).body == b"page"


async def test_closing_stops_what_is_being_read(net: Any) -> None:
    async def think(request: Any, out: Any) -> None:
        await asyncio.sleep(60)

    server = await net.serve(think)
    fetcher = await net.fetcher()
    waiting = asyncio.create_task(fetcher.get(server.url("/page"), robots=True))
    while not server.requests:  # noqa: ASYNC110  the server says nothing of its own accord
        await asyncio.sleep(0.001)
    await fetcher.__aexit__(None, None, None)
    with pytest.raises(FetchError, match="closed"):
        await waiting


async def test_only_the_beginning_of_a_long_one_is_read(net: Any) -> None:
    filler = b"# nothing to see here\n" * (MOST_BYTES // 22 + 1)
    server = await net.serve(site(net, RULES + filler + b"User-agent: onrecord\nDisallow: /page\n"))
    fetcher = await net.fetcher(max_bytes=1000)
    assert (await fetcher.get(server.url("/page"), robots=True)).body == b"page"
    assert (await refusal(fetcher, server.url("/not-for-onrecord"))).reason == "robots"


async def test_an_endless_one_ends(net: Any) -> None:
    async def pour(request: Any, out: Any) -> None:
        out.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while request.path == "/robots.txt":
            out.write(b"User-agent: *\nDisallow: /private\n" * 1000)
            await out.drain()

    server = await net.serve(pour)
    fetcher = await net.fetcher(timeout=60.0)  # it ends by its length, however busy the machine is
    assert (await refusal(fetcher, server.url("/private"))).reason == "robots"


@pytest.mark.parametrize(
    "hostile",
    [
        b"".join(b"User-agent: a%d\n" % n for n in range(12_000)) + b"Disallow: /x\n" * 20_000,
        b"User-agent: *\n" + b"".join(b"Disallow: /%d*a*a*a*a*a*b\n" % n for n in range(10_000)),
        b"User-agent: *\nDisallow: /" + b"*a" * 200_000,
        b"User-agent *\x0b" * 40_000,
    ],
)
def test_a_hostile_one_costs_little(hostile: bytes) -> None:
    gc.collect()
    gc.freeze()  # what hundreds of tests before have left is not gone through meanwhile
    try:
        began = time.thread_time()
        rules = parse_rules(hostile[:MOST_BYTES], "onrecord")
        rules.can_fetch("http://tessellate.example/" + "a" * 2000, "onrecord")
        assert time.thread_time() - began < 2.0
    finally:
        gc.unfreeze()


@settings(deadline=None)  # the machine may be busy
@given(st.binary(max_size=300))
def test_any_bytes_are_read_as_some_rules(content: bytes) -> None:
    parse_rules(content, "onrecord").can_fetch("http://tessellate.example/", "onrecord")


@pytest.mark.parametrize(
    ("robots", "allowed"),
    [
        (b"User-agent: other\nUser-agent: onrecord\nDisallow: /", False),
        (b"User-agent: onrecord\nUser-agent: other\nDisallow: /", False),
        (b"User-agent: onrecord\nAllow: /\nUser-agent: other\nDisallow: /", True),
        (b"User-agent: onrecord\nDisallow:\nUser-agent: *\nDisallow: /", True),
        (b"User-agent: other\nDisallow: /x\nUser-agent: *\nDisallow: /", False),
        (b"User-agent: onrecord\nCrawl-delay: 5\nUser-agent: other\nDisallow: /", True),
        (b"User-agent: onrecord\n# a comment\n\nSitemap: http://h.example/s\nDisallow: /", False),
        (b"\xef\xbb\xbfuser-agent : ONRECORD/2.0\nDisallow: /", False),
        (b"user-agent:onrecord\r\ndisallow:/\r\n", False),
        (b"user agent onrecord\rdissallow: /page\r", False),
        (b"User-agent: *\nDisallow: /*ge$", False),
        (b"User-agent: *\nDisallow: /p\nAllow: /page", True),
    ],
)
def test_groups_are_read(robots: bytes, allowed: bool) -> None:
    assert parse_rules(robots, "onrecord").can_fetch("http://h.example/page", "onrecord") is allowed


def test_lines_for_others_do_not_become_ours() -> None:
    rules = parse_rules(
        b"User-agent: other\nUser-agent: another\nDisallow: /\n\nUser-agent: OnRecord # us\nDisallow: /mine\n"
        b"User-agent: record\nDisallow: /theirs\n",
        "onrecord",
    )
    allowed = {
        path: rules.can_fetch(f"http://h.example{path}", "onrecord") for path in ("/", "/mine", "/theirs")
    }
    assert allowed == {"/": True, "/mine": False, "/theirs": True}


async def test_files_are_not_remembered_without_end() -> None:
    async def read(url: str) -> bytes:
        return RULES

    robots = Robots(read, "onrecord/1.0", lambda: 0.0)
    for n in range(MOST_FILES + 10):
        url = URL(f"http://h{n}.example/")
        await robots.check(url, str(url))
    assert len(robots._files) == MOST_FILES
