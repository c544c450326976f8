"""What is otherwise at each look, while the words stay: validators, languages, forms of a feed, ways to fail."""

from __future__ import annotations

import asyncio
import gzip
import json
import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from tests.hostile import feeds, pages
from tests.hostile.exchanges import ZIPPED
from tests.hostile.feeds import POSTS, RSS, Post, atom, rss
from tests.hostile.pages import GOOD, GOOD_BYTES
from tests.hostile.registry import FRAMING, HTML, misdeed
from tests.hostile.server import Behaviour, Wire, head

FAILED = ("", "status", "held", "not_found", "gone", "blocked", "timeout", "empty", *FRAMING)


def turning(name: str, *turns: Behaviour, reasons: Sequence[str] = (), kind: str = "page") -> None:
    """One behaviour after the other, look by look; also at the first."""

    async def behave(wire: Wire) -> None:
        await turns[wire.asked % len(turns)](wire)

    behave.__name__ = name
    misdeed(*reasons, kind=kind)(behave)


def answer(body: bytes | str = GOOD_BYTES, *headers: str, **more: str) -> Behaviour:
    """A well-framed answer."""
    raw = body.encode() if isinstance(body, str) else body

    async def behave(wire: Wire) -> None:
        await wire.answer(raw, *headers, **more)

    return behave


# ------------------------------------------------------------------ validators and dates

turning("etag_weak_then_strong", answer(GOOD_BYTES, 'ETag: W/"good"'), answer(GOOD_BYTES, 'ETag: "good"'))
turning("etag_now_and_then", answer(GOOD_BYTES, 'ETag: "good"'), answer())
turning("two_etags", answer(GOOD_BYTES, 'ETag: "good"', 'ETag: "other"'))
turning(
    "etag_kept_by_an_error_page",
    answer(pages.SERVER_ERROR, 'ETag: "good"'),
    reasons=("collapsed", "challenge", "soft_404", "error_page"),
)
turning("etag_kept_by_an_empty_page", answer(b"", 'ETag: "good"'), reasons=("empty",))


@misdeed()
async def modified_earlier_and_earlier(wire: Wire) -> None:
    then = datetime(2026, 1, 1, tzinfo=UTC) - timedelta(days=wire.asked)
    await wire.answer(GOOD_BYTES, f"Last-Modified: {format_datetime(then, usegmt=True)}")


@misdeed("status", "held")
async def pause_by_a_clock_that_is_years_behind(wire: Wire) -> None:
    then = datetime(2001, 1, 1, tzinfo=UTC)
    await wire.answer(
        b"Busy.",
        f"Date: {format_datetime(then, usegmt=True)}",
        f"Retry-After: {format_datetime(then + timedelta(seconds=60), usegmt=True)}",
        status="503 Unavailable",
    )


@misdeed("", "bad_304", cold=("", "bad_304"))
async def not_modified_every_other_time(wire: Wire) -> None:
    """Whoever asks whether anything changed is told no; with a new ETag each time."""
    if wire.asked % 2 and "if-none-match" in wire.headers:
        await wire.send(head("304 Not Modified", f'ETag: "{wire.asked}"'))
    else:
        await wire.answer(GOOD_BYTES, f'ETag: "{wire.asked}"')


@misdeed("", "status")
async def not_modified_or_broken(wire: Wire) -> None:
    if wire.asked % 2 == 0:
        await wire.answer(b"Oops", status="500 Internal Server Error")
    elif "if-none-match" in wire.headers:
        await wire.send(head("304 Not Modified"))
    else:
        await wire.answer(GOOD_BYTES, 'ETag: "good"')


# ------------------------------------------------------------------ what the page comes in

