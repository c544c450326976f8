"""What a sentence lets a company do, as signed values: plus speaks for the person, minus for the state.

A verb sets the sense of what follows it. Where the company gives, whatever widens its clause (a recipient, a
ground, a kind of data) is against the person and whatever limits it is for her; where the company guards her or
says that it does not give, it is the other way round; after "unless" the signs of what widens turn again.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise

from service.diff.lexicon import HEADS, INSTRUMENTS, ITEMS, Concept, Role
from service.diff.normal import normal_form

CAP = 4000
"""Letters of a sentence that are read."""
WITHIN = 0.4
"""Weight of "prohibited" inside an exception, which counts by itself."""
_NEGATION = re.compile(
    r"\b(?:not|never|no|none|neither|nor|cannot|can't|won't|don't|doesn't|didn't|haven't|hasn't|isn't|aren't"
    r"|without (?:first |prior )?[a-z]+ing"
    r"|refus(?:e|es|ing) to|declin(?:e|es|ing) to|unable to|impossible|prohibited from|prevented from|barred from"
    r"|nothing|nobody|ceased?|stop(?:ped)?|rather than|instead of)\b"
)
_NO = re.compile(
    r"(?: (?!(?:if|unless|when|where|and|or|but|with|that)\b)[a-z]+){0,3} (?:no|none|nothing|neither)\b"
)
"""A negation after its verb: "we keep no logs"."""
_NOWHERE = re.compile(r"\b(?:under no circumstances|at no time|in no (?:case|event|circumstances))\b")
_DENIAL = re.compile(
    r"\b(?:(?:do|does|did|will|would|shall|has|have|had|is|are|was|were|may|must|can|could|should) (?:not|never)"
    r"|cannot|(?:do|does|did|wo|would|has|have|had|is|are|was|were|ca)n't|never|no|none|nothing|nobody)\b"
)
_OWN = re.compile(
    r"^(?:(?:in|where|when|if|unless|as|after|before|once|for) [^,]{1,80}, )?"
    r"(?:we|our (?:policy|lawyers|legal team)"
    r"|(?:(?:all|any|every|each|government|law enforcement|legal|such|emergency) ){0,3}(?:requests?|demands?))\b"
)
_COMPELLED = re.compile(r"\b(?:obliged|required|compelled|obligated|forced)\b")
_MAY_NOT = re.compile(r"\b(?:may|might) not\b")
_FIRM = re.compile(r"\b(?:never|cannot|can't|unable to|impossible|refus(?:e|es|ing) to)\b")
"""Says not only that the company does not, but that it would or could not."""
_MODALS: tuple[tuple[float, float, re.Pattern[str]], ...] = (
    (
        0.45,
        0.5,
        re.compile(
            r"\b(?:may(?! only)|might|can(?!not| only)|could|reserves? the right to|at (?:our|its) discretion)\b"
        ),
    ),
    (1.0, 0.5, re.compile(r"\b(?:may|can) only\b")),
    (0.55, 0.9, re.compile(r"\b(?:should|ought to|would|expects? to)\b")),
    (1.0, 0.7, re.compile(r"\b(?:must|required to|obliged to|obligated to|compelled to|have to|need to)\b")),
    (1.0, 1.0, re.compile(r"\b(?:will|shall)\b")),
)
"""Factor for a safeguard or requirement, factor for giving, words. The first that is found counts."""
_NOUNS = re.compile(
    r"disclosures?|retention|preservation|co-?operation|collaboration|production|(?<!direct )(?<!no )access"
)
"""Heads that are nouns as often as verbs; beside a verb they set no sense."""
_BREAK = re.compile(r"[.;:()](?=\s|$)|, (?:but|and) (?=we |it |they )|\b(?:we|which|who|that|it|they)\b")
_REGION = re.compile(
    r"\b(?:(?P<exc>unless|except(?:ion|ions|ing|ed)?|other than|save (?:for|where|as|in)|apart from|barring|absent"
    r"|but (?:we |it )?(?:may|can|might|reserves?))"
    r"|(?P<cond>(?<!even )(?<!as )if|when|whenever|where|in the event|in case|provided that|as long as|so long as"
    r"|upon receipt|subject to))\b"
)
_AFTER = re.compile(
    r"\b(?:before|prior to|until|after|without|to obtain|that (?:it )?(?:could|can)(?: be)?|those who|upon|by"
    r"|(?:requests?|orders?|demands?|requirements?|attempts?|opportunity|prohibition) (?:to|for|from)"
    r"|(?:compel|force) us to)"
    r" (?:we |it |they |the company |any |such )?(?:[a-z]+ )?$"
)
"""What stands before a verb that only dates or describes something else: "before we disclose it"."""
_STOP = re.compile(
    r"[.;:](?=\s|$)|,? (?:and|but) (?=we |it |they |will )|, (?=we |it |they |the company )|[()]"
)
_ITEM = re.compile(r"\s*\(?(?:a|i|1)\)")
_COMMA = re.compile(r",(?! (?:and|or)\b)")
_POINTER = re.compile(
    r"\((?:please )?(?:see|refer|as (?:described|defined|set)|read more|learn more|click)[^()]{0,240}\)"
)
_SUFFIX = re.compile(
    r",? (?:Unlimited |Public |Private )?(?:Limited|Ltd|Incorporated|Inc|LLC|Corp|Corporation|GmbH|PLC|Company)\b\.?"
)
"""Legal forms of companies, whose words would be taken for others."""
_ADDRESS = re.compile(
    r"(?:https?://|www\.)\S+|\S{1,80}@\S{1,80}|\b[a-z0-9-]{1,60}(?:\.[a-z0-9-]{1,60}){0,4}"
    r"\.(?:com|org|net|io|co|gov|eu|uk|de|example|ai|app|me|tv|us|ca)\b(?:/\S*)?"
)
_ADJUNCT = re.compile(
    r"(?:\b(?:only|as|if|where|when|unless|extent|so|under|within) |^)"
    r"(?:(?:[a-z'-]+ ){1,2}(?:are|is|be) |otherwise |may be |allowed or |permitted or )?$"
    r"|\b[a-z'-]+ (?:are|is) $"
)
_AUX = 70
"""Letters before a verb in which its auxiliaries stand."""
_BEFORE_VERB = frozenset({"hedge:usually", "hedge:efforts", "hedge:knowingly", "hedge:now", "hedge:consider"})


@dataclass(frozen=True, slots=True)
class Part:
    """One thing a sentence says. `value` is signed; `words` is how the sentence puts it."""

    value: float
    words: str
    group: str


@dataclass(frozen=True, slots=True)
class Sense:
    """All parts of a sentence by concept, and the rank of the weakest instrument that suffices (0: none named)."""

    parts: dict[str, Part] = field(default_factory=dict)
    rank: float = 0.0
    instrument: str = ""
    giving: bool = True
    """The main verb gives, rather than guards or denies."""


@dataclass(frozen=True, slots=True)
class Clause:
    """Where a word stands. `sign`: +1 where widening is good for the person."""

    sign: int
    demand: bool = False
    denies: bool = False
    """The company says that it does not give."""
    withholds: bool = False
    """The company says that it does not protect."""
    before: bool = False
    """Before the verb, rather than after it."""
    demanded: bool = False
    """After the verb that demands, rather than before it."""
    exception: bool = False
    condition: bool = False


@dataclass(frozen=True, slots=True)
class _Head:
    start: int
    concept: Concept
    negated: bool
    value: float
    words: str
    verb: str = ""

    @property
    def end(self) -> int:
        return self.start + len(self.verb)

    @property
    def sign(self) -> int:
        """+1 where widening is good for the person."""
        if self.concept.role is Role.GIVE:
            return 1 if self.negated else -1
        return -1 if self.negated else 1


@dataclass(frozen=True, slots=True)
class _Region:
    start: int
    end: int
    exception: bool
    words: str


def plain(text: str) -> str:
    """The form in which sentences are read: normal form, lower case, no addresses nor "(see section 4)"."""
    text = _SUFFIX.sub("", normal_form(text)[:CAP])
    return " ".join(_ADDRESS.sub("@", _POINTER.sub("", text.casefold())).split())


def sense(text: str) -> Sense:
    """What one sentence says; what stands beyond 4,000 letters is not read."""
    return _read(plain(text))


def region_in(words: str) -> bool:
    """Whether the words open a condition or an exception."""
    return _REGION.search(words) is not None


def clause_at(text: str, at: int) -> Clause:
    """Where letter `at` of a `plain` text stands."""
    return _reader(text).clause(at)


@lru_cache(maxsize=2048)
def _read(text: str) -> Sense:
    return _reader(text).read()


@lru_cache(maxsize=512)
def _reader(text: str) -> _Reader:
    return _Reader(text)


_DENIES = Concept("denial", Role.GIVE, "denial", 1.0, _DENIAL)
_DOES = Concept("deed", Role.GUARD, "promise", 1.0, _OWN)


class _Reader:
    """One pass over one sentence."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.regions = _regions(text)
        self.every = self._heads()
        self.heads = self._speaking()
        self._starts = [h.start for h in self.heads]
        self.found: dict[str, list[Part]] = {}

    def read(self) -> Sense:
        for head in self.heads:
            self._add(head.concept.id, Part(head.value, head.words, head.concept.group))
        for region in self.regions:
            self._add_region(region)
        for concept in ITEMS:
            for match in concept.pattern.finditer(self.text):
                clause = self.clause(match.start())
                if value := self._value(concept, match.start(), clause):
                    group = "exception" if clause.exception else concept.group
                    self._add(concept.id, Part(value, match.group(), group))
        rank, name = self._rank()
        giving = not self.heads or self.heads[0].sign < 0
        return Sense({k: _sum(v) for k, v in self.found.items()}, rank, name, giving)

    def _add(self, key: str, part: Part) -> None:
        self.found.setdefault(key, []).append(part)

    def _heads(self) -> list[_Head]:
        found = [
            _head(self.text, concept, match.start(), match.end())
            for concept in HEADS
            for match in concept.pattern.finditer(self.text)
        ]
        found.sort(key=lambda h: (h.start, -h.end))
        inside = {id(b) for a, b in pairwise(found) if b.end <= a.end and b is not a}
        return [h for h in found if id(h) not in inside] or self._unknown()

    def _unknown(self) -> list[_Head]:
        """No verb that we know. A denial denies access; what "we" do is taken for a safeguard; the rest gives."""
        if denial := _DENIAL.search(self.text):
            value = 1.5 if _FIRM.search(denial.group()) else 1.0
            return [_Head(denial.start(), _DENIES, True, value, denial.group())]
        if (own := _OWN.search(self.text)) and not _COMPELLED.search(self.text):
            factor, words = next(
                ((f, m.group()) for f, _, p in _MODALS if (m := p.search(self.text))), (1.0, "")
            )
            return [_Head(own.start(), _DOES, False, factor, f"{words} do".strip())]
        return []

    def _speaking(self) -> list[_Head]:
        """The verbs that say something of their own: not those inside a condition, an exception or a time.

        A safeguard inside a condition does, if there is no other: "we disclose it only if we have told you".
        """
        own = [h for h in self.every if self._region(h.start) is None and self._leads(h)]
        if not any(h.concept.role is Role.GUARD for h in own):
            own += [h for h in self.every if self._conditions(h)]
            own.sort(key=lambda h: h.start)
        verbs = [h for h in own if not _NOUNS.fullmatch(h.verb)]
        return verbs or own or self.every

    def _leads(self, head: _Head) -> bool:
        before = self.text[max(head.start - _AUX, 0) : head.start]
        guards = head.concept.role is Role.GUARD and not head.negated
        return not before.endswith(("you ", "users ")) and (guards or not _AFTER.search(before))

    def _conditions(self, head: _Head) -> bool:
        region = self._region(head.start)
        kept = region is not None and not region.exception
        return kept and head.concept.role is Role.GUARD and not head.negated

    def _region(self, at: int) -> _Region | None:
        return next((r for r in self.regions if r.start <= at < r.end), None)

    def _governor(self, at: int, region: _Region | None = None) -> _Head | None:
        """The verb whose clause `at` belongs to: the last before it, else the first; the first giving one after
        a leading condition.
        """
        if not self.heads:
            return None
        if region is not None and region.start < 4:
            return next((h for h in self.heads if h.sign < 0), self.heads[0])
        before = bisect_right(self._starts, at)
        if before:
            return self.heads[before - 1]
        return next((h for h in self.heads if not _AFTER.search(self.text[: h.start])), self.heads[0])

    def _following(self, at: int) -> _Head | None:
        """The verb that an adverb stands before, if it comes soon."""
        after = next((h for h in self.every if h.start >= at), None)
        return after if after and after.start - at < 60 else self._governor(at)

    def _add_region(self, region: _Region) -> None:
        head = self._governor(region.start, region)
        sign = head.sign if head else -1
        if self.text.endswith("or ", 0, region.start):
            return  # one more case, not a further condition
        if region.exception:
            self._add("exception", Part(-0.9 * sign, region.words, "exception"))
        else:
            self._add("condition", Part(-0.3 * sign, region.words, "condition"))

    def clause(self, at: int) -> Clause:
        region = self._region(at)
        head = self._governor(at, region)
        demand = head is not None and head.concept.role is Role.DEMAND
        return Clause(
            sign=head.sign if head else -1,
            demand=demand,
            denies=head is not None and head.concept.role is Role.GIVE and head.negated,
            withholds=head is not None and head.concept.role is Role.GUARD and head.negated,
            before=head is not None and at < head.start,
            demanded=demand and head is not None and head.start < at,
            exception=region is not None and region.exception,
            condition=region is not None and not region.exception,
        )

    def _value(self, concept: Concept, at: int, clause: Clause) -> float:
        if concept.role in (Role.GOOD, Role.BAD):
            return concept.weight if concept.role is Role.GOOD else -concept.weight
        sign = clause.sign
        if concept.id in _BEFORE_VERB and (head := self._following(at)):
            return -concept.weight * (1 if head.concept.role is Role.DEMAND else head.sign)
        if clause.demand and not clause.exception:
            return _demanded(concept)
        if concept.role is Role.LIMIT:
            weight = WITHIN if concept.id == "condition:permitted" and clause.exception else concept.weight
            return -weight * (1 if clause.condition and clause.withholds else sign)
        if concept.group == "people covered" and sign < 0:
            return 0.0
        limits = (
            concept.id == "ground:law"
            and not (clause.condition and clause.withholds)
            and _ADJUNCT.search(self.text[max(at - 36, 0) : at])
        )
        return concept.weight * (-sign if limits or clause.exception else sign)

    def _rank(self) -> tuple[float, str]:
        """The weakest instrument on which the company gives, or which it demands."""
        lowest, name = 0.0, ""
        for instrument in INSTRUMENTS:
            for match in instrument.pattern.finditer(self.text):
                head = self._governor(match.start())
                role = head.concept.role if head else Role.GIVE
                asked = head is not None and match.start() == head.start
                if role is Role.GUARD or (role is Role.DEMAND and instrument.rank <= 1.0 and not asked):
                    continue
                if not lowest or instrument.rank < lowest:
                    lowest, name = instrument.rank, instrument.name
        return lowest, name


