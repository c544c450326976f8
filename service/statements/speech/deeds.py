"""What a paper tells of a company with nobody saying it: "Paxcar has asked a judge to throw out the order"."""

from __future__ import annotations

import re

from service.statements.names.capitals import candidates
from service.statements.names.companies import Names
from service.statements.names.titles import COMPANY_NOUN
from service.statements.speech.phrases import fronted
from service.statements.touch import touch
from service.statements.vocabulary import alternation

_HELPERS = (
    r"(?:\s*(?:has|have|had|is|are|was|will|would|does|did|do|can|cannot|could|also|now|since|already|never|not|"
    r"so far|repeatedly|formally|itself|still|only|always|however|meanwhile|instead|then|later|long|"
    r"duly|[a-z]+n['’]t)\b)*"
)
_PLEADS = alternation(
    r"""filed, files, filing, sued, sues, suing, appealed, appeals, appealing, challenged, challenges, challenging,
    contested, contests, contesting, fought, fights, fighting, resisted, resists, resisting, opposed, opposes,
    refused, refuses, refusing, rejected, rejects, turned (?:down|away), turns (?:down|away), moved to,
    petitioned, asked (?:a|an|the)\b[^.]{0,40}?\b(?:court|judge|tribunal|magistrate),
    asks (?:a|an|the) [^.]{0,40}?(?:court|judge), (?:took|taken|takes)\b[^.]{0,60}?\bto court, went to court,
    gone to court, sought, seeks, won, lost, withdrew, withdrawn, pulled out, notifies, informs, warns,
    publishes, published, printed, requires, require, demands, insists on, encrypts, asks for, ask for,
    complied, complies, obeyed, obeys"""
)
_GIVES = alternation(
    r"""handed, hands, gave, given, gives, give, provided, provides, provide, produced, produces, supplied, supplies,
    disclosed, discloses, disclose, froze, frozen, preserved, answers, answered, released, releases, shared, shares,
    turned over, turns over, surrendered, unlocked, connected, connects"""
)
_PLEADING = re.compile(rf"{_HELPERS}\s*{_PLEADS}\b")
_GIVING = re.compile(rf"{_HELPERS}\s*{_GIVES}\b")
_PAPER = re.compile(
    r"\b(?:warrants?|subpoenas?|(?:court|production|judge['’]s)\s?orders?|orders?|court|judge|legal process|"
    r"injunction)\b"
)
_HEARSAY = re.compile(
    r"\b(?:according to|alleged\w*|allegedly|reportedly|apparently|supposedly|is said|are said|is believed|was found|"
    r"were found|accus\w+|claim\w*|secretly|quietly|covertly|critics?|leaked|rumou?r\w*|suspect\w*|slides)\b",
    re.IGNORECASE,
)
"""Who tells it with these words does not vouch for it."""
_APPOSED = re.compile(r"^,\s[^,]{2,110},(?=\s)")


def told_deed(text: str, subject: str, names: Names) -> bool:
    """Does a sentence tell what the company `subject` does, before a court or with customers' data and a state?"""
    clause = fronted(text).lstrip()
    if not subject or _HEARSAY.search(text):
        return False
    rest = _behind_subject(clause, subject, names)
    if (apposed := _APPOSED.match(rest)) is not None:
        rest = rest[apposed.end() :]
    if not rest or _NO_VERB.match(rest):
        return False
    pleads = _PLEADING.match(rest) or (_GIVING.match(rest) and _PAPER.search(rest))
    own = touch(text)
    return bool(pleads) or own.reach or own.own >= TELLS


def _behind_subject(clause: str, subject: str, names: Names) -> str:
    """What stands behind "Paxcar", "Satellite phone maker Paxcar", "The company", "It"; "" where none begins it."""
    if match := re.match(r"(?:It|They)\b|(?i:the)\s(?:[\w’'-]+\s){0,3}?" + COMPANY_NOUN + r"\b", clause):
        return clause[match.end() :]
    first = next((c for c in candidates((clause,)) if c.name in names.companies), None)
    if first is None or names.companies[first.name] != subject:
        return ""
    before = clause[: first.start]
    dated = _DATED.match(before) is not None
    described = dated or (len(before.split()) <= _DESCRIBED and not _MORE_THAN_KIND.search(before))
    return clause[first.end :] if described else ""


_DATED = re.compile(r"(?:From|On|In|At|Since|Until|By|After|Last|This|Next|Every)\b[^,.;:“\"]{3,40}\s$")
"""When it does it, before its name: "From this year on Paxcar will …"."""
TELLS = 2.5
"""The weight of the words (`touch`) from which a company's deed may be one in the matter, though it names no state."""
_DESCRIBED = 4
"""Words before a company's name that may say what it is."""
_MORE_THAN_KIND = re.compile(
    r"\b(?:rival|competitor|of|by|from|to|for|against|with|at|in|on|over|asked|told|and|or|says?|said)\b|[,.;:“\"]",
    re.IGNORECASE,
)
_NO_VERB = re.compile(r"['’]|\s?[,.;:]|\s(?:of|in|at|for|from|with|that|which|who|whose|and|or|by|on)\b")
