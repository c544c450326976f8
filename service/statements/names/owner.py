"""Whose document it is, as the document itself says: where it defines "we", in its title, by what it keeps saying."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from service.statements.names.capitals import candidates
from service.statements.names.catalogue import canonical
from service.statements.names.companies import Names, survey
from service.statements.names.titles import NAME, UPPER
from service.statements.vocabulary import ORDINARY
from watchers.model import Document

_OURSELVES = re.compile(r"\([^()“”\"]{0,40}[“\"'](?:we|us|our|ourselves)\b", re.IGNORECASE)
"""Where a text says who "we" is; the name stands before it."""
_REACH, _BETWEEN = 160, 60
"""Characters before that are looked at, and that may stand between the name and the bracket."""
_BREAK = re.compile(rf"[;“”\"()]|\.\s+(?=[{UPPER}])")
_HERE = re.compile(rf"\b(?:[Hh]ere at|[Ww]e at|At)\s(?P<name>{NAME.pattern}),?\s(?:we|our)\b")
_SEGMENT = re.compile(r"\s[|–—·-]\s")
_PAPER = re.compile(
    r"(?:['’]s)?\s(?:Privacy|Transparency|Law Enforcement|Terms|Legal|Cookie|Warrant|Data|Government|Guidelines|"
    r"Information)\b.*$"
)
_SUBJECT = re.compile(
    rf"^(?P<name>{NAME.pattern})\s(?:has|have|does|do|will|may|must|requires?|never|cannot|respects?|makes?)\b"
)


def find_owner(document: Document) -> str:
    """The company whose voice a document is, "" where nothing tells. A company only spoken of in it is not."""
    texts = [document.title, *(b.text for b in document.blocks)]
    names = survey(texts)
    return _defined(texts, names) or _titled(document.title, texts[1:], names) or _most_named(texts, names)


def _defined(texts: Sequence[str], names: Names) -> str:
    for text in (text[:2000] for text in texts):
        name = next((found for written in _before_bracket(text) if (found := _named(written, names))), "")
        here = None if name else _HERE.search(text)
        if name or (here and (name := _named(here["name"], names))):
            return name
    return ""


def _before_bracket(text: str) -> Iterator[str]:
    """The names before each “(we)”, in order."""
    for bracket in _OURSELVES.finditer(text):
        before = _BREAK.split(text[max(0, bracket.start() - _REACH) : bracket.start()])[-1]
        for match in NAME.finditer(before):
            if len(before) - match.end() <= _BETWEEN:
                yield match[0]


def _titled(title: str, texts: Sequence[str], names: Names) -> str:
    """A name that is a part of the title by itself ("Law Enforcement | X", "X Privacy Policy")."""
    for segment in _SEGMENT.split(title):
        bare = _PAPER.sub("", segment).strip()
        if not NAME.fullmatch(bare) or bare.lower() in ORDINARY:
            continue
        if canonical(bare) or bare in names.companies or any(bare in text for text in texts if text != title):
            return _named(bare, names)
    return ""


def _most_named(texts: Sequence[str], names: Names) -> str:
    """The company the text names most; without one, the name that does what a policy's author does."""
    known = Counter(
        name for c in candidates(texts[1:]) if (name := canonical(c.name) or names.companies.get(c.name, ""))
    )
    acting = Counter(name for t in texts if (m := _SUBJECT.match(t)) and (name := _named(m["name"], names)))
    counted = known + acting + acting
    return max(counted, key=lambda n: counted[n], default="")


def _named(written: str, names: Names) -> str:
    """The company's name for a written one; "" for a person, a place, an ordinary word."""
    name = next((c.name for c in candidates((f"x {written}",))), "")
    if not name or name in names.people or name in names.others or name.lower() in ORDINARY:
        return ""
    return canonical(name) or names.companies.get(name, "") or name