def _demanded(concept: Concept) -> float:
    """Of what a requirement names: the more it asks and covers, the better."""
    if concept.group in ("recipient", "ground") or concept.id == "reach:any":
        return 0.0
    if concept.id == "kind of request:defect":
        return 0.0
    if concept.role is Role.WIDE or concept.id in ("hedge:substance", "hedge:formal", "kind of request:form"):
        return concept.weight
    return -concept.weight


def _head(text: str, concept: Concept, start: int, end: int) -> _Head:
    before = text[max(start - _AUX, 0) : start]
    cut = max((m.end() for m in _BREAK.finditer(before)), default=0)
    scope = before[cut:]
    negated = bool(
        _NEGATION.search(scope + text[start:end]) or _NO.match(text, end) or _NOWHERE.search(before)
    )
    guard, give, words = 1.0, 1.0, ""
    for as_guard, as_give, pattern in _MODALS:
        if found := pattern.search(scope + text[start:end]):
            guard, give, words = as_guard, as_give, found.group()
            break
    if not words and (text[start:end].endswith("ing") or before.endswith("to ")):
        give = 0.75
    if concept.role is Role.GIVE:
        firm = 1.5 if _FIRM.search(scope + text[start:end]) else 0.5 if _MAY_NOT.search(scope) else 1.0
        value = firm if negated else -give
    else:
        value = -0.8 if negated else guard
    return _Head(
        start, concept, negated, value * concept.weight, f"{words} {text[start:end]}".strip(), text[start:end]
    )


