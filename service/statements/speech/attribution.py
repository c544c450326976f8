"""Who says each sentence of a news story: sentence by sentence, in order, with all that went before in mind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from service.model import Attribution, Sentence
from service.statements.layout import Place, is_furniture, places, presents
from service.statements.names.companies import Names, survey
from service.statements.names.lettercase import raise_names
from service.statements.names.mentions import only_company
from service.statements.names.titles import ROLE
from service.statements.speech.coreference import Cast
from service.statements.speech.cues import WEAK, Cue, find_cue
from service.statements.speech.deeds import told_deed
from service.statements.speech.household import take_in
from service.statements.speech.interviews import ASKS, narrated, repeated_labels, turns, unlabelled
from service.statements.speech.letters import columnist, salutes, signatory
from service.statements.speech.others import of_another, of_rival
from service.statements.speech.people import OUTSIDER, Voice
from service.statements.speech.phrases import (
    A_FURTHER,
    A_SPOKESMAN,
    BY_POLICY,
    COMPANY_PAPER,
    NOT_OWN,
    OWN_PAPER,
    UNDER_A_POLICY,
)
from service.statements.speech.quotes import FILL, Quote, fallen, find_quotes, hide, manner, masked, quotes_of
from service.statements.speech.said import NOBODY, Said, named_later, settle
from watchers.model import BlockKind, Document


@dataclass(slots=True)
class _Story:
    """What is remembered from sentence to sentence."""

    cast: Cast
    document: Document
    own: bool = False
    turns: tuple[str, ...] = ()
    said: list[Said] = field(default_factory=list)
    block: int = -1
    last: Said | None = None
    """Of the sentence before, in the same paragraph."""
    last_quoted: Said | None = None
    focus: Voice | None = None
    """Of whom the sentence before tells in the same paragraph, who says nothing in it ("Roe paused.")."""
    letter: Voice | None = None
    """Whose letter is being printed in full."""
    column: Voice | None = None
    """Who wrote the story, where somebody of a company did."""
    leads_in: bool = False
    """The paragraph before ends in a colon, and this one, in nobody's quotation marks, says "we"."""
    listing: Said | None = None
    """Who said the paragraph before a list or block quotation."""


def attribute(
    document: Document, sentences: Sequence[Sentence], *, company: str = "", own: bool = False
) -> tuple[Said, ...]:
    """One `Said` a sentence. `company` is the one the story is known to be about, if any; `own`: it is the author."""
    raised = raise_names(document, sentences)
    document, sentences = raised.document, raised.sentences
    names = _with_raised(names_of(document, news=not own), raised.written)
    story = _gone_through(document, sentences, Cast(names, company=company), own)
    met = {name: person.voice for name, person in story.cast.people.items()}
    settled = settle(story.said, sentences)
    if not own:
        spoken = [(s.voice, s.attribution) for s in settled]
        take_in([*story.cast.people.values()], spoken, sentences, names)
        housed = {n: p.voice for n, p in story.cast.people.items() if p.voice.company and p.voice != met[n]}
        if housed:
            story = _gone_through(document, sentences, Cast(names, company=company, housed=housed), own)
            settled = settle(story.said, sentences)
    said = (named_later(s, story.cast) for s in settled)
    return tuple(_as_written(s, raised.written) for s in said)


def _gone_through(document: Document, sentences: Sequence[Sentence], cast: Cast, own: bool) -> _Story:
    """The story as it stands when all its sentences have been gone through."""
    story = _Story(cast, document, own=own)
    if not own:
        story.cast.introduce(document.title)
        story.column = columnist(document, story.cast.names)
    texts = [block.text for block in document.blocks]
    quotes = quotes_of(texts)
    for sentence, place in zip(sentences, places(texts, sentences), strict=True):
        _step(story, sentence, place, quotes[sentence.block])
    return story


def _with_raised(names: Names, written: Iterable[str]) -> Names:
    """The names, with those that the text introduced as companies' without a capital."""
    new = [name for name in written if name not in names.companies]
    if not new:
        return names
    return replace(
        names, companies={**names.companies, **dict(zip(new, new, strict=True))}, order=(*new, *names.order)
    )


def _as_written(said: Said, written: dict[str, str]) -> Said:
    company = written.get(said.voice.company)
    return said if company is None else replace(said, voice=replace(said.voice, company=company))


def names_of(document: Document, *, news: bool = False) -> Names:
    """The names of a document's text and title, its furniture left out."""
    labels = repeated_labels([b.text for b in document.blocks])
    return survey(naming_texts(document), addressed=labels, news=news)


def naming_texts(document: Document) -> list[str]:
    """The texts whose names count, the title first or among them."""
    texts = [
        b.text[unlabelled(b.text) :]
        for i, b in enumerate(document.blocks)
        if not is_furniture(document, i) or presents(b.text)
    ]
    return texts if document.title in texts else [document.title, *texts]


