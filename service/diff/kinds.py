"""What a change of one sentence means for the person whose data it is."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from rapidfuzz.distance import Indel

from service.diff.bounded import brief, excepted
from service.diff.bounds import RANK_STEP, all_data, covers_all, idle, part_of_all, unnamed
from service.diff.edits import BRIEF, Edit, Finding, deeds, edits, findings, in_case, one_item
from service.diff.examples import without_examples
from service.diff.frame import unframed
from service.diff.heads import ROW, Head
from service.diff.issuers import issued_otherwise, silenced_otherwise, without_restated_denial
from service.diff.lexicon import DEEDS, FILLER, INSTRUMENTS, Role
from service.diff.normal import NO_SCALE, normal_form
from service.diff.numbers import figures, only_dates, only_figures
from service.diff.plain import plain
from service.diff.refusals import refusal
from service.diff.restated import content, restated, set_as_row
from service.diff.sense import Part, Sense, clause_at, sense, spoken
from service.diff.titles import bare
from service.model import Kind, Verdict

TURN = 0.44
"""Net weight from which a change is one of substance."""
PROCEDURAL = 0.7
CONTEST = 0.18
"""Share of all that was weighed that the net must reach: below it, the change is balanced."""
TOUCHED = 0.5
DEED = 0.6
"""Weight of one more promise of a kind that is made already."""
GRAVITY_STEP = 0.4
IMPLIED = 0.2
"""Weight of recipients where one side names none at all: it had only left them unsaid."""
PART_OF = 0.7
"""What "foreign agencies" are of "agencies": a part, no more recipients."""
_WHOSE = frozenset(
    ("foreign", "overseas", "domestic", "federal", "national", "local", "state", "international")
)
ALIKE = 5
"""Ideas that two sentences share by which they are of one thing, whatever else they say."""
MOST = 0.45
"""Or so many of the shorter one's."""
OPENING = 4
"""Words at the start of two sentences by which they are of one thing, whatever follows."""
SAME_SUBSTANCE = "other words, same substance"
"""The reason given where nothing was found that changes what is promised."""
REASONS = 3
_OF_INSTRUMENT = frozenset({"hedge:substance", "kind of request:form", "protection:service"})
"""Adjectives of an instrument, which go with it when another takes its place."""
_NUMBER = re.compile(rf"^\s*(?:\d+(?:\.\d+)+|\d+(?=[.)]))[.)]?\s+(?=[A-Z\"“(]){NO_SCALE}")
"""The number of a paragraph: "7.4 At the request …"."""
_LEAST = re.compile(r"\b(?:minimum|least|narrowest|as little as)\b")
_NONE = re.compile(r"zero|0(?: %)?|0%")
_BY_LAW = frozenset({"condition", "ground:law", "protection:only"})
_GIVING_ON = frozenset({"disclosure:disclose", "requirement:require", "protection:only", "condition"})
_PROTECTED = ("now protected", "no longer protected")
_RULED_OUT = ("now ruled out", "no longer ruled out")
_TOWARDS = frozenset({"recipient", "ground"})
"""What data goes to, and for what: of these nothing is protected."""
_QUOTED = re.compile(r"“([^“”]+)”")
_CONTENT = re.compile(r"[a-z0-9']+")


def classify(old: str, new: str, *, was: bool = True, now: bool = True, procedural: bool = False) -> Verdict:
    """The kind of change from `old` to `new`, and why; "" for a side that does not exist.

    `was` and `now` say whether the old and the new sentence is relevant; where just one is, the other says
    nothing of states, and what was put in or taken out decides. `procedural`: both only tell authorities how to
    ask, where small things are seldom a promise. Swapping the sides swaps new with withdrawn and weakened with
    strengthened, and changes nothing else.
    """
    return _plainly(old, new) or _read(old, new, was, now, PROCEDURAL if procedural else TURN)


def _plainly(old: str, new: str) -> Verdict | None:
    """What needs no reading."""
    if not old.strip() or not new.strip():
        return _one_sided(old, new)
    if _mark(old) == _mark(new):
        return Verdict(Kind.REWORDED, 1.0, "typography only")
    if bare(old) and bare(new):
        return Verdict(Kind.REWORDED, 0.9, "a title or an address")
    return None


