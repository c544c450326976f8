"""Whose somebody is of whom a story says nothing, but who says "we" in a story with one company in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from service.model import Attribution, Sentence
from service.statements.names.companies import Names
from service.statements.names.titles import OUTSIDE_OFFICE
from service.statements.speech.people import Person, Voice

_KIN = re.compile(
    r",\swhose\s(?:\w+\s){0,2}?(?:daughters?|sons?|child(?:ren)?|wife|husband|partner|mother|father|parents?|brother|sister|"
    r"family|house|home|phone|account|car)\b|\b[Oo]ne of (?:them|the \w+s)\b"
)
_WE = re.compile(r"\b(?:[Ww]e|[Oo]urs?|us)\b")


def take_in(
    people: Sequence[Person],
    spoken: Sequence[tuple[Voice, Attribution]],
    sentences: Sequence[Sentence],
    names: Names,
) -> None:
    """Give the only company of a story to whoever was never given an office and speaks of "us".

    Whoever is introduced beside an office outside ("The prosecutor, Jane Roe, …") is left out.
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
        if person.placed or person.voice.company or person.voice.name not in speaking:
            continue
        first = next((s.text for s in sentences if person.voice.name in s.text), "")
        if not OUTSIDE_OFFICE.search(first) and not _KIN.search(first):
            person.voice = replace(person.voice, company=names.order[0])