def _step(story: _Story, sentence: Sentence, place: Place, quotes: tuple[Quote, ...]) -> None:
    if sentence.block != story.block:
        _enter(story, sentence.block)
    if is_furniture(story.document, sentence.block):
        if presents(story.document.blocks[sentence.block].text):
            story.cast.introduce(sentence.text)
        story.said.append(NOBODY)
        return
    inner = fallen(quotes, place.start, place.end)
    hidden = hide(sentence.text, inner)
    story.cast.introduce(hidden.replace(FILL, ""))
    said = _in_turn(story, sentence.text) or _say(story, sentence.text, hidden, inner)
    said = replace(said, runs_on=any(q.unclosed for q in inner))
    story.said.append(said)
    story.last = said
    if said.attribution is Attribution.QUOTED:
        story.last_quoted = said
    story.cast.sign(hidden, said.voice if said.own_words else None)


def _enter(story: _Story, block: int) -> None:
    """A new paragraph, item or block quotation begins."""
    blocks, before = story.document.blocks, max(0, story.block)
    if blocks[block].kind not in _LISTED or blocks[before].kind not in _LISTED:
        story.listing = story.last
    text = blocks[block].text
    if story.block >= 0 and (printed := _printed(story, blocks[before].text, text)) is not None:
        story.last_quoted = printed
    story.leads_in = blocks[before].text.endswith(":") and bool(_WE.search(text)) and text[:1] not in "“\"‘'"
    story.letter = (
        None
        if story.own
        else _letter(story, blocks[before].text if story.block >= 0 else "", blocks[block].text)
    )
    story.last = story.focus = None
    story.block = block
    story.cast.head(text)


def _printed(story: _Story, before: str, text: str) -> Said | None:
    """Whose statement stands in quotation marks under a paragraph that ends in a colon ("…, printed in full:")."""
    leads = before.endswith(":") and text[:1] in '“"„«'
    if not (leads and OWN_PAPER.search(before)) or NOT_OWN.search(before):
        return None
    company = only_company(before, story.cast.names) or story.cast.subject
    return Said(story.cast.author or Voice(company=company), Attribution.QUOTED) if company else None


_LISTED = (BlockKind.ITEM, BlockKind.QUOTE)
_IN_FULL = re.compile(
    r"\b(?:in full|full text|full (?:letter|statement|post)|text of)"
    r"\b[^.]*:$",
    re.IGNORECASE,
)
_WE = re.compile(r"\b(?:[Ww]e|[Oo]urs?|us|I|[Mm]y)\b")


def _letter(story: _Story, before: str, text: str) -> Voice | None:
    """The voice of a company's letter that begins, or still goes on, with this block."""
    if salutes(text) or (_IN_FULL.search(before) and _WE.search(text) and text[:1] not in "“\"‘'"):
        author = signatory(story.document, lambda: story.cast.names)
        known = story.cast.find(author.name) if author.name else None
        if known is not None and known.voice.company:
            return known.voice
        return Voice(author.name, author.role, story.cast.main()) if story.cast.main() else None
    if story.letter is None:
        return None
    cue = find_cue(masked(text, find_quotes(text)))
    over = cue is not None and cue.rank >= 2 and not _WE.search(text)
    return None if over else story.letter


def _in_turn(story: _Story, text: str) -> Said | None:
    """Who speaks by the interview's labels or as the printed letter's author."""
    if not story.turns and (story.cast.people or unlabelled(story.document.blocks[story.block].text)):
        story.turns = turns([b.text for b in story.document.blocks], lambda w: _full_name(story.cast, w))
    turn = story.turns[story.block] if story.turns else ""
    if turn == ASKS:
        return NOBODY
    person = story.cast.find(turn) if turn else None
    if (
        person is not None
        and not person.voice.company
        and (not person.placed or ROLE.match(person.voice.role))
    ):
        person = story.cast.guest(person) or person
    if person is not None and not narrated(story.document.blocks[story.block].text):
        return Said(person.voice, Attribution.QUOTED)
    letter = story.letter or story.column
    if letter is not None and _WE.search(story.document.blocks[story.block].text) and text[:1] not in '“"':
        return Said(letter, Attribution.FIRST_PARTY)
    return None


def _full_name(cast: Cast, written: str) -> str:
    person = cast.find(written) or (None if written else cast.guest())
    return person.voice.name if person is not None else ""


