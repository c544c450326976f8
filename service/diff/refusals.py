"""Whether a company that turned demands away only looks at them now, or the other way round. Pure."""

from __future__ import annotations

import re

_REFUSES = re.compile(
    r"\b(?:not|never|n't) (?:answer|comply with|respond to|reply to|honou?r|accept|act on|entertain|fulfil)\b"
    r"|\b(?:reject|refus|declin)(?:e|es|s|ed|ing)?\b(?! to (?:disclose|share|provide|hand|give|tell|say))"
    r"|\bturn(?:s|ed|ing)? (?:[a-z]+ ){0,4}(?:down|away)\b"
)
_MILD = re.compile(
    r"\b(?:ask|narrow|review|consider|examin|clarif|scrutini[sz]|assess|evaluat|check|read)(?:e|es|s|y|ies|ed|ing)?\b"
)
_FIGHTS = re.compile(
    r"\b(?:challeng|contest|fight|object|oppos|resist|appeal|quash|litigat|disput|push(?:es)? back|withhold"
    r"|forward|redirect)"
)
_DEMAND = re.compile(r"\b(?:requests?|orders?|demands?|inquir(?:y|ies)|warrants?|subpoenas?)\b")


def refusal(old: str, new: str) -> tuple[int, str]:
    """-1 where a refusal of demands became a mere look at them, 1 the other way round, 0 else; with its words."""
    if _DEMAND.search(old) and _DEMAND.search(new):
        if (words := _REFUSES.search(old)) and _only_looks(new):
            return -1, words.group()
        if (words := _REFUSES.search(new)) and _only_looks(old):
            return 1, words.group()
    return 0, ""


def _only_looks(text: str) -> bool:
    return bool(_MILD.search(text)) and not (_REFUSES.search(text) or _FIGHTS.search(text))