def _read(old: str, new: str, was: bool, now: bool, turn: float) -> Verdict:
    left, right = unframed(*without_examples(_NUMBER.sub("", old), _NUMBER.sub("", new)))
    a, b = without_restated_denial(plain(left), plain(right))
    if settled := _settled(a, b):
        return settled
    net = _net(a, b)
    if only_figures(a, b) and (begun := _begun(a, b)):
        kind = Kind.WEAKENED if begun > 0 else Kind.STRENGTHENED
        return Verdict(kind, 0.8, _figure_reason(a, b))
    if only_figures(a, b) and abs(net) < turn:
        return Verdict(Kind.FIGURE, 0.9, _figure_reason(a, b))
    if was != now and abs(net) < turn and _rewritten(a, b):
        net = _appeared(a, b, was)
    return _weighed(net, turn, a, b)


def _begun(old: str, new: str) -> int:
    """1 where none became some, -1 where some became none: to have none is a promise, whatever the number else."""
    none = [
        (_NONE.fullmatch(a), _NONE.fullmatch(b)) for a, b in zip(figures(old), figures(new), strict=False)
    ]
    return sum(bool(a) - bool(b) for a, b in none)


def _settled(old: str, new: str) -> Verdict | None:
    """What two `plain` texts tell without weighing their parts."""
    if old == new:
        return Verdict(Kind.REWORDED, 0.9, "the same words in another frame")
    if only_dates(old, new):
        return Verdict(Kind.FIGURE, 0.9, _figure_reason(old, new))
    if restated(old, new) or set_as_row(old, new):
        return Verdict(Kind.REWORDED, 0.9, "the same in other words or another order")
    if _unrelated(old, new):
        return Verdict(Kind.UNRELATED, 0.7, "about different things")
    way, words = refusal(old, new)
    if way:
        kind = Kind.STRENGTHENED if way > 0 else Kind.WEAKENED
        return Verdict(kind, 0.7, f"refusal {'added' if way > 0 else 'dropped'}: “{words}”")
    return excepted(old, new)


def _mark(text: str) -> str:
    return normal_form(text).casefold()


def _one_sided(old: str, new: str) -> Verdict:
    if new.strip():
        return Verdict(Kind.NEW, 0.9, "said for the first time")
    if old.strip():
        return Verdict(Kind.WITHDRAWN, 0.9, "no longer said")
    return Verdict(Kind.NONE, 1.0, "nothing on either side")


def _weighed(net: float, turn: float, old: str, new: str) -> Verdict:
    sure = 1.0 / (1.0 + math.exp(-3.0 * abs(abs(net) - turn)))
    if abs(net) < turn:
        return Verdict(Kind.REWORDED, round(sure, 3), SAME_SUBSTANCE)
    kind = Kind.STRENGTHENED if net > 0 else Kind.WEAKENED
    return Verdict(kind, round(sure, 3), _reason(net, old, new))


def _rewritten(old: str, new: str) -> bool:
    """More than touched up: else a change of relevance is the detector's, not the company's."""
    return Indel.normalized_similarity(_CONTENT.findall(old), _CONTENT.findall(new)) < TOUCHED


def _appeared(old: str, new: str, was: bool) -> float:
    """One side says nothing of states: what the other says has come, or gone."""
    said = sense(old if was else new)
    value = -1.0 if said.giving else 1.0
    return -value if was else value


def _net(old: str, new: str) -> float:
    """Sum of all that changed, read forwards or backwards, whichever tells more: so it mirrors exactly."""
    there, back = _weights(old, new), [-value for value in _weights(new, old)]
    ways = [(math.fsum(values), math.fsum(map(abs, values))) for values in (there, back)]
    (net, gross), (other, _) = sorted(ways, key=lambda way: -abs(way[0]))
    if abs(net) == abs(other) and net != other:
        return 0.0
    return net if abs(net) >= CONTEST * gross else 0.0


def _weights(old: str, new: str) -> list[float]:
    return [f.value for f in _all(old, new)]


def _all(old: str, new: str) -> tuple[Finding, ...]:
    issued = (Finding(value, reason) for value, reason in issued_otherwise(old, new))
    return (*_shifts(old, new), *findings(old, new), *issued)


