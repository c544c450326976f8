import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from watchers.errors import ExtractError
from watchers.feed import read_feed
from watchers.model import Feed
from watchers.parse import read_any

URL = "https://harborlight.example/blog/feed.xml"
NAMESPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
    ' xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/"'
)


def rss(items: str, head: str = "") -> bytes:
    return (
        f'<?xml version="1.0"?><rss version="2.0" {NAMESPACES}><channel><title>Harborlight</title>'
        f"{head}{items}</channel></rss>"
    ).encode()


def read(body: bytes, **how: object) -> Feed:
    return read_feed(body, url=URL, **how)  # type: ignore[arg-type]  # forwarded as they are


def test_rss() -> None:
    feed = read(
        rss(
            """<item><guid isPermaLink="false">tag:1</guid><link>/posts/1</link>
            <title>On &lt;b&gt;requests&lt;/b&gt;</title>
            <pubDate>Tue, 03 Feb 2026 10:00:00 +0200</pubDate><dc:creator>Ada Quill</dc:creator>
            <description>Short.</description>
            <content:encoded><![CDATA[<p>We never <b>give</b> keys.</p>]]></content:encoded></item>""",
            '<ttl>90</ttl><atom:link rel="hub" href="https://hub.example/"/>',
        )
    )
    assert (feed.title, feed.hub, feed.fresh_for, feed.ill_formed, feed.truncated) == (
        "Harborlight", "https://hub.example/", timedelta(minutes=90), "", 0
    )  # fmt: skip
    (entry,) = feed.entries
    assert (entry.identity, entry.url, entry.author) == (
        "tag:1",
        "https://harborlight.example/posts/1",
        "Ada Quill",
    )
    assert entry.published == datetime(2026, 2, 3, 8, tzinfo=UTC)
    assert entry.content == "<p>We never <b>give</b> keys.</p>"
    assert entry.content_type == "text/html"
    assert entry.title == "On requests"


def test_atom() -> None:
    feed = read(
        b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>H</title>
        <entry><id>urn:1</id><title type="html">A &lt;i&gt;b&lt;/i&gt;</title>
        <link rel="alternate" href="https://harborlight.example/1"/>
        <link rel="enclosure" href="https://harborlight.example/1.mp3"/>
        <published>2026-02-03T08:00:00Z</published><updated>2026-02-04T08:00:00Z</updated>
        <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>We tell.</p></div></content>
        </entry></feed>"""
    )
    (entry,) = feed.entries
    assert (entry.identity, entry.url, entry.title) == ("urn:1", "https://harborlight.example/1", "A b")
    assert entry.published == datetime(2026, 2, 3, 8, tzinfo=UTC)
    assert entry.updated == datetime(2026, 2, 4, 8, tzinfo=UTC)
    assert "<p>We tell.</p>" in entry.content


def test_rdf() -> None:
    feed = read(
        b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
        xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel><title>R</title><sy:updatePeriod>hourly</sy:updatePeriod>
        <sy:updateFrequency>2</sy:updateFrequency></channel><item rdf:about="https://h.example/a"><title>a</title>
        <link>https://h.example/a</link><description>d</description></item></rdf:RDF>"""
    )
    assert [(e.title, e.url) for e in feed.entries] == [("a", "https://h.example/a")]
    assert feed.fresh_for == timedelta(minutes=30)


def test_json_feed() -> None:
    body = json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "J",
            "hubs": [{"type": "WebSub", "url": "https://hub.example/"}],
            "items": [
                {"id": 7, "url": "/7", "title": "t\r\nBcc: x@example.org", "content_html": "<p>We tell.</p>",
                 "date_published": "2026-02-03T08:00:00Z", "authors": [{"name": "Ada"}, {"name": "Bo"}]},
                {"content_text": "plain", "url": "javascript:alert(1)"},
                "nonsense",
            ],
        }
    ).encode()  # fmt: skip
    feed = read(body, media_type="application/feed+json")
    first, second = feed.entries
    assert (first.identity, first.url, first.title, first.author) == (
        "7", "https://harborlight.example/7", "t Bcc: x@example.org", "Ada, Bo"
    )  # fmt: skip
    assert feed.hub == "https://hub.example/"
    assert second.identity.startswith("sha256:")
    assert (second.url, second.content, second.content_type) == ("", "plain", "text/plain")


