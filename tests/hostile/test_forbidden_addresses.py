"""Every form of forbidden address at each of the four doors: source, redirect, a post's link, subscription."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aiohttp
import pytest

from tests.hostile import forms
from watchers.errors import FetchError, Refused
from watchers.fetch import Fetcher
from watchers.guard import Guard
from watchers.model import FetchRules

EVERYTHING = ("0.0.0.0/0", "::/0")


def refused(guard: Guard, url: str) -> bool:
    try:
        guard.check_url(url)
    except Refused:
        return True
    return False


def test_what_no_setting_may_open() -> None:
    urls = forms.never()
    assert len(urls) > 400
    assert [url for url in urls if not refused(Guard(), url)] == []
    assert [url for url in urls if not refused(Guard(EVERYTHING), url)] == []


def test_what_the_policy_closes_and_opens() -> None:
    assert [url for url in forms.policy() if not refused(Guard(), url)] == []
    assert [url for url in forms.policy() if refused(Guard(EVERYTHING), url)] == []


def test_what_is_good_passes() -> None:
    assert [url for url in forms.GOOD if refused(Guard(), url)] == []


def _is_location(url: str) -> bool:
    """Can stand in a header, and does not mean a path of the server itself."""
    return url.isprintable() and "///" not in url and not url.startswith("//")


async def test_as_redirects(world: Any) -> None:
    """Each as the Location of a redirect, with everything allowed that can be."""
    reached: list[str] = []
    async with Fetcher(FetchRules(timeout=5, allow=EVERYTHING, per_host=16)) as fetcher:
        for number, url in enumerate(url for url in forms.never() if _is_location(url)):
            path = f"/to/{number}"
            world.put(path, b"", status=302, headers={"Location": url})
            try:
                await fetcher.get(world.url + path)
            except Refused:
                continue
            except FetchError as error:
                if error.reason != "redirect":
                    reached.append(url)
    assert reached == []


async def test_as_links_of_posts(
    world: Any, settings: Callable[..., Any], running: Callable[..., Any]
) -> None:
    """A feed may link where it likes: nothing there is asked, nothing of it is shown."""
    links = [url for url in forms.never() if url.isprintable()][:80]
    items = "".join(
        f"<item><guid>{n}</guid><title>Post {n}</title><link>{link.replace('&', '&amp;')}</link></item>"
        for n, link in enumerate(links)
    )
    secret = world.put("/secret", "<p>We never disclose the keys of the house to anybody.</p>")
    items += f"<item><guid>s</guid><link>{secret}</link></item>"
    feed = f"<rss version='2.0'><channel><title>Quillnet</title>{items}</channel></rss>"
    url = world.put("/feed", feed, "application/rss+xml")
    async with running(
        settings([{"name": "posts", "kind": "feed", "company": "Quillnet", "url": url}])
    ) as app:
        await world.polled("/secret")
        await app.patrol.aclose(60)
        polls = await app.store.read(
            lambda c: c.exec_driver_sql(
                "SELECT w.url, w.reason FROM watches w WHERE w.subject = 'post' AND w.last_poll_at IS NOT NULL"
            ).fetchall()
        )
    wrong = [
        row
        for row in polls
        if row.url not in ("", secret) and row.reason not in ("address", "credentials", "port")
    ]
    assert wrong == []


async def test_as_sources_and_subscriptions(
    world: Any, settings: Callable[..., Any], running: Callable[..., Any], unused_tcp_port: int
) -> None:
    address = f"127.0.0.1:{unused_tcp_port}"
    made = settings([], http={"listen": address}, fetch={"allow": EVERYTHING})
    async with running(made), aiohttp.ClientSession() as client:
        let_in = []
        for number, url in enumerate(forms.never()):
            source = {"name": f"s{number}", "kind": "page", "url": url}
            for path, body in (("sources", source), ("subscriptions", {"url": url})):
                async with client.post(f"http://{address}/api/v1/{path}", json=body) as answer:
                    if answer.status not in (400, 422, 429):
                        let_in.append((path, url, answer.status))
                    assert answer.status != 429, "slowed down: this test proves nothing"
    assert let_in == []


@pytest.mark.parametrize("port", [22, 25, 6667])
def test_a_port_of_another_protocol_opens_by_name_only(port: int) -> None:
    assert refused(Guard(), f"http://quillnet.example:{port}/")
    assert not refused(Guard((), (port,)), f"http://quillnet.example:{port}/")
    assert not refused(Guard((f"127.0.0.1:{port}",)), f"http://127.0.0.1:{port}/")
