"""What a sentence lets a company do, as signed values: plus speaks for the person, minus for the state.

A verb sets the sense of what follows it. Where the company gives, whatever widens its clause (a recipient, a
ground, a kind of data) is against the person and whatever limits it is for her; where the company guards her or
says that it does not give, it is the other way round; after "unless" the signs of what widens turn again.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import lru_cache

from service.diff.heads import AUX, Head, find_heads, leads, speaking
from service.diff.issuers import names_issuer
from service.diff.lexicon import INSTRUMENTS, ITEMS, OFFENCES, Concept, Role
from service.diff.plain import plain
from service.diff.regions import Region, find_regions

BESIDE = 3
"""Letters between a condition and the verb that it bounds: a bracket or a comma."""
WITHIN = 0.4
"""Weight of "prohibited" inside an exception, which counts by itself."""
PART_OF = 0.7
"""What data by which a noun is narrowed down count, of what they count as covered."""
AT_WILL = 1.7
"""How much more an exception takes that the company makes at its will, than one that a law makes."""
OF_A_PART = 0.75
"""What "not in bulk", "not voluntarily" take from a denial, of what the word weighs elsewhere."""
MERELY = {"ground:law": 0.0, "condition:permitted": 0.5}
"""What "where permitted by law" limits of what "where required by law" would."""
_EITHER = re.compile(r"\b(?:indirect(?:ly)?|or otherwise|or not)\b|\bor in any other\b")
"""With it, "direct or indirect" covers all; alone, "no direct access" and "never in bulk" deny a part only."""
_ADJUNCT = re.compile(
    r"(?:\b(?:only|as|if|where|when|unless|extent|so|under|within) |^)"
    r"(?:(?:[a-z'-]+ ){1,2}(?:are|is|be) |otherwise |may be |allowed or |permitted or )?$"
    r"|\b[a-z'-]+ (?:are|is) $"
)
_ASKED = re.compile(
    r"\b(?:check|review|verif|ensur|examin|confirm|assess|make sure)[a-z]*\b[^.;:]{0,60} (?:is|are|and|or|for) $"
)
"""Before what a demand is measured by: "we check that it is complete and [lawful]"."""
_CITED = re.compile(
    r"\b(?:cit|nam|stat|quot|referenc|specif|identif)[a-z]* (?:the |its |a |an )?(?:[a-z]+ )?$"
)
"""Before what a request must show: "and cites [the law] that obliges us"."""
_SPOILS = re.compile(
    r"\b(?:endanger|jeopardi[sz]|compromis|imped|obstruct|prejudic|hinder|interfer|threaten|undermin)[a-z]*"
    r" (?:with )?(?:(?:an?|the|any|its|their|such) )?(?:[a-z]+ )?$"
)
"""Before what notice would spoil, which is no ground of anything: "and does not endanger [the investigation]"."""
_SPOILT = frozenset({"ground:investigation"})
"""Safety that is in danger is a ground; an investigation that is, a reason to keep silent."""
_GAG = re.compile(r"orders?$")
"""A gag order that was never received is no condition."""
_ALSO = re.compile(r"\bor (?:(?:that|which) (?:are|is) )?$")
"""Before one more fault for which a demand is refused, which narrows nothing down."""
_RESTRICTS = re.compile(
    r"\b(?:requests?|orders?|demands?|accounts?|users|customers)"
    r" (?:(?:that|which|who) [a-z]+|involving|concerning|about|for) (?:the |their |his )?$"
)
"""Before what narrows a noun down: "requests that involve [content]"."""
_LEADING = re.compile(
    r"(?:upon|on|with|under|at|after|following|in (?:response|answer|reply) to|because of|by) (?:[^.;:()]{1,120}?,? )"
    r"(?=(?:we|it|they|the (?:company|provider|processor)|[a-z]+ (?:may|will|shall|must))\b)"
)
"""A ground or an instrument that the sentence begins with."""
_PERFECT = re.compile(r"\b(?:have|has|had)\b")
_OR_WHERE = re.compile(r"\bor (?:as|where|when|if) (?:[a-z'-]+ ){0,3}$")
"""Before one more case in which data is given: "with your consent or where [the law] requires it"."""
_NOT_THIS = re.compile(r"(?:\b(?:and|but|or)|,) (?:no|not|never|excluding) (?:the |any |their )?$")
"""Before an item of a list that is expressly not given: "names and no content"."""
_LEAVE = re.compile(
    r"^(?!.*(?:required|compelled|obliged|mandated|not )).*(?:permitted|permissible|allowed|authori[sz]ed)"
)
"""Words of a law that leaves it to the company: "where permitted by law" """
_AT_WILL = frozenset({"discretion:belief", "discretion:fitness", "discretion:discretion"})
_BEFORE_VERB = frozenset(
    {"hedge:usually", "hedge:efforts", "hedge:knowingly", "hedge:awareness", "hedge:now", "hedge:consider"}
)


@dataclass(frozen=True, slots=True)
class Part:
    """One thing a sentence says. `value` is signed; `words` is how the sentence puts it."""

    value: float
    words: str
    group: str
    of: str = ""
    """The idea of the verb that it bounds, of a condition, an exception or a hedge."""


@dataclass(frozen=True, slots=True)
class Sense:
    """All parts of a sentence by concept, and the rank of the weakest instrument that suffices (0: none named)."""

    parts: dict[str, Part] = field(default_factory=dict)
    rank: float = 0.0
    instrument: str = ""
    gravity: float = 0.0
    """How grave the least offence is for which the company gives, 0 where none is named."""
    offence: str = ""
    giving: bool = True
    """The main verb gives, rather than guards or denies; so it is taken to where no verb is known."""
    known: bool = False
    """Its main verb is one that we know."""

    @property
    def gives(self) -> bool:
        """It plainly gives."""
        return self.giving and self.known


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
    inside: bool = False
    """Within a condition or an exception, not at its first word."""
    leading: bool = False
    """In what stands before the company itself: "on an order of a judge we …"."""


def sense(text: str) -> Sense:
    """What one sentence says; what stands beyond 4,000 letters is not read."""
    return _read(plain(text))


def spoken(text: str) -> tuple[Head, ...]:
    """The verbs of a `plain` text that say something of their own, in order."""
    return tuple(_reader(text).heads)


def clause_at(text: str, at: int) -> Clause:
    """Where letter `at` of a `plain` text stands."""
    return _reader(text).clause(at)


@lru_cache(maxsize=2048)
def _read(text: str) -> Sense:
    return _reader(text).read()


@lru_cache(maxsize=512)
def _reader(text: str) -> _Reader:
    return _Reader(text)


class _Reader:
    """One pass over one sentence."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.regions = find_regions(text)
        self.every = find_heads(text)
        self.heads = speaking(text, self.every, self._region)
        self._starts = [h.start for h in self.heads]
        leading = _LEADING.match(text)
        self._leading = leading.end() if leading else 0
        self.found: dict[str, list[Part]] = {}

    def read(self) -> Sense:
        for head in self.heads:
            self._add(head.concept.id, Part(head.value, head.words, head.concept.group))
        for region in self.regions:
            self._add_region(region)
        for concept in ITEMS:
            for match in concept.pattern.finditer(self.text):
                clause = self.clause(match.start())
                if value := self._value(concept, match, clause):
                    group = self._told_as(concept, match, clause, value)
                    mine = clause.sign > 0 and group in ("condition", "discretion")
                    of = self._bounded(match.start()) if mine or concept.role is Role.LIMIT else ""
                    self._add(concept.id, Part(value, match.group(), group, of))
        rank, name = self._rank()
        gravity, offence = self._gravity()
        giving = not self.heads or self.heads[0].sign < 0
        parts = {k: _sum(v) for k, v in self.found.items()}
        return Sense(parts, rank, name, gravity, offence, giving, bool(self.heads))

    def _add(self, key: str, part: Part) -> None:
        self.found.setdefault(key, []).append(part)

    def _region(self, at: int) -> Region | None:
        return next((r for r in self.regions if r.start <= at < r.end), None)

    def _governor(self, at: int, region: Region | None = None) -> Head | None:
        """The verb whose clause `at` belongs to: the last before it; in a leading condition the first that gives."""
        if not self.heads:
            return None
        leading = self.text.startswith("to the extent") and at < self.text.find(",")
        if leading or (region is not None and region.start < 4):
            return next((h for h in self.heads if h.sign < 0), self.heads[0])
        if region is not None and (beside := self._beside(region.end)):
            return beside
        before = bisect_right(self._starts, at)
        if before:
            return self.heads[before - 1]
        return next((h for h in self.heads if leads(self.text, h)), self.heads[0])

    def _beside(self, end: int) -> Head | None:
        """The verb that a condition stands right before: "after (where permitted) notifying you"."""
        return next((h for h in self.heads if 0 <= h.start - end <= BESIDE), None)

    def _bounded(self, at: int) -> str:
        """The idea of the verb whose clause `at` belongs to."""
        head = self._governor(at, self._region(at))
        return head.concept.id if head else ""

    def _following(self, at: int) -> Head | None:
        """The verb that an adverb stands before, if it comes soon."""
        after = next((h for h in self.every if h.start >= at and leads(self.text, h)), None)
        return after if after and after.start - at < 60 else self._governor(at)

    def _add_region(self, region: Region) -> None:
        head = self._governor(region.start, region)
        sign, of = (head.sign, head.concept.id) if head else (-1, "")
        if self.text.endswith("or ", 0, region.start):
            return  # one more case, not a further condition
        if region.exception:
            self._add("exception", Part(-0.9 * sign, region.words, "exception", of))
        else:
            self._add("condition", Part(-0.3 * sign, region.words, "condition", of))

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
            inside=region is not None and region.start < at,
            leading=at < self._leading,
        )

    def _value(self, concept: Concept, match: re.Match[str], clause: Clause) -> float:
        sign, at = clause.sign, match.start()
        weight = self._weight(concept, match, clause) * self._covering(concept, at, clause)
        if concept.role in (Role.GOOD, Role.BAD):
            if clause.exception and concept.id in _AT_WILL:
                weight *= AT_WILL
            return weight if concept.role is Role.GOOD else -weight
        if concept.id in _BEFORE_VERB and (head := self._following(at)):
            return -weight * (1 if head.concept.role is Role.DEMAND else head.sign)
        if clause.demand and not clause.exception:
            return _demanded(concept)
        if concept.role is Role.LIMIT:
            asked = concept.id == "hedge:substance" and _ASKED.search(self.text, 0, at)
            return -weight * (-1 if asked else 1 if clause.condition and clause.withholds else sign)
        if concept.group == "people covered" and (sign < 0 or clause.exception):
            return 0.0
        limits = self._limits(concept, at, clause)
        return weight * (-sign if limits or clause.exception else sign)

    def _limits(self, concept: Concept, at: int, clause: Clause) -> bool:
        """The law bounds what is done here, and is no ground for it: "as required by law"."""
        bounds = concept.id == "ground:law" and not (clause.condition and clause.withholds)
        before = self.text[max(at - 36, 0) : at]
        return bounds and _ADJUNCT.search(before) is not None and not _OR_WHERE.search(before)

    def _told_as(self, concept: Concept, match: re.Match[str], clause: Clause, value: float) -> str:
        """What a reader is told that the words are."""
        if clause.exception:
            return "exception"
        if self._limits(concept, match.start(), clause):
            return "condition"
        return "limit" if concept.group == "hedge" and value > 0 else concept.group

    def _covering(self, concept: Concept, at: int, clause: Clause) -> float:
        """1.0 for what its clause covers, 0.0 for what is only cited in it, less for what bounds it."""
        before = self.text[max(at - AUX, 0) : at]
        if concept.group == "recipient" and names_issuer(self.text, at):
            return 0.0
        if (
            concept.group == "ground"
            and (_CITED.search(before) or (concept.id in _SPOILT and _SPOILS.search(before)))
        ) or (concept.id == "kind of request:defect" and _ALSO.search(before)):
            return 0.0
        bounds = (concept.group == "kind of data" and _RESTRICTS.search(before)) or (
            concept.group == "people covered" and before.endswith("between ")
        )
        return -PART_OF if bounds and clause.sign > 0 else 1.0

    def _weight(self, concept: Concept, match: re.Match[str], clause: Clause) -> float:
        """How much the words weigh where they stand."""
        gag = concept.id == "condition:permitted" and clause.denies and _GAG.search(match.group())
        if gag or (concept.id == "hedge:past" and _PERFECT.search(self.text)):
            return 0.0
        if concept.id == "condition:permitted" and clause.exception:
            return WITHIN * concept.weight
        if (
            concept.id == "reach:bulk"
            and clause.denies
            and not clause.exception
            and not _EITHER.search(self.text)
        ):
            return -OF_A_PART * concept.weight
        gives = clause.sign < 0 and not clause.exception
        if gives and concept.id in MERELY and _LEAVE.search(match.group()):
            return MERELY[concept.id] * concept.weight
        if gives and concept.role is Role.WIDE and _NOT_THIS.search(self.text[: match.start()]):
            return -concept.weight
        return concept.weight

    def _gravity(self) -> tuple[float, str]:
        """The least offence for which the company gives."""
        named = (
            (offence.rank, match.group())
            for offence in OFFENCES
            for match in offence.pattern.finditer(self.text)
            if self.clause(match.start()).sign < 0
        )
        return min(named, default=(0.0, ""))

    def _rank(self) -> tuple[float, str]:
        """The weakest instrument on which the company gives, or which it demands."""
        lowest, name = 0.0, ""
        for instrument in INSTRUMENTS:
            for match in instrument.pattern.finditer(self.text):
                head = self._governor(match.start())
                role = head.concept.role if head else Role.GIVE
                asked = head is not None and match.start() == head.start
                if (
                    role is Role.GUARD
                    or (head and head.negated and head.concept.id == "access:received")
                    or (role is Role.DEMAND and instrument.rank <= 1.0 and not asked)
                ):
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


def _sum(parts: list[Part]) -> Part:
    """The strongest on either side: saying a thing twice makes it no stronger."""
    best = max(parts, key=lambda p: abs(p.value))
    value = max(0.0, *(p.value for p in parts)) + min(0.0, *(p.value for p in parts))
    return Part(value, best.words, best.group, best.of)