def test_what_says_nothing_is_no_post() -> None:
    assert [one.title for one in read(rss("<item/>" * 9 + "<item><title>this</title></item>")).entries] == [
        "this"
    ]
    listed = {"version": "https://jsonfeed.org/version/1", "items": [{}, {"id": 2, "title": "this"}]}
    assert [one.title for one in read(json.dumps(listed).encode()).entries] == ["this"]


def test_identity_is_guid_else_link_else_hash() -> None:
    feed = read(rss("<item><guid>g</guid><link>https://h.example/1</link></item><item><link>https://h.example/2</link></item>"
                    "<item><title>only this</title></item>"))  # fmt: skip
    guid, link, digest = feed.entries
    assert (guid.identity, link.identity) == ("g", "https://h.example/2")
    assert digest.identity.startswith("sha256:")
    assert digest == read(rss("<item><title>only this</title></item>")).entries[0]


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://h/x",
        "http://[::1",
        "",
        "https://",
    ],
)
def test_only_web_addresses_are_links(href: str) -> None:
    (entry,) = read(rss(f"<item><guid isPermaLink='false'>g</guid><link>{href}</link></item>")).entries
    assert entry.url == ""


@pytest.mark.parametrize(
    "date",
    ["yesterday", "Tue, 99 Feb 2026 10:00:00 GMT", "0001-01-01", "9999-12-31T23:59:59Z", "1969-12-31", "-1"],
)
def test_absurd_dates_are_none(date: str) -> None:
    (entry,) = read(rss(f"<item><guid>g</guid><pubDate>{date}</pubDate></item>")).entries
    assert entry.published is None


def test_an_ill_formed_feed_gives_what_can_be_had() -> None:
    body = rss("<item><guid>a</guid><title>A & B</title></item><item><guid>b</guid><title>C</title></item>")[
        :-30
    ]
    feed = read(body)
    assert [e.identity for e in feed.entries] == ["a", "b"]
    assert feed.ill_formed


def test_an_empty_channel_is_a_feed() -> None:
    assert read(rss("")).entries == ()


@pytest.mark.parametrize(
    "body",
    [b"<!doctype html><html><head></head><body><rss></body>", b"Just words.", b'{"a": 1}', b"", b"[" * 100_000],
    ids=["html", "text", "json", "empty", "deep-json"],
)  # fmt: skip
def test_what_is_no_feed_says_so(body: bytes) -> None:
    with pytest.raises(ExtractError) as caught:
        read(body, media_type="application/json" if body[:1] in b"[" else "")
    assert caught.value.reason == "not_a_feed"


def test_the_hub_may_stand_in_a_header() -> None:
    link = ("Link", '<https://h.example/x>; rel="self", <https://hub.example/h>; rel="hub"')
    assert read(rss(""), headers=(link,)).hub == "https://hub.example/h"


def test_only_so_many_entries_are_read_and_the_rest_counted() -> None:
    feed = read(rss("".join(f"<item><guid>{n}</guid></item>" for n in range(30))), max_entries=12)
    assert [e.identity for e in feed.entries] == [str(n) for n in range(12)]
    assert (feed.truncated, feed.ill_formed) == (18, "")


def test_a_hundred_thousand_entries_are_cut_before_parsing() -> None:
    feed = read(rss("<item><guid>x</guid><title>t</title></item>" * 100_000))
    assert (len(feed.entries), feed.truncated) == (1000, 99_000)


@pytest.mark.parametrize(
    "body",
    [
        rss("<item><title>t</title></item>", "".join(f'<a{n}:b xmlns:a{n}="u{n}"/>' for n in range(50_000))),
        rss("<item " + " ".join(f'a{n}="1"' for n in range(100_000)) + "><title>t</title></item>"),
        rss("<item><title>t</title>" + "<x/>" * 300_000 + "</item>"),
    ],
    ids=["namespaces", "attributes", "elements"],
)
def test_absurd_structure_is_refused_before_parsing(body: bytes) -> None:
    with pytest.raises(ExtractError) as caught:
        read(body)
    assert caught.value.reason == "too_large"


