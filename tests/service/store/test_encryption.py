"""Secrets lie encrypted in the record: from the first start, from an older record, through a change of keys."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from service.configuration.settings import Settings
from service.decision import Hub
from service.model import SourceKind, SourceSpec
from service.secrets.keyring import KEY_FILE, Keyring
from service.store.deliveries import Subscriber, list_subscriptions
from service.store.encryption import bind, find_keyring, is_bound, replace_secrets
from service.store.errors import StoreError
from service.store.hubs import Lease, ask_again, confirm, due_hubs, make_secret, note_hub, take_push
from service.store.store import FILE_NAME, Store
from service.store.subscriptions import create_subscription, rotate_secret, sync_subscribers
from service.store.watchlist import sync_sources
from tests.keys import KEYRING

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECRET = "whsec_" + "c2FsdG1hcnNo" * 3
NEXT = "whsec_" + "bmV4dCBuZXh0" * 3
HUB = Hub("https://hub.example/", "https://x.example/feed")
KEYS = [base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2)]
HOOK = Subscriber("webhook:h", "webhook", "https://hooks.example/", ("new",), secret=SECRET)


@pytest.fixture
async def store(tmp_path: Path) -> Any:
    opened = Store(tmp_path / FILE_NAME).open()
    yield opened
    await opened.aclose()


@pytest.fixture
async def watching(store: Store) -> Store:
    """With a feed that is watched."""
    spec = SourceSpec("news", "https://x.example/feed", SourceKind.FEED, company="Quillnet")
    await store.write(sync_sources, [spec], "config", NOW)
    return store


def everything(folder: Path) -> bytes:
    """The record's bytes on disk."""
    return b"".join(path.read_bytes() for path in folder.glob(f"{FILE_NAME}*"))


async def stored(store: Store) -> list[str]:
    return [one.secret for one in await store.read(list_subscriptions)]


async def test_what_an_older_version_left_plain_is_encrypted(store: Store, tmp_path: Path) -> None:
    await store.write(create_subscription, HOOK, NOW)
    await store.write(rotate_secret, (await store.read(list_subscriptions))[0].id, NEXT, NOW)
    assert await stored(store) == [NEXT]

    assert await store.write(bind, KEYRING) == 1

    assert await store.read(is_bound)
    assert [KEYRING.decrypt(one) for one in await stored(store)] == [NEXT]
    assert await store.write(bind, KEYRING) == 0
    await store.aclose()
    assert SECRET.encode() not in everything(tmp_path)
    assert NEXT.encode() not in everything(tmp_path)


async def test_both_secrets_of_a_rotation_go_through_a_change_of_keys(store: Store) -> None:
    old, both, new = (Keyring(keys, "here") for keys in ([KEYS[0]], KEYS[::-1], [KEYS[1]]))
    await store.write(bind, old)
    made = await store.write(create_subscription, HOOK, NOW)
    await store.write(rotate_secret, made, NEXT, NOW)

    assert await store.write(bind, both) == 1
    assert await store.write(bind, new) == 0

    (one,) = await store.read(list_subscriptions)
    assert new.decrypt(one.secret) == NEXT
    with pytest.raises(StoreError, match="here: not the key that"):
        await store.write(bind, old)


async def lease(store: Store, now: datetime = NOW) -> Lease:
    (found,) = await store.read(due_hubs, now, 9)
    return found


async def test_what_an_older_version_left_plain_of_a_hub_is_encrypted_too(
    watching: Store, tmp_path: Path
) -> None:
    plain = make_secret()
    await watching.write(note_hub, 1, HUB, plain, NOW)

    assert await watching.write(bind, KEYRING) == 1

    assert KEYRING.decrypt((await lease(watching)).secret) == plain
    assert await watching.write(bind, KEYRING) == 0
    await watching.aclose()
    assert plain.encode() not in everything(tmp_path)


async def test_a_hub_is_asked_anew_once_the_key_is_lost(watching: Store) -> None:
    old, new = (Keyring([key], "here") for key in KEYS)
    await watching.write(bind, old)
    await watching.write(note_hub, 1, HUB, old.encrypt(make_secret()), NOW)
    before = await lease(watching)
    await watching.write(ask_again, before, NOW)
    assert await watching.write(confirm, before.token, HUB.topic, NOW + timedelta(days=10), NOW)
    assert await watching.write(take_push, before.token, NOW)

    assert await watching.write(replace_secrets, new, lambda: NEXT, NOW) == {}

    after = await lease(watching)
    assert len(new.decrypt(after.secret)) == 64
    assert (after.token, after.state, after.proven, after.lease_until) == (
        before.token,
        "wanted",
        False,
        None,
    )
    assert await watching.write(replace_secrets, new, lambda: NEXT, NOW) == {}
    assert await lease(watching) == after


async def test_another_key_changes_nothing(store: Store) -> None:
    await store.write(bind, Keyring([KEYS[0]], "here"))
    await store.write(create_subscription, HOOK, NOW)
    before = await stored(store)

    with pytest.raises(StoreError, match=r"^there: not the key .* nothing was changed"):
        await store.write(bind, Keyring([KEYS[1]], "there"))

    assert await stored(store) == before


def test_a_record_that_is_bound_wants_its_file_back(tmp_path: Path) -> None:
    place = tmp_path / FILE_NAME
    with pytest.raises(StoreError, match=r"onrecord\.key is missing: .* put it back, or set secret_key"):
        find_keyring("", place, tmp_path, bound=True)
    assert not (tmp_path / KEY_FILE).exists()

    made = find_keyring("", place, tmp_path, bound=False)
    assert made.origin == str(tmp_path / KEY_FILE)
    assert find_keyring(f"{KEYS[0]}\n{KEYS[1]}", place, tmp_path, bound=True).origin == "secret_key"


async def test_a_configured_secret_is_written_again_only_when_it_is_another(store: Store) -> None:
    for secret, kept in ((SECRET, False), (SECRET, True), ("", True), (NEXT, False)):
        before = await stored(store)
        wanted = Subscriber("webhook:h", "webhook", "https://hooks.example/", ("new",), secret=secret)
        await store.write(sync_subscribers, [wanted], lambda: "", NOW, KEYRING)
        assert (await stored(store) == before) is kept
        assert KEYRING.decrypt((await stored(store))[0]) == (secret or SECRET)


def test_a_configured_key_that_is_none_is_named() -> None:
    with pytest.raises(ValidationError, match="key 1 is not base64 of 32 bytes"):
        Settings(secret_key="short")  # type: ignore[arg-type]
