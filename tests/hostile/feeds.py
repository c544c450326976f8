"""Feeds that are broken, poisoned, or something else. The posts are carried whole; none of them ever changes."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Sequence
from html import escape

from tests.hostile import pages
from tests.hostile.pages import AROUND, PROMISES
from tests.hostile.registry import answers, misdeed
from tests.hostile.server import Wire, head

RSS = "application/rss+xml; charset=utf-8"
ATOM = "application/atom+xml"
UNREAD = ("not_a_feed", "ill_formed", "unreadable", "empty", "media_type", "error_page", "challenge", "login")
"""Reasons for what is no feed at all."""
EITHER = ("", *UNREAD)
_TEXTS = tuple(
    f"<p>{AROUND[n]} {PROMISES[n]} {PROMISES[n + 3]} Number {n} of our letters on requests.</p>"
    for n in range(3)
)
POSTS = tuple((f"Letter {n}", f"urn:quillnet:{n}", text) for n, text in enumerate(_TEXTS))
Post = tuple[str, str, str]


def item(post: Post, more: str = "") -> str:
    """RSS."""
    title, guid, text = post
    return (
        f"<item><title>{title}</title><guid isPermaLink='false'>{guid}</guid>"
        f"<pubDate>Mon, 02 Nov 2026 08:00:00 GMT</pubDate><description>{escape(text)}</description>{more}</item>"
    )


def rss(
    posts: Sequence[Post] = POSTS, *, start: str = "<?xml version='1.0'?>", more: str = "", inside: str = ""
) -> str:
    """A whole feed."""
    items = "".join(item(post, inside) for post in posts)
    return f"{start}<rss version='2.0'><channel><title>Quillnet</title>{more}{items}</channel></rss>"


def atom(posts: Sequence[Post] = POSTS) -> str:
    """The same posts in the other form."""
    entries = "".join(
        f"<entry><title>{title}</title><id>{guid}</id><published>2026-11-02T08:00:00Z</published>"
        f"<updated>2026-11-02T08:00:00Z</updated><content type='html'>{escape(text)}</content></entry>"
        for title, guid, text in posts
    )
    return f"<feed xmlns='http://www.w3.org/2005/Atom'><title>Quillnet</title><id>urn:q</id>{entries}</feed>"


GOOD = rss()


async def well_fed(wire: Wire) -> None:
    """The feed as it should be."""
    await wire.answer(GOOD.encode(), 'ETag: "good"', media=RSS)


def feed(
    name: str, body: str | bytes, *reasons: str, media: str = RSS, cold: tuple[str, ...] | None = None
) -> None:
    """A scenario that is a well-framed answer in a feed's place."""
    answers(f"feed_{name}", body, reasons=reasons, media=media, cold=cold, kind="feed")


def changing(name: str, make: Callable[[int], str], *reasons: str) -> None:
    """A feed that is another one each time; `make` is told how often it has been asked for."""

    async def behave(wire: Wire) -> None:
        await wire.answer(make(wire.asked).encode(), media=RSS)

    behave.__name__ = f"feed_{name}"
    misdeed(*(reasons or ("",)), kind="feed")(behave)


def many(attribute: str) -> str:
    """An element with twenty thousand of them."""
    return f"<a {' '.join(attribute.format(n) for n in range(20_000))}/>"


def cut(share: float) -> str:
    """The beginning of the feed."""
    return GOOD[: int(len(GOOD) * share)]


# ------------------------------------------------------------------ something else in its place

feed("page", pages.GOOD, *UNREAD, media="text/html")
feed("page_said_to_be_xml", pages.GOOD, *UNREAD)
feed("home_page", pages.HOME, *UNREAD, media="text/html")
feed("challenge", pages.CHALLENGE, *UNREAD, media="text/html")
feed("login", pages.LOGIN, *UNREAD, media="text/html")
feed("soft_404", pages.MISSING, *UNREAD, "soft_404", media="text/html")
feed("shell", pages.SHELL, *UNREAD, "shell", media="text/html")
feed("error_in_json", '{"error": "internal"}', *UNREAD, media="application/json")
feed("error_in_xml", "<Error><Code>AccessDenied</Code></Error>", *UNREAD, media="application/xml")
feed("bare_words", "Internal Server Error", *UNREAD, media="text/plain")
feed("sitemap", "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>http://a.example/</loc></url></urlset>",
     *EITHER, media="application/xml")  # fmt: skip
feed("opml", "<opml version='2.0'><body><outline xmlUrl='http://169.254.169.254/'/></body></opml>", *EITHER)
feed("picture", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, *UNREAD, media="image/png")
feed("nothing", b"", *UNREAD)
feed("white_space", b" \n" * 4000, *UNREAD)
feed("nul_bytes", bytes(20_000), *UNREAD)

