"""The catalogue over HTTP, and who may write."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from service.store.store import Store
from watchers.guard import Guard

NEW = {"name": "oak & ash", "url": "https://oak.example/law", "kind": "page", "company": "Oak", "every": "2h"}


async def test_the_health_of_each(client: Any) -> None:
    listed = await (await client.get("/api/v1/sources")).json()

    by_name = {one["name"]: one for one in listed["items"]}
    assert {name: one["state"] for name, one in by_name.items()} == {
        "harborlight": "ok",
        "quillnet": "ok",
        "tessellate": "ok",
        "unreachable": "failing",
        "untried": "waiting",
    }
    broken = by_name["unreachable"]
    assert (broken["last_success"], broken["reason"], broken["failures"]) == (None, "dns", 1)
    assert "not found" in broken["last_error"]
    assert by_name["harborlight"]["last_success"] == "2026-11-22T09:00:00Z"
    assert by_name["harborlight"]["next_poll"] == "2026-11-22T09:15:00Z"
    assert by_name["harborlight"]["last_error"] is None


async def test_adding_polling_and_removing_one(serve: Any, store: Store) -> None:
    woken: list[str] = []
    client = await serve(store, poll_now=lambda: woken.append("poll"))

    made = await client.post("/api/v1/sources", json=NEW)
    shape = await made.json()
    assert made.status == 201, shape
    assert (shape["name"], shape["every"], shape["origin"], shape["state"]) == (
        "oak & ash",
        7200.0,
        "added",
        "waiting",
    )
    path = made.headers["Location"].removeprefix("https://record.example")
    assert (await (await client.get(path)).json()) == shape
    assert woken == ["poll"]

    polled = await client.post(f"{path}/poll")
    assert polled.status == 202
    assert (await polled.json())["source"] == "oak & ash"
    assert woken == ["poll", "poll"]

    assert (await client.post("/api/v1/sources", json=NEW)).status == 409
    assert (await client.delete(path)).status == 204
    for answer in (await client.get(path), await client.delete(path), await client.post(f"{path}/poll")):
        assert answer.status == 404
    assert (await client.post("/api/v1/sources", json=NEW)).status == 201


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"url": "file:///etc/passwd"}, "url"),
        ({"url": "http://127.0.0.1/x"}, "url"),
        ({"url": "http://[::ffff:10.0.0.1]/"}, "url"),
        ({"url": "http://169.254.169.254/latest"}, "url"),
        ({"kind": "mail"}, "kind"),
        ({"every": "often"}, "every"),
        ({"every": 0}, "every"),
        ({"name": "a/b"}, "name"),
        ({"name": ""}, "name"),
        ({"company": "x" * 201}, "company"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_a_bad_value_is_named(client: Any, change: dict[str, object], named: str) -> None:
    answer = await client.post("/api/v1/sources", json={**NEW, **change})

    problem = await answer.json(content_type="application/problem+json")
    assert (answer.status, problem["parameter"]) == (400, named)


async def test_what_the_configuration_allows_may_be_private(serve: Any, store: Store) -> None:
    client = await serve(store, guard=Guard(("127.0.0.1:8900",)))

    made = await client.post("/api/v1/sources", json={**NEW, "url": "http://127.0.0.1:8900/x"})

    assert made.status == 201


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[1]", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"[" * 30000, "application/json", 400),
        (json.dumps(NEW).encode(), "text/plain", 415),
        (b"name=x", "application/x-www-form-urlencoded", 415),
        (b"{" + b" " * 70000 + b"}", "application/json", 413),
    ],
)
async def test_bodies_that_are_not_taken(client: Any, body: bytes, kind: str, status: int) -> None:
    answer = await client.post("/api/v1/sources", data=body, headers={"Content-Type": kind})

    assert answer.status == status
    assert answer.content_type == "application/problem+json"


async def test_a_large_body_without_a_length_is_cut_off_too(client: Any) -> None:
    async def pieces() -> Any:
        for _ in range(80):
            yield b" " * 1024

    answer = await client.post("/api/v1/sources", data=pieces(), headers={"Content-Type": "application/json"})

    assert answer.status == 413


async def test_with_a_token_only_its_holder_writes(serve: Any, store: Store) -> None:
    client = await serve(store, token="right-token")
    path = "/api/v1/sources/harborlight/poll"

    for headers in (
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Basic right-token"},
        {"Authorization": "Bearer ü"},
    ):
        refused = await client.post(path, headers=headers)
        assert refused.status == 401
        assert refused.headers["WWW-Authenticate"].startswith("Bearer")
    assert (await client.post(path, headers={"Authorization": "Bearer right-token"})).status == 202
    assert (await client.get("/api/v1/sources")).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Host": "evil.example"},
        {"Host": ""},
        {"X-Forwarded-For": "203.0.113.5"},
        {"Forwarded": "for=203.0.113.5"},
    ],
)
async def test_without_a_token_no_foreign_page_and_no_proxy_writes(
    client: Any, headers: dict[str, str]
) -> None:
    answer = await client.delete("/api/v1/sources/harborlight", headers=headers)

    assert answer.status == 403
    assert (await client.get("/api/v1/sources/harborlight")).status == 200


async def test_our_own_page_may_write(client: Any) -> None:
    own = f"http://{client.host}:{client.port}"

    answer = await client.post(
        "/api/v1/sources/harborlight/poll", headers={"Origin": own, "Sec-Fetch-Site": "same-origin"}
    )

    assert answer.status == 202


async def test_other_methods_are_refused_with_what_is_allowed(client: Any) -> None:
    for method, path in (
        ("PUT", "/api/v1/sources"),
        ("POST", "/api/v1/changes"),
        ("PUT", "/api/v1/subscriptions"),
    ):
        answer = await client.request(method, path)
        assert answer.status == 405
        assert answer.content_type == "application/problem+json"
        assert "GET" in answer.headers["Allow"]


async def test_a_poll_is_due_at_once(serve: Any, store: Store) -> None:
    client = await serve(store)
    before = await (await client.get("/api/v1/sources/unreachable")).json()

    await client.post("/api/v1/sources/unreachable/poll")

    after = await (await client.get("/api/v1/sources/unreachable")).json()
    assert before["next_poll"] != after["next_poll"] == "2026-11-24T12:00:00Z"


async def test_no_stack_trace_goes_out(serve: Any, store: Store) -> None:
    def broken() -> None:
        raise RuntimeError("a secret of the inside")

    client = await serve(store, poll_now=broken)
    answer = await client.post("/api/v1/sources/harborlight/poll")

    assert answer.status == 500
    body = await answer.text()
    assert "secret" not in body
    assert "Traceback" not in body


async def test_many_at_once(client: Any) -> None:
    answers = await asyncio.gather(*(client.get(f"/api/v1/sources?limit={n}") for n in range(1, 40)))

    assert {answer.status for answer in answers} == {200}


async def test_guessing_is_slowed_down_and_the_right_token_still_works(serve: Any, store: Store) -> None:
    client = await serve(store, token="right-token")
    path = "/api/v1/sources/harborlight/poll"

    answers = [await client.post(path, headers={"Authorization": f"Bearer {n}"}) for n in range(22)]

    assert [answer.status for answer in answers[:20]] == [401] * 20
    assert [answer.status for answer in answers[20:]] == [429] * 2
    assert answers[-1].headers["Retry-After"] == "60"
    assert (await client.post(path, headers={"Authorization": "Bearer right-token"})).status == 202


async def test_a_body_that_does_not_come_is_not_waited_for(
    serve: Any, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.web.bodies.BODY_SECONDS", 0.2)
    client = await serve(store)
    reader, writer = await asyncio.open_connection(client.host, client.port)
    head = "POST /api/v1/sources HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 50"
    writer.write(f"{head}\r\n\r\n{{".encode())

    async with asyncio.timeout(10):
        assert (await reader.readline()).startswith(b"HTTP/1.1 408 ")
    writer.close()