def _shifts(old: str, new: str) -> list[Finding]:
    """What the sentence says more, less or otherwise, by the known words."""
    a, b = sense(old), sense(new)
    item = one_item(old, new)
    named = (_names_recipients(a) and _names_recipients(b)) or item
    ranked = bool(a.rank and b.rank) and a.rank != b.rank
    turned = _other_side(a, b) or _other_side(b, a)
    law = unnamed(a, b)
    silenced = silenced_otherwise(old, new)
    whole = covers_all(old, new)
    gone = list(deeds(old, new))
    found = [*_deeds_more(gone, old, new), *all_data(a, b, whole)]
    found += [
        _shift(
            a.parts.get(key),
            b.parts.get(key),
            _scale(key, a.parts.get(key), b.parts.get(key), old, new, named),
        )
        for key in sorted(a.parts.keys() | b.parts.keys())
        if not (ranked and key in _OF_INSTRUMENT)
        and not _in_deed(key, a, b, gone)
        and not idle(key, a, b)
        and not part_of_all(key, a, b, whole)
        and not (key == "protection:only" and _least(old) and _least(new))
        and not (key == "denial" and item and _both_deny(a, b, old, new))
        and not _of_case(a.parts.get(key), b.parts.get(key), old, new)
        and not (turned and (key in _GIVING_ON or key in a.parts.keys() & b.parts.keys()))
        and not (law and key in _BY_LAW)
        and not (silenced and _excepts(a.parts.get(key), b.parts.get(key)))
    ]
    if law:
        found.append(law)
    elif ranked:
        found.append(_rank_shift(a, b))
    elif a.rank and b.rank:
        found += _other_instrument(old, new)
    if a.gravity and b.gravity:
        words = f"“{a.offence}” became “{b.offence}”"
        found.append(Finding(GRAVITY_STEP * (b.gravity - a.gravity), words))
    return [f for f in found if abs(f.value) > 1e-9]


def _scale(key: str, was: Part | None, now: Part | None, old: str, new: str, named: bool) -> float:
    """How much a part weighs: little, where recipients were only left unsaid; the other way, where one is bounded."""
    if not key.startswith("recipient:"):
        return 1.0
    only, here, elsewhere = (was, old, new) if now is None else (now, new, old)
    if only is not None and (was is None or now is None):
        first, _, rest = only.words.partition(" ")
        alone = f"and {only.words}" not in here and f"or {only.words}" not in here
        if rest and alone and first in _WHOSE and re.search(rf"(?<!{first} )\b{re.escape(rest)}", elsewhere):
            return -PART_OF
    return 1.0 if named else IMPLIED


def _of_case(was: Part | None, now: Part | None, old: str, new: str) -> bool:
    """It protects within one more case in which the state is given something: what the case asks is no promise."""
    only = (was or now) if was is None or now is None else None
    return only is not None and only.value > 0 and in_case(only.words, old, new)


def _both_deny(a: Sense, b: Sense, old: str, new: str) -> bool:
    """A "do not" stands on both sides, on one before a verb that is not known: "sell [or give]"."""
    part = a.parts.get("denial") or b.parts.get("denial")
    return part is not None and part.words in old and part.words in new


def _other_side(a: Sense, b: Sense) -> bool:
    """One gives on an instrument, the other names it in a row: "only on a warrant", "content: a warrant"."""
    asked = b.parts.get("requirement:require")
    return bool(a.rank and b.rank and a.gives and asked and asked.words == ROW)


def _deeds_more(gone: Sequence[tuple[Edit, Head]], old: str, new: str) -> Iterator[Finding]:
    """A promise of a kind that the sentence makes already: "objects and, if need be, litigates"."""
    counted = [Counter(h.concept.id for h in spoken(text)) for text in (old, new)]
    for edit, head in gone:
        here, there = (counted[1], counted[0]) if edit.new else counted
        if (
            head.concept.role is Role.GUARD
            and not head.negated
            and here[head.concept.id] > there[head.concept.id] > 0
        ):
            value = DEED if edit.new else -DEED
            words = f"{head.concept.group} {'added' if edit.new else 'dropped'}: “{head.words}”"
            yield Finding(value, words)


def _in_deed(key: str, a: Sense, b: Sense, gone: Sequence[tuple[Edit, Head]]) -> bool:
    """A condition that came or went with the verb it bounds."""
    part = a.parts.get(key) or b.parts.get(key)
    if part is None or not part.of or (key in a.parts and key in b.parts):
        return False
    return any(head.concept.id == part.of and part.words in (edit.old or edit.new) for edit, head in gone)


