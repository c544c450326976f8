"""Who "she", "the firm" and "Castellane" are: the people and companies of an article, followed as it goes on."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from service.statements.names.capitals import candidates
from service.statements.names.mentions import (
    apposed,
    local_company,
    only_company,
    other_in,
    section_of,
    stranger,
)
from service.statements.names.titles import COMPANY_DEFINITE, OUTSIDE, UPPER
from service.statements.speech.interviews import by_label
from service.statements.speech.introductions import PATIENCE, SAME_SEX, Met
from service.statements.speech.offices import Office, find_office
from service.statements.speech.people import OUTSIDER, Person, Voice
from service.statements.speech.phrases import (
    A_COMPANY,
    A_PERSON,
    HEAD_END,
    HER_WORD,
    ITS_MAKER,
    ITS_PEOPLE,
    NOT_OWN,
    OUTSIDERS_OF,
    OWN_PAPER,
    RIVAL_BEFORE,
    SERVED,
    SHOWN,
    SOMEBODY,
    STAND_IN,
    THE_PAPERS,
    THE_SERVICE,
    WRITTEN_BY_ONE,
    begins_with,
    fronted,
    is_holder,
    is_the_report,
    names_paper,
    of_somebody,
    one_apposed,
    only_possessor,
    rival_apposed,
    same_role,
)

_PRONOUN = re.compile(r"(he|she|it|they|one|her|his|him|its|their)\b(?!\s\w+['’]s)", re.IGNORECASE)
_ITS = re.compile(r"\s*(?:its|their)\b", re.IGNORECASE)
_BETWEEN_COMMAS = re.compile(rf",\s([{UPPER}][^,]{{1,40}}),")
_SUBJECTS = frozenset(("he", "she", "it", "they", "one"))
_COMPANYS = re.compile(r"\b(?:an?|one|another|the) company (?=\w+)", re.IGNORECASE)


@dataclass(slots=True)
class Cast(Met):
    """The people and companies met so far, and who was spoken of last. Fed sentence by sentence, in order."""

    author: Voice | None = None
    """Whose letter or statement was spoken of last."""
    speaker: Voice | None = None
    stranger: bool = False
    """The sentence before tells of somebody outside by office alone ("The judge seemed torn")."""

    def head(self, text: str) -> None:
        """A heading or label that names a company opens its section."""
        if company := section_of(text, self.names):
            self.company = self.subject = company

    def resolve(self, phrase: str, apposition: str = "") -> Voice | None:
        """Who the phrase, the subject of a verb of saying, stands for; None where it names nobody."""
        named = [*self._named(phrase), *self._named(apposition)]
        person = next((p for p in named if not of_somebody(phrase, p.surname)), None)
        if person is not None:
            return self._speak(person)
        beside = rival_apposed(phrase, apposition, self.names) or one_apposed(phrase, apposition, self.names)
        if beside:
            return self._house(Voice(company=beside))
        if apposition.strip() in self.names.others:
            return self._outsider()
        pronoun = _PRONOUN.match(phrase.strip())
        if pronoun and HER_WORD.match(phrase):
            return self._pronoun(pronoun.group(1).lower())
        if pronoun and (
            phrase.strip().lower() == pronoun.group().lower() or pronoun.group().lower() in _SUBJECTS
        ):
            return self._pronoun(pronoun.group(1).lower())
        return self._thing(phrase)

    def find(self, written: str) -> Person | None:
        """The person met under this full name, surname or these initials; for "" the last who speaks for a company."""
        if not written:
            return next((p for p in reversed(list(self.people.values())) if p.voice.company), None)
        return by_label(self.people, written)

    def guest(self, known: Person | None = None) -> Person | None:
        """Who is interviewed where nobody was said to speak for a company: the last of whom nothing is said."""
        person = known or next((p for p in reversed(list(self.people.values())) if not p.placed), None)
        if person is None or not self.main():
            return None
        person.voice = replace(person.voice, company=self.main())
        return person

    def _house(self, voice: Voice) -> Voice:
        self.company = self.subject = voice.company
        return voice

    def _speak(self, person: Person) -> Voice:
        self.stranger = False
        if person in self.recent:
            self.recent.remove(person)
        self.recent.append(person)
        self.speaker = person.voice
        self.subject = self.company = person.voice.company or self.company
        if not person.voice.company:
            self.subject = ""
        return person.voice

    def _pronoun(self, word: str) -> Voice | None:
        sex = SAME_SEX.get(word)
        if sex is not None:
            return self._he_or_she(sex)
        if word == "one":
            return OUTSIDER
        if self.subject is None:
            return Voice(company=self.main()) if self.main() else None
        return Voice(company=self.subject) if self.subject else OUTSIDER

    def _he_or_she(self, sex: str) -> Voice:
        if self.stranger:
            return OUTSIDER
        if self.speaker is not None and self.subject and is_holder(self.speaker, sex):
            return self._house(self.speaker)
        for person in reversed(self.recent):
            if person.sex in ("", sex):
                person.sex = sex
                return self._speak(person)
        return self.speaker if self.speaker is not None and self.speaker.role else OUTSIDER

    def _thing(self, phrase: str) -> Voice | None:
        if (self.state_service and THE_SERVICE.match(phrase)) or (self.leaked and THE_PAPERS.match(phrase)):
            return self._outsider()
        if self.report and is_the_report(phrase):
            return self._house(Voice(company=self.report))
        office = find_office(phrase, self.names)
        if office is not None:
            return self._by_office(office)
        if STAND_IN.search(phrase):
            return next((self._speak(p) for p in reversed(self.recent) if p.voice.company), OUTSIDER)
        return self._organisation(phrase)

    def _organisation(self, phrase: str) -> Voice | None:
        """A company, its paper, or somebody outside; None for no words at all."""
        company = self._company_in(phrase) or self._only_kind(phrase)
        outside = OUTSIDE.search(phrase) is not None
        if ITS_PEOPLE.match(phrase) and (whose := company or self.subject or ""):
            return Voice(company=whose)
        if company and OUTSIDERS_OF.match(phrase):
            return self._outsider()
        foreign = not company and other_in(phrase, self.names)
        if OWN_PAPER.search(phrase) and not (NOT_OWN.search(phrase) or foreign) and (company or not outside):
            return self._paper(company, phrase)
        if company and not only_possessor(phrase, company, self.names):
            return self._house(Voice(company=company))
        if outside or other_in(phrase, self.names):
            self.stranger = A_PERSON.match(phrase) is not None
            return self._outsider()
        return OUTSIDER if phrase.strip() else None

    def _only_kind(self, phrase: str) -> str:
        """The company of a phrase that only says what it is: "its maker", first of all "a company"."""
        first = self.subject is None and A_COMPANY.match(phrase)
        return self.main() if first or ITS_MAKER.match(phrase) or _COMPANYS.search(phrase) else ""

    def _outsider(self) -> Voice:
        self.subject = ""
        return OUTSIDER

    def _by_office(self, office: Office) -> Voice:
        if office.outside:
            self.stranger = True
            return self._outsider()
        employer = self._employer(office)
        if not employer:
            return OUTSIDER
        for person in reversed(self.recent):
            if (
                person.voice.company == employer
                and office.definite
                and same_role(person.voice.role, office.role)
            ):
                return self._speak(person)
        if (holder := self._unplaced_holder(office)) is not None:
            holder.voice, holder.placed = Voice(holder.voice.name, office.role, employer), True
            return self._speak(holder)
        self.company = self.subject = employer
        if not office.definite and not office.role.lower().startswith("spokes"):
            self.unnamed, self.patience = replace(office, company=employer), PATIENCE
        return Voice(role=office.role, company=employer)

    def _unplaced_holder(self, office: Office) -> Person | None:
        """E.g. "the chief executive", behind a quotation of Jane Roe of whom nothing was said: who spoke last."""
        last = self.recent[-1] if self.recent else None
        spoke = last is not None and self.speaker is not None and self.speaker.name == last.voice.name
        apt = office.definite and not office.possessive and not office.role.lower().startswith("spokes")
        return (
            last if spoke and apt and last is not None and not (last.placed or last.voice.company) else None
        )

    def _paper(self, company: str, phrase: str) -> Voice | None:
        if not company and self.subject and _ITS.match(phrase):
            company = self.subject
        if self.author is not None and (not company or company == self.author.company):
            self.company = self.subject = self.author.company
            return self.author if WRITTEN_BY_ONE.search(phrase) else Voice(company=self.author.company)
        if not company and self.subject == "":
            return OUTSIDER
        owner = company or self.main()
        self.company = self.subject = owner
        return Voice(company=owner) if owner else None

    def _company_in(self, phrase: str) -> str:
        """The company a phrase begins with: by name, or as "the lender", "the Redmond firm"."""
        definite = COMPANY_DEFINITE.search(phrase)
        for candidate in candidates((phrase,)):
            company = self.names.companies.get(candidate.name)
            if company and (definite is None or candidate.start < definite.start()):
                return company
        if definite is None:
            return ""
        return local_company(definite.group(), self.names) or self.main()

    def follow(self, sentence: str) -> Person | None:
        """Note what a sentence without a speaker is about, so that "it" and "she" in the next one can be told.

        Gives the person whom it tells of.
        """
        self.stranger = False
        shown = SHOWN.match(sentence)
        if shown and (introduced := self._named_person(shown["who"])) is not None:
            self._speak(introduced)
            return introduced
        clause = fronted(sentence)
        if SERVED.match(clause):
            return None
        head = RIVAL_BEFORE.sub("", HEAD_END.split(clause, maxsplit=1)[0][:70])
        pronoun = _PRONOUN.match(head.strip())
        if pronoun and pronoun.group(1).lower() in _SUBJECTS:
            if pronoun.group(1).lower() not in ("he", "she"):
                return None
            self._pronoun(pronoun.group(1).lower())
            return self.recent[-1] if self.recent and self.subject else None
        person = self._named_person(head) or self._titled_person(clause, head)
        if person is not None and not of_somebody(head, person.surname):
            self._speak(person)
            return person
        self._follow_company(sentence, head)
        return None

    def _follow_company(self, sentence: str, head: str) -> None:
        """Note which company, or that somebody outside, a sentence with this subject is about."""
        beside = apposed(sentence, head, self.names)
        company = beside or self._company_in(head)
        outside = None if beside else OUTSIDE.search(head)
        nobody = not company and outside is None and not stranger(head, self.names)
        if nobody and names_paper(head) and self.main():
            self.subject = self.author.company if self.author is not None else self.main()
            return
        if not company and outside is None:
            company = only_company(sentence, self.names)
        if company and (outside is None or begins_with(head, company, self.names, outside.start())):
            self.company = self.subject = company
        elif outside is not None or other_in(head, self.names) or stranger(head, self.names):
            self.subject = ""
            self.stranger = SOMEBODY.match(head) is not None

    def _titled_person(self, clause: str, head: str) -> Person | None:
        """E.g. "The firm's sales director, Jane Roe, was …"; "the engineer paused": whom an office stands for."""
        office = find_office(head, self.names)
        if office is None or office.outside:
            return None
        rest = clause[clause.find(head) + len(head) :]
        match = _BETWEEN_COMMAS.match(rest)
        if match:
            return self._named_person(match.group(1))
        if not office.definite or not office.role:
            return None
        ours = (p for p in reversed(self.recent) if p.voice.company)
        return next((p for p in ours if same_role(p.voice.role, office.role)), None)

    def sign(self, text: str, voice: Voice | None) -> None:
        """Remember whose letter, post or statement a sentence speaks of."""
        if voice is not None and voice.company and names_paper(text):
            self.author = voice

    def who(self, before: str) -> Voice | None:
        """The antecedent of ", who": the last name in what stands before it."""
        if OWN_PAPER.search(" ".join(before.split(" ")[-3:])) and not OUTSIDE.search(before[-40:]):
            return self._paper("", before)
        known = [c.name for c in candidates((before,)) if c.name in {**self.people, **self.names.companies}]
        if not known:
            return None
        if known[-1] in self.people:
            return self._speak(self.people[known[-1]])
        return self._house(Voice(company=self.names.companies[known[-1]]))
