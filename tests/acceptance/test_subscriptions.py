"""Subscriptions over HTTP, with the whole service running: made, verified, told, restarted, ended."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import aiohttp

from service.app import App
from service.configuration.settings import Settings

Running = Callable[[Settings], AbstractAsyncContextManager[App]]
MakeSettings = Callable[..., Settings]

PAGE = "<html><head><title>Requests</title></head><body><main><h1>Requests</h1><p>{}</p></main></body></html>"
NOTICE = "We will notify affected users before we disclose their data to any government agency."
UNLESS = NOTICE[:-1] + ", unless we are legally prohibited from doing so."


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def made_settings(world: Any, settings: MakeSettings, **more: Any) -> tuple[Settings, str]:
    listen = f"127.0.0.1:{free_port()}"
    source = {"name": "requests", "company": "Harborlight", "kind": "page", "url": f"{world.url}/requests"}
    made = settings([source], notify=[], http={"listen": listen}, **more)
    return made, f"http://{listen}/api/v1"


async def test_from_the_making_to_the_end(world: Any, settings: MakeSettings, running: Running) -> None:
    world.put("/requests", PAGE.format(NOTICE))
    made, api = made_settings(world, settings)
    async with running(made), aiohttp.ClientSession() as client:
        answer = await client.post(
            f"{api}/subscriptions", json={"url": f"{world.url}/hook", "kinds": ["weakened"]}
        )
        subscription = await answer.json()
        assert (answer.status, subscription["state"]) == (201, "active"), subscription
        (test,) = world.hooks
        test.verify(subscription["secret"])
        assert (test.event["type"], test.event["id"]) == ("onrecord.test", test.id)
        await world.polled("/requests", 3)
    async with running(made), aiohttp.ClientSession() as client:
        world.put("/requests", PAGE.format(UNLESS))
        await world.until(lambda: len(world.hooks) == 2)
        told = world.hooks[1]
        told.verify(subscription["secret"])
        assert told.event["type"] == "onrecord.assurance.weakened"
        one = f"{api}/subscriptions/{subscription['id']}"
        rotated = await (await client.post(f"{one}/rotate")).json()
        replayed = await client.post(f"{one}/replay", json={"since_sequence": 1})
        assert replayed.status == 202
        await world.until(lambda: len(world.hooks) == 3)
        again = world.hooks[2]
        assert (again.id, again.body) == (told.id, told.body)
        again.verify(subscription["secret"])
        again.verify(rotated["secret"])
        assert (await client.delete(one)).status == 204
        world.put("/requests", PAGE.format(NOTICE.replace("will", "may")))
        await world.polled("/requests", 3)
    assert len(world.hooks) == 3


async def test_one_that_does_not_answer_gets_nothing_until_it_does_and_then_all(
    world: Any, settings: MakeSettings, running: Running
) -> None:
    world.put("/requests", PAGE.format(NOTICE))
    world.hook_status = 500
    made, api = made_settings(world, settings, deliver={"schedule": ("1h",)})
    async with running(made), aiohttp.ClientSession() as client:
        answer = await client.post(f"{api}/subscriptions", json={"url": f"{world.url}/hook"})
        subscription = await answer.json()
        assert (answer.status, subscription["state"]) == (201, "unverified")
        assert "500" in subscription["reason"]
        world.hook_status = 200
        await world.polled("/requests", 3)
        world.put("/requests", PAGE.format(UNLESS))
        await world.polled("/requests", 3)
        assert world.hooks == []
        tested = await client.post(f"{api}/subscriptions/{subscription['id']}/test")
        assert (await tested.json())["delivered"] is True
        world.put("/requests", PAGE.format(NOTICE))
        await world.until(lambda: len(world.hooks) == 3)
    assert [hook.event["type"] for hook in world.hooks] == [
        "onrecord.test",
        "onrecord.assurance.weakened",
        "onrecord.assurance.strengthened",
    ]


async def test_a_receiver_that_learns_the_secret_from_the_answer_is_verified_soon(
    world: Any, settings: MakeSettings, running: Running
) -> None:
    world.put("/requests", PAGE.format(NOTICE))
    world.hook_status = 401
    made, api = made_settings(world, settings)
    async with running(made), aiohttp.ClientSession() as client:
        answer = await client.post(f"{api}/subscriptions", json={"url": f"{world.url}/hook"})
        subscription = await answer.json()
        assert subscription["state"] == "unverified"
        await world.polled("/requests", 3)
        world.put("/requests", PAGE.format(UNLESS))
        await world.polled("/requests", 3)
        world.hook_status = 200
        await world.until(lambda: len(world.hooks) == 2)
        world.hooks[0].verify(subscription["secret"])
    assert [hook.event["type"] for hook in world.hooks] == ["onrecord.test", "onrecord.assurance.weakened"]


async def test_addresses_of_the_inside_are_refused(
    world: Any, settings: MakeSettings, running: Running
) -> None:
    made, api = made_settings(world, settings)
    async with running(made), aiohttp.ClientSession() as client:
        for url in (
            "http://127.0.0.1:1/",
            "http://10.0.0.1/",
            "http://[::1]/",
            "http://169.254.169.254/",
            api,
        ):
            answer = await client.post(f"{api}/subscriptions", json={"url": url})
            assert answer.status == 400, url
        assert (await (await client.get(f"{api}/subscriptions")).json())["items"] == []


async def test_a_source_that_fails_is_told_and_so_is_its_recovery(
    world: Any, settings: MakeSettings, running: Running
) -> None:
    world.put("/requests", PAGE.format(NOTICE))
    source = {"name": "requests", "company": "Harborlight", "kind": "page", "url": f"{world.url}/requests"}
    defaults = {"every": "0.1s", "confirm": "0s", "failing_after": "0.5s"}
    async with running(settings([source], defaults=defaults)):
        await world.polled("/requests", 3)
        world.put("/requests", "Oops", status=500)
        await world.until(lambda: len(world.hooks) == 1)
        world.put("/requests", PAGE.format(NOTICE))
        await world.until(lambda: len(world.hooks) == 2)
        await world.polled("/requests", 2)
    failing, recovered = (hook.event for hook in world.hooks)
    assert (failing["type"], recovered["type"]) == ("onrecord.source.failing", "onrecord.source.recovered")
    assert (failing["source"], failing["data"]["company"]) == ("/sources/requests", "Harborlight")
    assert failing["data"]["failing_since"] == recovered["data"]["failing_since"]
