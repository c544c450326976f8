"""What was judged before still holds where a sentence stands, whatever is new beside it or in its figures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from service.model import Judgement, Sentence
from service.statements.asides import BACK
from service.statements.detection.detector import OWN
from service.statements.detection.exceptions import find_exception
from service.statements.touch import touch
from watchers.model import BlockKind, Document

Remembered = Mapping[tuple[str, str, str], Judgement]
"""(text, heading, the sentence before) → how it was judged before, by this very detector."""
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")


class Standing:
    """Judgements of a document's last version, for the sentences of its next."""

    def __init__(self, remembered: Remembered) -> None:
        self._places = remembered
        self._apart: dict[tuple[str, str], Judgement] = {}
        doubtful = set()
        for (text, heading, _), judgement in remembered.items():
            place = (_without_figures(text), heading)
            before = self._apart.setdefault(place, judgement)
            if (before.relevant, before.categories) != (judgement.relevant, judgement.categories):
                doubtful.add(place)
        for place in doubtful:
            del self._apart[place]

    def judgement(self, document: Document, sentence: Sentence) -> Judgement | None:
        """How the sentence was judged; None where it has to be judged anew.

        A figure that is another one makes no assurance and ends none, unless it was nought or becomes it.
        """
        there = self._places.get((sentence.text, sentence.heading, sentence.prev))
        if there is not None or not _stands_alone(document, sentence):
            return there
        found = self._apart.get((_without_figures(sentence.text), sentence.heading))
        if found is None or not found.relevant:
            return found
        return replace(found, exception=find_exception(sentence.text))


def _without_figures(text: str) -> str:
    return _FIGURE.sub(lambda found: "#" if found.group().strip("0.,") else "0", text)


def _stands_alone(document: Document, sentence: Sentence) -> bool:
    """Whether another sentence before it makes nothing else of it: no lead-in governs it, and it leans on nothing."""
    governed = document.blocks[sentence.block].kind in (BlockKind.ITEM, BlockKind.ROW)
    return not governed and (not BACK.search(sentence.text) or touch(sentence.text).own >= OWN)
