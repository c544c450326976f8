"""What the elements of an OPML file amount to, whoever reads them aloud: an XML parser or a forgiving one."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from service.catalogue.errors import CatalogueError
from service.catalogue.names import Names, clean, name_for
from service.catalogue.tables import read_table
from service.configuration.settings import DefaultSettings
from service.model import Role, SourceKind, SourceSpec

PREFIX = "onrecord"
OWN = ("name", "company", "role", "select", "remove", "every", "confirm", "grace", "robots")
"""What a source has beside its address, kind and folder: attributes under our prefix."""
MAX_SOURCES = 10_000
URL_LETTERS = 4000


class Outlines:
    """Collects sources in the file's order. `found` is what it gives, `closed` whether the root has ended.

    Tags and attributes may come in any case; `line` is for error messages.
    """

    def __init__(self, every: float) -> None:
        self.found: list[SourceSpec] = []
        self.closed = False
        self._defaults = DefaultSettings(every=every)
        self._folders: list[str] = []
        self._names = Names()
        self._urls: set[str] = set()
        self._begun = False

    def doctype(self, line: int) -> None:
        """Refuse it: nothing good is declared in a feed list."""
        raise CatalogueError(f"line {line}: a document type (DOCTYPE) is not taken")

    def start(self, tag: str, attributes: Mapping[str, str], line: int) -> None:
        """Take a source, or step into a folder."""
        if not self._begun and tag.lower() != "opml":
            raise CatalogueError(f"line {line}: not OPML: the document is <{clean(tag, 40)}>")
        self._begun = True
        if tag.lower() != "outline":
            return
        given = {key.lower(): value for key, value in attributes.items()}
        url, kind = _target(given)
        title = clean(given.get("text") or given.get("title") or "")
        self._folders.append("" if url else title)
        if url and not self._is_known(url):
            self._take(self._table(given, url, kind, title), line)

    def end(self, tag: str) -> None:
        """Step out again."""
        if tag.lower() == "outline" and self._folders:
            self._folders.pop()
        self.closed = self.closed or tag.lower() == "opml"

    def _table(self, given: Mapping[str, str], url: str, kind: SourceKind, title: str) -> dict[str, object]:
        own = {key: clean(given.get(f"{PREFIX}:{key}", "")) for key in OWN}
        own["company"] = own["company"] or clean(given.get("company", ""))
        known = {key: value for key, value in own.items() if value}
        folder = next((folder for folder in reversed(self._folders) if folder), "")
        role = Role.COMPANY if own["company"] else Role.NEWS
        name = self._names.free(own["name"] or name_for(title, url))
        return {"role": role, **known, "name": name, "kind": kind, "group": folder, "url": url}

    def _is_known(self, url: str) -> bool:
        """Whether the address was taken before: said first, so that a million repetitions cost little."""
        try:
            return _same(url) in self._urls
        except ValueError:
            return False

    def _take(self, table: Mapping[str, object], line: int) -> None:
        if len(self.found) >= MAX_SOURCES:
            raise CatalogueError(f"line {line}: more than {MAX_SOURCES} sources")
        spec = read_table(table, f"line {line}", self._defaults)
        self._urls.add(_same(spec.url))
        self._names.take(spec.name)
        self.found.append(spec)


def _target(given: Mapping[str, str]) -> tuple[str, SourceKind]:
    """What an outline leads to ("" for a folder): a feed's xmlUrl, or the url of a link that is no other list."""
    if url := clean(given.get("xmlurl", ""), URL_LETTERS):
        return url.removeprefix("feed:") if url.startswith("feed:http") else url, SourceKind.FEED
    url = clean(given.get("url", ""), URL_LETTERS)
    if given.get("type", "").lower() == "link" and not url.lower().endswith(".opml"):
        return url, SourceKind.PAGE
    return "", SourceKind.FEED


def _same(url: str) -> str:
    """Equal for addresses that surely lead to the same place."""
    parts = urlsplit(url)
    return f"{parts.netloc.lower()}{parts.path.rstrip('/')}?{parts.query}#{parts.fragment}"
