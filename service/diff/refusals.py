"""Whether a company that turned demands away only looks at them now, or the other way round. Pure."""

from __future__ import annotations

import re

_REFUSES = re.compile(
    r"\b(?:not|never|n't) (?:answer|comply with|respond to|reply to|honou?r|accept|act on|entertain|fulfil)\b"
    r"|\b(?:reject|refus|declin)(?:e|es|s|ed|ing)?(?= (?:[a-z-]+ ){0,4}"
    r"(?:requests?|orders?|demands?|inquir(?:y|ies)|warrants?|subpoenas?)\b)"
    r"(?! to (?:disclose|share|provide|hand|give|tell|say))"
    r"|\bturn(?:s|ed|ing)? (?:[a-z]+ ){0,4}(?:down|away)\b"
)
_MILD = re.compile(
    r"\b(?:ask|narrow|review|consider|examin|clarif|scrutini[sz]|assess|evaluat|check|read)(?:e|es|s|y|ies|ed|ing)?\b"
)
_FIGHTS = re.compile(
    r"\b(?:challeng|contest|fight|object|oppos|resist|appeal|quash|litigat|disput|push(?:es)? back|withhold"
    r"|forward|redirect)"
)
_BOUND = re.compile(
    r"\b(?:unless|until|except|without|lack[a-z]*|only|not|never|no|nothing|nobody|requir[a-z]*|must|insist[a-z]*)\b"
)
"""What is refused, or asked, only where something is wanting: two such sentences may come to the same."""
_DEMAND = re.compile(r"\b(?:requests?|orders?|demands?|inquir(?:y|ies)|warrants?|subpoenas?)\b")


def refusal(old: str, new: str) -> tuple[int, str]:
    """-1 where a refusal of demands became a mere look at them, 1 the other way round, 0 else; with its words."""
    if _DEMAND.search(old) and _DEMAND.search(new):
        if words := _refuses(old, new):
            return -1, words
        if words := _refuses(new, old):
            return 1, words
    return 0, ""


def _refuses(text: str, other: str) -> str:
    words = _REFUSES.search(text)
    if words is None or _BOUND.search(text.replace(words.group(), " ")) or not _only_looks(other):
        return ""
    return words.group()


def _only_looks(text: str) -> bool:
    return bool(_MILD.search(text)) and not any(p.search(text) for p in (_REFUSES, _FIGHTS, _BOUND))