def _say(story: _Story, text: str, hidden: str, quotes: Sequence[Quote]) -> Said:
    kind = story.document.blocks[story.block].kind
    attribution = manner(text, hidden, quotes)
    cue = find_cue(hidden)
    if (
        (kind in _LISTED or story.leads_in)
        and story.listing is not None
        and story.listing.voice.company
        and (cue is None or cue.rank < 3)
    ):
        return Said(story.listing.voice, Attribution.QUOTED)
    if cue is not None and not story.own and _PAPERS_WE.fullmatch(cue.subject.strip()):
        return NOBODY
    voice = _voice(story, cue, text, hidden) if cue is not None else None
    if voice is not None and cue is not None and cue.rank > 0:
        voice = _of_the_house(story.cast, _same_person(story, voice, cue), hidden)
        story.cast.speaker = voice
        if cue.verb == "according" and not voice.company:
            story.cast.follow(hidden)
        if of_rival(story.cast.names, voice, cue, hidden) or (
            attribution is Attribution.REPORTED and of_another(story.cast.names, voice, cue)
        ):
            return Said(OUTSIDER, attribution, True)
        return Said(voice, attribution, True)
    if voice is not None:
        story.cast.sign(hidden, voice)
    if attribution is Attribution.QUOTED:
        return _unattributed_quote(story)
    followed = story.cast.follow(hidden)
    story.focus = followed.voice if followed is not None else None
    return _by_policy(story, hidden) or _by_deed(story, hidden) or _continued(story, hidden)


def _by_deed(story: _Story, hidden: str) -> Said | None:
    """What the paper itself tells of a company."""
    subject = story.cast.subject or ""
    last = story.last
    if (
        story.own
        or (last is not None and last.voice.company)
        or not told_deed(hidden, subject, story.cast.names)
    ):
        return None
    return Said(Voice(company=subject), Attribution.REPORTED, True, told=True)


_PAPERS_WE = re.compile(r"(?:We|I)\b")
"""Outside quotation marks the paper and its reporter."""


def _by_policy(story: _Story, hidden: str) -> Said | None:
    """E.g. "Under its privacy policy, Chalkface may share …": what a company's paper says, with no verb of saying."""
    match = BY_POLICY.match(hidden)
    if match is None:
        last = story.last or (story.said[-1] if story.said else None)
        goes_on = last is not None and last.voice.company and UNDER_A_POLICY.match(hidden)
        return Said(last.voice, Attribution.REPORTED) if goes_on and last is not None else None
    voice = story.cast.resolve(match["who"])
    return Said(voice, Attribution.REPORTED, True) if voice is not None and voice.company else None


_POINTS_BACK = re.compile(
    r"(?:the (?:(?!latter|other|rival)[\w-]+ ){0,2}?(?:company|firm|group|bank|provider|carrier|operator|startup|"
    r"start-up|maker)|it|its(?: [\w-]+){1,3})$",
    re.IGNORECASE,
)


def _voice(story: _Story, cue: Cue, text: str, hidden: str) -> Voice | None:
    cast, last = story.cast, story.last
    elsewhere = cast.subject == "" and not only_company(text, cast.names)
    strangers = last is not None and not last.voice.company and (last.own_words or elsewhere)
    if (strangers and A_SPOKESMAN.match(cue.subject)) or (
        A_FURTHER.match(cue.subject) and not only_company(cue.subject, cast.names)
    ):
        return OUTSIDER
    if cue.relative:
        return cast.who(cue.relative)
    if _POINTS_BACK.match(cue.subject.strip()) and not hidden.lstrip().startswith(cue.subject.strip()):
        cast.follow(hidden)
    return cast.resolve(cue.subject, cue.apposition)


def _of_the_house(cast: Cast, voice: Voice, hidden: str) -> Voice:
    """Somebody of whom nothing is said but that she writes on the company's blog speaks for the company."""
    person = cast.people.get(voice.name)
    if person is None or person.placed or not cast.main() or not COMPANY_PAPER.search(hidden):
        return voice
    person.voice = Voice(voice.name, voice.role, cast.main())
    return person.voice


def _same_person(story: _Story, voice: Voice, cue: Cue) -> Voice:
    """What "the company has asked", amid what somebody tells of it, is still hers to tell."""
    last = story.last
    if (
        cue.verb in WEAK
        and cue.rank < 3
        and last is not None
        and not voice.name
        and last.voice.company == voice.company
    ):
        return last.voice
    return voice


def _unattributed_quote(story: _Story) -> Said:
    """A quotation with no cue of its own goes on from the last one, or from whom the paragraph speaks of."""
    if story.last == NOBODY and story.focus is not None:
        return Said(story.focus, Attribution.QUOTED)
    if story.last is not None and (story.last != NOBODY or story.last_quoted is None):
        return Said(story.last.voice, Attribution.QUOTED)
    if story.last_quoted is not None:
        return Said(story.last_quoted.voice, Attribution.QUOTED)
    return Said(OUTSIDER, Attribution.QUOTED)


def _continued(story: _Story, hidden: str) -> Said:
    """Plain narration: it goes on reporting what the sentence before it reports, if it speaks of the same company."""
    last = story.last
    if last is None or not last.voice.company or (not story.own and _PAPERS_WE.match(hidden)):
        return NOBODY
    if story.cast.subject not in (last.voice.company, None):
        return NOBODY
    return Said(last.voice, Attribution.REPORTED)
