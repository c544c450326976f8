"""The form in which sentences are read by what they say. Pure."""

from __future__ import annotations

import re

from service.diff.normal import normal_form

CAP = 4000
"""Letters of a sentence that are read."""
_POINTER = re.compile(
    r"\((?:please )?(?:see|refer|as (?:described|defined|set)|read more|learn more|click)[^()]{0,240}\)"
)
_NAMED = re.compile(
    r"(?<![\w&'-])(?:(?=(?:and|of|for|the|&) )|((?:(?![A-Z])[\w&'-])*+)(?=[A-Z]))"  # a word is tried once
    r"(?:(?:[A-Z][\w&'-]*+|and|of|for|the|&) ){0,6}[A-Z][\w&'-]*+ (?:Request )?"
    r"(?:Form|Portal|System|Site|Guidelines?|Guide|FAQ[Ss]?|Handbook|Tool)\b"
    r"|\"[A-Z][\w&'-]*(?:[ ,.]{1,2}[A-Z][\w&'-]*){0,6}[ ,.]{0,2}\""
)
"""The name of a form or page, and what a line has to be called: words that promise nothing."""
_SUFFIX = re.compile(
    r",? (?:Unlimited |Public |Private )?(?:Limited|Ltd|Incorporated|Inc|LLC|Corp|Corporation|GmbH|PLC|Company)\b\.?"
)
"""Legal forms of companies, whose words would be taken for others."""
_ADDRESS = re.compile(
    r"(?:https?://|www\.)\S+|\S{1,80}@\S{1,80}|\b[a-z0-9-]{1,60}(?:\.[a-z0-9-]{1,60}){0,4}"
    r"\.(?:com|org|net|io|co|gov|eu|uk|de|example|ai|app|me|tv|us|ca)\b(?:/\S*)?"
)
_DEFINED = re.compile(
    r"\b(?:(?:Customer|Client|User|Member|Subscriber)|(Personal|Your)) (?:Personal )?"
    r"(?:Data|Content|Information|Materials)\b"
)
"""A defined term for what customers entrust, by whatever name: in lower case the words would differ in meaning."""
_GLUED = re.compile(r"(?<=[a-z]{3}),(?=[a-z]{3})")
"""A comma without its space."""
_STATUTE = re.compile(r"\b(?:u\.s\.c\.|c\.f\.r\.|u\.s\.(?= [a-z§]))")
"""Points that end no sentence: "18 U.S.C. § 2703(d)"."""
_COUNT = (
    r"(?=(?:\d|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|fifty|an? (?:single|few"
    r"|handful|dozen|hundred|thousand|hour|day|week|month|year))\b))"
)
_MORE_THAN = re.compile(
    r"\b(?P<have>have|has) (?:never|not)(?: ever)? (?P<got>received|been served(?: with)?|got|had) more than "
    + _COUNT
)
_UP_TO = re.compile(
    r"\b(?:no|not) (?:more|longer|greater|higher) than " + _COUNT + r"|(?<=received )at most " + _COUNT
)
"""Some, however few, where "no" would make it none: "has received no more than two"."""


def plain(text: str) -> str:
    """The form in which sentences are read: normal form, lower case, no addresses nor "(see section 4)"."""
    text = _SUFFIX.sub("", normal_form(text)[:CAP])
    if any(c.islower() for c in text):
        text = _NAMED.sub(r"\1@", text)
    text = _DEFINED.sub(lambda m: f"{m.group(1) or 'Customer'} data", text)
    text = _STATUTE.sub(lambda m: m.group().replace(".", ""), _POINTER.sub("", text.casefold()))
    text = " ".join(_GLUED.sub(", ", _ADDRESS.sub("@", text)).split())
    return _UP_TO.sub("up to ", _MORE_THAN.sub(r"\g<have> \g<got> up to ", text))