# ------------------------------------------------------------------ less than there was

feed("without_posts", rss(()), *EITHER)
feed("without_channel", "<rss version='2.0'></rss>", *EITHER)
feed("with_one_post_left", rss(POSTS[:1]))
feed("titles_only", rss([(title, guid, "") for title, guid, _ in POSTS]), *EITHER)
feed("half", cut(0.5), *EITHER)
feed("without_its_end", cut(0.95), *EITHER)
feed("cut_in_a_tag", GOOD[: GOOD.index("<pubDate>") + 4], *EITHER)
feed("cut_in_an_entity", GOOD[: GOOD.index("&lt;") + 2], *EITHER)

# ------------------------------------------------------------------ not well-formed

feed("tag_unclosed", GOOD.replace("</title><guid", "<guid"), *EITHER)
feed("tags_crossed", GOOD.replace("</title><guid", "</guid><guid"), *EITHER)
feed("entity_undeclared", GOOD.replace("<title>Quillnet", "<title>Quillnet&nbsp;&rarr;"), *EITHER)
feed("bare_ampersand", GOOD.replace("<title>Quillnet", "<title>Quillnet & Sons"), *EITHER)
feed("control_characters", GOOD.replace("<title>Quillnet", "<title>Quill\x01net\x0b"), *EITHER)
feed("forbidden_references", GOOD.replace("<title>Quillnet", "<title>&#0;&#xD800;&#1114112;"), *EITHER)
feed("white_space_first", "\n\n  " + GOOD, *EITHER)
feed("words_first", "Notice: undefined index in feed.php\n" + GOOD, *EITHER)
feed("words_last", GOOD + "<!-- 12 ms --><p>bye", *EITHER)
feed("two_feeds", GOOD + GOOD, *EITHER)
feed("two_marks", b"\xef\xbb\xbf\xef\xbb\xbf" + GOOD.encode(), *EITHER)
feed(
    "attribute_twice", GOOD.replace("isPermaLink='false'", "isPermaLink='false' isPermaLink='false'"), *EITHER
)
feed("attribute_unquoted", GOOD.replace("isPermaLink='false'", "isPermaLink=false"), *EITHER)
feed("prefix_undeclared", rss(inside="<dc:creator>Ada</dc:creator><media:x y='1'/>"), *EITHER)
feed("section_unclosed", GOOD.replace("<title>Quillnet", "<title><![CDATA[Quillnet"), *EITHER)
feed("comment_unclosed", GOOD.replace("<channel>", "<channel><!-- "), *EITHER)
feed("tags_in_capitals", GOOD.replace("<item>", "<ITEM>").replace("</item>", "</ITEM>"), *EITHER)

# ------------------------------------------------------------------ letters

feed("latin_1_called_utf_8", GOOD.replace("Quillnet<", "Quillnét<").encode("latin-1"), *EITHER)
feed(
    "utf_16",
    GOOD.replace("version='1.0'", "version='1.0' encoding='utf-16'").encode("utf-16"),
    media="application/rss+xml",
)
feed("encoding_lied", GOOD.replace("version='1.0'", "version='1.0' encoding='utf-16'"), *EITHER)
feed("encoding_unknown", GOOD.replace("version='1.0'", "version='1.0' encoding='x-klingon'"), *EITHER)
feed("version_9", GOOD.replace("version='1.0'", "version='9.9'"), *EITHER)

# ------------------------------------------------------------------ poison

_ENTITIES = "<!DOCTYPE x [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {new} '{f'&{old};' * 10}'>" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
feed("entity_bomb", rss(start=_ENTITIES + "]>", more="<description>&i;</description>"), *EITHER)
feed(
    "external_entity",
    rss(start="<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>", more="<link>&e;</link>"),
    *EITHER,
)
feed("external_dtd", rss(start="<!DOCTYPE x SYSTEM 'http://169.254.169.254/x.dtd'>"), *EITHER)
feed("style_sheet", rss(start="<?xml-stylesheet href='http://127.0.0.1:1/' type='text/xsl'?>"), *EITHER)
feed(
    "inclusion",
    rss(more="<x:include xmlns:x='http://www.w3.org/2001/XInclude' href='file:///etc/passwd'/>"),
    *EITHER,
)
feed("thousands_of_namespaces", rss(more=many("xmlns:n{0}='urn:{0}'")),
     *EITHER, "too_large", "timeout")  # fmt: skip
feed("thousands_of_attributes", rss(more=many("a{0}='1'")),
     *EITHER, "too_large", "timeout")  # fmt: skip