def test_nothing_is_fetched_and_nothing_expanded(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET")
    doctype = (
        f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{secret.as_uri()}"><!ENTITY a "aaaaaaaaaa">'
        '<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
        '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
    )
    body = rss("<item><guid>g</guid><title>t &x; &c;</title></item>").replace(
        b"<rss", doctype.encode() + b"<rss", 1
    )
    (entry,) = read(body).entries
    assert "SECRET" not in entry.title
    assert "aaa" not in entry.title


def test_a_body_that_names_a_file_is_not_opened(tmp_path: Path) -> None:
    file = tmp_path / "feed.xml"
    file.write_bytes(rss("<item><guid>g</guid></item>"))
    with pytest.raises(ExtractError):
        read(str(file).encode())


@pytest.mark.parametrize(
    "reference", ["&#1114112;", "&#xD800;", "&#0;", "&#99999999999999;", "&#xFFFFFFFFF;", "\0", "&nosuch;"]
)
def test_impossible_characters_do_no_harm(reference: str) -> None:
    (entry,) = read(rss(f"<item><guid>g</guid><title>a{reference}b</title></item>")).entries
    assert entry.title.startswith("a")
    entry.title.encode()


def test_titles_are_one_clean_line() -> None:
    (entry,) = read(
        rss("<item><guid>g</guid><title>t\r\nBcc: all@example.org \u202eevil&lt;script&gt;</title></item>")
    ).entries
    assert "\n" not in entry.title
    assert "\u202e" not in entry.title


def test_read_any_gives_each_entry_that_says_something() -> None:
    documents = read_any(
        rss("<item><title>One</title><link>https://h.example/1</link>"
            "<description>We never give keys.</description></item>"
            "<item><title>Two</title></item>"),
        url=URL, media_type="application/rss+xml",
    )  # fmt: skip
    (document,) = documents
    assert (document.title, document.media, document.url) == ("One", "feed", "https://h.example/1")
    assert document.blocks[0].text == "We never give keys."


def test_other_encodings() -> None:
    body = '<?xml version="1.0" encoding="iso-8859-1"?><rss><channel><item>'
    body += "<guid>g</guid><title>café</title></item></channel></rss>"
    assert read(body.encode("latin-1")).entries[0].title == "café"
    assert read(body.encode("utf-16")).entries[0].title == "café"


@pytest.mark.parametrize("form", ["plain", "xml:base"], ids=["short way", "feedparser"])
@pytest.mark.parametrize("rising", [True, False])
def test_the_newest_entries_are_kept_whatever_the_order(form: str, rising: bool) -> None:
    days = range(1, 29) if rising else range(28, 0, -1)
    base = ' xml:base="https://harborlight.example/"' if form == "xml:base" else ""
    items = "".join(f"<item{base}><guid>{day}</guid><pubDate>{day:02} Feb 2026 10:00:00 GMT</pubDate></item>"
                    for day in days)  # fmt: skip
    feed = read(rss(items), max_entries=3)
    assert sorted(int(e.identity.rpartition("/")[2]) for e in feed.entries) == [26, 27, 28]
    assert feed.truncated == 25


def test_a_hint_with_attributes_is_no_hint() -> None:
    assert read(rss("", '<ttl unit="minutes">60</ttl>')).fresh_for is None


@pytest.mark.parametrize("name", ["links", "content", "summary_detail", "published_parsed", "updated_parsed"])
def test_an_element_called_like_what_the_parser_collects_costs_its_entry_nothing(name: str) -> None:
    odd = f"<{name}>x</{name}>"
    link = "https://harborlight.example/1"
    item = f"<item><guid>urn:1</guid><title>One</title><link>{link}</link>{odd}</item>"
    feed = read(rss(item, odd)[:-1])  # not well-formed, so that feedparser reads it
    assert [(entry.title, entry.url) for entry in feed.entries] == [("One", link)]
