"""Is a story about state access to customers' data, and does a sentence in it speak of that?

A sentence that a company's person says in such a story ("Three times in 2019, out of seventeen") need not
carry the words by which a lone sentence is known. What counts is what it holds on to.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from service.model import Category, Judgement
from service.statements.asides import (
    ANSWERS,
    ASIDE,
    BACK,
    DENIES,
    NEXT_ISSUE,
    NO_ANSWER,
    NO_SUCH,
    OPEN_TEXT,
    OTHER_MAKERS,
    OURS,
    POWERLESS,
    RESUMES,
    SECRETS,
    SILENT,
    TALLY,
    of_others,
    states_do,
)
from service.statements.touch import NOTHING, NUMBER, STATE, Touch

ABOUT_IT = 0.15
"""From this share of sentences that name a state or its papers a story is about the matter."""
FULL_OF_IT, A_STORY = 0.25, 10
"""From this share on, in so many sentences, two that set a state beside customers' data are enough."""
REACHING = 0.1
"""And from this share of sentences that set a state beside customers' data."""
TITLED = 3.5
"""The weight from which a title alone tells what its story is about."""
ANSWERING = 6.0
"""The weight carried by a question about the matter to the first words of its answer."""
ENOUGH = 2.5
"""The weight from which a sentence speaks of the matter by its own words."""
LEANS = 4.0
"""How much the judgement of a sentence by itself (0..1) weighs against the words counted here."""
DOUBT, DOUBT_WRITTEN = 0.2, 0.35
"""A score under which a sentence found irrelevant has nothing to lean on, in a story and in a company's own post:
the judge says as much of small talk, and a post has more of it."""
SHORT = 60
"""Characters of an answer that leans on its question."""
TOLD = 2.5
"""The weight asked of what a story's speaker says for a company."""
WRITTEN = 3.5
"""The weight asked of what a company writes in its own post, where not every sentence is an answer."""
PLAIN = 0.8
"""From this score a sentence is plainly an assurance, though it also sounds like an empty denial."""
CERTAIN = 0.97
"""From this score it is one, though it sounds like an opinion or an aside."""


def points_back(text: str, own: Touch) -> bool:
    """Does a question take up what was said ("How often is it not?", "And deleted pictures?")?"""
    return own.own > 0 or bool(BACK.search(text) or re.search(r"\bany\b", text))


def share_about(touches: Sequence[tuple[Touch, bool]], title: Touch = NOTHING) -> float:
    """The share of sentences that name a state or its papers; 0 where too few say what it wants.

    With each touch: was the sentence found relevant by itself. A title that sets a state beside what it may want
    makes a story one about the matter, if its text bears it out at all.
    """
    naming = sum(t.state for t, _ in touches)
    reaching = sum(t.reach or (judged and t.state) for t, judged in touches)
    titled = title.reach and title.own >= TITLED
    share = naming / max(1, len(touches))
    reached = reaching >= 3 or (reaching == 2 and share >= FULL_OF_IT and len(touches) >= A_STORY)
    share = share if reached and reaching >= REACHING * len(touches) else 0.0
    return max(share, ABOUT_IT) if titled and naming >= 2 else share


def speaks_of_it(text: str, judged: Judgement, own: Touch, before: float, about: float) -> bool:
    """Is a sentence that a company says in a news story an assurance?

    `judged` by its own words; `own` their weight; `before` the weight of what it follows (0 where nothing leads
    up to it); `about` how much the story is about the matter. In a story about other things it must name a state.
    """
    if NO_ANSWER.search(text) or (OTHER_MAKERS.match(text) and not OURS.search(text)):
        return False
    if text.rstrip().endswith("?") or " " not in text or (judged.score < PLAIN and SILENT.search(text)):
        return False
    if about < ABOUT_IT:
        return judged.relevant and own.state
    held = (
        2.5
        if before >= ANSWERING
        else 1.5
        if before >= ENOUGH and (BACK.search(text) or own.own > 0)
        else 0.0
    )
    held += 1.0 if before > 0 and (ANSWERS.search(text) or TALLY.search(text)) else 0.0
    held += 1.5 if NO_SUCH.match(text) else 0.0
    return _leaning(judged, DOUBT) + own.own + held + min(1.0, about) >= TOLD


