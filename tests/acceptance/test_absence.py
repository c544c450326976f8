"""Every way in which a page can fail to say something, through one daemon: told is only what was taken back.

Each company has a page that fails in one way and is mended; two take a promise back, one of them for good.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from service.app import App
from service.configuration.settings import Settings
from service.store.evidence import list_sources
from service.store.watchlist import force
from tests.conftest import SECRET

Running = Callable[[Settings], AbstractAsyncContextManager[App]]
MakeSettings = Callable[..., Settings]

NEVER = "{} has never given any government direct access to its servers."
NOTICE = "{} will notify customers before it discloses their data to law enforcement."
COURT = "{} requires a search warrant before it discloses the content of messages to the police."
SHOP = (
    "<p>{0} has offices in nine towns. Our shop sells tea, salt and wool on weekdays, and ink on Sundays.</p>"
)
SAID = (NEVER, NOTICE, COURT)


def page(company: str, *said: str, title: str = "Government requests", tag: str = "main") -> str:
    paragraphs = "".join(f"<p>{s.format(company)}</p>" for s in said)
    return (
        f"<!doctype html><html><head><title>{title}</title></head><body><nav><a href='/'>Home</a></nav>"
        f"<{tag} class='policy'><h1>{title}</h1>{SHOP.format(company) * 3}{paragraphs}</{tag}></body></html>"
    )


@dataclass(frozen=True)
class Failing:
    """What a page answers while it fails, and the words that it is recorded by (any of them)."""

    body: Callable[[str], str | bytes]
    reasons: tuple[str, ...]
    more: dict[str, Any] = field(default_factory=dict)


def _says(body: str) -> Callable[[str], str]:
    return lambda _company: body


def _site(title: str, words: str) -> Callable[[str], str]:
    return _says(
        f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{words}</p></body></html>"
    )


FAILINGS = {
    "not found": Failing(_says("Not found"), ("not_found",), {"status": 404}),
    "gone": Failing(_says("Gone"), ("gone",), {"status": 410}),
    "blocked": Failing(_says("Forbidden"), ("blocked",), {"status": 403}),
    "for legal reasons": Failing(_says("Unavailable"), ("blocked",), {"status": 451}),
    "error": Failing(_says("Oops"), ("status",), {"status": 500}),
    "soft 404": Failing(_site("Page not found", "We could not find the page that you asked for."), ("soft_404",)),
    "challenge": Failing(_site("Just a moment...", "Checking your browser before you go on."), ("challenge",)),
    "login": Failing(_site("Sign in", "Sign in to continue. Password Forgot your password?"), ("login", "collapsed")),
    "selector matches nothing": Failing(lambda c: page(c, *SAID, tag="section").replace("policy", "x"), ("selector",)),
    "replaced by a link": Failing(
        _says("<html><body><main class='policy'><p><a href='/new'>It is here now.</a></p></main></body></html>"),
        ("collapsed", "empty", "shell", "selector", "soft_404"),
    ),
    "another page": Failing(
        _site("Summer sale", "Tea at half price. " * 40), ("collapsed", "selector"),
    ),
    "truncated": Failing(lambda c: page(c, *SAID)[: -len(COURT) - 60], ("cut", "collapsed")),
    "broken off in the coding": Failing(
        _says("x"), ("truncated", "encoding", "status", "framing"), {"headers": {"Content-Encoding": "gzip"}}
    ),
    "empty": Failing(_says(""), ("empty",)),
    "shell": Failing(
        _says("<html><body><div id='root'></div><script src='/app.js'></script></body></html>"),
        ("shell", "empty", "selector"),
    ),
}  # fmt: skip
FOR_GOOD, AND_BACK, MOVED = "taken back", "taken back and said again", "moved to another page"


def company_of(mode: str) -> str:
    return mode.title().replace(" ", "") + " Cloud"


def path_of(mode: str) -> str:
    return "/" + mode.replace(" ", "-")


@pytest.fixture
def made(world: Any, settings: MakeSettings) -> Settings:
    modes = (*FAILINGS, FOR_GOOD, AND_BACK, MOVED)
    sources = []
    for mode in modes:
        url = world.put(path_of(mode), page(company_of(mode), *SAID))
        sources.append({"name": mode, "company": company_of(mode), "kind": "page", "url": url})
    next(s for s in sources if s["name"] == "selector matches nothing")["select"] = "main.policy"
    guide = world.put("/guide", page(company_of(MOVED), title="Guide for law enforcement"))
    sources.append({"name": "guide", "company": company_of(MOVED), "kind": "page", "url": guide})
    hook = {"kind": "webhook", "url": f"{world.url}/hook", "secret": SECRET,
            "kinds": ["new", "withdrawn", "strengthened", "weakened", "figure", "reworded"]}  # fmt: skip
    return settings(sources, defaults={"every": "0.3s", "confirm": "1s"}, workers=4, notify=[hook])


STANDING = (*(path_of(mode) for mode in (FOR_GOOD, AND_BACK, MOVED)), "/guide")


async def looked(app: App, world: Any, times: int) -> None:
    """Every page was looked at so many more times; those that fail only when asked for, since they wait longer."""
    for _ in range(times):
        for mode in FAILINGS:
            await app.store.write(force, mode, datetime.now(UTC))
            await world.polled(path_of(mode), 1)
        for path in STANDING:
            await world.polled(path, 1)


@pytest.mark.slow
async def test_of_all_that_is_missing_only_what_was_taken_back_is_told(
    world: Any, made: Settings, running: Running
) -> None:
    async with running(made) as app:
        await looked(app, world, 2)
        for mode, failing in FAILINGS.items():
            world.put(path_of(mode), failing.body(company_of(mode)), **failing.more)
        for mode in (FOR_GOOD, AND_BACK):
            world.put(path_of(mode), page(company_of(mode), NOTICE, COURT))
        world.put(path_of(MOVED), page(company_of(MOVED), NOTICE, COURT))
        world.put("/guide", page(company_of(MOVED), NEVER, title="Guide for law enforcement"))
        await looked(app, world, 2)
        wrong = {
            s.name: (s.state, s.reason) for s in await app.store.read(list_sources)
            if s.name in FAILINGS and s.reason not in FAILINGS[s.name].reasons
        }  # fmt: skip
        assert not wrong
        await world.until(lambda: told(world)["withdrawn"] >= 2)
        await looked(app, world, 3)
        for mode in (*FAILINGS, AND_BACK):
            world.put(path_of(mode), page(company_of(mode), *SAID))
        await world.until(lambda: any(company_of(AND_BACK) == h.data["company"] and h.data["kind"] == "new"
                                      for h in world.hooks))  # fmt: skip
        await looked(app, world, 3)
    withdrawn = [hook.data for hook in world.hooks if hook.data["kind"] == "withdrawn"]
    assert sorted(data["company"] for data in withdrawn) == [company_of(FOR_GOOD), company_of(AND_BACK)]
    assert all(data["old"]["text"].endswith("direct access to its servers.") for data in withdrawn)
    assert told(world) == {"withdrawn": 2, "new": 1, "reworded": 1}


def told(world: Any) -> Counter[str]:
    return Counter(hook.data["kind"] for hook in world.hooks)
