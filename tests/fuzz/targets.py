"""What is fuzzed: every function that reads a stranger's bytes, and what must hold of its answer.

A target takes bytes and returns; it may raise nothing but what its function says it raises, which it swallows.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache, partial
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from unittest.mock import patch

from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict

from notifiers.mailbox import Mailbox
from notifiers.mime import compose
from notifiers.model import MailMessage
from notifiers.text import excerpt, many_lines, one_line
from service.catalogue.errors import CatalogueError
from service.catalogue.opml import read_opml, write_opml
from service.catalogue.tables import read_toml, write_toml
from service.configuration.settings import ConfigError, load
from service.diff.align import compare_readings
from service.diff.compare import compare
from service.diff.words import word_diff
from service.model import Judgement, Reading, Role, Sentence
from service.statements.detection.detector import judge
from service.statements.detection.exceptions import find_exception
from service.statements.figures.figures import find_figures
from service.statements.read import read
from service.statements.sentences import split, split_text
from service.statements.speech.quotes import find_quotes
from service.web.bodies import parse_body
from service.web.problems import Problem
from service.web.query import AssuranceQuery, ChangeQuery, read_query
from service.web.sources import NewSource
from service.web.subscribing import NewSubscription, Replay
from watchers import feed as feeds
from watchers.answers import clean_headers, conditions, content_type, validators
from watchers.charset import decode
from watchers.clean import clean_text
from watchers.dates import read_date, written_date
from watchers.decode import Body, DecodeError
from watchers.errors import ExtractError, Refused
from watchers.feed import read_feed
from watchers.freshness import fresh_for, http_date, retry_after
from watchers.guard import Guard
from watchers.model import Document
from watchers.parse import read_any, read_document
from watchers.pdf import read_pdf
from watchers.robots import parse_rules
from watchers.text import from_text, to_text
from watchers.urls import parse_url

Target = Callable[[bytes], object]
TARGETS: dict[str, Target] = {}
URL = "https://quillnet.example/legal/guide"
NOW = datetime(2026, 11, 1, tzinfo=UTC)
_BAD = frozenset(
    chr(n) for n in (*range(32), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A))
)
_GUARD = Guard()
_FEW = Judgement(relevant=True, score=0.9)


def target(run: Target) -> Target:
    """Register it under its name."""
    TARGETS[run.__name__] = run
    return run


def _text(data: bytes) -> str:
    """UTF-8 with lone surrogates let through: JSON and headers carry them."""
    return (
        data.decode("utf-8", "surrogatepass" if b"\xed" in data else "replace")
        if _passes(data)
        else data.decode("latin-1")
    )


def _passes(data: bytes) -> bool:
    try:
        data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


def _checked(document: Document) -> None:
    """The canonical form reads back, and nothing in the document can hide, reorder or break a line."""
    back = from_text(to_text(document), url=document.url, title=document.title, media=document.media)
    assert back.blocks == document.blocks
    for text in (document.title, document.author, document.language, *(b.text for b in document.blocks)):
        assert not _BAD & set(text), text[:200]
        text.encode()


def _document(data: bytes, media: str, name: str = "") -> None:
    try:
        documents = read_any(data, url=URL, media_type=media, name=name)
    except ExtractError:
        return
    for document in documents:
        _checked(document)


@target
def html(data: bytes) -> None:
    """An HTML page, whole and by selector."""
    _document(data, "text/html")
    try:
        read_document(data, url=URL, media_type="text/html", select="main, p", remove="nav, .x")
    except ExtractError:
        return


@target
def unnamed(data: bytes) -> None:
    """An answer whose type the server does not say."""
    _document(data, "")


@target
def plain(data: bytes) -> None:
    """Plain and clearsigned text."""
    _document(data, "text/plain")


@target
def markdown(data: bytes) -> None:
    """Markdown."""
    _document(data, "text/markdown")


@target
def pdf(data: bytes) -> None:
    """A PDF. In the program this runs in a worker process, which may die of it."""
    try:
        _checked(read_pdf(data, url=URL))
    except ExtractError:
        return


@target
def feed(data: bytes) -> None:
    """A feed by whichever way takes it; JSON Feed too."""
    for media in ("application/rss+xml", "application/feed+json"):
        try:
            _entries(read_feed(data, url=URL, media_type=media, max_entries=50))
        except ExtractError:
            continue


@target
def feedparser(data: bytes) -> None:
    """A feed by the long way."""
    with patch.object(feeds, "read_tree", lambda _: None):
        try:
            _entries(read_feed(data, url=URL, max_entries=50))
        except ExtractError:
            return


def _entries(found: Any) -> None:
    for entry in found.entries:
        assert entry.identity
        assert not _BAD & set(entry.title + entry.author + entry.url), entry
        assert entry.url.startswith(("http://", "https://")) or not entry.url, entry.url
        assert entry.published is None or entry.published.tzinfo is not None


@target
def charset(data: bytes) -> None:
    """Bytes into text, with a label from the bytes themselves."""
    label, _, body = data.partition(b"\n")
    decode(body, label.decode("latin-1"))
    decode(data)


@target
def body(data: bytes) -> None:
    """A compressed body, piece by piece."""
    for coding in ("gzip", "", data[:12].decode("latin-1")):
        try:
            with Body(coding, 1 << 20) as taken:
                for start in range(0, len(data), 97):
                    taken.feed(data[start : start + 97])
                assert len(taken.finish()) <= 1 << 20
        except DecodeError:
            continue


@target
def address(data: bytes) -> None:
    """A URL: what the guard lets through holds no literal that is inside."""
    text = _text(data)
    try:
        url = parse_url(text)
        _GUARD.check(url, text)
    except (ValueError, Refused):
        pass
    else:
        host = (url.raw_host or "").strip("[]")
        assert url.scheme in ("http", "https")
        assert url.user is None
        assert url.password is None
        try:
            literal = ip_address(host)
        except ValueError:
            literal = None
        assert literal is None or not (
            literal.is_loopback or literal.is_link_local or literal.is_multicast
        ), text
    try:
        parse_url(text, parse_url(URL))
        _GUARD.check_url(text)
    except (ValueError, Refused):
        return


@target
def headers(data: bytes) -> None:
    """An answer's header fields."""
    fields = CIMultiDict[str](
        (name.strip() or "X", value.strip())
        for name, _, value in (line.partition(":") for line in _text(data).split("\n")[:50])
    )
    content_type(fields)
    conditions(validators(fields, NOW))
    clean_headers(fields)
    for name in ("Retry-After", "Date", "Last-Modified"):
        wait = retry_after(fields.get(name), NOW)
        assert wait is None or 0 <= wait.total_seconds() <= 86400
        http_date(fields.get(name, ""))
    fresh = fresh_for(fields, NOW)
    assert fresh is None or 0 <= fresh.total_seconds() <= 86400


