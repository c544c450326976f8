"""Is a sentence an assurance, and of what? Judged in batches."""

from __future__ import annotations

import re
from collections.abc import Sequence

from service.model import Category, Judgement, Sentence
from service.statements.exceptions import find_exception

DETECTOR_VERSION = 1
"""Raised with every change of what `judge` may answer; stored text is then read again, unannounced."""

_STATE = re.compile(
    r"\b(?:governments?|law[- ]enforcement|authorit(?:y|ies)|police|courts?|subpoenas?|warrants?|court orders?|legal process|required by law"
    r"|legal(?:ly)? (?:obligations?|requests?|demands?|requirements?)|national security|agenc(?:y|ies)|regulators?|investigations?|judicial|prosecutors?)\b",
    re.IGNORECASE,
)
_ACT = re.compile(
    r"\b(?:disclos\w+|shar\w+|provid\w+|hand\w* over|turn\w* over|releas\w+|access\w*|transfer\w*|respond\w*|request\w*|receiv\w+|notif\w+|preserv\w+"
    r"|compl(?:y|ies|ied)\w*|reveal\w*|giv\w+|gave|keys?|back ?doors?|submit\w*|serv(?:e|ed))\b",
    re.IGNORECASE,
)
_RULES: tuple[tuple[Category, re.Pattern[str]], ...] = tuple(
    (category, re.compile(pattern, re.IGNORECASE))
    for category, pattern in (
        (
            Category.DIRECT_ACCESS,
            r"back ?doors?|(?:direct|unfettered|blanket|bulk|indiscriminate)[\w ]* access|access to our servers",
        ),
        (Category.ENCRYPTION, r"encrypt|decrypt|\bkeys\b"),
        (
            Category.LEGAL_PROCESS,
            r"must serve|only (?:in response to|on|upon|if)|valid (?:legal process|subpoena|court order)|follow[\w ]*legal process",
        ),
        (
            Category.SCOPE_LIMIT,
            r"\bonly\b[^.]*(?:specif|accounts?|data|information)|minimum|tailored|mandated by",
        ),
        (Category.CHALLENGE, r"\breview|\breject|challeng|contest|object to|push back"),
        (Category.NOTICE, r"\bnotif|\bnotice to"),
        (Category.REDIRECT, r"\bredirect"),
        (Category.NEVER, r"\bnever\b|\bnot (?:ever )?received|has not been"),
        (Category.TRANSPARENCY, r"transparency report|publish"),
        (Category.VOLUME, r"tiny fraction|fraction|\b\w+ (?:such )?requests in|\d[\d,]* requests|percent"),
        (Category.NO_DATA, r"(?:not|no) (?:keep|store|retain|logs?|log)\b"),
        (
            Category.DISCLOSURE,
            r"may (?:\w+ )?(?:disclos|shar|provid|releas|access)|required by law|comply with",
        ),
        (Category.EMERGENCY, r"emergenc|imminent|serious (?:physical )?(?:injury|harm)"),
        (Category.CROSS_BORDER, r"mutual legal assistance|mlat|letters rogatory|foreign|outside the"),
        (Category.PRESERVATION, r"\bpreserv"),
        (Category.PROCEDURE, r"submit|requests? (?:must|should)|portal|address(?:ed)? to"),
    )
)


def judge(sentences: Sequence[Sentence], *, explain: bool = False) -> tuple[Judgement, ...]:
    """One judgement a sentence, in order. `explain` fills `why`."""
    return tuple(_judge(sentence, explain) for sentence in sentences)


def _judge(sentence: Sentence, explain: bool) -> Judgement:
    text = sentence.text
    state, act = _STATE.search(text), _ACT.search(text)
    categories = tuple(c for c, rule in _RULES if rule.search(text))
    if not (state and act) or text.endswith("?"):
        return Judgement(relevant=False, score=0.1)
    why = (f"state: {state.group()}", f"act: {act.group()}") if explain else ()
    return Judgement(True, 0.8, categories or (Category.DISCLOSURE,), find_exception(text), why)
