"""What the names in a phrase of a story are: its one company, one set beside its subject, a stranger."""

from __future__ import annotations

import re

from service.statements.names.capitals import candidates
from service.statements.names.catalogue import companies_at
from service.statements.names.companies import Names
from service.statements.names.titles import NAME, OUTSIDE_NAME


def stranger(head: str, names: Names) -> bool:
    """Does it begin with a name of several words that is nobody's known?"""
    first = next(candidates((head,)), None)
    front = head[: first.start].strip().lower() if first is not None else ""
    if first is None or (front and front not in OUTSIDE_NAME) or not (front or " " in first.name):
        return False
    return first.name not in names.companies and first.name not in names.people


def only_company(sentence: str, names: Names) -> str:
    """The one company that a sentence names, "" if it names none or several."""
    named = {names.companies[c.name] for c in candidates((sentence,)) if c.name in names.companies}
    return named.pop() if len(named) == 1 else ""


def apposed(sentence: str, head: str, names: Names) -> str:
    """E.g. "Its rival, Paxcar, took another view": the name set beside the subject."""
    rest = sentence[sentence.find(head) + len(head) :]
    match = re.match(r",\s([A-ZÀ-ÖØ-ÞŁŚŠŻŽĆČ][^,]{1,40}),", rest)
    return names.companies.get(match.group(1), "") if match else ""


def local_company(phrase: str, names: Names) -> str:
    """E.g. "the Redmond firm": the company of the text that has its seat there; "" where the phrase names no seat."""
    for word in phrase.split():
        local = [c for c in companies_at(word.removesuffix("-based")) if c in names.order]
        if local:
            return local[0]
    return ""


def other_in(phrase: str, names: Names) -> bool:
    return any(c.name in names.others for c in candidates((phrase,)))


_SECTION = re.compile(rf"(?:\d+\.\s)?(?P<name>{NAME.pattern})(?:[.:—–]\s|(?:\s\([^)]*\))?$)")

_NUMBERED = re.compile(rf"\d+[.)]\s(?P<name>{NAME.pattern})")


def section_of(text: str, names: Names) -> str:
    """Whose section a block opens ("PAXCAR. …", "Paxcar", "Paxcar One (€300)"); "" where it opens none."""
    match = _SECTION.match(text) or _NUMBERED.match(text)
    name = match["name"] if match else ""
    return names.companies.get(name, "") or names.companies.get(name.rpartition(" ")[0], "")
