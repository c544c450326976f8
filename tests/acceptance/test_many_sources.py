"""Two hundred sources, ten rounds of polls: nothing lost, nothing twice, memory flat."""

from __future__ import annotations

import gc
import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import psutil
import pytest

from service.app import App
from service.configuration.settings import Settings
from service.decision.flapping import CALM
from service.store.evidence import totals

pytestmark = pytest.mark.slow

SOURCES, ROUNDS = 200, 10
FILLER = "Quillnet {n} keeps the notes of small choirs. This page says how we treat what you entrust to us. "


def page(number: int, variant: int) -> str:
    never = (
        f"Quillnet {number} has never disclosed customer data to a government agency."
        if variant % 2 == 0
        else ""
    )
    notice = "We will notify you before we disclose your data to law enforcement" + (
        ", unless a court forbids us to do so." if variant % 3 == 2 else "."
    )
    return (
        f"<html><head><title>Requests</title></head><body><main><h1>Requests</h1><p>{FILLER.format(n=number) * 3}</p>"
        f"<p>{never}</p><p>{notice}</p></main></body></html>"
    )


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def expected_kinds(variants: list[int]) -> Counter[str]:
    found: Counter[str] = Counter()
    for old, new in pairwise(variants):
        if old % 2 != new % 2:
            found["withdrawn" if new % 2 else "new"] += 1
        if (old % 3 == 2) != (new % 3 == 2):
            found["weakened" if new % 3 == 2 else "strengthened"] += 1
    return found


async def test_ten_rounds(world: Any, settings: Callable[..., Settings]) -> None:
    chance = random.Random(7)  # noqa: S311 - which page changes when; no secret
    variants = {n: [0] for n in range(SOURCES)}
    for n in variants:
        world.put(f"/{n}", page(n, 0))
    made = settings(
        [
            {
                "name": f"s{n}",
                "company": f"Quillnet {n}",
                "kind": "page",
                "url": f"{world.url}/{n}",
                "every": "15m",
            }
            for n in range(SOURCES)
        ]
    )
    clock = Clock()
    process, memory = psutil.Process(), []
    async with App(made, clock=clock) as app:
        for turn in range(ROUNDS):
            if turn:
                # So that a page that goes back to old words, for the third time even, is news and not flapping.
                clock.now += CALM
                for n in chance.sample(range(SOURCES), 40):
                    variants[n].append(variants[n][-1] + chance.choice((1, 2, 3)))
                    world.put(f"/{n}", page(n, variants[n][-1]))
            async for looked in app.patrol.poll():
                assert not looked.decision.update.error
            await app.deliverer.dispatch()
            await app.deliverer.drain()
            gc.collect()
            memory.append(process.memory_info().rss)
        counts = await app.store.read(totals)
    told = Counter((hook.data["company"], hook.data["kind"]) for hook in world.hooks)
    wanted: Counter[tuple[str, str]] = Counter()
    for n, history in variants.items():
        for kind, times in expected_kinds(history).items():
            wanted[(f"Quillnet {n}", kind)] += times
    assert told == wanted
    assert len({hook.id for hook in world.attempts}) == len(world.attempts) == counts.events
    assert all(world.asked[f"/{n}"] == ROUNDS for n in range(SOURCES))
    assert memory[-1] <= memory[2] * 1.1 + 10 * 2**20
