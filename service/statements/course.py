"""How likely a sentence is an assurance where it stands: what its story leads up to, and what the sentence holds.

Weights of a logistic regression over some forty plain measures, fitted on labelled stories (`scripts.fit_stories`):
one set for what companies are said to say in the news, one for what they write in their own posts.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from service.model import Attribution, Judgement, Sentence
from service.statements import asides
from service.statements.detection.detector import answering
from service.statements.layout import is_head
from service.statements.speech.interviews import asks
from service.statements.speech.said import Said
from service.statements.touch import ACT, DATA, NUMBER, PAPER, PRICES, STATE, Touch, touch
from watchers.model import Document

SURE, SURE_WRITTEN, DOUBTED = 0.5, 0.6, 0.38
"""The likelihood from which a sentence is an assurance whatever the rules of `topic` say (in news, in a company's own
post), and from which it is one where they say so too."""
BELOW_BAR = 0.4
"""The judge's score of what is relevant but for naming no state."""
FADES = 0.7
"""What is left, at the next sentence, of the weight of the one before."""
_ODDS = 0.01
_SUREST = 8.0
_ON_TOPIC = 1.0
"""The weight of words from which a question is about the matter."""
_LATE = 0.85
"""The last part of a story, which tells of prices and offices."""


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of a story. `titled`: headline, byline or dateline; those from `quoted` on say how it is attributed.

    `spoken`: a company says it.
    """

    text: str
    judged: Judgement
    touch: Touch
    block: int
    titled: bool = False
    asks: bool = False
    quoted: bool = False
    named: bool = False
    own_words: bool = False
    told: bool = False
    spoken: bool = True
    answers: tuple[float, float] = (0.0, 0.0)
    """Log-odds of relevance, and of the likeliest category, read as an answer to a question about the matter."""


def lines_of(
    document: Document,
    sentences: Sequence[Sentence],
    judgements: Sequence[Judgement],
    said: Sequence[Said] = (),
) -> tuple[Line, ...]:
    """The sentences of a document with all that is weighed of them; `said` where others are said to say them."""
    who = said or (None,) * len(sentences)
    return tuple(
        Line(
            sentence.text,
            judgement,
            touch(sentence.text),
            sentence.block,
            titled=is_head(document, sentence.block),
            asks=asks(sentence.text),
            quoted=one is not None and one.attribution is Attribution.QUOTED,
            named=one is not None and bool(one.voice.name),
            own_words=one is not None and one.own_words,
            told=one is not None and one.told,
            spoken=one is None or bool(one.voice.company),
        )
        for sentence, judgement, one in zip(sentences, judgements, who, strict=True)
    )


def read_as_answers(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The lines, those that a company says read once more: as answers to a question about the matter."""
    read = iter(answering([line.text for line in lines if line.spoken]))
    return tuple(replace(line, answers=next(read)) if line.spoken else line for line in lines)


def borne_out(line: Line, likely: float, ruled: bool, *, written: bool = False) -> bool:
    """Is a line an assurance, by its likelihood and by what the rules say of it?"""
    if line.text.rstrip(' ”"').endswith("?") or " " not in line.text:
        return False
    return likely >= (SURE_WRITTEN if written else SURE) or (ruled and likely >= DOUBTED)


def likelihoods(lines: Sequence[Line], *, written: bool) -> tuple[float, ...]:
    """For each line how likely it is an assurance, 0..1; `written`: in a company's own post."""
    weights = _weights()["post" if written else "news"]
    bias = weights["bias"]
    return tuple(
        1 / (1 + math.exp(-min(30.0, max(-30.0, bias + sum(weights[n] * v for n, v in row.items())))))
        for row in measures(lines)
    )


@cache
def _weights() -> Mapping[str, Mapping[str, float]]:
    found: dict[str, dict[str, float]] = json.loads(
        files("service.statements").joinpath("course.json").read_text("utf-8")
    )
    return found


def measures(lines: Sequence[Line]) -> tuple[dict[str, float], ...]:
    """What is weighed of each line, by name; lines in reading order."""
    body = [line for line in lines if not line.titled]
    about = _mean([line.touch.state for line in body])
    found = _mean([line.judged.relevant for line in body])
    asking = _mean([line.asks for line in body])
    scores = [line.judged.score for line in lines]
    before = _fading([line.touch.own for line in lines])
    judged_before = _fading(
        [s if line.judged.relevant else s / 2 for s, line in zip(scores, lines, strict=True)]
    )
    behind = _fading([line.touch.own for line in reversed(lines)])[::-1]
    rows: list[dict[str, float]] = []
    for i, line in enumerate(lines):
        asked = next((k for k in (i - 1, i - 2, i - 3) if k >= 0 and lines[k].asks), None)
        beside = [scores[k] for k in range(max(0, i - 8), min(len(lines), i + 9)) if _beside(lines, i, k)]
        odds = _log_odds(scores[i])
        rows.append(
            {
                "judged": odds,
                "judged_about": odds * about,
                "below_bar": float(not line.judged.relevant and line.judged.score >= BELOW_BAR),
                "about": about,
                "found": found,
                "acts": min(3, len({m.group().lower() for m in ACT.finditer(line.text)})),
                "before": before[i],
                "judged_before": judged_before[i],
                "behind": behind[i],
                "last_judged": _log_odds(scores[i - 1]) if i else _log_odds(0.0),
                "answers": float(asked == i - 1),
                "answering": float(asked is not None),
                "asking": asking,
                "answers_there": asking * (asked == i - 1),
                "answering_there": asking * (asked is not None),
                "off_topic": float(asked is not None and _off_topic(lines[asked])),
                "question": lines[asked].touch.own if asked is not None else 0.0,
                "paragraph": max(beside, default=0.0),
                "late": float(i > _LATE * len(lines)),
                "words": min(40, len(line.text.split())) / 10,
                "quoted": float(line.quoted),
                "named": float(line.named),
                "own_words": float(line.own_words),
                "told": float(line.told),
                "answer": _within(line.answers[0]),
                "answer_kind": _within(line.answers[1]),
                **{name: float(tells(line.text)) for name, tells in _TELLING.items()},
            }
        )
    return tuple(rows)


