"""Whose document it is, as the document itself says: where it defines "we", in its title, by what it keeps saying."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from service.statements.companies import Names, candidates, canonical, survey
from service.statements.titles import NAME
from service.statements.vocabulary import ORDINARY
from watchers.model import Document

_DEFINES = (
    re.compile(
        rf"(?P<name>{NAME.pattern})[^.;“”\"()]{{0,60}}\((?:[^()“”\"]{{0,40}})[“\"'](?:we|us|our|ourselves)\b",
        re.I,
    ),
    re.compile(rf"\b(?:[Hh]ere at|[Ww]e at|At)\s(?P<name>{NAME.pattern}),?\s(?:we|our)\b"),
)
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
    for text in texts:
        for pattern in _DEFINES:
            match = pattern.search(text[:2000])
            name = _named(match["name"], names) if match else ""
            if name:
                return name
    return ""


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