QUOTED = GOOD.replace("'", "\u2019")
turning(
    "charset_in_turn",
    answer(QUOTED, media="text/html; charset=utf-8"),
    answer(QUOTED.replace("utf-8", "windows-1252").encode("cp1252"), media="text/html; charset=windows-1252"),
    answer(QUOTED.encode("utf-16"), media="text/html; charset=utf-16"),
)
turning(
    "zipped_in_turn",
    answer(),
    answer(ZIPPED, "Content-Encoding: gzip"),
    answer(gzip.compress(GOOD_BYTES, 1), "Content-Encoding: x-gzip"),
)
turning(
    "type_in_turn",
    answer(),
    answer(media="application/xhtml+xml"),
    answer(media="text/html"),
    answer(media="application/octet-stream"),
)
turning("language_in_turn", answer(), answer(pages.GERMAN, "Content-Language: de"), reasons=("", "collapsed"))
turning(
    "banner_in_turn",
    *(
        answer(GOOD.replace("<main>", f"<aside><p>Offer {n}: notebooks for {n} crowns.</p></aside><main>"))
        for n in range(5)
    ),
)
turning(
    "line_ends_in_turn",
    answer(GOOD.replace("\n", "\r\n")),
    answer(GOOD.replace("\n", "\r")),
    answer(GOOD.replace("\n", " ")),
)
turning(
    "quotes_in_turn",
    answer(),
    answer(QUOTED),
    answer(GOOD.replace("'", "&#39;")),
    answer(GOOD.replace("'", "&rsquo;")),
)
turning(
    "cookie_in_turn", *(answer(GOOD_BYTES, f"Set-Cookie: s={n}; Domain=.example; Secure") for n in range(4))
)


@misdeed()
async def moved_for_good_to_another_place_each_time(wire: Wire) -> None:
    if wire.path.startswith("/moved/"):
        await wire.answer()
    else:
        await wire.answer(b"", f"Location: /moved/{wire.asked}", status="301 Moved Permanently")


@misdeed()
async def moved_for_good_every_other_time(wire: Wire) -> None:
    if wire.path == "/moved" or wire.asked % 2:
        await wire.answer()
    else:
        await wire.answer(b"", "Location: /moved", status="308 Permanent Redirect")


@misdeed("", "not_found", "redirected", "soft_404")
async def moved_for_good_to_what_is_gone_later(wire: Wire) -> None:
    if wire.path != "/moved":
        await wire.answer(b"", "Location: /moved", status="301 Moved Permanently")
    elif wire.asked < 6:
        await wire.answer()
    else:
        await wire.answer(pages.MISSING.encode(), status="404 Not Found")


# ------------------------------------------------------------------ ways to fail, one after the other


async def _reset(wire: Wire) -> None:
    wire.reset()


async def _cut(wire: Wire) -> None:
    await wire.send(head("200 OK", HTML, f"Content-Length: {len(GOOD_BYTES)}"), GOOD_BYTES[:900])


async def _silent(wire: Wire) -> None:
    await asyncio.wait_for(wire.reader.read(), 20)


turning(
    "status_of_another_kind_each_time",
    *(
        answer(b"No.", status=status)
        for status in ("404 No", "500 No", "403 No", "410 No", "429 No", "503 No", "204 No", "451 No")
    ),
    reasons=FAILED,
)
turning(
    "fails_in_another_way_each_time",
    _reset,
    answer(b"", status="404 No"),
    _cut,
    answer(b""),
    answer(b"", status="502 No"),
    _silent,
    reasons=FAILED,
)
turning(
    "well_between_failures",
    _reset,
    answer(),
    _cut,
    answer(),
    answer(pages.CHALLENGE),
    answer(),
    reasons=(*FAILED, "challenge"),
)
turning(
    "walls_in_turn",
    answer(pages.CHALLENGE),
    answer(pages.LOGIN),
    answer(pages.CONSENT),
    answer(pages.MISSING),
    answer(pages.SHELL),
    reasons=("challenge", "login", "consent", "soft_404", "shell"),
)


# ------------------------------------------------------------------ robots.txt


@misdeed("", "robots", robots=True)
async def robots_of_another_mind_each_time(wire: Wire) -> None:
    if wire.path == "/robots.txt":
        await wire.answer(b"User-agent: *\nDisallow: /\n" if wire.asked % 2 else b"", media="text/plain")
    else:
        await wire.answer()


@misdeed(robots=True)
async def robots_bomb(wire: Wire) -> None:
    if wire.path == "/robots.txt":
        await wire.answer(
            gzip.compress(b"Allow: /\n" * (4 << 20)), "Content-Encoding: gzip", media="text/plain"
        )
    else:
        await wire.answer()


@misdeed("", *FRAMING, "robots", robots=True)
async def robots_cut(wire: Wire) -> None:
    if wire.path == "/robots.txt":
        await wire.send(
            head("200 OK", "Content-Type: text/plain", "Content-Length: 900"), b"User-agent: *\nAllow: /\n"
        )
    else:
        await wire.answer()


# ------------------------------------------------------------------ feeds