def _excepts(was: Part | None, now: Part | None) -> bool:
    """It stands in an exception, wherever it stands."""
    return all(part is None or part.group == "exception" for part in (was, now))


def _least(text: str) -> bool:
    """To give "only the least" is to give "the least"."""
    return _LEAST.search(text) is not None


def _names_recipients(said: Sense) -> bool:
    return any(key.startswith("recipient:") for key in said.parts)


def _shift(was: Part | None, now: Part | None, scale: float) -> Finding:
    value = scale * ((now.value if now else 0.0) - (was.value if was else 0.0))
    turned = (
        was is not None and now is not None
        and was.value * now.value < 0 and was.words != now.words and now.group in DEEDS
    )  # fmt: skip
    return Finding(value, _shift_reason(was, now, value), turned)


def _shift_reason(was: Part | None, now: Part | None, value: float) -> str:
    if now is not None and was is None:
        return f"{now.group} added: “{brief(now.words)}”"
    if was is not None and now is None:
        return f"{was.group} dropped: “{brief(was.words)}”"
    before, after = was.words if was else "", now.words if now else ""
    if before != after:
        return f"“{brief(before)}” became “{brief(after)}”"
    told = _RULED_OUT if now and now.group in _TOWARDS else _PROTECTED
    return f"“{brief(after)}” {told[value < 0]}"


def _other_instrument(old: str, new: str) -> Iterator[Finding]:
    """One instrument for another where a weaker one is named too: "a subpoena for this, a warrant for that"."""
    for edit in edits(old, new):
        was, now = ([i for i in INSTRUMENTS if i.pattern.fullmatch(words)] for words in (edit.old, edit.new))
        clause = clause_at(new, edit.new_at)
        if was and now and (clause.demand or clause.sign < 0) and not clause.exception:
            yield Finding(RANK_STEP * (now[0].rank - was[0].rank), f"{was[0].name} became {now[0].name}")


def _rank_shift(was: Sense, now: Sense) -> Finding:
    return Finding(RANK_STEP * (now.rank - was.rank), f"{was.instrument} became {now.instrument}")


def _reason(net: float, old: str, new: str) -> str:
    """The weightiest changes in the direction of the whole, no words quoted twice; a verb that turned comes first."""
    found = [f for f in _all(old, new) if f.value * net > 0]
    if any(f.turned for f in found):
        found = [f for f in found if f.turned or not f.reason.endswith((*_PROTECTED, *_RULED_OUT))]
    found.sort(key=lambda f: (not f.turned, -round(abs(f.value), 3), -len(f.reason)))
    said: list[str] = []
    for finding in found:
        if not any(_repeats(finding.reason, reason) for reason in said):
            said = [reason for reason in said if not _repeats(reason, finding.reason)]
            said.append(finding.reason)
    return "; ".join(said[:REASONS]) or "says something of states, or no longer does"


def _repeats(reason: str, other: str) -> bool:
    """Says no more than the other does: the same, or words that the other quotes too."""
    quoted = _QUOTED.findall(reason)
    return reason == other or (bool(quoted) and all(words.rstrip(" …") in other for words in quoted))


def _figure_reason(old: str, new: str) -> str:
    changed = [(a, b) for a, b in zip(figures(old), figures(new), strict=False) if a != b]
    return "; ".join(f"“{a}” became “{b}”" for a, b in changed[:REASONS])


def _unrelated(old: str, new: str) -> bool:
    """Hardly a word of substance in common; short ones neither begin alike nor share most of their ideas."""
    if max(len(old), len(new)) <= BRIEF and _of_one_thing(old, new):
        return False
    a = {w for w in _CONTENT.findall(old) if w not in FILLER}
    b = {w for w in _CONTENT.findall(new) if w not in FILLER}
    common = len(a & b)
    return bool(a and b) and common < 0.2 * len(a | b) and common < 0.32 * min(len(a), len(b))


def _of_one_thing(old: str, new: str) -> bool:
    if _CONTENT.findall(old)[:OPENING] == _CONTENT.findall(new)[:OPENING]:
        return True
    a, b = set(content(old)), set(content(new))
    return len(a & b) >= min(ALIKE, max(MOST * min(len(a), len(b)), 2))
