"""What one look at a document shows: parse, read, compare. Pure, and run in a worker process.

Everything a stranger wrote is handled here and only here, so that what it can break is a worker.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from service.decision import Failed, Matched, Seen
from service.diff.align import align
from service.diff.language import other_language
from service.diff.normal import normal_form
from service.model import Judgement, Kind, Known, Reading, Role, Sentence, Statement
from service.statements.detection.leaning import leaning
from service.statements.detection.standing import Remembered
from service.statements.figures.canary import Canary, read_canary
from service.statements.language import ENGLISH, language_of
from service.statements.read import SILENT, headings_of, is_post, read
from service.statements.sentences import split
from watchers.charset import decode
from watchers.errors import ExtractError
from watchers.model import Document, Fetched
from watchers.page import breaks_off, is_whole
from watchers.parse import read_document
from watchers.pgp import KEY_NOTE
from watchers.plausible import collapsed, cut_short, redirected_home
from watchers.text import from_text, to_text

READER_VERSION = 10
"""Counted up when parsing or detection reads the same bytes differently: stored texts are then read again, quietly."""
WHOLE = 4
"""Sentences that a page must have had before its replacement can be told from an edit."""
REMAINS = 0.1
"""The share of them that must still stand for the page to be the same page."""
FULLER = 0.8
"""The page's own text is preferred unless it is shorter than this share of what the feed carried."""


@dataclass(frozen=True, slots=True)
class Look:
    """What is needed to examine one document. `fetched` or `feed_content` or both are there."""

    url: str
    company: str
    role: Role
    fetched: Fetched | None = None
    problem: Failed | None = None
    """Why there is nothing fetched, where the feed's text stands in."""
    select: str = ""
    remove: str = ""
    feed_content: bytes = b""
    feed_type: str = "text/html"
    title: str = ""
    old_text: bytes = b""
    """In UTF-8, as all long texts are that go to and fro: letters may take four times the memory once they are read."""
    old_hash: bytes = b""
    old_raw: bytes = b""
    """The bytes that the old text was read from, where they were an HTML page's."""
    known: tuple[Known, ...] = ()
    outdated: bool = False
    lenient: bool = False
    """Believe a text that shares little with the last one: it has stood for days."""
    at: datetime | None = None
    """When the text was first seen; days that it names without a year are counted from there."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A document with its canonical text and that text's SHA-256. `basis`: page or feed."""

    document: Document
    text: str
    digest: bytes
    basis: str
    problem: Failed | None = None
    """Why the page itself could not be used, where the feed's text stands in."""


@dataclass(frozen=True, slots=True)
class Before:
    """The last version as it stands on record."""

    document: Document
    sentences: tuple[Sentence, ...]


class Reader:
    """Reads what is to be compared; what stood there before is judged as the record has it."""

    def before(self, look: Look) -> Before:
        """The last version, in sentences."""
        document = from_text(look.old_text.decode(), url=look.url, title=look.title, media="text")
        return Before(document, split(document))

    def read(self, look: Look, document: Document, digest: bytes, before: Before) -> Reading:  # noqa: ARG002 -- for those who remember by it
        """The reading of a document whose canonical text has this SHA-256."""
        judged_anew = look.outdated or is_post(before.document)
        remembered = None if judged_anew else _remembered(before.sentences, look.known)
        return read(document, company=look.company, role=look.role, remembered=remembered)


AFRESH = Reader()


def examine(look: Look) -> Seen:
    """Read the document and set it against what is known; ExtractError where it does not hold the document."""
    return consider(look, parse(look))


def parse(look: Look) -> Parsed:
    """The document in the page or the feed; ExtractError where neither holds it."""
    document, basis, problem = _document(look)
    text = to_text(document)
    return Parsed(document, text, hashlib.sha256(text.encode()).digest(), basis, problem)


