"""A request of ours of which one thing matters: whether it was taken."""

from __future__ import annotations

from collections.abc import Sequence

import aiohttp

ERROR_MAX = 300
"""Letters of what is told of a failure."""


async def call_out(
    session: aiohttp.ClientSession,
    method: str,
    url: str,
    *,
    user_agent: str,
    seconds: float,
    form: Sequence[tuple[str, str]] = (),
) -> str:
    """Why it was not taken, in a line; "" for an answer of 2xx. Follows no redirect, and never fails."""
    try:
        async with session.request(
            method,
            url,
            data=form or None,
            headers={"User-Agent": user_agent},
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=seconds),
        ) as answer:
            return "" if 200 <= answer.status < 300 else f"answered {answer.status}"
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return f"{type(error).__name__}: {error}"[:ERROR_MAX].rstrip(": ")