@target
def dates(data: bytes) -> None:
    """Dates as people write them."""
    text = _text(data)
    for moment in (read_date(text), written_date(text)):
        assert moment is None or (moment.tzinfo is UTC and 1990 <= moment.year < 2100)


@target
def robots(data: bytes) -> None:
    """A robots.txt."""
    rules = parse_rules(data, "onrecord")
    rules.can_fetch(URL, "onrecord")
    rules.crawl_delay("onrecord")


@target
def clean(data: bytes) -> None:
    """Strangers' letters made harmless, for pages, mails and logs."""
    text = _text(data)
    for cleaned in (clean_text(text, limit=300), one_line(text, 300)):
        assert not _BAD & set(cleaned)
        assert len(cleaned) <= 300
        cleaned.encode()
    many_lines(text).encode()
    excerpt(data)


@target
def mail(data: bytes) -> None:
    """A mail with strangers' text in subject, body and names."""
    text = _text(data)
    sender = Mailbox("", "onrecord", "example.org")
    message = MailMessage("evt_1", "onrecord@example.org", ("desk@example.org",), text, text, text)
    raw = compose(message, sender, [Mailbox(one_line(text, 300), "desk", "example.org")], NOW)
    head = raw.partition(b"\r\n\r\n")[0].lower()
    assert sum(line.startswith((b"bcc:", b"cc:", b"to:", b"from:")) for line in head.split(b"\r\n")) == 2
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))


