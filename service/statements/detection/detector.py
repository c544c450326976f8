"""Is a sentence an assurance, and of what? Judged in batches.

A linear model over words and what they stand for dismisses what is clearly none; the rest is read by a small
encoder, and both are weighed together. How they were made: `scripts.train`; how well they do: docs/detector.md.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from service.model import Category, Judgement, Sentence
from service.statements.detection.encoder import Encoder, Flags
from service.statements.detection.exceptions import find_exception
from service.statements.detection.quick import DISMISS, Quick
from service.statements.touch import touch

DETECTOR_VERSION = 11
"""Raised with every change of what `judge` may answer; stored text is then read again, unannounced."""

FAR = ((0.8, 0.97), (0.75, 0.95))
"""The relevance asked where no state, instrument or law is named: anywhere near the sentence (first pair), or only
around it (second); the higher one where the sentence itself has next to nothing of the matter (`touch` under
`OWN`). Such sentences are mostly small talk beside an assurance. Chosen on sentences of unseen companies."""
OWN = 2.0
QUESTION = "What does the company do when the police or a court asks for its customers' data?"
"""What a sentence of a story is read as an answer to, besides being read where it stands."""
WEIGHTS = Path(__file__).with_name("detector.npz")
NEVER = 1.5
"""A score that no sentence has."""
_LEAD_IN = re.compile(r"(?<!\bto)(?<!\bat):\s*$")
"""The start of a list that is no address."""
_CATEGORIES = tuple(Category)
_CHUNK = 4096
_REMEMBERED = 20_000
_READING = threading.Lock()
Floats = npt.NDArray[np.float32]
_Words = tuple[str, str, str]
"""A sentence with what stands around it: text, heading, prev."""


class Detector:
    """The two judges and how their logits are weighed.

    `weigh`: (3, labels), factor of the encoder, factor of the linear model, bias; its sum through the logistic
    function is the calibrated score. `bars`: the score from which a label is given.
    """

    def __init__(self, weights: Mapping[str, npt.NDArray[np.generic]]) -> None:
        self.quick = Quick(weights)
        self._encoder = Encoder(weights)
        self._weigh = weights["weigh"].astype(np.float32)
        self._bars = weights["bars"].astype(np.float32)
        self._read: dict[_Words, Floats] = {}
        self._judged: dict[_Words, Judgement] = {}

    def judge(self, sentences: Sequence[Sentence], explain: bool) -> list[Judgement]:
        """One judgement a sentence; what was judged before in the same surroundings is remembered."""
        if explain:
            return self._weighed(sentences, explain)
        if len(self._judged) > _REMEMBERED:
            self._judged.clear()
        keys = [(s.text, s.heading, s.prev) for s in sentences]
        fresh = {key: s for key, s in zip(keys, sentences, strict=True) if key not in self._judged}
        if fresh:
            self._judged.update(zip(fresh, self._weighed(tuple(fresh.values()), explain), strict=True))
        return [self._judged[key] for key in keys]

    def _weighed(self, sentences: Sequence[Sentence], explain: bool) -> list[Judgement]:
        quick, near = self.quick.read(sentences)
        asks = np.array([s.text.rstrip(" \"”’')*").endswith("?") for s in sentences], bool)
        keep = np.flatnonzero((quick[:, 0] >= DISMISS[near]) & ~asks).tolist()
        scores = _logistic(quick)
        if keep:
            texts = [(sentences[i].text, sentences[i].heading, sentences[i].prev) for i in keep]
            read = self._encoded(texts, quick[keep, 0] >= 0)
            scores[keep] = _logistic(read * self._weigh[0] + quick[keep] * self._weigh[1] + self._weigh[2])
        held = set(keep)
        return [
            self._judgement(s, scores[i], i in held, self.bar(s, int(near[i])), explain)
            for i, s in enumerate(sentences)
        ]

    def _encoded(self, texts: Sequence[_Words], liked: Flags) -> Floats:
        """The encoder's logits; those of a page read before are remembered."""
        if len(self._read) > _REMEMBERED:
            self._read.clear()
        fresh = {text: likes for text, likes in zip(texts, liked, strict=True) if text not in self._read}
        if fresh:
            read = self._encoder.read(tuple(fresh), np.array([*fresh.values()]))
            self._read.update(zip(fresh, read, strict=True))
        return np.array([self._read[text] for text in texts])

    def answering(self, texts: Sequence[str]) -> list[tuple[float, float]]:
        """Log-odds of relevance, and of the likeliest category, of each text read as an answer to `QUESTION`."""
        if not texts:
            return []
        quick, _ = self.quick.read([Sentence(text, prev=QUESTION) for text in texts])
        read = self._encoded([(text, "", QUESTION) for text in texts], np.ones(len(texts), bool))
        odds = read * self._weigh[0] + quick * self._weigh[1] + self._weigh[2]
        return [(float(row[0]), float(row[1:].max())) for row in odds]

    def states(self, text: str) -> tuple[list[int], Floats]:
        """`Encoder.states` of a sentence."""
        return self._encoder.states(text)

    def bar(self, sentence: Sentence, near: int) -> float:
        """The score from which a sentence is relevant; `near`: how near a state or the law is named."""
        return bar(sentence.text, near, float(self._bars[0]))

    def _judgement(
        self, sentence: Sentence, scores: Floats, held: bool, bar: float, explain: bool
    ) -> Judgement:
        score = float(scores[0])
        if not held or score < bar:
            return Judgement(
                relevant=False, score=min(score, float(self._bars[0])), why=self._why(sentence, (), explain)
            )
        categories = labels(scores[1:], self._bars[1:])
        return Judgement(
            True, score, categories, find_exception(sentence.text), self._why(sentence, categories, explain)
        )

    def _why(self, sentence: Sentence, categories: Sequence[Category], explain: bool) -> tuple[str, ...]:
        if not explain:
            return ()
        named = [("relevant", 0), *((c.value, 1 + _CATEGORIES.index(c)) for c in categories)]
        found = ((name, self.quick.reasons(sentence, label)) for name, label in named)
        return tuple(f"{name}: {', '.join(reasons)}" for name, reasons in found if reasons)


