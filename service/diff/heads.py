"""The verbs that set the sense of a sentence, with their modals and negations."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from service.diff.lexicon import HEADS, INSTRUMENTS, ITEMS, Concept, Role
from service.diff.regions import Region

ROW = "required"
"""What a row says that sets a thing beside the instrument it takes."""
NEAR = 30
"""Letters after its subject in which the modal of a verb that we do not know stands."""
AUX = 70
"""Letters before a verb in which its auxiliaries stand."""
_NEGATION = re.compile(
    r"\b(?:not|never|no|none|neither|nor|cannot|can't|won't|don't|doesn't|didn't|haven't|hasn't|isn't|aren't"
    r"|without (?:first |prior )?[a-z]+ing"
    r"|refus(?:e|es|ing) to|declin(?:e|es|ing) to|unable to|impossible|not possible|prohibited from|prevented from"
    r"|barred from"
    r"|forbidden (?:to|from)|(?:have|has) yet to|reluctant to|hesitant to|unlikely to|unwilling to"
    r"|nothing|nobody|little|hardly|scarcely|barely|ceased?|stop(?:ped)?|rather than|instead of)\b"
)
_NO = re.compile(
    r"(?: (?!(?:if|unless|when|where|and|or|but|with|that)\b)[a-z]+){0,3} (?:no|none|nothing|neither)\b"
)
"""A negation after its verb: "we keep no logs"."""
_NOWHERE = re.compile(r"\b(?:under no circumstances|at no time|in no (?:case|event|circumstances))\b")
_NOTHING_THAT = re.compile(
    r"\b(?:nothing|little|hardly anything"
    r"|no (?:[a-z]+ ){0,2}(?:data|information|records?|logs?|content|messages?|keys?|files))"
    r" (?:that |which )?(?:we|it|they) (?:(?!do\b|have not\b)[a-z]+ ){0,2}$"
)
"""A denial before the relative clause of its noun: "there is nothing that we could [hand over]"."""
_DENIAL = re.compile(
    r"\b(?:(?:do|does|did|will|would|shall|has|have|had|is|are|was|were|may|must|can|could|should) (?:not|never)"
    r"|cannot|(?:do|does|did|wo|would|has|have|had|is|are|was|were|ca)n't|never|no|none|neither"
    r"|nothing|nobody|not (?:one|a single))\b"
)
_OWN = re.compile(
    r"^(?:(?:in|where|when|if|unless|as|after|before|once|for|since) [^,]{1,80}, )?"
    r"(?:we|it is (?:[a-z]+ )?(?:our|company) (?:practice|policy|habit|rule|aim) to"
    r"|(?:our )?(?:(?:own|outside|in-house) )?(?:policy|counsel|lawyers?|attorneys?|legal team|editors?|staff)"
    r"|(?:(?:all|any|every|each|government|law enforcement|legal|such|emergency) ){0,3}"
    r"(?:requests?|demands?))\b"
)
_BY_US = re.compile(r"\b(?:we|our|policy|practice|counsel|lawyers?|attorneys?|legal team|editors?|staff)\b")
"""What is done by the company's own, rather than with a request by whomever."""
_RECEIVED = re.compile(r"\b(?:received|served|given|seen|been asked|been ordered|subject)\b")
_UNDER_NO_ORDER = re.compile(
    r"\b(?:no|not|never|any)\b[^.;:]{0,60}\b(?:orders?|requests?|demands?|warrants?|letters?|directives?|approach)\b"
    r"[^.;:]{0,30}\b(?:under which|by which|that|which|requiring|obliging|compelling|forcing|asking|ordering|to)\b"
)
"""What an order would have asked of us that never came: "no order under which we would have to intercept"."""
_COMPELLED = re.compile(r"\b(?:obliged|required|compelled|obligated|forced)\b")
_MAY_NOT = re.compile(
    r"\b(?:(?:may|might|should|ought) not|(?:no|none|nobody|neither)\b[^.;:,]{0,40} should"
    r"|reluctant to|hesitant to|unlikely to|(?:advised|encouraged|asked) not to)\b"
)
_FIRM = re.compile(
    r"\b(?:never|cannot|can't|(?:no|none|nobody|neither)\b[^.;:,]{0,40} can"
    r"|unable to|impossible|not possible|forbidden|refus(?:e|es|ing) to|under no circumstances"
    r"|at no time|in no (?:case|event|circumstances)|not and (?:will|shall|would) not"
    r"|not,? nor (?:will|shall) (?:we|it))\b"
)
"""Says not only that the company does not, but that it would or could not."""
_MODALS: tuple[tuple[float, float, re.Pattern[str]], ...] = (
    (
        0.45,
        0.5,
        re.compile(
            r"\b(?:may(?! only)|might|can(?!not| only)|could|reserves? the (?:right|option|power|possibility) (?:to|of)"
            r"|(?:are|is) (?:invited|welcome) to|at (?:our|its) discretion)\b"
        ),
    ),
    (1.0, 0.5, re.compile(r"\b(?:may|can) only\b")),
    (
        0.55,
        0.9,
        re.compile(
            r"\b(?:should|ought to|would|expects? (?:[a-z]+ ){0,3}to|reluctant to|our preference"
            r"|(?:advised|encouraged|(?<=are )asked|(?<=is )asked) (?:not )?to)\b"
        ),
    ),
    (1.0, 0.7, re.compile(r"\b(?:must|required to|obliged to|obligated to|compelled to|have to|need to)\b")),
    (1.0, 1.0, re.compile(r"\b(?:will|shall)\b")),
)
"""Factor for a safeguard or requirement, factor for giving, words. The first that is found counts."""
_NOUNS = re.compile(
    r"compliance with|disclosures?|retention|preservation|co-?operation|collaboration|production"
    r"|(?<!direct )(?<!no )access"
)
"""Heads that are nouns as often as verbs; beside a verb they set no sense."""
_EITHER_WORD = re.compile(
    r"answers?|replies|taps?|wiretaps?|reports?|logs?|records?|checks?|appeals?|objects?|questions?|fights?|reviews?"
    r"|opens?|supply|supplies|shares?|releases?|returns?|works|keeps?|stores?|tells?|tests?|limits?|produce|transfers?"
)
_DETERMINED = re.compile(r"\b(?:an?|the|every|each|any|this|these|those|our|your|their|its|another|such) $")
"""After these, a word that may be a verb is a noun: "every answer that we gave"."""
_ENUMERATED = re.compile(r"[,(] ?$")
_WITHIN_LIST = re.compile(r" ?[,)]")
_ROW = re.compile(r"(?:[^:|.;]{3,90}):? ?(?::|\|) (?=\S)")
"""A line that sets a thing beside what it takes: "recordings: a court order"."""
_REQUIRES = Concept("requirement:require", Role.DEMAND, "requirement", 1.0, _ROW)
_NOT_OURS = re.compile(r"\b(?:you|users?|customers?|clients?)(?: alone)? $")
"""Before the verb of somebody else's deed: "the customer keeps the keys"."""
_HELD = re.compile(
    r"\b(?:data|content|information|records|messages|files|mail|keys|logs|documents) (?:stored|held|kept|retained)$"
)
"""A participle that describes what there is: "data stored in Switzerland"."""
_OF_NOUN = re.compile(
    r"\b(?:orders?|requests?|demands?|warrants?|subpoenas?|answers?|letters?|data|information|content|records?|keys?"
    r"|files|messages|accounts?|inquiries) (?:that |which )?(?:we|it|they|you) (?:(?:have|has|had|ever|also) ){0,3}$"
)
"""Before the verb of a relative clause, which only describes: "the orders that we have received"."""
_VERBAL = re.compile(r"\b(?:to|will|shall|may|might|can|could|must|would|should|not|never|we|it|they) $")
"""Before what is no noun, although it may be one."""
_BREAK = re.compile(r"[.;:()](?=\s|$)|, (?:but|and) (?=we |it |they )|\b(?:we|which|who|that|it|they)\b")
_RELATIVE = re.compile(
    r"(?:,? (?:that|which|whom))? (?:we|you|they|it|customers|users) (?:(?:may|will|have|can) )?[a-z]+"
    r"(?: (?:for|from|about|with) [a-z]+)?"
    r"(?= (?:is|are|was|were|will|shall|may|can|cannot|must|has|have|stays?|remains?|goes?|gets?|leaves?)\b)"
)
"""A relative clause within the subject: "none of the data [we hold] is open", "no key [that you keep] is"."""
_WHICH_NOT = re.compile(
    r"\b(?:that|which|who) (?:do|does|did|is|are|was|were|has|have|can|could)(?: not|n't) (?:[^\s,;:]+ ){1,8}?"
    r"(?:(?=(?:is|are|was|were|will|shall|may|must|gets?)\b)|are $|is $)"
)
"""A relative clause that denies something of the subject: "requests that do not name an account [are refused]"."""
_SUBJECTS = re.compile(r" (?:we|you|they|it) (?:hold|keep|have|store|own|make|collect|process|see|send)s? $")
_BE = re.compile(r"(?:is|are|stays?|remains?|goe?s?) ")
"""Where the verb brings its own auxiliary, a relative clause may stand just before it."""
_LACKS = re.compile(
    r"\b(?:have|has|had|having|with|without|lacks?|lacking|bears?|names?|cites?) no (?:[a-z]+ ){1,3}"
    r"(?=(?:is|are|was|were|will|shall|may|can|must|gets?)\b)"
)
"""A want of the subject's, which denies nothing of it: "requests that have no legal basis [are refused]"."""
_ASIDE = re.compile(r", (?:where|if|when|as|in|at|on|for|to|should)\b[^,.;:]{1,80}, ")
"""What stands between a modal and its verb: "may, where we think it wise, contest"."""
_DONE = re.compile(r"\b(?:have|has) (?:been )?(?:[a-z]+ly )?$")
"""Before a verb whose deed is done."""
_AFTER = re.compile(
    r"\b(?:before|prior to|until|after|without|to obtain|that (?:it )?(?:could|can)(?: be)?|those who|upon|by"
    r"|(?:requests?|orders?|demands?|requirements?|attempts?|opportunity|prohibition|warrants?|subpoenas?|process"
    r"|approval|permission|consent) (?:to|for|from)"
    r"|(?:compel|force) us to)"
    r" (?:we |it |they |the company |any |such )?(?:[a-z]+ )?$"
    r"|\b(?:before|until|prior to) (?:[a-z]+ ){0,4}$"
)
"""What stands before a verb that only dates or describes something else: "before we disclose it"."""


