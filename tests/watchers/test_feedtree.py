"""The short way has to agree with feedparser wherever it does not pass."""

import os
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchers import feed as feeds
from watchers.charset import decode
from watchers.errors import ExtractError
from watchers.feed import is_feed, read_feed
from watchers.feedtree import read_tree
from watchers.model import Feed

URL = "https://harborlight.example/feed.xml"
NAMESPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" xmlns:x="urn:unheard-of" '
    'xmlns:itunes="http://www.itunes.com/DTDs/PodCast-1.0.dtd" '
    'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
)
CORPUS = os.environ.get("FEEDPARSER_TESTS", "")


def both(body: bytes) -> tuple[Feed | str, Feed | str]:
    """As it is read, and as feedparser alone has it."""
    results: list[Feed | str] = []
    for short in (read_tree, lambda _: None):
        with patch.object(feeds, "read_tree", short):
            try:
                results.append(read_feed(body, url=URL))
            except ExtractError as error:
                results.append(error.reason)
    return results[0], results[1]


def rss(inside: str) -> str:
    return f'<rss version="2.0" {NAMESPACES}><channel>{inside}</channel></rss>'


def atom(inside: str) -> str:
    return f'<feed xmlns="http://www.w3.org/2005/Atom" {NAMESPACES}>{inside}</feed>'


ORDINARY_RSS = rss(
    "<title>Harborlight</title><link>https://harborlight.example/</link><ttl>90</ttl>"
    "<image><url>u</url><title>t</title></image>"
    '<atom:link rel="hub" href="https://hub.example/"/><skipHours><hour>3</hour></skipHours>'
    "<item><title>On keys &amp; doors</title><link>https://harborlight.example/1</link>"
    '<guid isPermaLink="false">a</guid>'
    "<pubDate>Tue, 03 Feb 2026 10:00:00 +0200</pubDate><dc:creator>Ada Quill</dc:creator><category>x</category>"
    "<description>Short.</description><content:encoded><![CDATA[<p>We tell.</p>]]></content:encoded></item>"
)
ORDINARY_ATOM = atom(
    '<title>Quillnet</title><id>urn:f</id><link href="/"/><link rel="self" href="/f"/>'
    "<updated>2026-02-03T08:00:00Z</updated>"
    '<entry><id>urn:1</id><title type="html">a &lt;i&gt;b</title><link href="/1"/>'
    "<author><name>Ada</name><email>a@q.example</email></author>"
    "<published>2026-02-03T08:00:00+01:00</published>"
    '<content type="html">&lt;p&gt;We tell.&lt;/p&gt;</content>'
    "<summary>plain</summary></entry>"
)


@pytest.mark.parametrize("text", [ORDINARY_RSS, ORDINARY_ATOM])
def test_ordinary_feeds_go_the_short_way_and_come_out_the_same(text: str) -> None:
    assert read_tree(text) is not None
    short, long = both(text.encode())
    assert short == long
    assert isinstance(short, Feed)
    assert short.entries[0].content == "<p>We tell.</p>"


@pytest.mark.parametrize(
    "text",
    [
        "<rss><channel><item><title>a</title></item></channel>",
        f"<!DOCTYPE rss [<!ENTITY a 'b'>]>{ORDINARY_RSS}",
        ORDINARY_RSS.replace("<item>", '<item xml:base="https://quillnet.example/">'),
        ORDINARY_RSS.replace("<description>", "<description><b>in</b>"),
        ORDINARY_RSS.replace("<channel>", '<channel><link rel="hub" href="https://h.example/8"></link>'),
        ORDINARY_RSS.replace("<title>On", "<media:title>Other</media:title><title>On"),
        ORDINARY_RSS.replace("http://purl.org/dc/elements/1.1/", "urn:not-what-dc-means"),
        ORDINARY_RSS.replace("Tue, 03 Feb 2026 10:00:00 +0200", "yesterday"),
        ORDINARY_ATOM.replace('<content type="html">', '<content type="image/png">'),
        ORDINARY_ATOM.replace("<entry>", "<entry><svg><title>t</title></svg>"),
    ],
)
def test_what_is_out_of_the_ordinary_is_left_to_feedparser(text: str) -> None:
    assert read_tree(text) is None
    short, long = both(text.encode())
    assert short == long


VALUES = st.sampled_from(
    ["", " ", "a", "/1", "https://h.example/1",
     "https://h.example/2?a=1&amp;b=2", "urn:1", "https:////h.example/3",
     "Tue, 03 Feb 2026 10:00:00 GMT", "2026-02-04T08:00:00Z", "2026-02-30", "3 Feb 2026",
     "&lt;p&gt;We &lt;b&gt;tell&lt;/b&gt;&lt;/p&gt;",
     "<![CDATA[<p>We never</p>]]>", "caf\u00e9",
     "caf\u00c3\u00a9", "\u0093quoted\u0094", "a@h.example (Ada)",
     "60", "hourly", "\u2028x", "a<!-- b -->c"]
)  # fmt: skip
ATTRIBUTES = st.sampled_from(
    ["", "", "", ' type="html"', ' type="text"', ' type="xhtml"', ' xml:lang="de"', ' isPermaLink="false"',
     ' ispermalink="true"',
     ' xml:base="http://b.example/"', ' href="/7"', ' href="https://h.example/8" rel="hub"',
     ' rel="alternate" type="text/plain" href="/9"',
     ' rel="self" href="/10"', ' url="u"']
)  # fmt: skip
NAMES = st.sampled_from(
    """title link guid description content:encoded pubDate author dc:creator dc:date dc:title
    atom:link atom:updated category comments
    source enclosure id updated published summary content x:thing x:title media:title
    media:thumbnail ttl sy:updatePeriod feedburner:origLink
    itunes:summary itunes:duration rights language image lastBuildDate name email contributor""".split()  # noqa: SIM905
)


@st.composite
def elements(draw: st.DrawFn) -> str:
    name, attributes, value = draw(NAMES), draw(ATTRIBUTES), draw(VALUES)
    if name in ("author", "contributor") and draw(st.booleans()):
        value = f"<name>{value}</name><email>{draw(VALUES)}</email>"
    return f"<{name}{attributes}>{value}</{name}>"


@given(st.sampled_from([("item", rss), ("entry", atom)]), st.lists(elements(), max_size=3),
       st.lists(st.lists(elements(), max_size=6), max_size=3))  # fmt: skip
@settings(max_examples=400, deadline=None)
def test_any_feed_comes_out_as_from_feedparser(
    shape: tuple[str, object], head: list[str], items: list[list[str]]
) -> None:
    name, wrap = shape
    inside = "".join(head) + "".join(f"<{name}>{''.join(item)}</{name}>" for item in items)
    short, long = both(wrap(inside).encode())  # type: ignore[operator]  # one of the two above
    assert short == long


@pytest.mark.skipif(
    not Path(CORPUS).is_dir() or not CORPUS, reason="FEEDPARSER_TESTS names no folder (make corpus)"
)
def test_feedparsers_own_corpus_comes_out_the_same() -> None:
    short_ways = 0
    for path in sorted(Path(CORPUS).rglob("*.xml")):
        body = path.read_bytes()
        text = decode(body)
        if not is_feed(text):
            continue
        short_ways += read_tree(text) is not None
        short, long = both(body)
        assert short == long, path
    assert short_ways > 300
