"""Who is met in an article: people as they are introduced, with office and company."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from service.statements.names.capitals import candidates
from service.statements.names.companies import Names
from service.statements.names.mentions import only_company
from service.statements.names.titles import UPPER
from service.statements.speech.offices import Office, find_office, role_phrase
from service.statements.speech.people import Person, Voice
from service.statements.speech.phrases import (
    HIRED,
    LEAKED,
    RELATIVE,
    STATE_SERVICE,
    doctor,
    office_told,
    sex_of,
    tells_of_report,
)

_DESCRIBED = re.compile(r",\s(?:whose|who|an?|the)\b")
_SAID_BY = re.compile(r"\b(?:said|says|added|adds|recalled|explained)\s$")
_PRESENT = re.compile(
    r"[.;]|$|,\s(?:who|whom)\s(?:was|is|had|has|spent|came|stayed|opened the door|met|took)\b(?!\san?\s)"
)
"""What stands behind the name of somebody whose office was given before: nothing, or what she did that day."""
PATIENCE = 5
_TITLED = re.compile(rf"\b(?P<title>Mr|Ms|Mrs|Miss)\.?\s(?P<surname>[{UPPER}][\w’-]+(?:'(?!s\b)\w+)?)")
REACH = 1000
"""Characters on either side of a name that may tell what its bearer is."""
SAME_SEX = {"he": "m", "his": "m", "him": "m", "she": "f", "her": "f"}


@dataclass(slots=True)
class Met:
    """The people met so far, with office and company, and which company was spoken of last."""

    names: Names
    housed: Mapping[str, Voice] = field(default_factory=dict)
    """Whose people some are, as only the whole of the story tells."""
    people: dict[str, Person] = field(default_factory=dict)
    """By full name and by surname."""
    recent: list[Person] = field(default_factory=list)
    """In the order they last were the subject, latest last."""
    company: str = ""
    """The company spoken of last."""
    subject: str | None = None
    """Who "it" is: a company, "" for an outsider, None at the start."""
    unnamed: Office | None = None
    """An office mentioned in the last sentence without its holder's name."""
    report: str = ""
    """Whose transparency report was spoken of, so that "the report" says it."""
    state_service: bool = False
    """A secret service was spoken of, so that "the service" need not be a company."""
    leaked: bool = False
    """Leaked papers were spoken of, so that "the papers" are no company's."""
    patience: int = 0
    """For how many sentences `unnamed` still waits for a name."""

    def main(self) -> str:
        """The company spoken of last, else the one the article is most about."""
        return self.company or (self.names.order[0] if self.names.order else "")

    def introduce(self, text: str) -> None:
        """Take note of the people named in a sentence, with office and company."""
        waiting = self.unnamed
        met = False
        self._runs(text)
        self.state_service = self.state_service or bool(STATE_SERVICE.search(text))
        self.leaked = self.leaked or bool(LEAKED.search(text))
        if (own := tells_of_report(text)) is not None:
            self.report = (only_company(text, self.names) or self.main()) if own else ""
        for title in _TITLED.finditer(text):
            if (person := self.people.get(title["surname"])) is not None:
                person.sex = "m" if title["title"] == "Mr" else "f"
        for candidate in candidates((text,)):
            known = self.people.get(candidate.name)
            before = text[max(0, candidate.start - REACH) : candidate.start]
            after = text[candidate.end : candidate.end + REACH]
            if known is not None and not known.placed:
                self._place(known, before, after)
            if candidate.name not in self.names.people or known is not None:
                continue
            met = True
            self._meet(candidate.name, before, after, waiting)
        self.patience -= 1
        office = None if met else find_office(text, self.names)
        if office is not None:
            self.unnamed, self.patience = office, PATIENCE
        elif self.patience <= 0:
            self.unnamed = None

    def _runs(self, text: str) -> None:
        """E.g. "She runs Paxcar", of somebody named just before."""
        office = office_told(text)
        person = next((p for p in reversed(list(self.people.values())) if not p.placed), None)
        if office and person is not None:
            self._place(person, "", office)

    def _meet(self, name: str, before: str, after: str, waiting: Office | None) -> None:
        office = self._housed(role_phrase(before, after, self.names), before)
        relative = RELATIVE.search(before) or HIRED.match(after)
        kin = self._named_person(relative["of"]) if relative else None
        if kin is not None:
            role = office.role if office else ""
            office = Office(role, kin.voice.company, outside=not kin.voice.company)
        alone = not before.strip(" “”\"‘’',") and not _DESCRIBED.match(after)
        alone = alone or (_SAID_BY.search(before) is not None and _PRESENT.match(after) is not None)
        if office is None and waiting is not None and not waiting.outside and alone:
            office, self.unnamed = waiting, None
        shown = f"{title}. {name}" if (title := doctor(before)) else name
        voice = self.housed.get(name) or Voice(shown, office.role if office else "", self._employer(office))
        sex = sex_of(before[-30:] + after[:30])
        person = Person(voice, name.rsplit(" ", 1)[-1], sex, office is not None)
        self.people[name] = self.people[person.surname] = person
        self.recent.append(person)

    def _housed(self, office: Office | None, before: str) -> Office | None:
        """E.g. "Swiftly has complied, and company spokesman Jane Roe …": of the company named just before."""
        if office is None or office.outside or office.company or office.possessive in SAME_SEX:
            return office
        company = only_company(before, self.names)
        return replace(office, company=company) if company else office

    def _place(self, person: Person, before: str, after: str) -> None:
        """Somebody named before without an office is given one now."""
        office = role_phrase(before, after, self.names)
        if office is not None:
            person.voice = Voice(person.voice.name, office.role, self._employer(office))
            person.placed = True

    def _employer(self, office: Office | None) -> str:
        if office is None or office.outside:
            return ""
        if office.company:
            return office.company
        if office.possessive in SAME_SEX:
            sex = SAME_SEX[office.possessive]
            return next((p.voice.company for p in reversed(self.recent) if p.sex in ("", sex)), "")
        if office.possessive == "its":
            return self.main() if self.subject is None else self.subject
        return self.main()

    def _named_person(self, phrase: str) -> Person | None:
        return next(self._named(phrase), None)

    def _named(self, phrase: str) -> Iterator[Person]:
        """The people met before whose names stand in the phrase, in order."""
        for candidate in candidates((phrase,)):
            person = self.people.get(candidate.name) or self.people.get(candidate.name.rsplit(" ", 1)[-1])
            if person is not None and candidate.name not in self.names.companies:
                yield person