def writes_of_it(text: str, judged: Judgement, own: Touch, before: float, about: float) -> bool:
    """Is a sentence of a company's own post an assurance? Arguments as for `speaks_of_it`.

    Opinions, advice to readers and what the papers wrote are not; encryption counts where it keeps somebody out.
    """
    if about < ABOUT_IT:
        return judged.relevant
    if _of_others(text, judged):
        return False
    if SECRETS.search(text) and not (STATE.search(text) or POWERLESS.search(OPEN_TEXT.sub("", text))):
        return False
    tally = before > 0 and bool(TALLY.search(text) or NEXT_ISSUE.search(text))
    resumes = tally or before >= ANSWERING or (before >= ENOUGH and bool(RESUMES.match(text)))
    denies = bool(DENIES.match(text))
    if not (OURS.search(text) or resumes or denies or own.own >= WRITTEN or judged.relevant):
        return False
    held = (
        2.5
        if before >= ANSWERING and own.own > 0 and len(text) < SHORT
        else 1.5
        if resumes and (NUMBER.search(text) or own.own >= 1)
        else 0.75
        if before >= ENOUGH
        else 0.0
    )
    held += (1.0 if denies else 0.0) + (1.0 if tally else 0.0)
    return _leaning(judged, DOUBT_WRITTEN) + own.own + held + min(1.0, about) >= WRITTEN


def _of_others(text: str, judged: Judgement) -> bool:
    """What others do, ask and think; advice to readers."""
    if of_others(text):
        return True
    states = states_do(text)
    aside = text.rstrip().endswith("?") or ASIDE.search(text)
    return judged.score < CERTAIN and bool(states or aside)


def _leaning(judged: Judgement, doubt: float) -> float:
    score = judged.score if judged.relevant else max(0.0, judged.score - doubt) / (1 - doubt)
    return LEANS * score


_KINDS: tuple[tuple[Category, re.Pattern[str]], ...] = tuple(
    (category, re.compile(pattern, re.IGNORECASE))
    for category, pattern in (
        (
            Category.ENCRYPTION,
            r"encrypt|decrypt|\bkeys?\b|passcode|passphrase|unlock|legible|cannot read|can't read",
        ),
        (
            Category.DIRECT_ACCESS,
            r"\baccess\b|back ?-?door|\btaps?\b|on their own|terminal|interface|listen|bulk|connect|login|"
            r"feed\b|take part|mirror",
        ),
        (
            Category.CHALLENGE,
            r"contest|challeng|reject|refus|\bsen[dt]\b.*\bback\b|fought|fight|appeal|oppose|review|\bturned? "
            r"away\b|push",
        ),
        (
            Category.NOTICE,
            r"notif|\b(?:tell|told|inform\w*|write to|written to)\b.*\b(?:user|customer|owner|member|client|"
            r"rider|patient|subscriber|them)|beforehand|tell the",
        ),
        (Category.REDIRECT, r"redirect|send the \w+ to|go to (?:them|the customer)"),
        (
            Category.NEVER,
            r"\bnever\b|\bno (?:order|demand|request|letter|government|authority)|have not|has not|had not|"
            r"none\b",
        ),
        (Category.TRANSPARENCY, r"publish|transparency report|print (?:it|its)"),
        (Category.VOLUME, r"\b\d[\d,.]*\b(?!-)|\bper ?cent|%|out of \w+|one \w* ?in \w+"),
        (
            Category.NO_DATA,
            r"(?:no|not|n't|nothing|never)\b.*\b(?:log|keep|kept|hold|have|store|record|retain)|delete",
        ),
        (Category.EMERGENCY, r"emergenc|risk to life|danger|may die|urgent"),
        (Category.LEGAL_PROCESS, r"warrant|subpoena|court order|judge|valid order|legal process"),
        (
            Category.SCOPE_LIMIT,
            r"nothing (?:else|more)|only (?:what|the)|named in|specific|particular accounts?",
        ),
        (Category.PRESERVATION, r"froze|preserv"),
        (Category.CROSS_BORDER, r"foreign|treaty|abroad|other countr"),
    )
)


def kinds(text: str) -> tuple[Category, ...]:
    """What an assurance that only its story gives away is about; `disclosure` where nothing else fits."""
    found = tuple(category for category, pattern in _KINDS if pattern.search(text))
    return tuple(c for c in Category if c in found) or (Category.DISCLOSURE,)
