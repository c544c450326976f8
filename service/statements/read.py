"""From a document to what it says: its statements, who makes them, and every sentence in order."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from service.model import Attribution, Judgement, Reading, Role, Sentence, Speaker, Statement
from service.statements.course import (
    BELOW_BAR,
    FADES,
    Line,
    borne_out,
    likelihoods,
    lines_of,
    read_as_answers,
)
from service.statements.detection.detector import judge
from service.statements.detection.exceptions import find_exception
from service.statements.detection.standing import Remembered, Standing
from service.statements.figures.figures import find_figures
from service.statements.language import ENGLISH, english_passages, language_of
from service.statements.layout import is_furniture
from service.statements.names.catalogue import company_of_host
from service.statements.names.owner import find_owner
from service.statements.sentences import split
from service.statements.speech.attribution import attribute, names_of
from service.statements.speech.cues import find_cue
from service.statements.speech.letters import salutes, signatory
from service.statements.speech.quotes import find_quotes, masked
from service.statements.speech.said import Said
from service.statements.topic import (
    ABOUT_IT,
    ANSWERING,
    ENOUGH,
    kinds,
    points_back,
    share_about,
    speaks_of_it,
    writes_of_it,
)
from service.statements.touch import Touch, touch
from service.statements.vocabulary import word_set
from watchers.model import BlockKind, Document

Tells = Callable[[str, Judgement, Touch, float, float], bool]
SILENT = Judgement(relevant=False, score=0.0)
TOLD_SCORE = 0.6
"""Score of an assurance that its story gives away, not its words alone."""
CARRIED = 0.7
"""What is left of that weight at the next paragraph."""
DATELINE = 60
"""Characters of a long paragraph in which a dateline stands ("GRAZ, 30 June 2022 – …")."""
LIKELY = 0.2
"""Score of a sentence that tells what a news story is about, were it too doubtful to stand alone."""
SMALL_TALK = 2
"""Blanks in a sentence that is too short to tell what a story is about ("Good evening.")."""

_STANDING = re.compile(
    r"\b(?:polic(?:y|ies)|guidelines?|terms(?: \w+)*|notice|agreement|FAQ|help cent(?:er|re))$", re.IGNORECASE
)
_IN_FORCE = re.compile(r"\blast (?:updated|modified|revised)|\beffective\b", re.IGNORECASE)
_DATED = re.compile(
    r"\b(?:\d{1,2}(?:st|nd|rd|th)?\s(?:January|February|March|April|May|June|July|August|September|"
    r"October|November|December)|(?:January|February|March|April|May|June|July|August|September|October|"
    r"November|December)\s\d{1,2}),?\s(?:19|20)\d\d\b"
)
_CONDITION = re.compile(r"^\W*(?:If|When|Where|Unless|Whenever|Should|In the event)\b")
_TELLS = word_set(
    "say says said tell tells told wrote writes claim claims claimed alleged alleges argue argues "
    "argued suggested suggests reported according "
    "maintain maintained insisted added noted warned accused"
)


@dataclass(frozen=True, slots=True)
class _Made:
    """An assurance in the making: which sentence, judged how, whose."""

    position: int
    sentence: Sentence
    judgement: Judgement
    company: str
    speaker: Speaker


def read(
    document: Document, *, company: str = "", role: Role = Role.COMPANY, remembered: Remembered | None = None
) -> Reading:
    """Every sentence's text, and of the sentences judged relevant those that are a company's own assurance.

    A company's document speaks for `company` (found from its host or text where that is ""); in news each
    sentence goes to the company that is said to say it, and what nobody at a company says is left out.
    Of a text in another language its passages in English are read, if it is a company's own and they are long
    enough; its language stays that of the most of it. `remembered` spares a standing text's sentences another
    judgement; posts and news weigh each sentence against the whole story, and are judged anew.
    """
    every = sentences = split(document)
    language = language_of(s.text for s in sentences)
    if language != ENGLISH:
        sentences = _passages(document, sentences) if role is Role.COMPANY else ()
        if not sentences:
            return Reading((), tuple(s.text for s in every), language)
    told = role is Role.NEWS or is_post(document)
    judgements = _judged(document, sentences, {} if told or remembered is None else remembered)
    if role is Role.NEWS:
        made = _from_news(document, sentences, judgements, company)
    else:
        made = _from_company(document, sentences, judgements, company)
    return Reading(
        tuple(_statement(m) for m in made), tuple(s.text for s in every), language, headings_of(document)
    )


def _passages(document: Document, sentences: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """Those that stand in passages in English, of a document that is in another language."""
    english = english_passages([block.text for block in document.blocks])
    return tuple(s for s in sentences if s.block in english)


def _judged(
    document: Document, sentences: Sequence[Sentence], remembered: Remembered
) -> tuple[Judgement, ...]:
    """How each is judged; only what is not remembered is asked of the detector."""
    standing = Standing(remembered)
    before = [standing.judgement(document, s) for s in sentences]
    fresh = [s for s, known in zip(sentences, before, strict=True) if known is None]
    new = iter(_in_english(fresh, judge(fresh)))
    return tuple(known if known is not None else next(new) for known in before)


def _in_english(sentences: Sequence[Sentence], judgements: Sequence[Judgement]) -> tuple[Judgement, ...]:
    """A passage in another language on an English page is not read either."""
    return tuple(
        SILENT if judgement.relevant and not _is_english(sentence.text) else judgement
        for sentence, judgement in zip(sentences, judgements, strict=True)
    )


def headings_of(document: Document) -> tuple[str, ...]:
    """The texts of its headings, in order."""
    return tuple(block.text for block in document.blocks if block.kind is BlockKind.HEADING)


@lru_cache(maxsize=4096)
def _is_english(text: str) -> bool:
    return language_of([text]) == ENGLISH


def _from_news(
    document: Document, sentences: Sequence[Sentence], judgements: Sequence[Judgement], company: str
) -> list[_Made]:
    said = attribute(document, sentences, company=company)
    told = _told(document, sentences, judgements, speaks_of_it, said)
    rows = zip(sentences, said, told, strict=True)
    return [
        _Made(i, sentence, judgement, who.voice.company, _speaker(who))
        for i, (sentence, who, judgement) in enumerate(rows)
        if who.voice.company and judgement.relevant and not (who.told and judgements[i].score < BELOW_BAR)
    ]


def _told(
    document: Document,
    sentences: Sequence[Sentence],
    judgements: Sequence[Judgement],
    tells: Tells,
    said: Sequence[Said] = (),
) -> tuple[Judgement, ...]:
    """The judgements as they stand in this document: with what only its subject and its course make clear.

    The rules of `topic` go through it sentence by sentence; in a story about the matter each of their answers is
    weighed against how likely the sentence is by the whole of the story (`course`).
    """
    news = tells is speaks_of_it
    lines = lines_of(document, sentences, judgements, said)
    about = share_about(
        [
            (line.touch, line.judged.relevant or (news and line.judged.score >= LIKELY))
            for line in lines
            if not is_furniture(document, line.block) and line.text.count(" ") > SMALL_TALK
        ],
        touch(document.title),
    )
    told = _by_rules(sentences, lines, tells, about)
    if about >= ABOUT_IT:
        rows = zip(told, lines, likelihoods(read_as_answers(lines), written=not news), strict=True)
        told = [
            not line.titled and borne_out(line, likely, ruled, written=not news)
            for ruled, line, likely in rows
        ]
    return tuple(
        SILENT if line.titled else _as_told(relevant, line)
        for relevant, line in zip(told, lines, strict=True)
    )


def _by_rules(sentences: Sequence[Sentence], lines: Sequence[Line], tells: Tells, about: float) -> list[bool]:
    told: list[bool] = []
    before, block, asked = 0.0, -1, False
    for sentence, line in zip(sentences, lines, strict=True):
        if line.block != block:
            before = touch(sentence.prev).own if sentence.prev else before * CARRIED
        block = line.block
        before = ANSWERING if asked else before
        told.append(not line.titled and tells(line.text, line.judged, line.touch, before, about))
        before = max(line.touch.own, before * FADES, ENOUGH if told[-1] else 0.0)
        asked = line.asks and (
            line.touch.state or (before >= ENOUGH * CARRIED and points_back(line.text, line.touch))
        )
    return told


def _as_told(relevant: bool, line: Line) -> Judgement:
    if not relevant:
        return replace(line.judged, relevant=False)
    return line.judged if line.judged.relevant else _by_story(line.text, line.judged)


def _by_story(text: str, judgement: Judgement) -> Judgement:
    return Judgement(
        relevant=True,
        score=max(judgement.score, TOLD_SCORE),
        categories=judgement.categories or kinds(text),
        exception=judgement.exception or find_exception(text),
        why=(*judgement.why, "said by a company in a story about state access"),
    )


def _speaker(who: Said) -> Speaker:
    return Speaker(who.voice.name, who.voice.role, who.attribution)


def _from_company(
    document: Document, sentences: Sequence[Sentence], judgements: Sequence[Judgement], company: str
) -> list[_Made]:
    post = is_post(document)
    if post:
        judgements = _told(document, sentences, judgements, writes_of_it)
    relevant = [i for i, judgement in enumerate(judgements) if judgement.relevant]
    if not relevant:
        return []
    owner = company or find_company(document)
    author = _author(document)
    others = _voices_of_others(document, sentences, relevant, owner) if post else {}
    return [
        _Made(i, sentences[i], judgements[i], owner, others.get(i, author) or author)
        for i in relevant
        if others.get(i, author) is not None
    ]


def is_post(document: Document) -> bool:
    """A letter or post, which tells what was done, rather than a standing policy."""
    heads = [b.text for b in document.blocks[:4] if len(b.text) < 120]
    if _STANDING.search(document.title.strip()) or any(_IN_FORCE.search(text) for text in heads):
        return False
    opening = document.blocks[:5]
    dated = document.published is not None or any(
        _DATED.search(b.text if len(b.text) < 160 else b.text[:DATELINE]) for b in opening
    )
    return document.media == "feed" or dated or any(salutes(b.text) for b in opening)


def _author(document: Document) -> Speaker:
    voice = signatory(document, cache(lambda: names_of(document)))
    return Speaker(voice.name, voice.role, Attribution.FIRST_PARTY)


def _voices_of_others(
    document: Document, sentences: Sequence[Sentence], relevant: Sequence[int], owner: str
) -> dict[int, Speaker | None]:
    """In a company's own text: who else is quoted in these sentences; None for what outsiders are said to say."""
    told = [i for i, sentence in enumerate(sentences) if _tells(sentence.text)]
    if not told:
        return {}
    said = attribute(document, sentences, company=owner, own=True)
    voices: dict[int, Speaker | None] = {}
    quoted = _going_on(said, sentences, told)
    for i in relevant:
        if i not in told and i not in quoted:
            continue
        if not said[i].own_words and i not in quoted:
            continue
        if not said[i].voice.company:
            voices[i] = None
        elif said[i].attribution is Attribution.QUOTED and said[i].voice.name:
            voices[i] = _speaker(said[i])
    return voices