def _regions(text: str) -> tuple[_Region, ...]:
    """Conditions and exceptions in order; an exception ends the condition that it stands in."""
    found: list[_Region] = []
    for match in _REGION.finditer(text):
        exception = match.group("exc") is not None
        if found and match.start() < found[-1].end:
            last = found[-1]
            if last.exception or not exception:
                continue
            found[-1] = replace(last, end=match.start(), words=text[last.start : match.start()].strip())
        stop = _region_end(text, match.start(), match.end())
        found.append(_Region(match.start(), stop, exception, text[match.start() : stop]))
    return tuple(found)


def _region_end(text: str, start: int, at: int) -> int:
    """Where a condition ends: with its clause, with the bracket it stands in, at the comma if it leads the sentence."""
    if start < 4 and (comma := _COMMA.search(text, at)):
        return comma.start()
    depth = 0
    listed = False
    for stop in _STOP.finditer(text, at):
        sign = stop.group()
        listed = listed or (sign == ":" and _ITEM.match(text, stop.end()) is not None)
        if listed and sign in ":;()":
            continue
        if sign == "(":
            depth += 1
        elif sign == ")" and depth:
            depth -= 1
        elif not depth:
            return stop.start()
    return len(text)


def _sum(parts: list[Part]) -> Part:
    """The strongest on either side: saying a thing twice makes it no stronger."""
    best = max(parts, key=lambda p: abs(p.value))
    value = max(0.0, *(p.value for p in parts)) + min(0.0, *(p.value for p in parts))
    return Part(value, best.words, best.group)
