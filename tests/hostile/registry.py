"""How a web server can go bad, each with the reasons that a look at it may be recorded under.

`SAME`: odd, but the page is there in full, and nothing has changed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.hostile.server import Behaviour, Wire

SAME = frozenset({""})
FRAMING = frozenset({"framing", "connection", "truncated"})
SLOW = frozenset({"timeout"})


@dataclass(frozen=True, slots=True)
class Misdeed:
    """One scenario. `reasons` that a look may end with; `cold`: the same when nothing was ever recorded."""

    name: str
    behave: Behaviour
    reasons: frozenset[str]
    cold: frozenset[str]
    raw: bool = False
    kind: str = "page"
    robots: bool = False
    """It answers for /robots.txt too."""
    tls: str = ""
    """Which certificate is shown while it is bad (`tests.hostile.handshakes`)."""
    cold_only: bool = False
    """There is no good way to begin with."""


MISDEEDS: list[Misdeed] = []
HTML = "Content-Type: text/html; charset=utf-8"


def misdeed(
    *reasons: str, cold: tuple[str, ...] | None = None, **more: Any
) -> Callable[[Behaviour], Behaviour]:
    """Register a behaviour; without reasons the page must pass for the same."""

    def register(behave: Behaviour) -> Behaviour:
        wanted = frozenset(reasons) or SAME
        MISDEEDS.append(
            Misdeed(behave.__name__, behave, wanted, wanted if cold is None else frozenset(cold), **more)
        )
        return behave

    return register


def sends(
    name: str, *pieces: bytes, reasons: tuple[str, ...] = (), cold: tuple[str, ...] | None = None
) -> None:
    """A scenario that is nothing but these bytes."""

    async def behave(wire: Wire) -> None:
        await wire.send(*pieces)

    behave.__name__ = name
    misdeed(*reasons, cold=cold)(behave)


def answers(
    name: str,
    body: str | bytes,
    *headers: str,
    reasons: tuple[str, ...] = (),
    cold: tuple[str, ...] | None = None,
    status: str = "200 OK",
    media: str = "text/html; charset=utf-8",
    kind: str = "page",
) -> None:
    """A scenario that is a well-framed answer."""
    raw = body.encode() if isinstance(body, str) else body

    async def behave(wire: Wire) -> None:
        await wire.answer(raw, *headers, status=status, media=media)

    behave.__name__ = name
    misdeed(*reasons, cold=cold, kind=kind)(behave)


def redirects(name: str, target: str, *reasons: str, status: str = "302 Found") -> None:
    """A scenario that sends us elsewhere; {} in `target` is the server itself."""

    async def behave(wire: Wire) -> None:
        await wire.answer(b"", f"Location: {target.format(wire.base)}", status=status)

    behave.__name__ = name
    misdeed(*reasons)(behave)
