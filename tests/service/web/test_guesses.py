"""Guessing a token: slowed by the address it comes from, for nobody else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from service.store.store import Store
from service.store.tokens import create_token
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
    return 200 if await granted(request, token) else wrong_token(request, NOW, "").status


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


def test_it_passes() -> None:
    guesses = Guesses()
    assert [guesses.count(THERE, NOW) for _ in range(GUESSES_MAX + 1)] == [False] * GUESSES_MAX + [True]
    assert guesses.bars(THERE, "right", NOW + GUESSES_WITHIN - timedelta(seconds=1))
    assert not guesses.bars(THERE, "right", NOW + GUESSES_WITHIN)


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
        guesses.count(str(n), NOW)
    for n in range(SEEN_MAX + 100):
        guesses.trust(THERE, str(n))
    assert len(guesses._times) == PLACES_MAX
    assert len(guesses._seen) == SEEN_MAX