@target
def sentences(data: bytes) -> None:
    """Sentences, figures, quotations and exceptions of one block of text."""
    text = _text(data)
    for piece in split_text(text):
        assert piece in text
    find_quotes(text)
    for exception in (find_exception(text),):
        assert isinstance(exception, str)
    find_figures(text)


@target
def reading(data: bytes) -> None:
    """A text read through and through, as a company's own and as news."""
    document = from_text(_text(data), url=URL, title="Quillnet", media="text")
    for role in (Role.COMPANY, Role.NEWS):
        read(document, company="Quillnet" if role is Role.COMPANY else "", role=role)
    split(document)


@target
def detect(data: bytes) -> None:
    """A sentence judged."""
    text, _, rest = _text(data).partition("\n")
    (found,) = judge([Sentence(text, rest[:500], rest[500:1000])])
    assert 0 <= found.score <= 1


@target
def comparison(data: bytes) -> None:
    """Two sentences, and two documents of one line a sentence, set against each other."""
    old, _, new = _text(data).partition("\n\n")
    verdict = compare(old, new, lambda asked: tuple(_FEW for _ in asked))
    assert 0 <= verdict.score <= 1
    found = word_diff(old, new)
    assert "".join(s.text for s in found if s.op != "insert") == old
    assert "".join(s.text for s in found if s.op != "delete") == new
    before, after = (_reading(side) for side in (old, new))
    compare_readings(before, after)


def _reading(text: str) -> Reading:
    document = from_text(text, url=URL, title="", media="text")
    return read(document, company="Quillnet", role=Role.COMPANY)


def _one_line(error: Exception) -> None:
    assert "\n" not in str(error)


@target
def opml(data: bytes) -> None:
    """A list of feeds; what is taken can be written and read again."""
    try:
        found = read_opml(data)
    except CatalogueError as error:
        _one_line(error)
        return
    assert [spec.url for spec in read_opml(write_opml(found))] == [spec.url for spec in found]


@target
def catalogue(data: bytes) -> None:
    """Sources as TOML; what is taken can be written and read again."""
    try:
        found = read_toml(_text(data))
    except CatalogueError as error:
        _one_line(error)
        return
    assert read_toml(write_toml(found)) == found


@target
def config(data: bytes) -> None:
    """A configuration file."""
    path = Path(_folder().name) / "onrecord.toml"
    path.write_bytes(data)
    try:
        load(path)
    except ConfigError as error:
        _one_line(error)


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    """One for all inputs: making and removing one each takes longer than the reading."""
    return tempfile.TemporaryDirectory()


@target
def api(data: bytes) -> None:
    """A JSON body of the API, and the same bytes as a query."""
    try:
        given = json.loads(data)
    except (ValueError, RecursionError):
        given = None
    if isinstance(given, dict):
        for model in (NewSubscription, NewSource, Replay):
            _asked(partial(parse_body, given, model))
    for query in (ChangeQuery, AssuranceQuery):
        _asked(partial(read_query, _request(data), query))


def _asked(question: Callable[[], object]) -> None:
    """It is answered, or refused as badly asked."""
    try:
        question()
    except Problem as error:
        if error.status != 400:
            raise


def _request(data: bytes) -> web.Request:
    asked = "".join(
        c if c.isalnum() or c in '=&%+-:,"' else f"%{ord(c) & 255:02X}" for c in data.decode("latin-1")
    )
    return make_mocked_request("GET", f"/api/v1/changes?{asked[:4000]}")