def _beside(lines: Sequence[Line], i: int, k: int) -> bool:
    return k != i and lines[k].block == lines[i].block


def _off_topic(question: Line) -> bool:
    """Is it a question about something else ("Let's turn to prices")?"""
    return question.touch.own < _ON_TOPIC and not asides.BACK.search(question.text)


def _mean(values: Sequence[bool]) -> float:
    return sum(values) / len(values) if values else 0.0


def _fading(weights: Sequence[float]) -> list[float]:
    """For each place the weight of what stands before it, the nearest first."""
    result, held = [], 0.0
    for weight in weights:
        result.append(held)
        held = max(weight, held * FADES)
    return result


def _log_odds(share: float) -> float:
    clipped = min(max(share, _ODDS), 1 - _ODDS)
    return math.log(clipped / (1 - clipped))


def _within(odds: float) -> float:
    return min(max(odds, -_SUREST), _SUREST)


def _holds(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern, re.IGNORECASE)
    return lambda text: compiled.search(text) is not None


_DAYS = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|week|month|year"
_TELLING: Mapping[str, Callable[[str], bool]] = {
    "state": lambda text: STATE.search(text) is not None,
    "paper": lambda text: PAPER.search(text) is not None,
    "data": lambda text: DATA.search(text) is not None,
    "number": lambda text: NUMBER.search(text) is not None,
    "prices": lambda text: PRICES.search(text) is not None,
    "negated": _holds(
        r"\b(?:no|not|never|nobody|none|nothing|neither|nor|cannot|without|unless|\w+n['’]t)\b"
    ),
    "modal": _holds(r"\b(?:will|would|shall|can|could|may|must|have to|has to|had to|won['’]t)\b"),
    "wishes": _holds(
        r"\b(?:wants?|would like|believes?|thinks?|hopes?|fears?|claims?|alleg|rumou?r|should|ought)\b"
    ),
    "notice": _holds(
        r"\b(?:tell|told|inform\w*|warn\w*|notif\w*|hear|learn|know|find out|letter|email|call)\b"
    ),
    "starts_they": _holds(r"^\W*(?:It|They|He|She|This|That)\b"),
    "starts_if": _holds(r"^\W*(?:If|When|Where|Should|Unless|Before|Once)\b"),
    "starts_when": _holds(rf"^\W*(?:On|Last|At|In) (?:\w+ )?(?:{_DAYS})"),
    "starts_the": _holds(r"^\W*(?:The|A|An|One|Some|Several|Another) "),
    "publishes": _holds(
        r"\b(?:will|would|to|shall|promise[sd]?|plans?|going to|has|have|now|from now on)\b.{0,60}?"
        r"\b(?:publish\w*|print\w*|post|put|state|release|list|set out|report|show)\b.{0,80}?"
        r"\b(?:figures?|numbers?|how many|how often|results?|reports?|tally|total|website|site|page|accounts|review|"
        r"each|every|requests?|orders?|demands?)\b|\bpublished (?:results|reports|figures)"
    ),
    "contests": _holds(
        r"\b(?:appeal\w*|sue[sd]?|suing|lawsuit|strike down|overturn|quash|contest\w*|challeng\w*|fights?|fought|"
        r"refus\w+|turned (?:\w+ )?(?:down|away)|s[ae]nt? (?:\w+ )?back|object\w*|oppos\w*|resist\w*|reject\w*)\b"
    ),
    "silent": lambda text: asides.SILENT.search(text) is not None,
    "tally": lambda text: asides.TALLY.search(text) is not None,
    "next_issue": lambda text: asides.NEXT_ISSUE.search(text) is not None,
    "aside": lambda text: asides.ASIDE.search(text) is not None,
    "of_others": lambda text: asides.of_others(text) or asides.states_do(text),
    "denies": lambda text: asides.DENIES.match(text) is not None,
    "resumes": lambda text: asides.RESUMES.match(text) is not None,
    "points_back": lambda text: asides.BACK.search(text) is not None,
    "ours": lambda text: asides.OURS.search(text) is not None,
    "secrets": lambda text: asides.SECRETS.search(text) is not None,
    "no_answer": lambda text: asides.NO_ANSWER.search(text) is not None,
}