def consider(look: Look, parsed: Parsed, reader: Reader = AFRESH) -> Seen:
    """Set a parsed document against what is known; ExtractError where it is hardly the same document."""
    text, basis = parsed.text, parsed.basis
    seen = Seen(
        text=text.encode(),
        text_hash=parsed.digest,
        title=parsed.document.title or look.title,
        published=parsed.document.published,
        media=parsed.document.media,
        fetched=look.fetched,
        basis=basis,
        page_problem=parsed.problem,
        signers=tuple(key for name, key in parsed.document.notes if name == KEY_NOTE),
    )
    if parsed.digest == look.old_hash and not look.outdated:
        return seen
    if basis == "page" and not look.lenient and _cut(look):
        raise ExtractError(look.url, "the page breaks off before its end", reason="cut")
    if basis == "page" and not look.lenient and collapsed(look.old_text.decode(), text):
        raise ExtractError(
            look.url,
            "the text has little left of what stood there; taken for a broken page",
            reason="collapsed",
        )
    if basis == "page" and not look.lenient and cut_short(look.old_text.decode(), text):
        raise ExtractError(look.url, "the text breaks off in the middle of a sentence", reason="cut")
    return _compare(look, seen, parsed.document, reader)


def _cut(look: Look) -> bool:
    """Whether the page used to have an end, and now has none: the server sent a part of it under 200."""
    if look.fetched is None or not look.old_raw:
        return False
    return breaks_off(decode(look.fetched.body, look.fetched.charset)) and is_whole(decode(look.old_raw))


def reread(look: Look, title: str, media: str) -> Seen:
    """Read a stored text again by today's detector. What differs is our doing, not the company's."""
    document = from_text(look.old_text.decode(), url=look.url, title=title, media=media)
    seen = Seen(
        text=look.old_text,
        text_hash=look.old_hash,
        title=title,
        published=None,
        media=media,
        technical=True,
    )
    return _compare(look, seen, document)


def _document(look: Look) -> tuple[Document, str, Failed | None]:
    """The fuller of page and feed; the page's error where there is no other text."""
    page: Document | None = None
    problem = look.problem
    if look.fetched is not None:
        try:
            page = _page(look, look.fetched)
        except ExtractError as error:
            if not look.feed_content:
                raise
            problem = Failed(error.reason, error.message, transient=error.transient)
    carried = _carried(look)
    if page is not None and (carried is None or _size(page) >= FULLER * _size(carried)):
        return page, "page", None
    if carried is None:
        raise ExtractError(look.url, problem.message if problem else "nothing to read", reason="empty")
    return carried, "feed", problem


def _page(look: Look, fetched: Fetched) -> Document:
    if redirected_home(fetched.url, fetched.final_url):
        raise ExtractError(
            look.url, f"redirected to {fetched.final_url}, which is not the document", reason="redirected"
        )
    return read_document(
        fetched.body,
        url=fetched.final_url,
        media_type=fetched.media_type,
        charset=fetched.charset,
        select=look.select,
        remove=look.remove,
    )


def _carried(look: Look) -> Document | None:
    if not look.feed_content:
        return None
    try:
        document = read_document(
            look.feed_content,
            url=look.url,
            media_type=look.feed_type,
            charset="utf-8",
        )
    except ExtractError:
        return None
    return replace(document, title=look.title or document.title, media="feed")


def _size(document: Document) -> int:
    return sum(len(block.text) for block in document.blocks)


def _compare(look: Look, seen: Seen, document: Document, reader: Reader = AFRESH) -> Seen:
    before = reader.before(look)
    reading = reader.read(look, document, seen.text_hash, before)
    if look.outdated or seen.text_hash == look.old_hash:
        # The text is the same: what the new reading finds in it, the old one merely overlooked.
        matched = match(look.known, (), Reading(reading.statements, ()))
    else:
        stood = tuple(sentence.text for sentence in before.sentences)
        if look.known and _elsewhere(stood, reading):
            raise ExtractError(
                look.url,
                f"the text came in another language ({reading.language}) than what is on record; only English is read",
                reason="collapsed",
            )
        if not look.lenient and other_language(stood, reading.sentences):
            raise ExtractError(look.url, "the text came in another language than before", reason="collapsed")
        matched = match(look.known, stood, reading, headings_of(before.document))
        if not look.lenient and seen.basis == "page" and _replaced(matched, stood, reading):
            raise ExtractError(
                look.url, "nothing of what stood there is left; taken for another page", reason="collapsed"
            )
    return replace(
        seen,
        matched=matched,
        company=_company(look, reading),
        language=reading.language,
        canary=_canary(look, document, reading),
    )


def _elsewhere(stood: tuple[str, ...], reading: Reading) -> bool:
    """The text came in another language; one that had a passage in English before, and has it still, did not."""
    return reading.language != ENGLISH and (not reading.statements or language_of(stood) == ENGLISH)


