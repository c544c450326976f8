"""A warrant canary through its life: published, refreshed, overdue over a restart, renewed, a clause dropped."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pysequoia
import pytest

from benchmarks.postgres import Server
from service.app import App
from service.configuration.settings import Settings
from service.store.history import AssuranceFilter, ChangeFilter, list_assurances, list_changes
from service.store.views import ChangeView

pytestmark = pytest.mark.slow
MakeSettings = Callable[..., Settings]
CANARY = "/canary.txt"
CLAUSES = (
    "Quillnet has never received a National Security Letter.",
    "Quillnet has never handed its encryption keys to a government.",
    "Quillnet has never installed equipment of an intelligence agency on its network.",
)


class Clock:
    """Goes on by itself, and jumps when told to."""

    def __init__(self, start: datetime) -> None:
        self._begun, self._ahead = datetime.now(UTC), timedelta(0)
        self._start = start

    def __call__(self) -> datetime:
        return self._start + (datetime.now(UTC) - self._begun) + self._ahead

    def jump(self, to: datetime) -> None:
        self._ahead += to - self()


@asynccontextmanager
async def running(settings: Settings, clock: Clock) -> AsyncIterator[tuple[App, str]]:
    stop, up = asyncio.Event(), asyncio.Event()
    address = ""

    def started(where: str) -> None:
        nonlocal address
        address = where
        up.set()

    async with App(settings, clock=clock) as app:
        task: Awaitable[None] = asyncio.create_task(app.run(stop, started=started))
        try:
            async with asyncio.timeout(60):
                await up.wait()
            yield app, address
        finally:
            stop.set()
            await task


def canary(dated: str, upcoming: str, *clauses: str) -> str:
    listed = "\n\n".join(f"{i}. {clause}" for i, clause in enumerate(clauses, 1))
    return (
        f"Quillnet warrant canary\n\nAs of {dated}, all of the following is true.\n\n{listed}\n\n"
        f"As of {dated}, Quillnet has received zero orders of a secret court.\n\n"
        f"The next statement will be published in {upcoming}.\n\n"
        "The press desk answers questions. Our offices stand next to the old mill in Tern Bay.\n"
    )


MARCH = ("1 March 2026", "the first week of June 2026")
JUNE = ("3 June 2026", "the first week of September 2026")
SEPTEMBER = ("16 September 2026", "the first week of December 2026")


def source(world: Any, **more: Any) -> dict[str, Any]:
    return {"name": "canary", "company": "Quillnet", "kind": "page", "url": world.url + CANARY, **more}


async def changes(app: App) -> tuple[ChangeView, ...]:
    return (await app.store.read(list_changes, ChangeFilter())).items


async def get(address: str, path: str) -> Any:
    async with aiohttp.ClientSession() as session, session.get(address.rstrip("/") + path) as response:
        assert response.status == 200, await response.text()
        return await response.json() if response.content_type == "application/json" else await response.text()


async def test_the_life_of_a_canary(world: Any, settings: MakeSettings) -> None:
    clock = Clock(datetime(2026, 3, 2, 9, tzinfo=UTC))
    made = settings([source(world, grace="3d")])
    world.put(CANARY, canary(*MARCH, *CLAUSES), "text/plain")
    async with running(made, clock) as (app, address):
        await world.polled(CANARY, 3)
        document = (await get(address, "/api/v1/documents"))["items"][0]
        assert document["canary"] | {"since": None} == {
            "document": document["id"],
            "due": "2026-06-07",
            "stated": "2026-03-01",
            "statement": "The next statement will be published in the first week of June 2026.",
            "since": None,
            "overdue_since": None,
        }
        assert "due 7 June 2026" in await get(address, f"/documents/{document['id']}")
        assert "due 7 June 2026" in await get(address, "/companies/Quillnet")
        before = {a.id for a in (await app.store.read(list_assurances, AssuranceFilter())).items}

        # Refreshed in time: recorded as figures, told to nobody, every lineage goes on.
        clock.jump(datetime(2026, 6, 3, 12, tzinfo=UTC))
        world.put(CANARY, canary(*JUNE, *CLAUSES), "text/plain")
        await world.polled(CANARY, 3)
        found = await changes(app)
        assert {(c.kind, c.note, c.announced) for c in found} == {("figure", "refreshed", False)}
        assert {a.id for a in (await app.store.read(list_assurances, AssuranceFilter())).items} == before
        company = (await get(address, "/api/v1/companies"))["items"][0]
        assert [one["due"] for one in company["canaries"]] == ["2026-09-07"]
        clock.jump(datetime(2026, 9, 10, 23, 59, 30, tzinfo=UTC))  # the grace is not quite over
        await world.polled(CANARY, 3)
        assert world.attempts == []

    # The daemon is down over the deadline; the event comes after the restart, and once.
    clock.jump(datetime(2026, 9, 15, tzinfo=UTC))
    async with running(made, clock) as (app, address):
        await world.until(lambda: bool(world.hooks))
        await world.polled(CANARY, 3)
    async with running(made, clock) as (app, address):
        await world.polled(CANARY, 3)
        (hook,) = world.hooks
        event, data = hook.event, hook.data
        assert (event["type"], event["subject"], event["source"], event["sequence"]) == (
            "onrecord.canary.overdue",
            "Quillnet",
            "/sources/canary",
            "1",
        )
        assert (data["kind"], data["due"], data["stated"], data["new"]) == (
            "overdue",
            "2026-09-07",
            "2026-06-03",
            None,
        )
        assert data["old"]["text"].startswith("The next statement will be published")
        assert data["document"]["url"] == world.url + CANARY
        (one,) = (await get(address, "/api/v1/documents"))["items"]
        assert one["canary"]["overdue_since"].startswith("2026-09-15")

        # It comes late, and without its first clause.
        clock.jump(datetime(2026, 9, 16, 12, tzinfo=UTC))
        world.put(CANARY, canary(*SEPTEMBER, *CLAUSES[1:]), "text/plain")
        await world.until(lambda: len(world.hooks) > 1)
        await world.polled(CANARY, 3)
        withdrawn = [hook.data for hook in world.hooks[1:]]
        assert [(d["kind"], d["old"]["text"]) for d in withdrawn] == [("withdrawn", CLAUSES[0])]
        (one,) = (await get(address, "/api/v1/documents"))["items"]
        assert (one["canary"]["due"], one["canary"]["overdue_since"]) == ("2026-12-07", None)
        then = await get(address, "/companies/Quillnet?as_of=2026-09-15")
        assert "due 7 September 2026" in then

        # The next deadline is another one.
        clock.jump(datetime(2026, 12, 11, 1, tzinfo=UTC))
        await world.until(lambda: len(world.hooks) > 2)
        assert world.hooks[2].data["due"] == "2026-12-07"


async def test_a_page_that_cannot_be_read_is_a_failing_source_and_no_overdue_canary(
    world: Any, settings: MakeSettings
) -> None:
    clock = Clock(datetime(2026, 3, 2, 9, tzinfo=UTC))
    made = settings([source(world, grace="0s")])
    world.put(CANARY, canary(*MARCH, *CLAUSES), "text/plain")
    async with running(made, clock):
        await world.polled(CANARY, 3)
        world.put(CANARY, "Out of order", "text/plain", status=503)
        await world.polled(CANARY, 2)
        clock.jump(datetime(2026, 6, 9, tzinfo=UTC))
        await world.polled(CANARY, 2)
        clock.jump(datetime(2026, 6, 10, tzinfo=UTC))
        await world.until(lambda: bool(world.hooks))
        clock.jump(datetime(2026, 6, 12, tzinfo=UTC))
        await world.polled(CANARY, 2)
        assert [hook.data["kind"] for hook in world.hooks] == ["failing"]

        # It can be read again, and holds the old words: now the silence is proved.
        world.put(CANARY, canary(*MARCH, *CLAUSES), "text/plain")
        clock.jump(datetime(2026, 6, 20, tzinfo=UTC))
        await world.until(lambda: len(world.hooks) > 2)
        assert sorted(hook.data["kind"] for hook in world.hooks) == ["failing", "overdue", "recovered"]


async def test_a_page_that_was_taken_away_is_overdue_after_three_days(
    world: Any, settings: MakeSettings
) -> None:
    clock = Clock(datetime(2026, 6, 6, 9, tzinfo=UTC))
    made = settings([source(world, grace="0s")])
    world.put(CANARY, canary(*MARCH, *CLAUSES), "text/plain")
    async with running(made, clock):
        await world.polled(CANARY, 3)
        world.put(CANARY, "Gone", "text/plain", status=410)
        await world.polled(CANARY, 2)
        for day in (8, 9):
            clock.jump(datetime(2026, 6, day, 1, tzinfo=UTC))
            await world.polled(CANARY, 1)
        assert "overdue" not in {hook.data["kind"] for hook in world.hooks}
        clock.jump(datetime(2026, 6, 10, 9, tzinfo=UTC))
        await world.until(lambda: any(hook.data["kind"] == "overdue" for hook in world.hooks))
        assert "its page is gone" in world.hooks[-1].data["reason"]


@pytest.mark.parametrize(("upcoming", "told"), [("in the first week of June 2026", 1), ("soon", 0)])
async def test_a_named_day_that_is_past_at_first_sight_is_told_and_no_day_claims_nothing(
    world: Any, settings: MakeSettings, upcoming: str, told: int
) -> None:
    clock = Clock(datetime(2026, 11, 2, 9, tzinfo=UTC))
    text = canary(*MARCH, *CLAUSES).replace("in the first week of June 2026", upcoming)
    world.put(CANARY, text, "text/plain")
    async with running(settings([source(world)]), clock) as (_, address):
        await world.polled(CANARY, 3)
        if told:
            await world.until(lambda: bool(world.hooks))
        await world.polled(CANARY, 2)
        assert [hook.data["kind"] for hook in world.hooks] == ["overdue"] * told
        (document,) = (await get(address, "/api/v1/documents"))["items"]
        assert (document["canary"] is not None) == bool(told)


async def test_on_postgresql_the_silence_is_told_once_however_many_look(
    world: Any, settings: MakeSettings, postgres: Server
) -> None:
    clock = Clock(datetime(2026, 6, 6, 9, tzinfo=UTC))
    made = settings([source(world, grace="0s")], database=postgres.database())
    world.put(CANARY, canary(*MARCH, *CLAUSES), "text/plain")
    async with running(made, clock), running(made, clock):
        await world.polled(CANARY, 3)
        assert world.attempts == []
        clock.jump(datetime(2026, 6, 8, 1, tzinfo=UTC))
        await world.until(lambda: bool(world.hooks))
        await world.polled(CANARY, 4)
    assert [hook.data["kind"] for hook in world.hooks] == ["overdue"]


async def test_a_canary_signed_by_another_key_is_told(world: Any, settings: MakeSettings) -> None:
    def signed(text: str) -> bytes:
        signer = pysequoia.Tsk.generate(user_id="Quillnet <canary@quillnet.example>").signer()
        return pysequoia.sign(signer, text.encode(), mode=pysequoia.SignatureMode.CLEAR)

    clock = Clock(datetime(2026, 3, 2, 9, tzinfo=UTC))
    world.put(CANARY, signed(canary(*MARCH, *CLAUSES)), "text/plain")
    async with running(settings([source(world)]), clock) as (_, address):
        await world.polled(CANARY, 3)
        assert world.attempts == []
        world.put(CANARY, signed(canary(*MARCH, *CLAUSES)), "text/plain")
        await world.until(lambda: bool(world.hooks))
        (document,) = (await get(address, "/api/v1/documents"))["items"]
        versions = (await get(address, f"/api/v1/documents/{document['id']}/versions"))["items"]
        assert "Signed by" in await get(address, f"/documents/{document['id']}")
    (hook,) = world.hooks
    assert hook.event["type"] == "onrecord.canary.signature"
    assert hook.data["new_keys"] == versions[0]["signed_by"]
    assert hook.data["old_keys"] == versions[1]["signed_by"]
    assert hook.data["old_keys"] != hook.data["new_keys"]
    assert document["canary"]["due"] == "2026-06-07"
