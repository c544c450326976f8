"""Who says each sentence of a news story: sentence by sentence, in order, with all that went before in mind."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from service.model import Attribution, Sentence
from service.statements.companies import Names, survey
from service.statements.coreference import OUTSIDER, Cast, Voice, anonymous
from service.statements.cues import Cue, find_cue
from service.statements.layout import Place, is_furniture, places
from service.statements.quotes import FILL, Quote, masked, quotes_of
from watchers.model import BlockKind, Document


@dataclass(frozen=True, slots=True)
class Said:
    """Who says a sentence and how it got here. `voice.company` "" means: no company says it."""

    voice: Voice
    attribution: Attribution
    own_words: bool = False
    """The sentence names its speaker itself, rather than following one that does."""


NOBODY = Said(OUTSIDER, Attribution.REPORTED)


@dataclass(slots=True)
class _Story:
    """What is remembered from sentence to sentence."""

    cast: Cast
    said: list[Said] = field(default_factory=list)
    block: int = -1
    last: Said | None = None
    """Of the sentence before, in the same paragraph."""
    last_quoted: Said | None = None
    letter: Voice | None = None
    """Whose letter is being printed in full."""
    listing: Said | None = None
    """Who said the paragraph before a list or block quotation."""


def attribute(document: Document, sentences: Sequence[Sentence], *, company: str = "") -> tuple[Said, ...]:
    """One `Said` a sentence. `company` is the one the story is known to be about, if any."""
    texts = [block.text for block in document.blocks]
    read = [t for i, t in enumerate(texts) if not is_furniture(document, i)]
    names = survey([document.title, *read] if document.title not in read else read)
    story = _Story(Cast(names, company=company))
    quotes = quotes_of(texts)
    for sentence, place in zip(sentences, places(texts, sentences), strict=True):
        _step(story, document, sentence, place, quotes[sentence.block])
    return tuple(_settled(story.said, sentences))


def _step(story: _Story, document: Document, sentence: Sentence, place: Place, quotes: tuple[Quote, ...]) -> None:
    if sentence.block != story.block:
        _enter(story, document, sentence.block)
    if is_furniture(document, sentence.block):
        story.said.append(NOBODY)
        return
    inner = [Quote(max(q.start, place.start) - place.start, min(q.end, place.end) - place.start, q.carried or q.start < place.start, q.unclosed or q.end > place.end)
             for q in quotes if q.start < place.end and q.end > place.start]
    hidden = _mask(sentence.text, inner)
    story.cast.introduce(_shown(sentence.text, hidden))
    said = _say(story, document.blocks[sentence.block].kind, sentence.text, hidden, inner)
    story.said.append(said)
    story.last = said
    if said.attribution is Attribution.QUOTED:
        story.last_quoted = said
    story.cast.sign(hidden, said.voice if said.own_words else None)


def _enter(story: _Story, document: Document, block: int) -> None:
    kind = document.blocks[block].kind
    if kind not in (BlockKind.ITEM, BlockKind.QUOTE) or document.blocks[max(0, story.block)].kind not in (BlockKind.ITEM, BlockKind.QUOTE):
        story.listing = story.last
    story.last = None
    story.block = block


def _mask(text: str, quotes: Sequence[Quote]) -> str:
    chars = list(text)
    for quote in quotes:
        first = quote.start if quote.carried else quote.start + 1
        last = quote.end if quote.unclosed else quote.end - 1
        for i in range(first, min(last, len(chars))):
            chars[i] = FILL
    return "".join(chars)


def _shown(text: str, hidden: str) -> str:
    return hidden.replace(FILL, "") if FILL in hidden else text


def _say(story: _Story, kind: BlockKind, text: str, hidden: str, quotes: Sequence[Quote]) -> Said:
    attribution = _manner(text, hidden, quotes)
    cue = find_cue(hidden)
    voice = _voice(story.cast, cue, hidden) if cue is not None and cue.rank > 0 else None
    if voice is not None and cue is not None:
        story.cast.speaker = voice
        return Said(voice, attribution, True)
    if attribution is Attribution.QUOTED:
        return _unattributed_quote(story, hidden)
    if kind in (BlockKind.ITEM, BlockKind.QUOTE) and story.listing is not None and story.listing.voice.company:
        return Said(story.listing.voice, Attribution.QUOTED)
    story.cast.follow(hidden)
    return _continued(story, hidden)


def _voice(cast: Cast, cue: Cue, hidden: str) -> Voice | None:
    if cue.relative:
        return cast.who(cue.relative)
    if cue.verb in ("called", "calls", "put", "wants", "want") and cast.resolve(cue.subject, cue.apposition) is None:
        return None
    return cast.resolve(cue.subject, cue.apposition)


def _manner(text: str, hidden: str, quotes: Sequence[Quote]) -> Attribution:
    """Quoted when the quotation makes the statement; a few quoted words inside a report do not."""
    inside = hidden.count(FILL)
    if not quotes or not inside:
        return Attribution.REPORTED
    words = len(text.split())
    first = quotes[0]
    leading = not hidden[: first.start].strip(" ([")
    if first.carried or leading:
        return Attribution.QUOTED if inside >= 0.3 * len(text) or len(text[first.start : first.end].split()) >= 4 or words < 4 else Attribution.REPORTED
    before = hidden[: first.start].rstrip()
    opens = text[first.start + 1 : first.start + 2].isupper()
    if (before.endswith((":", ",")) and opens) or inside >= 0.7 * len(text):
        return Attribution.QUOTED
    return Attribution.REPORTED


def _unattributed_quote(story: _Story, hidden: str) -> Said:
    """A quotation with no cue of its own goes on from the last one, or from whom the paragraph speaks of."""
    if story.last is not None and (story.last.voice.company or story.last.attribution is Attribution.QUOTED):
        return Said(story.last.voice, Attribution.QUOTED)
    if story.last is not None:
        return Said(story.last.voice, Attribution.QUOTED)
    if story.last_quoted is not None:
        return Said(story.last_quoted.voice, Attribution.QUOTED)
    return Said(OUTSIDER, Attribution.QUOTED)


def _continued(story: _Story, hidden: str) -> Said:
    """Plain narration: it goes on reporting what the sentence before it reports, if it speaks of the same company."""
    last = story.last
    if last is None or not last.voice.company:
        return NOBODY
    if story.cast.subject not in (last.voice.company, None):
        return NOBODY
    return Said(last.voice, Attribution.REPORTED)


def _settled(said: list[Said], sentences: Sequence[Sentence]) -> list[Said]:
    """Quotations whose speaker is named only in a later sentence of the same paragraph."""
    result = list(said)
    for i in range(len(result) - 2, -1, -1):
        this, after = result[i], result[i + 1]
        if (
            sentences[i].block == sentences[i + 1].block
            and this.attribution is Attribution.QUOTED
            and not this.own_words
            and after.attribution is Attribution.QUOTED
            and after.own_words
            and _first_in_block(i, sentences, result)
        ):
            result[i] = Said(after.voice, Attribution.QUOTED)
    return result


def _first_in_block(i: int, sentences: Sequence[Sentence], said: Sequence[Said]) -> bool:
    """Nobody was named before it in its paragraph."""
    j = i
    while j >= 0 and sentences[j].block == sentences[i].block:
        if said[j].own_words:
            return False
        j -= 1
    return True


__all__ = ["NOBODY", "Names", "Said", "anonymous", "attribute", "masked"]