@dataclass(frozen=True, slots=True)
class Head:
    """A verb. `value` is what it says by itself, signed; `words` with its modal, `verb` without."""

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


_RECIPIENTS = "|".join(c.pattern.pattern for c in ITEMS if c.group == "recipient")
_DENIES = Concept("denial", Role.GIVE, "denial", 1.0, _DENIAL)
_HANDED = re.compile(
    r"\bwe (?:(?:may|will|shall|can|could|might|would|must|also) ){0,2}([a-z]+)"
    rf"(?: [a-z'-]+){{1,6}}? (?:to|with) (?:the |any |an? )?(?:{_RECIPIENTS})(?!\w)"
)
"""A verb that we do not know, by which something goes to a state: "we slip names to the police"."""
_HANDS = Concept("handing", Role.GIVE, "disclosure", 1.0, _HANDED)
_DOES = Concept("deed", Role.GUARD, "promise", 1.0, _OWN)


def row_of(text: str) -> str:
    """What a row sets beside its name: "a court order" in "recordings: a court order"; "" where it is no row."""
    row = _ROW.match(text)
    return text[row.end() :] if row else ""


def find_heads(text: str) -> list[Head]:
    """All verbs in order; the longer one where two patterns find the same place."""
    found = [
        _head(text, concept, match.start(), match.end())
        for concept in HEADS
        for match in concept.pattern.finditer(text)
        if not (_EITHER_WORD.fullmatch(match.group()) and _is_noun(text, match.start(), match.end()))
    ]
    found.sort(key=lambda h: (h.start, -h.end))
    inside = {id(b) for a, b in pairwise(found) if b.end <= a.end and b is not a}
    found = [h for h in found if id(h) not in inside]
    if all(_a_noun(text, h) for h in found) and not any(h.negated for h in found):
        return _unknown(text) or found
    return found


