"""Whose somebody is of whom a story says nothing, but who says "we" in a story with one company in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from service.model import Attribution, Sentence
from service.statements.companies import Names
from service.statements.people import Person, Voice

_WE = re.compile(r"\b(?:[Ww]e|[Oo]urs?|us)\b")


def take_in(
    people: Sequence[Person],
    spoken: Sequence[tuple[Voice, Attribution]],
    sentences: Sequence[Sentence],
    names: Names,
) -> None:
    """Give the only company of a story to whoever was never given an office and speaks of "us".

    `spoken`: who says each sentence, and how it got here.
    """
    if len(names.order) != 1:
        return
    speaking = {
        voice.name
        for (voice, manner), sentence in zip(spoken, sentences, strict=True)
        if manner is Attribution.QUOTED and _WE.search(sentence.text)
    }
    for person in people:
        if not person.placed and not person.voice.company and person.voice.name in speaking:
            person.voice = replace(person.voice, company=names.order[0])
