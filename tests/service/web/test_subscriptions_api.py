"""Subscriptions can be looked at; secrets cannot."""

from __future__ import annotations

from typing import Any

from service.store.deliveries import Attempted, begin_attempt, finish_attempt, list_subscriptions
from service.store.outbox import list_deliveries
from service.store.store import Store


async def test_never_a_secret(client: Any) -> None:
    answer = await client.get("/api/v1/subscriptions")

    body = await answer.text()
    assert "whsec_" not in body
    item = (await answer.json())["items"][0]
    assert item["url"] == item["target"] == "https://hooks.example/T0/secret-path"
    assert item["kinds"] == ["new", "weakened", "withdrawn"]
    assert item["pending"] == 4
    one = await (await client.get(f"/api/v1/subscriptions/{item['id']}")).json()
    assert one == item


async def test_who_may_not_write_sees_the_host_only(serve: Any, store: Store) -> None:
    client = await serve(store, token="right-token")

    item = (await (await client.get("/api/v1/subscriptions")).json())["items"][0]
    whole = await client.get("/api/v1/subscriptions", headers={"Authorization": "Bearer right-token"})

    assert item["url"] == item["target"] == "https://hooks.example/…"
    assert (await whole.json())["items"][0]["target"] == "https://hooks.example/T0/secret-path"


async def test_deliveries_with_their_attempts(client: Any, store: Store) -> None:
    subscription = (await store.read(list_subscriptions))[0]
    owed = (await store.read(list_deliveries, subscription.id)).items[-1]
    begun = await store.write(begin_attempt, [owed.id], owed.created_at, owed.created_at)
    done = Attempted(
        owed.id,
        subscription.id,
        begun[owed.id],
        owed.created_at,
        delivered=False,
        next_attempt_at=owed.created_at,
        status=503,
        error="answered 503",
        response="inside words of the other side",
    )
    await store.write(finish_attempt, done)

    answer = await client.get(f"/api/v1/subscriptions/{subscription.id}/deliveries?state=pending")

    listed = await answer.json()
    assert [item["event"]["sequence"] for item in listed["items"]] == ["5", "4", "2", "1"]
    told = listed["items"][-1]["event"]
    assert (told["subject"], told["change"][:4]) == ("Harborlight", "chg_")
    page = await (await client.get(f"/subscriptions/{subscription.id}")).text()
    assert f'href="/changes/{told["change"]}">Harborlight' in page
    attempt = listed["items"][-1]["attempts"][0]
    assert (attempt["number"], attempt["status"], attempt["outcome"]) == (1, 503, "failed")
    assert attempt["error"] == "answered 503"
    assert attempt["response"] == "inside words of the other side"
    both = await client.get(f"/api/v1/subscriptions/{subscription.id}/deliveries?state=pending&state=dead")
    assert await both.json() == listed


async def test_what_the_other_side_said_is_for_those_who_may_write(serve: Any, store: Store) -> None:
    client = await serve(store, token="right-token")
    subscription = (await store.read(list_subscriptions))[0]
    owed = (await store.read(list_deliveries, subscription.id)).items[-1]
    begun = await store.write(begin_attempt, [owed.id], owed.created_at, owed.created_at)
    said = Attempted(
        owed.id, subscription.id, begun[owed.id], owed.created_at, delivered=True, next_attempt_at=None,
        status=200, response="inside words",
    )  # fmt: skip
    await store.write(finish_attempt, said)
    path = f"/api/v1/subscriptions/{subscription.id}/deliveries"

    strangers = await (await client.get(path)).text()
    ours = await (await client.get(path, headers={"Authorization": "Bearer right-token"})).text()

    assert "inside words" not in strangers
    assert "inside words" in ours


async def test_deliveries_in_parts(client: Any, store: Store) -> None:
    path = f"/api/v1/subscriptions/{(await store.read(list_subscriptions))[0].id}/deliveries"

    first = await (await client.get(f"{path}?limit=3")).json()
    rest = await (await client.get(f"{path}?limit=3&cursor={first['next']}")).json()

    assert [len(first["items"]), len(rest["items"]), rest["next"]] == [3, 1, None]
    assert (await client.get(f"{path}?cursor=x")).status == 400
    assert (await client.get(f"{path}?state=lost")).status == 400


async def test_an_unknown_one_is_a_problem(client: Any) -> None:
    for path in ("sub_x", "sub_x/deliveries"):
        assert (await client.get(f"/api/v1/subscriptions/{path}")).status == 404
