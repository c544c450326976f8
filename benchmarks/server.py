"""A server that costs next to nothing: feeds and pages out of memory, with validators or without.

Run as `python -m benchmarks.server COUNT [HOST]`; prints its port. `/feed/N` is RSS with an ETag, `/plain/N` the same
without validators, `/page/N` HTML, `/tiny/N` a page of two sentences with an ETag, for any N. `/policy/N` is a policy
in the version that `/publish/V` has set last; of `/notice/N`, with an ETag, every hundredth follows that.
"""

from __future__ import annotations

import asyncio
import sys
from html import escape

from benchmarks.policies import policy

ENTRIES = 20
_TAGGED = ("feed", "tiny")
PARAGRAPH = (
    "Quillnet keeps the notes of small choirs and lets their members read them. We disclose data only in response to "
    "a valid court order, and we will notify you before we do. "
)


def feed(number: int) -> bytes:
    """RSS of about 30 KB."""
    items = "".join(
        f"<item><title>Post {n}</title><link>http://x.example/{number}/{n}</link><guid>{number}-{n}</guid>"
        f"<description>{PARAGRAPH * 6}</description></item>"
        for n in range(ENTRIES)
    )
    return (
        f"<?xml version='1.0'?><rss version='2.0'><channel><title>Feed {number}</title>"
        f"<link>http://x.example/{number}</link>{items}</channel></rss>"
    ).encode()


def rich_feed(number: int) -> bytes:
    """A feed as blogs have them, of about 30 KB: dates, authors, HTML; of three, two are RSS and one is Atom."""
    atom = number % 3 == 2
    items = "".join((_atom_entry if atom else _rss_item)(number, n) for n in range(ENTRIES))
    if atom:
        return (
            f"<?xml version='1.0' encoding='utf-8'?><feed xmlns='http://www.w3.org/2005/Atom'>"
            f"<title>Feed {number}</title>"
            f"<id>urn:{number}</id><link href='http://x.example/{number}'/><updated>2026-03-01T08:00:00Z</updated>"
            f"{items}</feed>"
        ).encode()
    return (
        "<?xml version='1.0' encoding='utf-8'?><rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/'"
        f" xmlns:dc='http://purl.org/dc/elements/1.1/'><channel><title>Feed {number}</title>"
        f"<link>http://x.example/{number}</link><description>Synthetic</description>{items}</channel></rss>"
    ).encode()


def _html(number: int, n: int) -> str:
    link = f'<a href="http://x.example/{number}/t/{n}">more</a>'
    return "".join(f"<p>{PARAGRAPH} &amp; so on {link}</p>" for _ in range(4))


def _rss_item(number: int, n: int) -> str:
    return (
        f"<item><title>Post {n}</title><link>http://x.example/{number}/{n}</link>"
        f"<guid isPermaLink='false'>{number}-{n}</guid><pubDate>Sun, 01 Mar 2026 {n:02}:00:00 GMT</pubDate>"
        f"<dc:creator>Ada Quill</dc:creator><category>keys</category><description>{PARAGRAPH}</description>"
        f"<content:encoded><![CDATA[{_html(number, n)}]]></content:encoded></item>"
    )


def _atom_entry(number: int, n: int) -> str:
    date = f"2026-03-01T{n:02}:00:00Z"
    return (
        f"<entry><title>Post {n}</title><link rel='alternate' href='http://x.example/{number}/{n}'/>"
        f"<id>urn:{number}-{n}</id><published>{date}</published><updated>{date}</updated>"
        f"<author><name>Ada Quill</name></author><category term='keys'/><summary>{PARAGRAPH}</summary>"
        f"<content type='html'>{escape(_html(number, n))}</content></entry>"
    )


def page(number: int) -> bytes:
    """HTML of about 70 KB with navigation and an article of 800 words."""
    links = "".join(f"<li><a href='/x/{n}'>Link number {n} of the site</a></li>" for n in range(400))
    article = "".join(f"<h2>Part {n}</h2><p>{PARAGRAPH * 2}</p>" for n in range(12))
    return (
        f"<!doctype html><html><head><title>Page {number}</title><style>{'p{margin:0}' * 900}</style></head><body>"
        f"<nav><ul>{links}</ul></nav><main><h1>Requests {number}</h1>{article}</main>"
        f"<footer><ul>{links}</ul></footer></body></html>"
    ).encode()


def tiny(number: int) -> bytes:
    """HTML of a few hundred bytes."""
    return (
        f"<!doctype html><html><head><title>Notice {number}</title></head><body><main><h1>Notice {number}</h1>"
        f"<p>Quillnet of district {number} will notify you before it discloses your notes to the police.</p>"
        f"<p>The notes of choir {number} are kept in a cupboard, and the cupboard is kept in a cellar.</p>"
        "</main></body></html>"
    ).encode()


def notice(number: int, version: int) -> bytes:
    """A page of a few hundred bytes with a figure in it."""
    return tiny(number).replace(
        b"</main>", b"<p>In 2025 we received %d requests from law enforcement.</p></main>" % (100 + version)
    )


class _Serve(asyncio.Protocol):
    feeds: tuple[bytes, ...] = ()
    pages: tuple[bytes, ...] = ()
    version = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._buffer = b""

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head, self._buffer = self._buffer[:end], self._buffer[end + 4 :]
            self._transport.write(self._answer(head))  # type: ignore[attr-defined]

    def _answer(self, head: bytes) -> bytes:
        path = head.split(b" ", 2)[1].decode()
        kind, _, number = path.strip("/").partition("/")
        if kind == "robots.txt":
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        if kind == "publish":
            _Serve.version = int(number)
            return b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
        if kind == "notice":
            return self._notice(int(number), head)
        if kind in _TAGGED and b"if-none-match" in head.lower():
            return b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n'
        body = self._body(kind, int(number))
        media = b"text/html" if kind in ("page", "tiny", "policy") else b"application/rss+xml"
        tag = b'ETag: "1"\r\n' if kind in _TAGGED else b""
        return b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\n%sContent-Length: %d\r\n\r\n%s" % (
            media,
            tag,
            len(body),
            body,
        )

    def _notice(self, number: int, head: bytes) -> bytes:
        version = self.version if number % 100 == 0 else 0
        tag = b'"%d"' % version
        if b"if-none-match: " + tag in head.lower():
            return b"HTTP/1.1 304 Not Modified\r\nETag: %s\r\n\r\n" % tag
        body = notice(number, version)
        return b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nETag: %s\r\nContent-Length: %d\r\n\r\n%s" % (
            tag,
            len(body),
            body,
        )

    def _body(self, kind: str, number: int) -> bytes:
        if kind == "tiny":
            return tiny(number)
        if kind == "policy":
            return policy(number, self.version)
        return self.pages[number] if kind == "page" else self.feeds[number]


async def main(count: int, host: str = "127.0.0.1") -> None:
    """Serve until killed."""
    _Serve.feeds = tuple(rich_feed(n) for n in range(count))
    _Serve.pages = tuple(page(n) for n in range(min(count, 200)))
    server = await asyncio.get_running_loop().create_server(_Serve, host, 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), *sys.argv[2:3]))
