"""Guessing a token: slowed by the address it comes from, for nobody else."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from service.store.errors import StoreError
from service.store.store import Store
from service.store.tokens import TokenView, create_token
from service.web.access import GUESSES, wrong_token
from service.web.callers import granted
from service.web.guesses import GUESSES_MAX, GUESSES_WITHIN, PLACES_MAX, SEEN_MAX, Guesses, place_of
from service.web.site import SITE

NOW = datetime(2026, 11, 30, 23, 0, tzinfo=UTC)
THERE, ELSEWHERE, HERE = "203.0.113.5", "198.51.100.7", "127.0.0.1"


class Line:
    """A connection from an address that no test can have."""

    def __init__(self, address: str) -> None:
        self.address = address

    def get_extra_info(self, name: str, default: object = None) -> object:
        return (self.address, 50_000) if name == "peername" else default

    def is_closing(self) -> bool:
        return False


@pytest.fixture
def app(store: Store) -> web.Application:
    made = web.Application()
    made[SITE] = SimpleNamespace(store=store, token="configured-token", clock=lambda: NOW)  # type: ignore[misc]
    made[GUESSES] = Guesses()
    return made


async def try_token(app: web.Application, address: str, token: str) -> int:
    """How a call with this token is answered."""
    request = make_mocked_request(
        "GET", "/", {"Authorization": f"Bearer {token}"}, app=app, transport=_line(address)
    )
    return 200 if await granted(request, token) else wrong_token(request, "").status


def _line(address: str) -> Any:
    return Line(address)


async def test_after_so_many_wrong_ones_a_right_one_is_not_even_looked_at(
    app: web.Application, store: Store
) -> None:
    named = await store.write(create_token, "desk", ("read",), NOW)
    found = [await try_token(app, THERE, f"wrong-{n}") for n in range(GUESSES_MAX + 2)]
    assert found == [401] * GUESSES_MAX + [429] * 2
    for right in ("configured-token", named):
        assert await try_token(app, THERE, right) == 429, "or guessing would go on behind the 429"
        assert await try_token(app, ELSEWHERE, right) == 200
        assert await try_token(app, HERE, right) == 200
    assert await try_token(app, ELSEWHERE, "wrong") == 401, "nobody else's guesses count"


async def test_who_was_right_there_before_is_not_shut_out_by_another(app: web.Application) -> None:
    assert await try_token(app, THERE, "configured-token") == 200
    for n in range(GUESSES_MAX + 2):
        await try_token(app, THERE, f"wrong-{n}")
    assert await try_token(app, THERE, "configured-token") == 200


@pytest.mark.parametrize("near", [HERE, "172.18.0.1"])
async def test_a_right_one_from_near_is_always_taken(app: web.Application, near: str) -> None:
    """172.18.0.1 is what a container sees of everybody who comes through its published port."""
    for n in range(GUESSES_MAX + 2):
        await try_token(app, near, f"wrong-{n}")
    assert await try_token(app, near, "configured-token") == 200
    assert await try_token(app, near, "wrong") == 429


class Slow:
    """A record that answers when it is told to."""

    def __init__(self) -> None:
        self.looked_at = 0
        self.answers = asyncio.Event()

    async def read(self, _function: object, token: str) -> TokenView | None:
        self.looked_at += 1
        await self.answers.wait()
        return TokenView("desk", ("read",), NOW, None) if token == "right" else None


async def ask_together(app: web.Application, slow: Slow, tokens: list[str]) -> list[int]:
    cast(Any, app[SITE]).store = slow
    trials = [asyncio.ensure_future(try_token(app, THERE, token)) for token in tokens]
    await asyncio.sleep(0)
    slow.answers.set()
    return await asyncio.gather(*trials)


async def test_of_many_at_the_same_moment_no_more_are_looked_at(app: web.Application) -> None:
    slow = Slow()
    found = await ask_together(app, slow, [*(f"wrong-{n}" for n in range(300)), "right"])
    assert slow.looked_at == GUESSES_MAX
    assert found == [401] * GUESSES_MAX + [429] * 281


async def test_a_right_one_shown_many_times_at_once_is_no_guessing(app: web.Application) -> None:
    slow = Slow()
    assert await ask_together(app, slow, ["right"] * 60 + ["wrong"]) == [200] * 60 + [401]
    found = [await try_token(app, THERE, f"wrong-{n}") for n in range(GUESSES_MAX)]
    assert found == [401] * (GUESSES_MAX - 1) + [429], "what was right has left no count behind"


async def test_a_record_that_does_not_answer_shuts_a_token_out_for_a_while_only(app: web.Application) -> None:
    class Broken:
        async def read(self, *_: object) -> None:
            raise StoreError("no room")

    cast(Any, app[SITE]).store = Broken()
    for n in range(GUESSES_MAX):
        with pytest.raises(StoreError):
            await try_token(app, THERE, f"named-{n}")
    assert await try_token(app, THERE, "named") == 429
    assert not app[GUESSES]._open


async def test_two_wrong_ones_in_one_request_are_two(app: web.Application) -> None:
    """A form's, and one that a browser adds."""
    for n in range(GUESSES_MAX // 2):
        request = make_mocked_request("GET", "/", {}, app=app, transport=_line(THERE))
        assert await granted(request, f"wrong-{n}") == await granted(request, f"false-{n}") == ()
    assert await try_token(app, THERE, "configured-token") == 429


def guess(guesses: Guesses, place: str, token: str, now: datetime) -> bool | None:
    """A wrong token; None: not looked at, else whether there were too many."""
    begun = guesses.begin(place, token, now)
    return None if begun is None else guesses.end(begun, right=False)


def test_it_passes() -> None:
    guesses = Guesses()
    found = [guess(guesses, THERE, str(n), NOW) for n in range(GUESSES_MAX + 1)]
    assert found == [False] * GUESSES_MAX + [None]
    assert guesses.begin(THERE, "right", NOW + GUESSES_WITHIN - timedelta(seconds=1)) is None
    assert guesses.begin(THERE, "right", NOW + GUESSES_WITHIN) is not None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:2", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("::ffff:203.0.113.5", THERE, True),
        (THERE, ELSEWHERE, False),
        ("::1", "127.0.0.1", True),
        ("fe80::1%eth0", "fe80::2%eth1", True),
        ("172.18.0.1", "127.0.0.1", True),
        ("fd00::1", "10.0.0.9", True),
    ],
)
def test_what_counts_as_one_place(one: str, other: str, same: bool) -> None:
    assert (place_of(one) == place_of(other)) is same


def test_what_is_remembered_is_bounded() -> None:
    guesses = Guesses()
    for n in range(PLACES_MAX + 100):
        guess(guesses, str(n), "wrong", NOW)
    for n in range(SEEN_MAX + 100):
        begun = guesses.begin(str(n), str(n), NOW)
        assert begun is not None
        guesses.end(begun, right=True)
    assert len(guesses._times) == PLACES_MAX
    assert len(guesses._seen) == SEEN_MAX
    assert not guesses._open