def _a_noun(text: str, head: Head) -> bool:
    return bool(_NOUNS.fullmatch(head.verb)) and not _VERBAL.search(text, 0, head.start)


def _is_noun(text: str, start: int, end: int) -> bool:
    """Whether a word that may be a verb stands as a noun."""
    before = text[max(start - AUX, 0) : start]
    listed = _ENUMERATED.search(before) and _WITHIN_LIST.match(text, end)
    return bool(listed or _DETERMINED.search(before))


def _unknown(text: str) -> list[Head]:
    """No verb that we know. A row asks, a denial denies access, what "we" do guards, the rest gives."""
    if (row := _ROW.match(text)) and any(i.pattern.search(text, row.end()) for i in INSTRUMENTS):
        return [Head(row.end(), _REQUIRES, False, 1.0, ROW)]
    if denial := _DENIAL.search(text):
        said = text[denial.start() : denial.end() + AUX]
        value = 1.5 if _FIRM.match(said) else 0.5 if _MAY_NOT.match(said) else 1.0
        return [Head(denial.start(), _DENIES, True, value, denial.group())]
    if (own := _OWN.search(text)) and not _COMPELLED.search(text):
        if handed := _HANDED.search(text):
            factor, words = next(((f, m.group()) for _, f, p in _MODALS if (m := p.search(text))), (1.0, ""))
            return [Head(handed.start(), _HANDS, False, -factor, f"{words} {handed.group(1)}".strip())]
        near = text[own.start() : own.end() + NEAR]
        factor, words = next(((f, m.group()) for f, _, p in _MODALS if (m := p.search(near))), (1.0, ""))
        factor *= 1.0 if _BY_US.search(own.group()) else 0.5
        return [Head(own.start(), _DOES, False, factor, f"{words} do".strip())]
    return []