def _going_on(said: Sequence[Said], sentences: Sequence[Sentence], told: Sequence[int]) -> frozenset[int]:
    """Sentences in quotation marks behind one that names their speaker, in the same paragraph."""
    found: set[int] = set()
    for i in range(1, len(sentences)):
        behind = (i - 1 in told and said[i - 1].own_words) or i - 1 in found
        if (
            behind
            and i not in told
            and sentences[i - 1].block == sentences[i].block
            and said[i].attribution is Attribution.QUOTED
            and said[i].voice == said[i - 1].voice
        ):
            found.add(i)
    return frozenset(found)


def _tells(text: str) -> bool:
    """Is it reported speech: a main clause with a verb of saying that is not the company's "we say"?"""
    if _CONDITION.match(text):
        return False
    cue = find_cue(masked(text, find_quotes(text)))
    return (
        cue is not None
        and cue.rank >= 2
        and cue.verb in _TELLS
        and not re.search(r"\b(?:we|I|you|ours)\b", cue.subject, re.I)
        and not _ORDERS.match(cue.after)
        and (cue.apposition != "" or _OUR_PEOPLE.fullmatch(cue.subject.strip()) is None)
    )


_ORDERS = re.compile(r"\s(?:us|me)(?: not)? to\b")
"""E.g. "if a court tells us to": an order, no report of one."""
_OUR_PEOPLE = re.compile(
    r"(?:my|our)\s(?:\w+\s)?(?:colleagues?|lawyers?|staff|team|engineers?)", re.IGNORECASE
)
"""Those whose words a company's own text tells as its own deeds."""


def find_company(document: Document) -> str:
    """Whose document it is: by host, by the names in its text, by its title; "" where nothing tells."""
    by_host = company_of_host(document.url) if "//" in document.url else ""
    return by_host or find_owner(document)


def _statement(made: _Made) -> Statement:
    return Statement(
        text=made.sentence.text,
        company=made.company,
        speaker=made.speaker,
        categories=made.judgement.categories,
        exception=made.judgement.exception,
        score=made.judgement.score,
        heading=made.sentence.heading,
        prev=made.sentence.prev,
        figures=find_figures(made.sentence.text),
        position=made.position,
    )
