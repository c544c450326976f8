"""Named tokens: what each opens, who is slowed, whose pages may read."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from service.store.errors import StoreError
from service.store.store import Store
from service.store.tokens import create_token, find_token, list_tokens, revoke_token

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

POLL = "/api/v1/sources/harborlight/poll"


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def test_a_token_is_kept_as_a_hash_and_ends_when_revoked(store: Store) -> None:
    token = await store.write(create_token, "desk", ("write",), NOW)
    with pytest.raises(StoreError, match="already"):
        await store.write(create_token, "desk", ("read",), NOW)

    found = await store.read(find_token, token)
    assert found is not None
    assert found.scopes == ("read", "write")
    assert isinstance(store.place, Path)
    assert token.encode() not in store.place.read_bytes()
    assert await store.read(find_token, token + "x") is None
    assert await store.write(revoke_token, "desk", NOW)
    assert not await store.write(revoke_token, "desk", NOW)
    assert await store.read(find_token, token) is None
    await store.write(create_token, "desk", ("read",), NOW)
    assert [one.revoked_at for one in await store.read(list_tokens)] == [NOW, None]


@pytest.mark.parametrize("configured", ["", "configured-token"])
async def test_scopes(serve: Any, store: Store, configured: str) -> None:
    client = await serve(store, token=configured)
    reads = await store.write(create_token, "reads", ("read",), NOW)
    writes = await store.write(create_token, "writes", ("write",), NOW)
    proxied = {"X-Forwarded-For": "203.0.113.5"}

    assert (await client.post(POLL, headers={**bearer(writes), **proxied})).status == 202
    assert (await client.post(POLL, headers={**bearer(reads), **proxied})).status == 403
    wrong = await client.post(POLL, headers={**bearer("onr_wrong"), **proxied})
    assert wrong.status == (401 if configured else 403)
    assert (await client.post(POLL, headers=bearer("configured-token"))).status == 202
    await store.write(revoke_token, "writes", NOW)
    assert (await client.post(POLL, headers={**bearer(writes), **proxied})).status in (401, 403)


async def test_reading_by_token_only(serve: Any, store: Store) -> None:
    client = await serve(store, token="configured-token", reading="token")
    reads = await store.write(create_token, "reads", ("read",), NOW)
    basic = base64.b64encode(f"anybody:{reads}".encode()).decode()

    for path in ("/api/v1/changes", "/", "/feeds/changes.atom", "/metrics", "/openapi.json"):
        refused = await client.get(path)
        assert refused.status == 401, path
        assert "Basic" in refused.headers["WWW-Authenticate"]
        assert (await client.get(path, headers=bearer(reads))).status == 200
        assert (await client.get(path, headers={"Authorization": f"Basic {basic}"})).status == 200
        assert (await client.get(path, headers=bearer("configured-token"))).status == 200
    assert (await client.get("/healthz")).status == 200
    assert (await client.get("/api/v1/changes", headers={"Authorization": "Basic ü"})).status == 401


async def test_guessing_is_slowed_and_the_right_token_still_taken(serve: Any, store: Store) -> None:
    client = await serve(store, reading="token")
    reads = await store.write(create_token, "reads", ("read",), NOW)
    found = [(await client.get("/api/v1/changes", headers=bearer(f"onr_{n}"))).status for n in range(25)]

    assert found == [401] * 20 + [429] * 5
    assert (await client.get("/api/v1/changes", headers=bearer(reads))).status == 200


async def test_writing_too_often(serve: Any, store: Store) -> None:
    now = [NOW]
    client = await serve(store, token="configured-token", writes_per_minute=3, clock=lambda: now[0])
    away = {**bearer("configured-token"), "Via": "1.1 proxy"}

    found = [(await client.post(POLL, headers=away)).status for _ in range(4)]
    assert found == [202, 202, 202, 429]
    slow = await client.post(POLL, headers=away)
    assert slow.content_type == "application/problem+json"
    assert slow.headers["Retry-After"] == "20"
    now[0] += timedelta(seconds=20)
    assert (await client.post(POLL, headers=away)).status == 202
    assert {(await client.post(POLL, headers=bearer("configured-token"))).status for _ in range(9)} == {202}


ORIGIN = "https://desk.example"


async def test_no_other_origin_reads_unless_it_is_named(client: Any) -> None:
    answer = await client.get("/api/v1/changes", headers={"Origin": ORIGIN})

    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize(
    ("cors", "origin", "allowed"),
    [
        (("*",), ORIGIN, "*"),
        ((ORIGIN,), ORIGIN, ORIGIN),
        ((ORIGIN,), "https://other.example", None),
    ],
)
async def test_named_origins_read(
    serve: Any, store: Store, cors: tuple[str, ...], origin: str, allowed: str | None
) -> None:
    client = await serve(store, cors=cors)
    asks = {"Origin": origin, "Access-Control-Request-Method": "GET"}

    for answer in (
        await client.get("/api/v1/changes", headers={"Origin": origin}),
        await client.get("/api/v1/changes?limit=0", headers={"Origin": origin}),
        await client.options("/api/v1/changes", headers=asks),
    ):
        assert answer.headers.get("Access-Control-Allow-Origin") == allowed
    wishes = await client.options(
        "/api/v1/sources", headers={**asks, "Access-Control-Request-Method": "POST"}
    )
    assert wishes.status == 405
    assert "Access-Control-Allow-Origin" not in (await client.get("/", headers={"Origin": origin})).headers


async def test_feeds_name_their_hub(serve: Any, store: Store) -> None:
    client = await serve(store, hub="https://hub.example/")
    atom = await client.get("/feeds/changes.atom?kind=new")
    feed = await (await client.get("/feeds/changes.json")).json(content_type=None)

    assert '<link rel="hub" href="https://hub.example/" />' in await atom.text()
    assert atom.headers["Link"] == (
        '<https://hub.example/>; rel="hub", <https://record.example/feeds/changes.atom?kind=new>; rel="self"'
    )
    assert feed["hubs"] == [{"type": "WebSub", "url": "https://hub.example/"}]
