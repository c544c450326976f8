"""What somebody of one company says of another: no promise of either."""

from __future__ import annotations

import re

from service.statements.names.capitals import candidates
from service.statements.names.companies import Names
from service.statements.speech.cues import Cue
from service.statements.speech.people import Voice

_THAT = re.compile(
    r"^(?:\s(?:to|the|reporters|members|[A-ZÀ-ÖØ-ÞŁŚŠŻŽĆČ]\w+)){0,4}?(?:\sthat)?\s(?=[A-ZÀ-ÖØ-ÞŁŚŠŻŽĆČ])"
)

_LISTENER = re.compile(r"^(?:\sthe)?(?:\s[A-ZÀ-ÖØ-ÞŁŚŠŻŽĆČ][\w’'-]*){1,3}(?=\s(?:that|in|on|by|last|this)\b)")
"""Whom somebody tells it: "told the Courier that …"."""


def of_another(names: Names, voice: Voice, cue: Cue) -> bool:
    """What somebody of one company says of another company is no promise of either."""
    after = _LISTENER.sub("", cue.after, count=1) if cue.verb in ("told", "tells", "assured") else cue.after
    match = _THAT.match(after)
    if match is None or not voice.company:
        return False
    first = next(candidates((" x " + after[match.end() : match.end() + 60],)), None)
    return (
        first is not None
        and first.start == 3
        and names.companies.get(first.name, voice.company) != voice.company
    )


_RIVAL = re.compile(
    r"^(?:Her|His|Its|Their|The|A)\s(?:[\w-]+\s){0,2}?(?:competitor|rival)s?,?\s(?P<name>[A-ZÀ-ÖØ-ÞŁŚŠŻŽĆČ][\w’'&-]*)"
)


def of_rival(names: Names, voice: Voice, cue: Cue, hidden: str) -> bool:
    """E.g. "Her competitor Paxcar, she remarks, …": what is said of a rival before it is said who says it."""
    match = _RIVAL.match(hidden)
    if match is None or not voice.company or match["name"] in cue.subject:
        return False
    return names.companies.get(match["name"], "") != voice.company
