"""Feed lists as OPML 2.0 (http://opml.org/spec2.opml), as feed readers exchange them: strangers' XML.

A document type is refused before anything in it is read, so there are no entities to expand and nothing is
fetched. What onrecord knows beyond OPML travels in attributes of its own namespace.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from urllib.parse import urlsplit
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from service.catalogue.errors import CatalogueError
from service.catalogue.mending import mend
from service.catalogue.names import clean, name_for, unique
from service.catalogue.tables import fields_of, read_table
from service.model import Role, SourceKind, SourceSpec
from service.settings import DefaultSettings

NAMESPACE = "https://onrecord.example/ns/opml"
PREFIX = "onrecord"
MAX_BYTES = 10 * 2**20
MAX_SOURCES = 10_000

_OWN = ("name", "company", "role", "select", "remove", "every", "confirm", "robots")
"""What a source has beside its address, kind and folder."""


def read_opml(body: bytes, *, every: float = 1800.0) -> tuple[SourceSpec, ...]:
    """The feeds of an OPML file, in its order; folders become groups, a URL counts once.

    A feed with a `company` attribute is the company's own voice, any other is news. `every`: seconds, where the
    file does not say. CatalogueError names the line.
    """
    if len(body) > MAX_BYTES:
        raise CatalogueError(f"longer than {MAX_BYTES >> 20} MiB")
    try:
        return _read(body, every)
    except _NotXml as error:
        if (mended := mend(body)) == body:
            raise CatalogueError(str(error)) from error
    try:
        return _read(mended, every)
    except _NotXml as error:
        raise CatalogueError(str(error)) from error


class _NotXml(Exception):
    """Not well-formed; the message names the line."""


def _read(body: bytes, every: float) -> tuple[SourceSpec, ...]:
    outlines = _Outlines(every)
    parser = expat.ParserCreate()
    outlines.listen(parser)
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        raise _NotXml(f"line {error.lineno}: not XML: {expat.ErrorString(error.code)}") from error
    except (LookupError, ValueError) as error:
        raise _NotXml(f"line {parser.CurrentLineNumber}: not XML: {error}") from error
    return tuple(outlines.found)


class _Outlines:
    """Collects sources while expat walks through the file. `found` is what it gives."""

    def __init__(self, every: float) -> None:
        self.found: list[SourceSpec] = []
        self._defaults = DefaultSettings(every=every)
        self._folders: list[str] = []
        self._names: set[str] = set()
        self._urls: set[str] = set()
        self._root = ""
        self._parser: expat.XMLParserType | None = None

    def listen(self, parser: expat.XMLParserType) -> None:
        self._parser = parser
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end

    @property
    def _line(self) -> str:
        return f"line {self._parser.CurrentLineNumber if self._parser else 0}"

    def _doctype(self, *_: object) -> None:
        raise CatalogueError(f"{self._line}: a document type (DOCTYPE) is not taken")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.lower()
        if not self._root:
            self._root = name
            if name != "opml":
                raise CatalogueError(f"{self._line}: not OPML: the document is <{clean(tag, 40)}>")
        if name != "outline":
            return
        given = {key.lower(): value for key, value in attributes.items()}
        url, kind = _target(given)
        title = clean(given.get("text") or given.get("title") or "")
        self._folders.append("" if url else title)
        if url:
            self._take(given, url, kind, title)

    def _end(self, tag: str) -> None:
        if tag.lower() == "outline":
            self._folders.pop()

    def _take(self, given: Mapping[str, str], url: str, kind: SourceKind, title: str) -> None:
        if len(self.found) >= MAX_SOURCES:
            raise CatalogueError(f"{self._line}: more than {MAX_SOURCES} sources")
        table = self._table(given, url, kind, title)
        spec = read_table(table, self._line, self._defaults)
        if (key := _same(spec.url)) in self._urls:
            return
        self._urls.add(key)
        self._names.add(spec.name)
        self.found.append(spec)

    def _table(self, given: Mapping[str, str], url: str, kind: SourceKind, title: str) -> dict[str, object]:
        own = {key: clean(given.get(f"{PREFIX}:{key}", "")) for key in _OWN}
        own["company"] = own["company"] or clean(given.get("company", ""))
        known = {key: value for key, value in own.items() if value}
        folder = next((folder for folder in reversed(self._folders) if folder), "")
        role = Role.COMPANY if own["company"] else Role.NEWS
        name = unique(own["name"] or name_for(title, url), self._names)
        return {"role": role, **known, "name": name, "kind": kind, "group": folder, "url": url}


def _target(given: Mapping[str, str]) -> tuple[str, SourceKind]:
    """What an outline leads to ("" for a folder): a feed's xmlUrl, or the url of a link that is no other list."""
    if url := clean(given.get("xmlurl", ""), 4000):
        return url.removeprefix("feed:") if url.startswith("feed:http") else url, SourceKind.FEED
    url = clean(given.get("url", ""), 4000)
    if given.get("type", "").lower() == "link" and not _path(url).endswith(".opml"):
        return url, SourceKind.PAGE
    return "", SourceKind.FEED


def _path(url: str) -> str:
    """Path of a URL, lower-case; "" where it is none."""
    try:
        return urlsplit(url).path.lower()
    except ValueError:
        return ""


def _same(url: str) -> str:
    """Equal for addresses that surely lead to the same feed."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    return f"{parts.netloc.lower()}{path}?{parts.query}"


def write_opml(specs: Iterable[SourceSpec]) -> bytes:
    """OPML that feed readers take, and that `read_opml` reads back as it was; UTF-8, one folder a group."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<opml version="2.0" xmlns:{PREFIX}="{NAMESPACE}">',
        "  <head><title>onrecord: sources</title></head>",
        "  <body>",
    ]
    for group, members in groupby(specs, key=lambda spec: spec.group):
        indent = "    "
        if group:
            lines.append(f"{indent}<outline text={_quoted(group)}>")
            indent += "  "
        lines += [f"{indent}<outline {_attributes(spec)}/>" for spec in members]
        if group:
            lines.append("    </outline>")
    lines += ["  </body>", "</opml>", ""]
    return "\n".join(lines).encode("utf-8", "replace")


def _attributes(spec: SourceSpec) -> str:
    feed = spec.kind is SourceKind.FEED
    given: dict[str, str] = {"text": spec.name, "type": "rss" if feed else "link"}
    given["xmlUrl" if feed else "url"] = spec.url
    known = fields_of(spec)
    given |= {f"{PREFIX}:{key}": str(known[key]) for key in _OWN if key in known}
    return " ".join(f"{key}={_quoted(value)}" for key, value in given.items())


def _quoted(text: str) -> str:
    return quoteattr(clean(text, 4000))