def bar(text: str, near: int, usual: float) -> float:
    """The score asked of a sentence: `usual` where it names a state, an instrument or the law itself.

    What leads in a list, names none of them and has next to nothing of the matter says nothing by itself:
    "From July to December we received:".
    """
    if near == 2:
        return usual
    own, (some, little) = touch(text).own, FAR[near]
    if own <= OWN and _LEAD_IN.search(text):
        return NEVER
    return max(usual, some if own >= OWN else little)


def labels(scores: Floats, bars: Floats) -> tuple[Category, ...]:
    """The categories whose score reaches their bar; the nearest to it where none does."""
    given = tuple(c for c, score, bar in zip(_CATEGORIES, scores, bars, strict=True) if score >= bar)
    return given or (_CATEGORIES[int(np.argmax(scores - bars))],)


def judge(sentences: Sequence[Sentence], *, explain: bool = False) -> tuple[Judgement, ...]:
    """One judgement a sentence, in order. `explain` fills `why` with the words and patterns that spoke for it."""
    found: list[Judgement] = []
    for start in range(0, len(sentences), _CHUNK):
        found += _detector().judge(sentences[start : start + _CHUNK], explain)
    return tuple(found)


def answering(texts: Sequence[str]) -> tuple[tuple[float, float], ...]:
    """For each text the log-odds that it is an assurance, and of its likeliest category, as an answer to `QUESTION`."""
    return tuple(_detector().answering(texts))


def states(text: str) -> tuple[list[int], Floats]:
    """The word pieces of a sentence and what the encoder makes of them, (layers, pieces, size): `Encoder.states`."""
    return _detector().states(text)


def _detector() -> Detector:
    with _READING:
        return _once()


@cache
def _once() -> Detector:
    return load()


def load() -> Detector:
    """The detector as shipped, read from its file."""
    with np.load(WEIGHTS) as weights:
        return Detector({name: weights[name] for name in weights.files})


def _logistic(x: Floats) -> Floats:
    return np.float32(1) / (np.float32(1) + np.exp(-np.clip(x, -30, 30)))
