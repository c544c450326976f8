"""Bytes of whatever kind into documents: what the server says and what the bytes look like decide how."""

from __future__ import annotations

import re
from dataclasses import replace

from watchers.charset import decode
from watchers.errors import ExtractError
from watchers.feed import is_feed, read_feed
from watchers.markdown import read_markdown
from watchers.model import Document, Feed
from watchers.page import read_page
from watchers.pdf import read_pdf
from watchers.pgp import is_clearsigned, read_clearsigned
from watchers.plain import read_plain

_HTML = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|p|div|h1|article|main|section|title|meta)[\s>/]", re.IGNORECASE
)


def read_document(
    body: bytes,
    *,
    url: str,
    media_type: str = "",
    charset: str | None = None,
    select: str = "",
    remove: str = "",
    name: str = "",
) -> Document:
    """The document in `body`; ExtractError says why there is none."""
    if body[:1024].lstrip().startswith(b"%PDF-"):
        return read_pdf(body, url=url)
    text = decode(body, charset)
    if media_type == "text/markdown" or name.lower().endswith((".md", ".markdown")):
        document = read_markdown(text, url=url)
    elif "html" in media_type or _HTML.search(body[:2048]):
        document, _ = read_page(text, url=url, select=select, remove=remove)
    elif is_clearsigned(text):
        document = read_clearsigned(text, url=url)
    else:
        document = Document(url, "", read_plain(text), "text")
    if not document.blocks:
        raise ExtractError(url, "nothing to read in it", reason="empty")
    return document


def read_any(
    body: bytes, *, url: str, media_type: str = "", charset: str | None = None, name: str = ""
) -> tuple[Document, ...]:
    """Like `read_document`, but a feed is read too: each entry that carries text is a document."""
    if _may_be_feed(body, media_type) and (
        is_feed(text := decode(body, charset)) or "jsonfeed.org" in text[:2048]
    ):
        return _entries(read_feed(body, url=url, media_type=media_type, charset=charset))
    return (read_document(body, url=url, media_type=media_type, charset=charset, name=name),)


def _may_be_feed(body: bytes, media_type: str) -> bool:
    if media_type in ("text/html", "text/markdown", "application/pdf") or body.startswith(b"%PDF"):
        return False
    return body[:512].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0")[:1] in (b"<", b"{")


def _entries(feed: Feed) -> tuple[Document, ...]:
    documents = []
    for entry in feed.entries:
        try:
            page = read_document(
                entry.content.encode(),
                url=entry.url or feed.url,
                media_type=entry.content_type,
                charset="utf-8",
            )
        except ExtractError:
            continue
        documents.append(
            replace(
                page,
                title=entry.title or page.title,
                media="feed",
                published=entry.published or page.published,
                author=entry.author or page.author,
            )
        )
    return tuple(documents)
