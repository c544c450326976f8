"""A robots.txt that is odd, hostile or cannot be had. Of one that was read before, the old rules count for an hour."""

from __future__ import annotations

from tests.hostile.pages import GOOD
from tests.hostile.registry import FRAMING, misdeed
from tests.hostile.server import Wire, head


def rules(
    name: str, body: bytes, *reasons: str, status: str = "200 OK", media: str = "text/plain", more: str = ""
) -> None:
    """A scenario that is a robots.txt; the page itself is well."""

    async def behave(wire: Wire) -> None:
        if wire.path == "/robots.txt":
            await wire.answer(body, *([more] if more else []), status=status, media=media)
        else:
            await wire.answer()

    behave.__name__ = f"robots_{name}"
    misdeed("", *reasons, cold=reasons or ("",), robots=True)(behave)


rules("forbids_all", b"User-agent: *\nDisallow: /\n", "robots")
rules("forbids_us", b"User-agent: onrecord\nDisallow: /legal\n", "robots")
rules("forbids_by_a_pattern", b"User-agent: *\nDisallow: /*guide$\n", "robots")
rules("allows_the_longer_path", b"User-agent: *\nDisallow: /\nAllow: /legal/guide\n")
rules("forbids_others", b"User-agent: nosybot\nDisallow: /\n")
rules("is_empty", b"")
rules("is_a_page", GOOD.encode(), media="text/html")
rules("is_binary", bytes(range(256)) * 200, media="application/octet-stream")
rules("with_a_mark", b"\xef\xbb\xbfUser-agent: *\nDisallow: /\n", "robots")
rules("in_utf_16", "User-agent: *\nDisallow: /\n".encode("utf-16"))
rules("of_many_agents", b"User-agent: a\n" * 100_000 + b"Disallow: /\n")
rules("of_stars", b"User-agent: *\nDisallow: /" + b"*a" * 3000 + b"$\n")
rules("with_a_delay_of_years", b"User-agent: *\nCrawl-delay: 99999999\n")
rules("with_sitemaps_inside", b"Sitemap: http://169.254.169.254/\nSitemap: file:///etc/passwd\n")
rules("forbidden", b"", status="403 Forbidden")
rules("gone", b"", status="410 Gone")
rules("broken", b"", "robots", status="500 Internal Server Error")
rules("busy", b"", "robots", "held", status="503 Service Unavailable", more="Retry-After: 30")
rules("too_often", b"", "robots", "held", status="429 Too Many Requests")
rules("elsewhere", b"", status="302 Found", more="Location: /robots.txt")
rules(
    "on_another_machine",
    b"",
    "address",
    status="302 Found",
    more="Location: http://169.254.169.254/robots.txt",
)


@misdeed("", "timeout", cold=("timeout",), robots=True)
async def robots_without_an_answer(wire: Wire) -> None:
    if wire.path == "/robots.txt":
        await wire.reader.read()
    else:
        await wire.answer()


@misdeed("", "timeout", robots=True)
async def robots_without_end(wire: Wire) -> None:
    if wire.path == "/robots.txt":
        await wire.send(head("200 OK", "Content-Type: text/plain"))
        while True:
            await wire.send(b"Allow: /\n" * 5000)
    await wire.answer()


@misdeed("", *FRAMING, cold=tuple(FRAMING), robots=True)
async def robots_hung_up_on(wire: Wire) -> None:
    if wire.path == "/robots.txt":
        wire.reset()
    else:
        await wire.answer()
