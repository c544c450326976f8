"""What was made of a document's texts before: a history shows the same ones again and again.

Of the public collection's 42,632 versions one in three repeats an earlier one byte for byte, and most others differ
from it only in what the text does not hold (link targets). Each is parsed once and read once.
"""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from service.looks.examine import Before, Look, Parsed, Reader, parse
from service.model import Reading
from service.statements.read import read
from watchers.errors import ExtractError
from watchers.model import Document, Fetched
from watchers.plausible import collapsed

V = TypeVar("V")

TEXTS = 64
"""Texts of one document that are remembered."""
_TARGET = re.compile(rb"\]\((?:https?:|mailto:|/|#)[^\s()<>\\`~]{0,1900}\)")
LARGEST = 2**20
"""Bytes of the largest body that is."""


@dataclass(frozen=True, slots=True)
class Sight:
    """A document as one revision shows it; `body` is empty where the revision removed it."""

    at: datetime
    body: Fetched | None


class Recall(Reader):
    """Parses and reads the versions of one document; one for each document."""

    def __init__(self) -> None:
        self._parsed: OrderedDict[Hashable, Parsed | ExtractError] = OrderedDict()
        self._readings: OrderedDict[Hashable, Reading] = OrderedDict()
        self._before: OrderedDict[Hashable, Before] = OrderedDict()
        self.doubted: Sight | None = None
        """The last revision, where it was taken for a broken page: it is believed once it has stood for days."""

    def parse(self, look: Look) -> Parsed:
        """Like `examine.parse`, of the bytes fetched alone; ExtractError again where it was one."""
        assert look.fetched is not None  # noqa: S101 - a history holds nothing else than bodies
        body = look.fetched
        if len(body.body) > LARGEST:
            return parse(look)
        found = _kept(self._parsed, _words_of(body.body), lambda: _try(look))
        if isinstance(found, ExtractError):
            raise found
        return found

    def before(self, look: Look) -> Before:
        """The last version, in sentences."""
        return _kept(self._before, look.old_hash, lambda: super(Recall, self).before(look))

    def read(self, look: Look, document: Document, digest: bytes, before: Before) -> Reading:  # noqa: ARG002 -- what was judged before, the detector remembers
        """The reading of a text, by its hash."""
        key = (digest, document.title, document.published, document.author)
        return _kept(self._readings, key, lambda: read(document, company=look.company, role=look.role))

    def warm(self, look: Look, last: str) -> str:
        """Parse and read ahead of the transaction in which it is wanted; `last` is the text of the version before.

        Returns the text that the next one will be set against.
        """
        try:
            parsed = self.parse(look)
        except ExtractError:
            return last
        if collapsed(last, parsed.text):
            return last
        self.read(look, parsed.document, parsed.digest, Before(parsed.document, ()))
        return parsed.text


def _words_of(body: bytes) -> bytes:
    """The hash of a Markdown text without the targets of its links, which its blocks do not hold.

    A line in bold is left as it is: by its length it is told whether it is a heading. So is one with an escaped
    bracket: what looks like a link there may be text.
    """
    lines = [_TARGET.sub(b"](/)", line) if _only_links(line) else line for line in body.split(b"\n")]
    return hashlib.sha256(b"\n".join(lines)).digest()


def _only_links(line: bytes) -> bool:
    escaped = b"\\[" in line or b"\\]" in line
    return b"](" in line and not escaped and not line.lstrip().startswith((b"**", b"__"))


def _try(look: Look) -> Parsed | ExtractError:
    try:
        return parse(look)
    except ExtractError as error:
        return error


def _kept(shelf: OrderedDict[Hashable, V], key: Hashable, make: Callable[[], V]) -> V:
    """What stands on the shelf, made if need be; what was not wanted for longest makes room."""
    if key in shelf:
        shelf.move_to_end(key)
        return shelf[key]
    found = shelf[key] = make()
    if len(shelf) > TEXTS:
        shelf.popitem(last=False)
    return found