feed("deep", rss(more="<a>" * 20_000 + "</a>" * 20_000), *EITHER, "too_deep", "too_large", "timeout")
feed("title_of_a_megabyte", rss(more=f"<copyright>{'word ' * 200_000}</copyright>"), *EITHER, "too_large")
feed("links_inside", rss(more="<link>http://169.254.169.254/</link><image><url>http://10.0.0.1/</url></image>",
     inside="<enclosure url='http://127.0.0.1:1/' length='-1' type='x'/>"))  # fmt: skip
feed("links_of_other_schemes", rss(more="<link>javascript:alert(1)</link><docs>file:///etc/passwd</docs>"))
feed(
    "hub_inside",
    rss(more="<a:link xmlns:a='http://www.w3.org/2005/Atom' rel='hub' href='http://169.254.169.254/'/>"),
)
feed(
    "next_page_inside",
    rss(more="<a:link xmlns:a='http://www.w3.org/2005/Atom' rel='next' href='http://10.0.0.1/'/>"),
)
feed("scripts", rss(more="<description>&lt;script&gt;alert(1)&lt;/script&gt;</description>"))
feed(
    "hours_and_days", rss(more="<ttl>999999999999</ttl><skipHours>" + "<hour>3</hour>" * 99 + "</skipHours>")
)
feed("ttl_negative", rss(more="<ttl>-5</ttl>"))

# ------------------------------------------------------------------ the same posts, said in another way

feed("in_the_other_form", atom(), media=ATOM)
feed("under_another_type", GOOD, media="text/html")
feed("in_plain_text", GOOD, media="text/plain")
feed("backwards", rss(POSTS[::-1]))
feed("everything_twice", rss(POSTS * 2))
feed("in_sections", GOOD.replace("<title>Letter 0</title>", "<title><![CDATA[Letter 0]]></title>"))
feed("dates_of_the_future", GOOD.replace("02 Nov 2026", "02 Nov 2099"))
feed("dates_of_nonsense", GOOD.replace("Mon, 02 Nov 2026 08:00:00 GMT", "Tue, 31 Feb 99999 25:61:61 +9999"))
feed("dates_of_1970", GOOD.replace("02 Nov 2026", "01 Jan 1970"))
feed("counting_comments", GOOD.replace("Letter 0<", "Letter 0 (12 comments)<"))
feed("with_escapes_in_titles", GOOD.replace("Letter 0<", "Letter 0\u202e\u200b<"))
changing("numbered_anew", lambda n: rss([(t, f"{n}-{g}", text) for t, g, text in POSTS]))
changing("all_guids_alike", lambda n: rss([(t, f"{n // 2}", text) for t, _, text in POSTS]))
changing("dated_anew", lambda n: GOOD.replace("08:00:00", f"08:{n % 60:02}:00"))
changing(
    "counting", lambda n: rss(more=f"<lastBuildDate>{n}</lastBuildDate>", inside=f"<comments>{n}</comments>")
)
changing(
    "with_tracking", lambda n: GOOD.replace("Number 0", f"&lt;img src='http://t.example/{n}.gif'&gt;Number 0")
)


@misdeed("truncated", kind="feed")
async def feed_zipped_and_cut(wire: Wire) -> None:
    packed = gzip.compress(GOOD.encode())
    await wire.answer(packed[: len(packed) // 2], "Content-Encoding: gzip", media=RSS)


@misdeed("too_large", kind="feed")
async def feed_bomb(wire: Wire) -> None:
    await wire.answer(gzip.compress(b"<item>" * (4 << 20)), "Content-Encoding: gzip", media=RSS)


@misdeed(cold=("bad_304",), kind="feed")
async def feed_not_modified_for_ever(wire: Wire) -> None:
    await wire.send(head("304 Not Modified", 'ETag: "good"'))


@misdeed("too_large", "timeout", "truncated", "framing", kind="feed")
async def feed_without_end(wire: Wire) -> None:
    await wire.send(head("200 OK", f"Content-Type: {RSS}"), GOOD.encode()[:200])
    while True:
        await wire.send(b"<category>more</category>" * 2000)


@misdeed("not_found", kind="feed")
async def feed_moved_without_a_word(wire: Wire) -> None:
    await wire.answer(pages.MISSING.encode(), status="404 Not Found")


@misdeed(*UNREAD, "redirected", kind="feed")
async def feed_that_leads_home(wire: Wire) -> None:
    if wire.path == "/":
        await wire.answer(pages.HOME.encode())
    else:
        await wire.answer(b"", "Location: /", status="302 Found")