def speaking(text: str, every: list[Head], region: Callable[[int], Region | None]) -> list[Head]:
    """The verbs that say something of their own: not those inside a condition, an exception or a time.

    A safeguard inside one does, if there is no other: "we disclose it only if we have told you".
    """
    own = [h for h in every if region(h.start) is None and leads(text, h)]
    if not any(h.concept.role is Role.GUARD for h in own):
        own += [h for h in every if _conditions(text, h, region(h.start))]
        own.sort(key=lambda h: h.start)
    verbs = [h for h in own if not _NOUNS.fullmatch(h.verb)]
    described = [h for h in every if region(h.start) is None and _described(text, h)]
    return verbs or described or own or _unknown(text) or every


def leads(text: str, head: Head) -> bool:
    """The verb is not the reader's own doing, nor does it only date or describe something else."""
    before = text[max(head.start - AUX, 0) : head.start]
    guards = head.concept.role is Role.GUARD and not head.negated
    if (
        _NOT_OURS.search(before)
        or _HELD.search(before + head.verb)
        or (head.concept.id == "access:received" and _OF_NOUN.search(before))
    ):
        return False
    return guards or not _AFTER.search(before)


def _described(text: str, head: Head) -> bool:
    """A participle beside its noun: "data stored in Switzerland"."""
    return _HELD.search(text, max(head.start - AUX, 0), head.end) is not None


def _conditions(text: str, head: Head, region: Region | None) -> bool:
    """A safeguard that comes first: "only if we have told you", "never until our lawyers have checked it"."""
    if region is None or head.concept.role is not Role.GUARD or head.negated:
        return False
    return not region.exception or _DONE.search(text, region.start, head.start) is not None


def _head(text: str, concept: Concept, start: int, end: int) -> Head:
    before = text[max(start - 2 * AUX, 0) : start]
    for apart in (_ASIDE, _RELATIVE, _LACKS, _WHICH_NOT):
        before = apart.sub(" ", before)
    if _BE.match(text, start, end):
        before = _SUBJECTS.sub(" ", before)
    before = before[-AUX:]
    cut = max((m.end() for m in _BREAK.finditer(before)), default=0)
    scope = before[cut:]
    negated = bool(
        _NEGATION.search(scope + text[start:end])
        or _NO.match(text, end)
        or _NOWHERE.search(before)
        or _NOTHING_THAT.search(text, max(start - 2 * AUX, 0), start)
        or (_RECEIVED.search(text) and _UNDER_NO_ORDER.search(text, 0, start))
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
    if negated and (denied := _DENIAL.search(scope)):
        words = denied.group()
    said = _quoted(words, scope, text[start:end])
    return Head(start, concept, negated, value * concept.weight, said, text[start:end])


def _quoted(modal: str, scope: str, verb: str) -> str:
    """The verb with its modal, as the sentence puts them: "can be refused", but not "must must go through"."""
    if not modal or modal in verb:
        return verb
    passive = next(
        (f"{be} " for be in ("be", "been") if scope.endswith(f"{be} ") and not modal.endswith(be)), ""
    )
    return f"{modal} {passive}{verb}"