def fed(name: str, make: Callable[[int], str], *reasons: str, media: str = RSS) -> None:
    """A feed made anew for each look."""

    async def behave(wire: Wire) -> None:
        if wire.path == "/legal/guide":
            await wire.answer(make(wire.asked).encode(), media=media)
        else:
            await wire.answer(b"", status="404 Not Found")

    behave.__name__ = f"feed_{name}"
    misdeed("", *reasons, kind="feed")(behave)


def listed(posts: Sequence[Post] = POSTS) -> str:
    """The posts as a JSON Feed."""
    items = [{"id": guid, "title": title, "content_html": text} for title, guid, text in posts]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Quillnet", "items": items})


def shuffled(look: int) -> list[Post]:
    """In another order."""
    return random.Random(look).sample(POSTS, len(POSTS))  # noqa: S311 -- to be repeated


def linked(target: str) -> str:
    """The posts, each with a link ({} is its number)."""
    made = rss()
    for number, (title, _, _) in enumerate(POSTS):
        made = made.replace(
            f"<title>{title}</title>", f"<title>{title}</title><link>{target.format(number)}</link>"
        )
    return made


turning(
    "feed_of_another_form_each_time",
    answer(rss(), media=RSS),
    answer(atom(), media=feeds.ATOM),
    answer(listed(), media="application/feed+json"),
    answer(rss(), media="text/xml"),
    kind="feed",
)
fed("in_json_called_xml", lambda _: listed(), *feeds.UNREAD)
fed("shuffled", lambda n: rss(shuffled(n)))
fed("whose_posts_come_and_go", lambda n: rss(POSTS[n % 3 :]))
fed("of_one_post_in_turn", lambda n: rss((POSTS[n % 3],)))
fed(
    "with_guids_exchanged",
    lambda n: rss([(t, POSTS[(at + n) % 3][1], text) for at, (t, _, text) in enumerate(POSTS)]),
)
fed("with_titles_in_capitals", lambda n: rss([(t.upper() if n % 2 else t, g, text) for t, g, text in POSTS]))
fed("with_guids_in_capitals", lambda n: rss([(t, g.upper() if n % 2 else g, text) for t, g, text in POSTS]))
fed(
    "with_guids_in_white_space",
    lambda n: rss([(t, f"\n {g} \n" if n % 2 else g, text) for t, g, text in POSTS]),
)
fed(
    "with_guids_of_a_megabyte",
    lambda _: rss([(t, g + "x" * (1 << 20), text) for t, g, text in POSTS]),
    "too_large",
)
fed(
    "with_titles_of_another_time",
    lambda n: rss([(f"{t} ({n} minutes ago)", g, text) for t, g, text in POSTS]),
)
fed(
    "in_paragraphs_or_lines",
    lambda n: rss(
        [
            (t, g, text.replace("<p>", "<div>").replace("</p>", "</div>") if n % 2 else text)
            for t, g, text in POSTS
        ]
    ),
)
fed(
    "dated_by_the_look",
    lambda _: rss().replace("Mon, 02 Nov 2026 08:00:00 GMT", format_datetime(datetime.now(UTC))),
)
fed("with_empty_posts", lambda _: rss(more="<item/>" * 300), "too_large")
fed(
    "with_a_base_inside",
    lambda _: linked("x{}").replace("<rss ", "<rss xml:base='http://169.254.169.254/' "),
    "address",
)
fed("with_links_of_a_session", lambda n: linked(f"http://127.0.0.1:9/p{{}}?sid={n}"), "address", "connection")
fed(
    "whose_links_have_no_end",
    lambda n: linked("http://127.0.0.1:9/" + "a" * 9000 + "{}"),
    "address",
    "connection",
    "redirect",
)
fed("that_says_nothing_new_for_ever", lambda n: rss(more=f"<pubDate>{n}</pubDate><generator>{n}</generator>"))
turning(
    "feed_or_page", answer(rss(), media=RSS), answer(GOOD_BYTES), kind="feed", reasons=("", *feeds.UNREAD)
)
turning(
    "feed_or_nothing",
    answer(rss(), media=RSS),
    answer(rss(()), media=RSS),
    answer(b"", media=RSS),
    kind="feed",
    reasons=("", *feeds.UNREAD),
)
turning(
    "feed_whole_or_cut",
    answer(rss(), media=RSS),
    answer(rss()[:900], media=RSS),
    answer(rss()[:-30], media=RSS),
    kind="feed",
    reasons=("", *feeds.UNREAD),
)