def _canary(look: Look, document: Document, reading: Reading) -> Canary | None:
    """Only a company's own document promises its renewal."""
    if look.at is None or look.role is not Role.COMPANY:
        return None
    return read_canary(document, reading.statements, seen=look.at.astimezone(UTC).date())


def _replaced(matched: Matched, before: tuple[str, ...], reading: Reading) -> bool:
    """Whether every assurance vanished together with all that stood around them: a home page, a wall, another
    language in the document's place. Assurances that vanish from a page that is otherwise there are gone.
    """
    if matched.kept or matched.altered or not matched.missing:
        return False
    old = {normal_form(text) for text in before}
    new = {normal_form(text) for text in reading.sentences}
    return len(old) >= WHOLE and len(old & new) < REMAINS * len(old)


def _remembered(old: Sequence[Sentence], known: Iterable[Known]) -> Remembered | None:
    """How the sentences of the last version were judged: the record knows those that are assurances.

    One that is known by another context than it had there, or with a list number that is no longer read with it, is
    left out: it is judged anew. None: they were not judged.
    """
    if language_of(sentence.text for sentence in old) != ENGLISH:
        return None
    said = {_place(k.statement): k.statement for k in known if k.missing_since is None}
    texts = {normal_form(statement.text) for statement in said.values()}
    judged: dict[tuple[str, str, str], Judgement] = {}
    for sentence in old:
        place = _place(sentence)
        statement = said.get(place)
        if statement is not None:
            judged[place] = Judgement(True, statement.score, statement.categories, statement.exception)
        elif normal_form(sentence.text) not in texts:
            judged[place] = SILENT
    return judged


def _place(said: Sentence | Statement) -> tuple[str, str, str]:
    return said.text, said.heading, said.prev


def match(
    known: tuple[Known, ...], sentences: tuple[str, ...], reading: Reading, headings: tuple[str, ...] = ()
) -> Matched:
    """Set a new reading against the record's assurances; `sentences` and `headings` stood in the text before."""
    if not known:
        return Matched(begun=tuple((s, s.score, "") for s in reading.statements))
    old = Reading(tuple(k.statement for k in known), sentences, headings=headings)
    alignment = align(old, reading, {i for i, k in enumerate(known) if k.missing_since is not None}, leaning)
    comparison = alignment.comparison
    lineages = _Lineages(known)
    recorded = {id(statement) for statement in old.statements}
    kept = [(known[i].assurance, reading.statements[j]) for i, j in comparison.same]
    kept += [(known[i].assurance, known[i].statement) for i in alignment.standing]
    altered, begun, unearthed, missing = [], [], [], []
    for change in comparison.changes:
        if change.kind is Kind.UNRELATED and change.old and change.new:
            missing.append((lineages.take(change.old), change.score, ""))
            begun.append((change.new, change.score, ""))
        elif change.new is not None and change.old is None:
            begun.append((change.new, change.score, change.reason))
        elif change.new is not None and change.old is not None and id(change.old) not in recorded:
            unearthed.append((change.old, change.kind, change.new, change.score, change.reason))
        elif change.new is None and change.old is not None:
            missing.append((lineages.take(change.old), change.score, change.reason))
        elif change.old is not None and change.new is not None:
            altered.append((lineages.take(change.old), change.kind, change.new, change.score, change.reason))
    familiar = tuple(reading.statements[j] for j in alignment.familiar)
    return Matched(tuple(kept), tuple(altered), tuple(begun), tuple(unearthed), tuple(missing), familiar)


class _Lineages:
    """Finds the lineage of an old statement: the same object, else an equal one not yet taken."""

    def __init__(self, known: Iterable[Known]) -> None:
        self._by_object = {id(k.statement): k.assurance for k in known}
        self._by_text: defaultdict[str, list[str]] = defaultdict(list)
        for k in known:
            self._by_text[k.statement.text].append(k.assurance)

    def take(self, statement: Statement) -> str:
        found = self._by_object.get(id(statement))
        waiting = self._by_text[statement.text]
        if found is None:
            return waiting.pop(0)
        if found in waiting:
            waiting.remove(found)
        return found


def _company(look: Look, reading: Reading) -> str:
    if look.company:
        return look.company
    names = {s.company for s in reading.statements if s.company}
    return names.pop() if len(names) == 1 else ""
