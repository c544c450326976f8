"""Interviews in question and answer: whose turn each paragraph is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from service.statements.speech.cues import find_cue
from service.statements.speech.people import Person
from service.statements.speech.quotes import find_quotes, masked

_LABEL = re.compile(
    r"^(?P<label>(?:(?:Mr|Ms|Mrs|Dr)\.?\s)?[A-ZÀ-ÖØ-ÞŁŚŠŻŽĆČ][\w.’'-]*(?:\s(?:de|van|von)?\s?[A-ZÀ-ÖØ-ÞŁŚŠŻŽĆČ][\w.’'-]*){0,3})"
    r":\s+(?=\S)"
)
_QUESTION = re.compile(r"(?![“\"‘'])[^?]{2,240}\?|And\?")
"""A paragraph that is one question, in nobody's quotation marks."""
_FEWEST_TURNS = 4
_MOST_VOICES = 5
ASKS = "?"
"""Stands for the interviewer."""


def turns(texts: Sequence[str], surnames: Callable[[str], str]) -> tuple[str, ...]:
    """For each block the full name of who answers in it, `ASKS` for a question, "" where nobody's turn is marked.

    `surnames` gives the full name of a person who is written so (surname, full name, initials), "" for nobody known.
    A block without a label goes on with the last speaker's turn.
    """
    labels = [m["label"] if (m := _LABEL.match(t)) else "" for t in texts]
    counts = Counter(label for label in labels if label)
    repeated = {label for label, n in counts.items() if n >= 2}
    if sum(counts[label] for label in repeated) < _FEWEST_TURNS or len(repeated) > _MOST_VOICES:
        return _by_questions(texts, surnames)
    named = {label: surnames(label) for label in counts}
    answering = Counter(
        {full: sum(counts[x] for x in counts if named[x] == full) for full in named.values() if full}
    )
    guest = answering.most_common(1)[0][0] if answering else surnames("")
    begins = _first_turn(labels, repeated)
    result: list[str] = []
    turn = ""
    for index, (label, text) in enumerate(zip(labels, texts, strict=True)):
        if label in ("A", "Answer"):
            turn = guest
        elif label and index >= begins:
            turn = named.get(label) or ASKS
        elif text.lower().startswith(("this interview", "the interview")):
            turn = ""
        result.append(turn)
    return tuple(result)


def repeated_labels(texts: Sequence[str]) -> tuple[str, ...]:
    """The labels of an interview's turns, each as often as it stands there; none where it is no interview."""
    labels = [m["label"] for t in texts if (m := _LABEL.match(t))]
    return tuple(labels) if len(labels) >= _FEWEST_TURNS else ()


def _by_questions(texts: Sequence[str], surnames: Callable[[str], str]) -> tuple[str, ...]:
    """Turns of an interview without labels: paragraphs that only ask, and what stands between them."""
    asks = {i: ASKS for i, text in enumerate(texts) if _QUESTION.fullmatch(text.strip())}
    guest = surnames("") if len(asks) >= _FEWEST_TURNS else ""
    if not guest:
        return ("",) * len(texts)
    first, end = min(asks), min(max(asks) + 2, len(texts))
    asks |= {i: ASKS for i in range(first, end) if prompts(texts[i])}
    result = [""] * len(texts)
    for index in range(first, end):
        result[index] = asks.get(index, guest)
    return tuple(result)


_PROMPT = re.compile(
    r"^(?![“\"‘'])[^.?!]{0,120}\b(?:say|says|said|claims?|claimed|think|suspect|suspects|fear|wrote|writes|alleges?|"
    r"reported|calls?|called|accuses?|accused)\b[^.?!]{0,120}\byour?s?\b[^.?!]{0,120}[.]$"
)
_SOME_SAY = re.compile(
    r"(?:Some|Critics|Others|Many|People|They)(?: people)? (?:say|think|suspect|fear|claim)\b[^.?!]{0,160}[.]$"
)
_FIRST_PERSON = re.compile(r"\b(?:[Ww]e|[Oo]urs?|us|I|[Mm]y|[Mm]e)\b")


def prompts(text: str) -> bool:
    """A question put as a statement: "Critics say that you keep a back door."."""
    asked = _PROMPT.match(text.strip()) or _SOME_SAY.match(text.strip())
    return asked is not None and _FIRST_PERSON.search(text) is None


def asks(text: str) -> bool:
    """Is a sentence a question, or put as one?"""
    return text.rstrip(' ”"').endswith("?") or prompts(text)


def _first_turn(labels: Sequence[str], repeated: set[str]) -> int:
    """The first of the run of labelled blocks that leads into the repeated ones."""
    first = next(i for i, label in enumerate(labels) if label in repeated)
    while first > 0 and labels[first - 1]:
        first -= 1
    return first


def unlabelled(text: str) -> int:
    """How many characters of a block are its speaker's label."""
    match = _LABEL.match(text)
    return match.end() if match else 0


def narrated(text: str) -> bool:
    """A paragraph under no label that tells of the speaker ("…, she remarks") is the paper's again."""
    if unlabelled(text):
        return False
    cue = find_cue(masked(text, find_quotes(text)))
    return cue is not None and cue.subject.strip().lower() in ("he", "she")


def initials(name: str) -> str:
    """E.g. "Moriarty-Shaw" → "MS", "Jane Roe" → "JR"."""
    return "".join(part[0] for part in re.split(r"[\s.-]+", name) if part and part[0].isupper())


def by_label(people: Mapping[str, Person], written: str) -> Person | None:
    """Who is met under this full name or surname, or has these initials."""
    bare = re.sub(r"^(?:Mr|Ms|Mrs|Dr)\.?\s", "", written)
    same = next((p for name, p in people.items() if name.lower() == bare.lower()), None)
    letters = re.sub(r"[^A-Z]", "", bare)
    if same is not None or len(letters) < 2 or letters != re.sub(r"[\s.-]", "", bare):
        return same
    return next(
        (p for p in people.values() if letters in (initials(p.surname), initials(p.voice.name))), None
    )
