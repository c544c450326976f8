"""Reading takes time in proportion to the text, whatever a stranger writes: no expression that tries all ways."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date

import pytest

from service.diff.kinds import classify
from service.diff.opposed import opposed
from service.diff.plain import CAP, plain
from service.model import Category, Speaker, Statement
from service.sightings.essence import essence
from service.statements.figures.canary import read_canary
from service.statements.figures.deadlines import find_spans, find_steps, find_terms, without_dates
from service.statements.names.capitals import candidates
from service.statements.names.companies import Names
from service.statements.names.owner import find_owner
from service.statements.sentences import split
from service.statements.speech.attribution import attribute
from service.statements.speech.cues import find_cue
from service.statements.speech.interviews import turns
from service.statements.speech.letters import columnist
from service.statements.speech.phrases import tells_of_report
from service.statements.speech.quotes import find_quotes
from service.statements.touch import touch
from watchers.model import Block, BlockKind, Document

DAY = date(2026, 3, 2)
SAID = Statement("We never did.", "Quillnet", Speaker(), (Category.NEVER,), "", 0.9)
SHORT, TIMES = 1500, 8
"""Letters of the shorter text, and how many times as long the longer one is."""
MOST = 26.0
"""Times as long it may take: 8 in proportion, 64 by the square."""
UNITS = {
    "prose": "We will notify the customer before we disclose any data to a court, unless a law forbids it. ",
    "one sentence": "we give what the law asks of us in this and every other case, and ",
    "names": "Jane Roe is ",
    "initials": ". A",
    "months": "Aa bb 1 May ",
    "labels": "Who? ",
    "next": "the next page ",
    "offices": "deputy chief and ",
    "says": ", said she ",
    "quotes": " “a 'b",
    "dated": "as of 1 signed ",
    "names at here": "At Aa Bb Cc ",
    "brackets": "Aa bb (“",
    "conditions": "unless if a court may ",
    "one word": "A",
    "one letter": "A ",
    "capitals": "Ab, ",
}  # fmt: skip


def paragraph(text: str) -> Document:
    return Document("", "Canary", (Block(BlockKind.PARAGRAPH, text),), "text")


def attributed(text: str) -> object:
    document = paragraph(text[: len(text) // 3])
    return attribute(document, split(document))


def asked(text: str) -> object:
    return turns([f"{text[i : i + 12]}?" for i in range(0, len(text), 3)], lambda _: "Jane Roe")


READERS: dict[str, Callable[[str], object]] = {
    "canary": lambda text: read_canary(paragraph(text), (SAID,), seen=DAY),
    "deadlines": lambda text: (find_spans(text, DAY), [*find_steps(text)], [*find_terms(text)], without_dates(text)),
    "owner": lambda text: find_owner(paragraph(text)),
    "quotes": find_quotes,
    "cue": find_cue,
    "topic": touch,
    "essence": essence.__wrapped__,
    "classify": lambda text: classify(f"We never {text}", f"We may {text}"),
    "opposed": lambda text: opposed(f"We never disclose {text}", f"We may disclose {text}"),
    "attribution": attributed,
    "interview": asked,
    "reports": tells_of_report,
    "names": lambda text: [*candidates([text])],
}  # fmt: skip


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_eight_times_the_text_takes_in_the_order_of_eight_times_the_time(
    read: Callable[[str], object],
) -> None:
    slow = {}
    for name, unit in UNITS.items():
        text = unit * (SHORT * TIMES // len(unit) + 1)
        short = _spent(read, text[:SHORT])
        ratio = _spent(read, text[: SHORT * TIMES]) / max(short, 0.002)
        if ratio > MOST:
            slow[name] = round(ratio)
    assert not slow


@pytest.mark.parametrize("unit", ["A", "Ab", "A-", "Ab ", "and ", "(see "])
def test_the_form_in_which_sentences_are_compared(unit: str) -> None:
    """It reads no more than 4,000 letters: an eighth of them, and all."""
    short, long = (_spent(plain, f"a {unit * (letters // len(unit))}") for letters in (CAP // 8, CAP))
    assert long < MOST * max(short, 0.001)


def test_a_columns_author_is_looked_for_in_proportion_to_the_text() -> None:
    """With one expression that ignores case it was thousands of times as much."""
    short, long = (_spent(_author, UNITS["one sentence"] * clauses) for clauses in (3, 6))
    assert long < 20 * short


def _author(text: str) -> object:
    return columnist(Document("", "", (Block(BlockKind.PARAGRAPH, text),) * 8, "text"), Names())


def _spent(read: Callable[[str], object], text: str) -> float:
    return min(_once(read, text) for _ in range(3))


def _once(read: Callable[[str], object], text: str) -> float:
    start = time.process_time()
    read(text)
    return time.process_time() - start
