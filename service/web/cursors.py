"""Reading a list part by part."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from itertools import dropwhile
from typing import TypeVar

from service.store.history import CursorError
from service.store.store import Store
from service.store.views import Page
from service.web.problems import Problem

T = TypeVar("T")


async def read_part(
    store: Store, function: Callable[..., Page[T]], wanted: object, *, cursor: str, limit: int
) -> Page[T]:
    """One part of a list; Problem 400 where the cursor is none of ours."""
    try:
        return await store.read(function, wanted, cursor=cursor or None, limit=limit)
    except (CursorError, OverflowError) as error:
        raise Problem.parameter("cursor", "the cursor is unknown") from error


def slice_after(found: Sequence[T], key: Callable[[T], str], cursor: str, limit: int) -> Page[T]:
    """The part after the item that `cursor` names; Problem 400 where it names none of this list."""
    rest = list(found)
    if cursor:
        name = _decode(cursor)
        rest = list(dropwhile(lambda one: key(one) != name, rest))[1:]
        if not rest and not any(key(one) == name for one in found):
            raise Problem.parameter("cursor", "what it names has gone; begin anew without it")
    following = _encode(key(rest[limit - 1])) if len(rest) > limit else None
    return Page(tuple(rest[:limit]), following)


def _encode(name: str) -> str:
    return base64.urlsafe_b64encode(name.encode()).decode().rstrip("=")


def _decode(cursor: str) -> str:
    try:
        return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (ValueError, binascii.Error) as error:
        raise Problem.parameter("cursor", "the cursor is unknown") from error
