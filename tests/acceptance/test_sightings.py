"""Ten newspapers and two pages of a company, polled for real: one alert for one sentence, and a move that is none."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from service.app import App
from service.configuration.settings import Settings
from service.store.history import AssuranceFilter, list_assurances
from service.store.views import AssuranceView
from tests.conftest import SECRET

Running = Callable[[Settings], AbstractAsyncContextManager[App]]
MakeSettings = Callable[..., Settings]

PAPERS = tuple(f"/paper-{n}" for n in range(10))
KEYS = "We have never handed an encryption key to any government, and we never will."
NOTICE = "We notify customers before we disclose their letters to a government agency."
COURT = "We disclose the content of letters only in response to a valid search warrant."
PARCELS = COURT.replace("letters", "parcels")
WHERE = (
    "Marrowmoss is a mail company in Tern Bay. This page explains how we deal with requests from authorities."
)
GUIDE = "This guide is for police officers who write to Marrowmoss. Our legal team answers on working days."
WEATHER = (
    "The harbour of Tern Bay froze on Monday, the port office said, and ferries to the islands stood still."
)
WAYS = (
    "“{}” said Odile Fenn, general counsel of Marrowmoss.",
    'Odile Fenn, general counsel of Marrowmoss, told reporters: "{}"',
    "“{}” Marrowmoss’s general counsel, Odile Fenn, said on Tuesday.",
)


def page(title: str, *sentences: str) -> str:
    paragraphs = "".join(f"<p>{s}</p>" for s in sentences)
    return f"<html><head><title>{title}</title></head><body><main><h1>{title}</h1>{paragraphs}</main></body></html>"


def story(number: int, quoted: str) -> str:
    """The wire's story as each paper sets it."""
    said = quoted[:-1] + "," if number % 3 != 1 else quoted
    said = said.replace("We have", "We've") if number == 4 else said
    return page(
        f"Mail company denies giving keys to spies ({number})",
        "Marrowmoss, a mail company in Tern Bay, answered a report of the Daily Lantern on Tuesday.",
        WAYS[number % 3].format(said),
        WEATHER,
    )


@pytest.fixture
def made(world: Any, settings: MakeSettings) -> Settings:
    world.put("/policy", page("Privacy", WHERE, NOTICE, COURT))
    world.put("/guide", page("Guide for law enforcement", GUIDE, PARCELS))
    for path in PAPERS:
        world.put(path, page("The news", WEATHER))
    own = [
        {"name": path[1:], "company": "Marrowmoss", "kind": "page", "url": world.url + path}
        for path in ("/policy", "/guide")
    ]
    news = [{"name": path[1:], "kind": "page", "role": "news", "url": world.url + path} for path in PAPERS]
    kinds = ["new", "withdrawn", "strengthened", "weakened", "figure", "reworded"]
    hook = {"kind": "webhook", "url": f"{world.url}/hook", "secret": SECRET, "kinds": kinds}
    return settings([*own, *news], defaults={"every": "0.3s", "confirm": "2s"}, notify=[hook])


async def says(app: App) -> tuple[AssuranceView, ...]:
    return (await app.store.read(list_assurances, AssuranceFilter(companies=("Marrowmoss",)))).items


@pytest.mark.slow
async def test_one_statement_in_ten_papers_and_a_move_from_page_to_page(
    world: Any, made: Settings, running: Running
) -> None:
    async with running(made) as app:
        for path in ("/policy", "/guide", *PAPERS):
            await world.polled(path, 2)
        assert world.attempts == []
        for number, path in enumerate(PAPERS):
            world.put(path, story(number, KEYS))
        for path in PAPERS:
            await world.polled(path, 3)
        await world.until(lambda: bool(world.hooks))
        (told,) = world.hooks
        assert (told.data["kind"], told.data["company"]) == ("new", "Marrowmoss")
        (quoted,) = [one for one in await says(app) if "key" in one.text]
        assert {seen.source for seen in quoted.sightings} == {path[1:] for path in PAPERS}

        (before,) = [one for one in await says(app) if one.text == NOTICE]
        world.put("/policy", page("Privacy", WHERE, COURT))
        world.put("/guide", page("Guide for law enforcement", GUIDE, PARCELS, NOTICE))
        await world.until(lambda: len(world.hooks) > 1)
        await world.polled("/policy", 3)
        await world.polled("/guide", 3)
        (after,) = [one for one in await says(app) if one.text == NOTICE]
        assert (after.id, after.source, after.status) == (before.id, "guide", "current")
        assert [hook.data["kind"] for hook in world.hooks] == ["new", "reworded"]
        assert world.hooks[1].data["document"]["moved_from"] == f"{world.url}/policy"
