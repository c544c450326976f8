"""Who says a sentence, and what of that only a later sentence tells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from service.model import Attribution, Sentence
from service.statements.speech.coreference import Cast
from service.statements.speech.people import OUTSIDER, Voice
from service.statements.speech.phrases import same_role


@dataclass(frozen=True, slots=True)
class Said:
    """Who says a sentence and how it got here. `voice.company` "" means: no company says it."""

    voice: Voice
    attribution: Attribution
    own_words: bool = False
    """The sentence names its speaker itself, rather than following one that does."""
    runs_on: bool = False
    """Its quotation goes on in the next sentence."""
    told: bool = False
    """Nobody says it: the paper tells what the company did."""


NOBODY = Said(OUTSIDER, Attribution.REPORTED)


def named_later(said: Said, cast: Cast) -> Said:
    """A speaker whose office, or name, the text gives only further down ("its founder said")."""
    voice = said.voice
    known = cast.people.get(voice.name)
    if known is not None:
        return replace(said, voice=known.voice)
    if voice.name or not voice.role or re.match(r"spokes", voice.role, re.IGNORECASE):
        return said
    colleagues = [p.voice for p in cast.people.values() if p.voice.company == voice.company and p.voice.name]
    alike = [c for c in colleagues if same_role(c.role, voice.role)] or [
        c for c in colleagues[:1] if not c.role
    ]
    return replace(said, voice=alike[0]) if alike else said


def settle(said: list[Said], sentences: Sequence[Sentence]) -> list[Said]:
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
            and (this.runs_on or _first_in_block(i, sentences, result))
        ):
            result[i] = Said(after.voice, Attribution.QUOTED, own_words=this.runs_on)
    return result


def _first_in_block(i: int, sentences: Sequence[Sentence], said: Sequence[Said]) -> bool:
    """Nobody was named before it in its paragraph."""
    j = i
    while j >= 0 and sentences[j].block == sentences[i].block:
        if said[j].own_words:
            return False
        j -= 1
    return True
