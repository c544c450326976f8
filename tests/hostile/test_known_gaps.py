"""What hostile servers and clocks once got past the program with."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import select, update

from service.looks.examine import Look, examine
from service.looks.track import UNASKED_AFTER
from service.model import Role
from service.store.shift import LONGEST_LOOK, assurances, pull_in, watches
from tests.hostile import pages
from tests.hostile.impostors import IMPOSTORS, Impostor
from tests.hostile.server import Port, Wire, head
from watchers.errors import ExtractError
from watchers.model import Fetched, Validators
from watchers.page import breaks_off, check_selector, is_whole
from watchers.plausible import implausible, implausible_text


def fetched(markup: str) -> Fetched:
    raw = markup.encode()
    return Fetched(
        "https://quillnet.example/guide", "https://quillnet.example/guide", None, 200, (), raw, "", "text/html",
        "utf-8", Validators(), None,
    )  # fmt: skip


def look(markup: str, before: str, **more: Any) -> Look:
    first = examine(Look("https://quillnet.example/guide", "Quillnet", Role.COMPANY, fetched(before)))
    return Look(
        "https://quillnet.example/guide", "Quillnet", Role.COMPANY, fetched(markup), old_text=first.text,
        old_hash=first.text_hash, old_raw=before.encode(), **more,
    )  # fmt: skip


@pytest.mark.parametrize("part", [0.4, 0.6, 0.9])
def test_a_page_that_lost_its_end_is_not_the_page(part: float) -> None:
    with pytest.raises(ExtractError) as failed:
        examine(look(pages.GOOD[: int(len(pages.GOOD) * part)], pages.GOOD))
    assert failed.value.reason in ("cut", "collapsed")
    assert examine(look(pages.GOOD[: int(len(pages.GOOD) * 0.9)], pages.GOOD, lenient=True)).text


def test_a_page_that_never_had_an_end_is_read() -> None:
    before = pages.GOOD.replace("</body></html>", "")
    after = before.replace("214 requests", "381 requests")
    assert b"381" in examine(look(after, before)).text
    assert breaks_off(before)
    assert is_whole(pages.GOOD)
    assert not breaks_off("<p>No document element, as the standard allows.")


@pytest.mark.parametrize(
    "page", [pages.MAINTENANCE, pages.PARKED, pages.DATABASE_DOWN, pages.LISTING, pages.WELCOME, pages.SUSPENDED,
             pages.REGION, pages.QUEUE, pages.COMING, pages.STACK_TRACE, pages.SERVER_ERROR],
)  # fmt: skip
def test_what_servers_say_without_a_page_is_no_document(page: str) -> None:
    with pytest.raises(ExtractError) as failed:
        examine(Look("https://quillnet.example/guide", "Quillnet", Role.COMPANY, fetched(page)))
    assert failed.value.reason in ("error_page", "challenge", "soft_404")


@pytest.mark.parametrize("impostor", IMPOSTORS, ids=[one.name for one in IMPOSTORS])
def test_an_impostor_is_no_baseline(impostor: Impostor) -> None:
    answered = replace(fetched(impostor.body), media_type=impostor.media)
    with pytest.raises(ExtractError):
        examine(Look("https://quillnet.example/guide", "Quillnet", Role.COMPANY, answered))


@pytest.mark.parametrize(
    "page",
    [
        "<p>We notify users before we disclose their data to a government.</p>",
        "<title>Canary</title><p>As of 3 March 2026 all is well with Quillnet.</p>",
        "<title>Transparency</title><h1>Transparency</h1><p>Quillnet publishes its report in spring.</p>",
        "<title>Errors we made</title><h1>Errors we made</h1><p>We once disclosed data without a warrant.</p>",
        "<title>Maintenance of records</title><p>Our records of requests from law enforcement are kept offline.</p>",
        "<title>Guide</title><p>Access denied: what we tell governments that ask without a warrant.</p>",
        "<p>Not found in this list? Quillnet has never worked with that agency.</p>",
        "<title>Redirects of authorities</title><p>We redirect authorities to our customers.</p>",
        "<title>Quillnet</title><p>Hello and welcome to our small page about notebooks.</p>",
    ],
)
def test_a_short_honest_page_is_one(page: str) -> None:
    assert examine(Look("https://quillnet.example/guide", "Quillnet", Role.COMPANY, fetched(page))).text


def test_a_page_about_maintenance_of_promises_is_one() -> None:
    text = "Something went wrong? We disclose nothing to any government without a warrant. Try again later."
    assert not implausible("Something went wrong", "", text, "")
    assert not implausible_text(text)
    assert implausible_text("Internal Server Error") == "error_page"


@pytest.mark.parametrize("selector", ["main >", "[", ":::", "p:nope(("])
def test_a_selector_that_is_none_is_named(selector: str) -> None:
    with pytest.raises(ValueError, match="not a CSS selector"):
        check_selector(selector)


async def test_plans_made_by_a_clock_that_was_ahead_are_pulled_in(
    world: Any, settings: Any, running: Any
) -> None:
    url = world.put("/a", pages.GOOD)
    config = settings([{"name": "a", "kind": "page", "company": "Quillnet", "url": url}])
    async with running(config) as app:
        await world.polled("/a")
    far = datetime.now(UTC) + timedelta(days=400)
    async with running(config.model_copy(update={"data_dir": config.data_dir})) as app:
        await app.store.write(
            lambda c: c.execute(update(watches).values(next_poll_at=far, failing_since=far))
        )
        await app.store.write(lambda c: c.execute(update(assurances).values(missing_since=far)))
    async with running(config) as app:
        await world.polled("/a")
        row = (await app.store.read(lambda c: c.execute(select(watches)).all()))[0]
        missing = await app.store.read(
            lambda c: c.execute(select(assurances.c.missing_since)).scalars().all()
        )
    assert row.next_poll_at < far - timedelta(days=300)
    assert all(moment is None or moment < far for moment in missing)


async def test_plans_within_what_we_plan_are_left_alone(world: Any, settings: Any, running: Any) -> None:
    url = world.put("/a", pages.GOOD)
    now = datetime.now(UTC)
    async with running(settings([{"name": "a", "kind": "page", "url": url, "every": "30d"}])) as app:
        await world.until(lambda: world.asked["/a"] > 0)

        def plan(ahead: timedelta) -> Callable[[Any], int]:
            def write(connection: Any) -> int:
                connection.execute(update(watches).values(next_poll_at=now + ahead))
                return pull_in(connection, now, timedelta(hours=24), timedelta(days=30))

            return write

        assert await app.store.write(plan(timedelta(days=33))) == 0
        assert await app.store.write(plan(LONGEST_LOOK)) == 0
        assert await app.store.write(plan(timedelta(days=40))) == 1


async def test_a_server_that_says_not_modified_for_ever_is_asked_for_the_whole(
    world: Any, settings: Any, running: Any
) -> None:
    async def behave(wire: Wire) -> None:
        if "if-none-match" in wire.headers:
            await wire.send(head("304 Not Modified", 'ETag: "good"'))
        else:
            whole.append(wire.asked)
            await wire.answer(pages.GOOD_BYTES, 'ETag: "good"')

    whole: list[int] = []
    port = Port("stuck", behave, temper="bad")
    await port.open()
    config = settings(
        [{"name": "stuck", "kind": "page", "url": port.url}],
        fetch={"allow": (port.url.split("/")[2], world.host)},
        defaults={"every": "0.01s"},
    )
    async with running(config), asyncio.timeout(60):
        await port.met(lambda: len(whole) >= 3)
    await port.close()
    assert [b - a for a, b in pairwise(whole)][:2] == [UNASKED_AFTER + 1] * 2


async def until_crashed(app: Any) -> None:
    """Until each watch has failed for that reason."""
    reasons: set[str] = set()
    while reasons != {"crashed"}:
        reasons = set(await app.store.read(lambda c: c.execute(select(watches.c.reason)).scalars().all()))
        await asyncio.sleep(0)


class Broken:
    """A workbench whose workers have a bug."""

    async def run(self, *_: Any) -> Any:
        raise LookupError("surprise")


async def test_a_bug_in_a_parser_is_a_failed_look_and_not_an_endless_loop(
    world: Any, settings: Any, running: Any
) -> None:
    page, feed = (
        world.put("/a", pages.GOOD),
        world.put("/f", "<rss><channel></channel></rss>", "application/rss+xml"),
    )
    config = settings(
        [{"name": "a", "kind": "page", "url": page}, {"name": "f", "kind": "feed", "url": feed}]
    )
    async with running(config) as app:
        app.patrol._tracker._workbench = Broken()
        world.put("/a", pages.GOOD.replace("214", "215"))
        world.put("/f", "<rss><channel><title>x</title></channel></rss>", "application/rss+xml")
        async with asyncio.timeout(30):
            await until_crashed(app)
