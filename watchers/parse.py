"""Bytes of whatever kind into documents: what the server says and what the bytes look like decide how."""

from __future__ import annotations

import re
from dataclasses import replace

from watchers.byline import read_byline
from watchers.charset import decode
from watchers.errors import ExtractError
from watchers.feed import is_feed, read_feed
from watchers.markdown import read_markdown
from watchers.model import BlockKind, Document, Feed
from watchers.outline import TooLongError
from watchers.page import read_page
from watchers.pgp import is_clearsigned, key_notes, read_clearsigned
from watchers.plain import read_plain
from watchers.plausible import empty_reason, implausible, implausible_text
from watchers.signs import is_data

MAX_BYTES = 32 * 2**20
_PDF_WITHIN = 1024
"""Bytes before which "%PDF-" must stand (ISO 32000-1, annex H)."""
_HTML = re.compile(
    r"<(?:!doctype\s{1,9}html|html|head|body|title|meta|p|div|h[1-6]|article|main|section|ul|ol|table|span|a\s|br|strong|em|blockquote)"
    r"(?=[\s>/])",
    re.IGNORECASE,
)
_NOT_TEXT = (
    "image/",
    "audio/",
    "video/",
    "font/",
    "application/zip",
    "application/gzip",
    "application/msword",
)
_MARKDOWN_TYPES = ("text/markdown", "text/x-markdown")
_MARKDOWN_NAMES = (".md", ".markdown", ".mdown", ".mkd")
_MARKUP_TYPES = ("text/html", "application/xhtml+xml")
_BINARY_SHARE = 0.02


def _read_pdf(body: bytes, url: str) -> Document:
    from watchers.pdf import read_pdf  # noqa: PLC0415 - pdfium is loaded by whoever meets a PDF, and by nobody else

    return read_pdf(body, url=url)


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
    """The document in `body`; ExtractError says by its reason why there is none.

    Reasons: empty, unreadable, media_type, too_large, selector, challenge, soft_404, consent, login, shell, error_page.
    """
    if len(body) > MAX_BYTES:
        raise ExtractError(url, f"{len(body)} bytes are more than any document has", reason="too_large")
    if body[:_PDF_WITHIN].find(b"%PDF-") >= 0 and media_type not in _MARKUP_TYPES:
        return _read_pdf(body, url)
    if media_type == "application/pdf" and not _HTML.search(decode(body[:_PDF_WITHIN])):
        return _read_pdf(body, url)
    if media_type.startswith(_NOT_TEXT):
        raise ExtractError(url, f"{media_type} is no document", reason="media_type", transient=False)
    text = decode(body, charset)
    if not text.strip():
        raise ExtractError(url, "the document is empty", reason="empty")
    if _is_binary(text):
        raise ExtractError(url, "the document is not text", reason="media_type", transient=False)
    try:
        document = _read(text, url, media_type, select, remove, name)
    except TooLongError as error:
        raise ExtractError(url, "more blocks than any document has", reason="too_large") from error
    if not document.blocks:
        raise ExtractError(url, "nothing to read in it", reason="empty")
    return document


def read_any(
    body: bytes, *, url: str, media_type: str = "", charset: str | None = None, name: str = ""
) -> tuple[Document, ...]:
    """Like `read_document`, but a feed is read too: each entry that carries text is a document."""
    if _may_be_feed(body, media_type, name):
        text = decode(body, charset)
        if is_feed(text) or "jsonfeed.org" in text[:2048]:
            return _entries(read_feed(body, url=url, media_type=media_type, charset=charset))
    return (read_document(body, url=url, media_type=media_type, charset=charset, name=name),)


def _read(text: str, url: str, media_type: str, select: str, remove: str, name: str) -> Document:
    if is_data(text):
        raise ExtractError(url, "this is JSON, not the document", reason="error_page")
    if _is_markdown(url, media_type, name):
        return read_markdown(text, url=url)
    if media_type in _MARKUP_TYPES or (media_type != "text/plain" and _HTML.search(text[:4096])):
        return _read_html(text, url, select, remove)
    if is_clearsigned(text):
        return _credited(read_clearsigned(text, url=url))
    if media_type == "text/plain" and _HTML.match(text[:4096].lstrip("\ufeff \t\r\n")):
        return _read_html(text, url, select, remove)
    if reason := implausible_text(text):
        raise ExtractError(url, "looks like a server's error message, not the document", reason=reason)
    blocks = read_plain(text)
    return _credited(Document(url, "", blocks, "text"))


def _read_html(text: str, url: str, select: str, remove: str) -> Document:
    document, markup = read_page(text, url=url, select=select, remove=remove)
    if not document.blocks:
        reason = empty_reason(markup)
        raise ExtractError(url, f"no text on the page ({reason})", reason=reason)
    if not select:
        heading = next((b.text for b in document.blocks if b.kind is BlockKind.HEADING), "")
        words = "\n".join(b.text for b in document.blocks)
        if reason := implausible(document.title, heading, words, markup):
            raise ExtractError(url, f"looks like a {reason} page, not the document", reason=reason)
    return _credited(replace(document, notes=(*document.notes, *key_notes(text))))


def _is_markdown(url: str, media_type: str, name: str) -> bool:
    if media_type in _MARKDOWN_TYPES:
        return True
    path = url.partition("?")[0].partition("#")[0].lower()
    return media_type not in _MARKUP_TYPES and (
        name.lower().endswith(_MARKDOWN_NAMES) or path.endswith(_MARKDOWN_NAMES)
    )


def _credited(document: Document) -> Document:
    """With title, date and author from the text where nothing else gave them."""
    published, author = read_byline(document.blocks)
    first = document.blocks[0] if document.blocks else None
    title = first.text if first is not None and first.kind is BlockKind.HEADING else ""
    return replace(
        document,
        title=document.title or title,
        published=document.published or published,
        author=document.author or author,
    )


def _is_binary(text: str) -> bool:
    """So many replaced or control characters that no writer meant it."""
    sample = text[:8192]
    bad = sample.count("\ufffd") + sum(1 for c in sample if c < " " and c not in "\t\n\r\f\x1b")
    return bad > _BINARY_SHARE * len(sample) + 8


def _may_be_feed(body: bytes, media_type: str, name: str) -> bool:
    if _is_markdown("", media_type, name) or media_type in ("text/html", "application/pdf"):
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
