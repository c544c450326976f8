"""Who signs a company's own text: bylines ("Posted by Jane Roe, General Counsel") and signatures."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from service.statements.names.capitals import candidates
from service.statements.names.companies import Names
from service.statements.names.titles import NAME, OUTSIDE_NAME, ROLE, SECTOR
from service.statements.speech.people import Voice
from service.statements.vocabulary import GIVEN_NAMES, ORDINARY, PLACES, word_set
from watchers.model import BlockKind, Document

_PERSON = rf"(?P<name>{NAME.pattern})"
_BYLINE = re.compile(
    rf"(?:\b(?:Posted|Published|Written|Signed|(?:letter|message|note|post))\s(?:by|from)\s|(?:^|"
    rf"[\w.?!]\s|\W\s)By:?\s|(?:^|[\w.?!]\s)From:?\s|\bAuthor:\s)"
    rf"(?:the\s)?{_PERSON}(?P<rest>.*)$"
)
_SEGMENT = re.compile(r"\s[|·—–]\s")
_FOR_GROUP = re.compile(
    rf"{_PERSON}(?P<rest>,\s(?:for|on behalf of)\s(?:the \w+s\b|the \w+ (?:team|board)\b|everyone|"
    r"everybody|all\b|us\b).*)$"
)
_NAMED = re.compile(rf"^(?:[—–-]+\s?)?{_PERSON}(?P<rest>(?:,|\s[|·—–-]|\s\().*)?$")
_CLOSING = re.compile(
    r"^(?:Yours|Sincerely|Best|Kind|Warm|Regards|Respectfully|Thank you|Thanks|With (?:thanks|gratitude|"
    r"best)|Cheers|Signed|Cordially|Faithfully)\b[^.]{0,40},?$",
    re.IGNORECASE,
)
_SALUTATION = re.compile(r"^(?:Dear\b|To (?:our|all|everyone|every|the|my)\b|Hello\b|Hi\b)[^.]{0,80}[,:]?$")
_FOR_THEM = re.compile(
    r"\bfor the (?P<role>administrator|maintainer|founder|director|trustee|owner|developer|volunteer|"
    r"collective member)s\b",
    re.IGNORECASE,
)
_NOT_PERSON = word_set(
    "team staff policy support editor editors press legal newsroom admin privacy report letter update "
    "statement notice group"
)
_OPENING_BLOCKS, _CLOSING_BLOCKS = 4, 8


def signatory(document: Document, names: Callable[[], Names]) -> Voice:
    """Name and role of the author or signatory, "" where the document gives none. `company` is left empty.

    `names` surveys the document's names; most documents have nothing that looks like a signature, and need none.
    """
    for text, rest in _signed(document, names):
        return Voice(text, _role(rest))
    author = document.author.strip()
    return Voice(author) if _personal(author, names) else Voice()


_WRITER = re.compile(
    rf"^(?:The (?:writer|author)|{_PERSON}) is (?P<office>(?:(?:an?|the) )?(?i:{ROLE.pattern})[^.;]*)"
)
_AT_COMPANY = re.compile(r"\s(?:of|at)\s(?=[A-Z])")


def columnist(document: Document, names: Names) -> Voice | None:
    """Who wrote a guest column ("The writer is the founder of Paxcar"), if somebody of a company did."""
    texts = [b.text.strip() for b in document.blocks]
    for text in [*texts[: _OPENING_BLOCKS + 2], *texts[-_OPENING_BLOCKS:]]:
        match = _WRITER.match(text)
        owners = companies_named(match["office"], names) if match else []
        if match is None or not owners:
            continue
        author = signatory(document, lambda: names)
        if author.name and match["name"] in (None, author.name):
            return Voice(author.name, _role(_AT_COMPANY.split(match["office"])[0]), owners[0])
    return None


def salutes(text: str) -> bool:
    """Does a block open a letter?"""
    return bool(_SALUTATION.match(text.strip()))


def _signed(document: Document, names: Callable[[], Names]) -> Iterator[tuple[str, str]]:
    """(name, what follows it) of every byline and signature, the most telling first."""
    blocks = [b for b in document.blocks if b.kind in (BlockKind.PARAGRAPH, BlockKind.HEADING)]
    texts = [b.text.strip() for b in blocks]
    for text in texts[:_OPENING_BLOCKS]:
        match = _BYLINE.search(text) or _FOR_GROUP.search(text) if len(text) < 240 else None
        if match and _personal(match["name"], names):
            yield match["name"], match["rest"]
    yield from _signatures(texts, names)
    yield from _first_name_only(texts, names)
    segments = [
        part for text in texts[1:_OPENING_BLOCKS] if len(text) < 120 for part in _SEGMENT.split(text)[1:]
    ]
    for text in [*segments, *texts[1:_OPENING_BLOCKS]]:
        match = _NAMED.match(text) if len(text) < 120 else None
        rest = match["rest"] if match else None
        if (
            match
            and rest
            and (ROLE.search(rest) or _FOR_THEM.search(rest))
            and _personal(match["name"], names)
        ):
            yield match["name"], match["rest"]


def _signatures(texts: list[str], names: Callable[[], Names]) -> Iterator[tuple[str, str]]:
    """At the end: "Yours, / Jane Roe / General Counsel", or a last line that is a name and an office."""
    first = max(0, len(texts) - _CLOSING_BLOCKS)
    closed = False
    for i in range(first, len(texts)):
        if _CLOSING.match(texts[i]):
            closed = True
            continue
        last = i == len(texts) - 1 and any(salutes(t) for t in texts[:_OPENING_BLOCKS])
        run_on = _run_on(texts[i], names) if closed or last else None
        if run_on is not None:
            yield run_on
            continue
        match = _NAMED.match(texts[i]) if len(texts[i]) < 120 else None
        if match is None:
            continue
        rest = match["rest"] or ""
        following = texts[i + 1] if i + 1 < len(texts) and len(texts[i + 1]) < 80 else ""
        office = rest if ROLE.search(rest) else following if ROLE.match(following) else ""
        if (closed or office or texts[i][0] in "—–-") and _personal(match["name"], names):
            yield match["name"], office


def _first_name_only(texts: list[str], names: Callable[[], Names]) -> Iterator[tuple[str, str]]:
    """E.g. a last line "Jane" under a letter that names Jane Roe at its top."""
    signed = next(
        (t for t in reversed(texts[-3:]) if NAME.fullmatch(t.strip(" —–-")) and " " not in t.strip()), ""
    )
    if not signed:
        return
    for text in texts[: _OPENING_BLOCKS + 1]:
        for match in re.finditer(
            rf"\b(?P<name>{re.escape(signed.strip(' —–-'))}\s{NAME.pattern})(?P<rest>.*)", text
        ):
            if _personal(match["name"], names):
                yield match["name"], match["rest"] if len(text) < 120 else ""


def _run_on(text: str, names: Callable[[], Names]) -> tuple[str, str] | None:
    """E.g. "Jane Roe General Counsel, Paxcar": the lines of a signature in one."""
    office = ROLE.search(text) if len(text) < 120 else None
    name = text[: office.start()].strip() if office is not None else ""
    return (name, text[len(name) :]) if name and _personal(name, names) else None


def _role(rest: str) -> str:
    """The office in what follows a name: ", General Counsel, on 11 February" → "General Counsel"."""
    group = _FOR_THEM.search(rest)
    if group:
        return group["role"]
    for part in re.split(r"[,|·()—–]|\s-\s|\son\s|\sat\s(?=[A-ZÀ-ÖØ-ÞŁŚŠŻŽĆČ])|\.\s", rest):
        if ROLE.search(part):
            return part.strip(" .,:-")
    return ""


def _personal(name: str, names: Callable[[], Names]) -> bool:
    """Two to four capitalised words that are no company, team or place."""
    words = name.split(" ")
    if not 2 <= len(words) <= 4 or name in PLACES or not NAME.fullmatch(name):
        return False
    lowered = [w.lower() for w in words]
    if (
        any(w in _NOT_PERSON or w in SECTOR for w in lowered)
        or lowered[0] in ORDINARY
        or lowered[-1] in OUTSIDE_NAME
    ):
        return False
    if words[0] not in GIVEN_NAMES and any(w.isupper() and len(w) > 2 for w in words):
        return False
    companies = names().companies
    return not any(known in companies for known in (name, *words))


def companies_named(text: str, names: Names) -> list[str]:
    """Companies in a text, in order."""
    return [names.companies[c.name] for c in candidates((text,)) if c.name in names.companies]
