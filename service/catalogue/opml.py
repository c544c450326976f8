"""Feed lists as OPML 2.0 (http://opml.org/spec2.opml), as feed readers exchange them: strangers' XML.

A document type is refused before anything in it is read, so there are no entities to expand and nothing is
fetched. What onrecord knows beyond OPML travels in attributes of its own namespace.
"""

from __future__ import annotations

from collections.abc import Iterable
from html.parser import HTMLParser
from itertools import groupby
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from service.catalogue.errors import CatalogueError
from service.catalogue.names import clean
from service.catalogue.outlines import OWN, PREFIX, URL_LETTERS, Outlines
from service.catalogue.tables import fields_of
from service.model import SourceKind, SourceSpec

NAMESPACE = "https://onrecord.example/ns/opml"
MAX_BYTES = 10 * 2**20


def read_opml(body: bytes, *, every: float = 1800.0) -> tuple[SourceSpec, ...]:
    """The feeds of an OPML file, in its order; folders become groups, an address counts once.

    A feed with a `company` attribute is the company's own voice, any other is news. `every`: seconds, where the
    file does not say. CatalogueError names the line.
    """
    if len(body) > MAX_BYTES:
        raise CatalogueError(f"longer than {MAX_BYTES >> 20} MiB")
    try:
        return _read_xml(body, every)
    except expat.ExpatError as error:
        if found := _read_loosely(body, every):
            return found
        raise CatalogueError(f"line {error.lineno}: not XML: {expat.ErrorString(error.code)}") from error
    except (LookupError, ValueError) as error:
        raise CatalogueError(f"not XML: {error}") from error


def _read_xml(body: bytes, every: float) -> tuple[SourceSpec, ...]:
    outlines = Outlines(every)
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = lambda *_: outlines.doctype(parser.CurrentLineNumber)
    parser.StartElementHandler = lambda tag, given: outlines.start(tag, given, parser.CurrentLineNumber)
    parser.EndElementHandler = outlines.end
    parser.Parse(body, True)
    return tuple(outlines.found)


def _read_loosely(body: bytes, every: float) -> tuple[SourceSpec, ...]:
    """What feed readers write without escaping it (&, quotes); () where it is not a whole feed list."""
    outlines = Outlines(every)
    text = body.decode("utf-8", "replace").removeprefix("\ufeff")
    if "<opml" not in text[:4096].lower():
        return ()
    tokens = _Tokens(outlines)
    try:
        tokens.feed(text)
        tokens.close()
    except AssertionError:  # what HTMLParser says of a marked section (`<![`) that it does not know
        return ()
    return tuple(outlines.found) if outlines.closed else ()


class _Tokens(HTMLParser):
    """Tags as HTML's tolerant tokenizer sees them."""

    def __init__(self, outlines: Outlines) -> None:
        super().__init__()
        self._outlines = outlines

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        self._outlines.start(tag, given, self.getpos()[0])

    def handle_endtag(self, tag: str) -> None:
        self._outlines.end(tag)

    def handle_decl(self, decl: str) -> None:  # noqa: ARG002 - the signature is HTMLParser's
        self._outlines.doctype(self.getpos()[0])


def write_opml(specs: Iterable[SourceSpec]) -> bytes:
    """OPML that feed readers take, and that `read_opml` reads back as it was; UTF-8, a folder a group."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<opml version="2.0" xmlns:{PREFIX}="{NAMESPACE}">',
        "  <head><title>onrecord: sources</title></head>",
        "  <body>",
    ]
    for group, members in groupby(specs, key=lambda spec: spec.group):
        outlines = [f"<outline {_attributes(spec)}/>" for spec in members]
        if group:
            outlines = [f"<outline text={_quoted(group)}>", *(f"  {o}" for o in outlines), "</outline>"]
        lines += [f"    {outline}" for outline in outlines]
    lines += ["  </body>", "</opml>", ""]
    return "\n".join(lines).encode()


def _attributes(spec: SourceSpec) -> str:
    feed = spec.kind is SourceKind.FEED
    known = fields_of(spec)
    given: dict[str, str | bool] = {"text": spec.name, "type": "rss" if feed else "link"}
    given["xmlUrl" if feed else "url"] = spec.url
    given |= {f"{PREFIX}:{key}": known[key] for key in OWN if key in known}
    return " ".join(f"{key}={_quoted(value)}" for key, value in given.items())


def _quoted(value: str | bool) -> str:
    text = str(value).lower() if isinstance(value, bool) else value
    return quoteattr(clean(text, URL_LETTERS))
