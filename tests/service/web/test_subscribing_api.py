"""Subscriptions are made, tested, replayed and ended over HTTP; what is sent is another file's matter."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from service.delivery.verify import Trial
from service.store.deliveries import Subscriber, list_subscriptions, sync_subscribers
from service.store.history import events_after
from service.store.outbox import list_deliveries
from service.store.store import Store
from service.store.subscriptions import settle_test, subscription
from tests.keys import KEYRING
from watchers.guard import Guard

PATH = "/api/v1/subscriptions"
HOOK = {"url": "https://hooks.example/new", "kinds": ["weakened"], "companies": ["Harborlight"]}
NOW = datetime(2026, 11, 24, tzinfo=UTC)


class Desk:
    """Stands in for the sending of test events."""

    def __init__(self, store: Store) -> None:
        self.store, self.error, self.refused = store, "", False
        self.woken = 0

    async def verify(self, subscription_id: str) -> Trial | None:
        if await self.store.read(subscription, subscription_id) is None:
            return None
        await self.store.write(settle_test, subscription_id, self.error, NOW, (5.0, 300.0))
        return Trial("evt_t", 500 if self.error else 204, self.error, 0.01, self.refused)

    def wake(self) -> None:
        self.woken += 1


@pytest.fixture
def trial(store: Store) -> Desk:
    return Desk(store)


@pytest.fixture
async def api(serve: Any, store: Store, trial: Desk) -> Any:
    return await serve(store, verify=trial.verify, deliver_now=trial.wake)


async def make(api: Any, **changes: object) -> dict[str, Any]:
    answer = await api.post(PATH, json={**HOOK, **changes})
    shape: dict[str, Any] = await answer.json()
    assert answer.status == 201, shape
    return shape


async def test_one_is_made_and_its_secret_shown_once(api: Any, store: Store) -> None:
    answer = await api.post(PATH, json={**HOOK, "categories": ["notice"], "sources": ["s"], "min_score": 0.5})

    made = await answer.json()
    assert answer.status == 201
    assert answer.headers["Cache-Control"] == "no-store"
    assert len(base64.b64decode(made["secret"].removeprefix("whsec_"))) == 32
    assert (made["state"], made["origin"], made["kind"]) == ("active", "http", "webhook")
    assert made["test"] == {"event": "evt_t", "delivered": True, "status": 204, "error": "", "seconds": 0.01}
    path = answer.headers["Location"].removeprefix("https://record.example")
    shown = await (await api.get(path)).json()
    assert "secret" not in shown
    assert (shown["kinds"], shown["companies"], shown["categories"]) == (
        ["weakened"],
        ["Harborlight"],
        ["notice"],
    )
    assert (shown["sources"], shown["min_score"]) == (["s"], 0.5)
    view = await store.read(subscription, made["id"])
    assert view is not None
    assert view.secret != made["secret"]
    assert KEYRING.decrypt(view.secret) == made["secret"]


async def test_a_key_may_be_brought_along(api: Any) -> None:
    key = "whsec_" + base64.b64encode(b"k" * 32).decode()
    assert (await make(api, secret=key))["secret"] == key


async def test_the_address_may_be_called_target(api: Any) -> None:
    answer = await api.post(PATH, json={"target": "https://hooks.example/t"})

    made = await answer.json()
    assert (answer.status, made["url"], made["target"]) == (
        201,
        "https://hooks.example/t",
        "https://hooks.example/t",
    )


async def test_without_filters_it_gets_what_a_configured_one_gets(api: Any) -> None:
    answer = await api.post(PATH, json={"url": "https://hooks.example/all"})

    kinds = (await answer.json())["kinds"]
    assert kinds[:5] == ["new", "withdrawn", "strengthened", "weakened", "figure"]
    assert "failing" in kinds
    assert "reworded" not in kinds


async def test_one_that_does_not_answer_is_kept_unverified_with_the_reason(api: Any, trial: Desk) -> None:
    trial.error = "the endpoint answered 500"
    made = await make(api)

    assert (made["state"], made["reason"]) == ("unverified", "the endpoint answered 500")
    assert made["test"]["delivered"] is False
    replayed = await api.post(f"{PATH}/{made['id']}/replay", json={"since_sequence": 0})
    assert replayed.status == 409
    trial.error = ""
    tested = await api.post(f"{PATH}/{made['id']}/test")
    assert (tested.status, (await tested.json())["delivered"]) == (200, True)
    assert (await (await api.get(f"{PATH}/{made['id']}")).json())["state"] == "active"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"url": "ftp://hooks.example/"}, "url"),
        ({"url": "hooks.example"}, "url"),
        ({"url": "http://127.0.0.1:9/"}, "url"),
        ({"url": "http://169.254.169.254/latest/meta-data"}, "url"),
        ({"url": "http://[::1]/"}, "url"),
        ({"url": "http://2130706433/"}, "url"),
        ({"url": "http://localhost/"}, "url"),
        ({"url": "https://user:pass@hooks.example/"}, "url"),
        ({"url": "https://hooks.example/" + "x" * 2000}, "url"),
        ({"url": 1}, "url"),
        ({"kinds": ["rewritten"]}, "kinds"),
        ({"categories": ["weather"]}, "categories.0"),
        ({"companies": "Harborlight"}, "companies"),
        ({"min_score": 2}, "min_score"),
        ({"secret": "mine"}, "secret"),
    ],
)
async def test_a_bad_value_is_named(api: Any, store: Store, change: dict[str, object], named: str) -> None:
    before = len(await store.read(list_subscriptions))
    answer = await api.post(PATH, json={**HOOK, **change})

    problem = await answer.json(content_type="application/problem+json")
    assert (answer.status, problem["parameter"]) == (400, named), problem
    assert len(await store.read(list_subscriptions)) == before


async def test_what_only_dialling_shows_to_be_inside_is_not_kept(api: Any, store: Store, trial: Desk) -> None:
    trial.error, trial.refused = "refused: not on the public internet", True
    before = len(await store.read(list_subscriptions))

    assert (await api.post(PATH, json=HOOK)).status == 400
    assert len(await store.read(list_subscriptions)) == before


async def test_bodies_are_bounded_and_of_the_right_kind(api: Any) -> None:
    assert (await api.post(PATH, json={**HOOK, "companies": ["x" * 100] * 900})).status == 413
    assert (await api.post(PATH, data="url=https://hooks.example/")).status == 415
    json_type = {"Content-Type": "application/json"}
    assert (await api.post(PATH, data="{", headers=json_type)).status == 400
    assert (await api.post(PATH, data="[]", headers=json_type)).status == 400


async def test_deleted_ones_are_gone_and_stay_so(api: Any) -> None:
    made = await make(api)
    path = f"{PATH}/{made['id']}"

    assert (await api.delete(path)).status == 204
    for answer in (await api.get(path), await api.delete(path), await api.post(f"{path}/test")):
        assert answer.status == 404
    assert made["id"] not in await (await api.get(PATH)).text()


async def test_the_configuration_leaves_them_alone(api: Any, store: Store) -> None:
    made = await make(api)
    other = Subscriber("webhook:c", "webhook", "https://c.example/", ("new",), secret=made["secret"])

    await store.write(sync_subscribers, (other,), lambda: made["secret"], NOW, KEYRING)
    await store.write(sync_subscribers, (), lambda: made["secret"], NOW, KEYRING)

    listed = await store.read(list_subscriptions)
    assert [(one.id, one.state) for one in listed] == [(made["id"], "active")]


async def test_a_replay_owes_what_it_wants_and_wakes_the_deliverer(api: Any, trial: Desk) -> None:
    made = await make(api, kinds=["new", "weakened", "withdrawn"], companies=[])
    path = f"{PATH}/{made['id']}"

    answer = await api.post(f"{path}/replay", json={"since_sequence": 3})
    done = await answer.json()
    assert answer.status == 202
    assert done["next_sequence"] is None
    owed = await (await api.get(f"{path}/deliveries")).json()
    assert done["deliveries"] == len(owed["items"]) > 0
    assert all(int(item["event"]["sequence"]) >= 3 for item in owed["items"])
    assert trial.woken == 1
    assert (await api.post(f"{path}/replay", json={"since": "2026-11-20"})).status == 202
    for wrong in (
        {},
        {"since_sequence": 1, "since": "2026-11-20"},
        {"since": "soon"},
        {"since_sequence": -1},
    ):
        assert (await api.post(f"{path}/replay", json=wrong)).status == 400
    assert (await api.post(f"{PATH}/sub_x/replay", json={"since_sequence": 3})).status == 404


async def test_a_delivery_is_tried_again_under_either_address(api: Any, trial: Desk) -> None:
    made = await make(api, companies=[])
    await api.post(f"{PATH}/{made['id']}/replay", json={"since_sequence": 0})
    owed = await (await api.get(f"{PATH}/{made['id']}/deliveries")).json()
    one = owed["items"][0]["id"]

    for address in (f"/api/v1/deliveries/{one}/retry", f"{PATH}/deliveries/{one}/retry"):
        answer = await api.post(address)
        assert (answer.status, (await answer.json())["delivery"]) == (202, one)
    assert trial.woken == 3
    assert (await api.post("/api/v1/deliveries/dlv_x/retry")).status == 404


async def test_a_rotation_gives_a_new_secret_and_keeps_the_old_for_a_day(api: Any, store: Store) -> None:
    made = await make(api)

    answer = await api.post(f"{PATH}/{made['id']}/rotate")
    rotated = await answer.json()
    assert answer.status == 200
    assert rotated["secret"] != made["secret"]
    assert rotated["previous_until"] > "2026-11-2"
    view = await store.read(subscription, made["id"])
    assert view is not None
    assert KEYRING.decrypt(view.secret) == rotated["secret"]
    configured = (await store.read(list_subscriptions))[0]
    assert (await api.post(f"{PATH}/{configured.id}/rotate")).status == 409


async def test_only_who_may_write_makes_them(serve: Any, store: Store, trial: Desk) -> None:
    client = await serve(store, token="right-token", verify=trial.verify)

    for method, path in (
        ("POST", PATH),
        ("DELETE", f"{PATH}/x"),
        ("POST", f"{PATH}/x/test"),
        ("POST", f"{PATH}/x/replay"),
        ("POST", f"{PATH}/x/rotate"),
        ("POST", "/api/v1/deliveries/x/retry"),
    ):
        assert (await client.request(method, path, json=HOOK)).status == 401
    right = {"Authorization": "Bearer right-token"}
    assert (await client.post(PATH, json=HOOK, headers=right)).status == 201


async def test_allowed_private_addresses_may_be_named(serve: Any, store: Store, trial: Desk) -> None:
    client = await serve(store, guard=Guard(("127.0.0.1:9",)), verify=trial.verify)

    assert (await client.post(PATH, json={"url": "http://127.0.0.1:9/"})).status == 201


# ------------------------------------------------------------------ unsubscribing


@pytest.fixture
async def reader(store: Store) -> str:
    """The token in the mails of one reader."""
    await store.write(
        sync_subscribers,
        (Subscriber("email:r", "email", "desk@courier.example", ("new",)),),
        lambda: "",
        NOW,
        KEYRING,
    )
    return next(one.token for one in await store.read(list_subscriptions) if one.channel == "email")


async def test_one_click_ends_the_mails_and_a_visit_does_not(client: Any, store: Store, reader: str) -> None:
    page = await client.get(f"/unsubscribe/{reader}")
    assert page.status == 200
    assert "<button" in await page.text()
    assert [one.state for one in await store.read(list_subscriptions)] == ["active"]

    clicked = await client.post(f"/unsubscribe/{reader}", data={"List-Unsubscribe": "One-Click"})
    assert clicked.status == 200
    assert "no more alerts" in await clicked.text()
    (view,) = await store.read(list_subscriptions)
    assert view.state == "unsubscribed"
    again = Subscriber("email:r", "email", "desk@courier.example", ("new",))
    await store.write(sync_subscribers, (again,), lambda: "", NOW, KEYRING)
    (view,) = await store.read(list_subscriptions)
    assert view.state == "unsubscribed", "a restart does not undo it"
    assert view.token == reader


async def test_the_others_hear_once_that_a_reader_left(client: Any, store: Store, reader: str) -> None:
    other = (await (await client.post(PATH, json={"url": "https://hooks.courier.example/"})).json())["id"]
    await store.write(settle_test, other, "", NOW, (5.0,))
    for _ in range(3):
        await client.post(f"/unsubscribe/{reader}", data={"List-Unsubscribe": "One-Click"})
    events = await store.read(events_after, 0, 100)
    (told,) = [one for one in events if one.type == "onrecord.subscription.disabled"]
    facts = json.loads(told.body)["data"]
    assert (facts["endpoint"], facts["state"]) == ("courier.example", "unsubscribed")
    assert facts["reason"] == "the reader unsubscribed"
    owed = (await store.read(list_deliveries, other)).items
    assert [one.event_id for one in owed] == [told.id]


async def test_a_guessed_token_is_nobodys(client: Any, reader: str) -> None:
    for method in ("GET", "POST"):
        assert (await client.request(method, "/unsubscribe/guess")).status == 404
