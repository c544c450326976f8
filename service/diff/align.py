"""Two readings of one document side by side: which assurance became which."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import Indel

from service.diff.assignment import best_pairs
from service.diff.channels import another_way
from service.diff.cuts import QUIET, cut_up, folded, joined, merged
from service.diff.echoes import Told, echoes
from service.diff.kinds import classify
from service.diff.language import other_language
from service.diff.likeness import (
    Weights,
    alike,
    candidates,
    likeness,
    neighbours,
    words,
)
from service.diff.listed import Spelled, opens_list, spelled_out
from service.diff.partners import Pair
from service.diff.places import same_places
from service.diff.regions import exception
from service.diff.second import Lean, leant
from service.diff.sides import COPIES, Side, mark
from service.model import Category, Change, Comparison, Kind, Reading, Statement, Verdict

LIKE = 0.42
"""Likeness from which two sentences may be one that was rewritten."""
CONTEXT = 0.03
"""Added for a shared heading and for a shared category."""
PLACE = 0.1
"""Added where both stand between the same neighbours."""
SAME_SENTENCE = 0.72
"""Likeness from which a sentence is the same one, so that a detector that judged it otherwise only wavers."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """A comparison, and what is no change of the company's although only one reading holds it as a statement.

    `standing`: indices into old.statements whose words still stand in the new text, unjudged or inside another
    sentence. `familiar`: indices into new.statements whose words stood in the old text so. Where one text is a
    translation of the other, that is all of them. Every other statement is in `comparison` exactly once.
    """

    comparison: Comparison
    standing: tuple[int, ...] = ()
    familiar: tuple[int, ...] = ()


def compare_readings(old: Reading, new: Reading, lean: Lean | None = None) -> Comparison:
    """What became of each assurance of `old`, and which of `new` are additional.

    A statement whose words stand in the other reading's text without being a statement of its own there is in
    neither `changes` nor `same`: the company changed nothing, only the detector wavers or a sentence was cut
    otherwise. `align` names those. What a text says twice, and does to both, is one change.
    """
    comparison = align(old, new, lean=lean).comparison
    told = Told()
    both = [c for c in comparison.changes if c.old and c.new]
    once = {id(c) for c in (*both, *comparison.changes) if told.first(c.kind, c.old, c.new)}
    return replace(comparison, changes=tuple(c for c in comparison.changes if id(c) in once))


def align(old: Reading, new: Reading, missing: Collection[int] = (), lean: Lean | None = None) -> Alignment:
    """Set two readings side by side: exact first, moved or not, then the best pairing of what is left.

    `missing`: indices into old.statements of those that the old text no longer held. `lean` is asked where the rules
    find nothing in a single edit.
    """
    before, after = Side(old), Side(new)
    if other_language(old.sentences, new.sentences):
        return Alignment(Comparison((), ()), tuple(before.open), tuple(after.open))
    same = _exact(before, after)
    spare, extra = before.copies(after), after.copies(before)
    standing, familiar = before.leave_out(after.every), after.leave_out(before.every)
    both = {*before.sentences} & {*after.sentences}
    standing += before.close(_stale(before, both, missing))
    again, anew = _echoed(before, after, both, missing), _echoed(after, before, both)
    standing, familiar = [*standing, *before.close(again)], [*familiar, *after.close(anew)]
    before.find_loose(after.every)
    after.find_loose(before.every)
    found = _Found([], standing, familiar)
    _refigured(found, before, after)
    _cut_otherwise(found, before, after)
    _paired_off(found, before, after)
    spare, extra = [*spare, *again], [*extra, *anew]
    for i, j in [*_twins(before, after, spare, after.open), *_twins(before, after, before.open, extra)]:
        found.changes += (twins := _became(before, after, i, j))
        if twins:
            found.standing = [k for k in found.standing if k != i]
            found.familiar = [k for k in found.familiar if k != j]
    found.standing += before.close([*folded(before, after), *cut_up(after, before)])
    found.familiar += after.close([*folded(after, before), *cut_up(before, after)])
    found.standing += before.close([*before.bare(), *_stale(before, {*after.sentences}, missing)])
    found.familiar += after.close(after.bare())
    found.standing += before.close(_echoed(before, after, {*after.sentences}, missing))
    found.familiar += after.close(_echoed(after, before, {*before.sentences}))
    changes = [*(leant(c, lean) for c in found.changes), *(_gone(before.statements[i]) for i in before.open)]
    changes += [_added(after.statements[j]) for j in after.open]
    changes.sort(key=_place)
    return Alignment(
        Comparison(tuple(changes), tuple(same)), tuple(sorted(found.standing)), tuple(sorted(found.familiar))
    )


@dataclass(slots=True)
class _Found:
    """What is known so far: changes, and the indices that `Alignment` calls standing and familiar."""

    changes: list[Change]
    standing: list[int]
    familiar: list[int]


def _refigured(found: _Found, before: Side, after: Side) -> None:
    """Statements of which only the figures are others, a row of a table not least: each is known by its words.

    The new figure is told whatever the detector makes of the sentence since.
    """
    if not (before.open or after.open):
        return
    ours, theirs = before.by_words(), after.by_words()
    for key, (i, old) in ours.items():
        j, new = theirs.get(key, (None, ""))
        if i is not None and j is not None:
            found.changes += _became(before, after, i, j)
        elif i is not None and new and classify(old, new).kind is Kind.FIGURE:
            found.changes += _went_on(before, after, i, new)
        elif j is not None and old and classify(old, new).kind is Kind.FIGURE:
            found.changes += _came_of(before, after, old, j)


def _cut_otherwise(found: _Found, before: Side, after: Side) -> None:
    """Lists that were sentences and the reverse, sentences put together and cut apart."""
    for spelled in _listed(before, after):
        found.changes += _became(before, after, spelled.whole, spelled.lead, new_text=spelled.text)
        found.familiar += after.close(after.said(spelled.items))
    for spelled in _listed(after, before):
        found.changes += _became(before, after, spelled.lead, spelled.whole, old_text=spelled.text)
        found.standing += before.close(before.said(spelled.items))
    for j, parts in joined(before, after):
        found.changes += _same_words(before, after, parts[0], j)
        found.standing += before.close(parts[1:])
    for i, parts in joined(after, before):
        found.changes += _same_words(before, after, i, parts[0])
        found.familiar += after.close(parts[1:])
    for j, parts, text in merged(before, after):
        found.changes += _became(before, after, parts[0], j, old_text=text)
        found.standing += before.close(parts[1:])
    for i, parts, text in merged(after, before):
        found.changes += _became(before, after, i, parts[0], new_text=text)
        found.familiar += after.close(parts[1:])


def _paired_off(found: _Found, before: Side, after: Side) -> None:
    """The best pairing of what is left, statements with statements, and with sentences that are none."""
    for pair in _paired(before, after):
        if pair.old is not None and pair.new is not None:
            found.changes += _became(before, after, pair.old, pair.new)
        elif pair.like < SAME_SENTENCE and not pair.goes_on and not pair.restated:
            continue
        elif pair.old is not None:
            if pair.wavers and pair.like >= SAME_SENTENCE:
                found.standing += before.close([pair.old])
            else:
                found.changes += _went_on(before, after, pair.old, pair.new_mark)
        elif pair.new is not None:
            if pair.wavers:
                found.familiar += after.close([pair.new])
            else:
                found.changes += _came_of(before, after, pair.old_mark, pair.new)


def _exact(before: Side, after: Side) -> list[tuple[int, int]]:
    """Statements with equal marks, those under the same heading first; both sides lose them from `open`."""
    same = _pop_equal(before, after, lambda side, i: side.marks[i] + "\0" + mark(side.statements[i].heading))
    same += _pop_equal(before, after, lambda side, i: side.marks[i])
    return sorted(same)


def _pop_equal(before: Side, after: Side, key: Callable[[Side, int], str]) -> list[tuple[int, int]]:
    places: defaultdict[str, list[int]] = defaultdict(list)
    for j in reversed(after.open):
        places[key(after, j)].append(j)
    same = [(i, places[m].pop()) for i in before.open if places.get(m := key(before, i))]
    before.close([i for i, _ in same])
    after.close([j for _, j in same])
    return same


def _twins(before: Side, after: Side, left: Sequence[int], right: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Of a promise said twice, the copy that was rewritten: each with the likest partner that is left."""
    found = sorted(
        (
            (Indel.normalized_similarity(words(before.marks[i]), words(after.marks[j])), -i, -j)
            for i in left[:COPIES]
            for j in right[:COPIES]
        ),
        reverse=True,
    )
    done: set[tuple[str, int]] = set()
    for like, i, j in found:
        if like >= SAME_SENTENCE and not done & {("old", -i), ("new", -j)}:
            done |= {("old", -i), ("new", -j)}
            yield -i, -j


def _paired(before: Side, after: Side) -> list[Pair]:
    """The best pairing of what is left, in which at least one side is a statement.

    Sentences that are no statements on either side are paired too, and forgotten: else a statement is given away
    to one of them because the two together count for more than the statement's own likeness to its successor.
    """
    if not before.open and not after.open:
        return []
    left, right = before.pool(), after.pool()
    weights = Weights([m for _, m in (*left, *right)])
    near = neighbours(len(before.open), len(after.open))
    places = {*candidates([m for _, m in left], [m for _, m in right], weights), *near}
    placed = same_places(before.sentences, after.sentences)
    like: dict[tuple[int, int], float] = {}
    scores: dict[tuple[int, int], float] = {}
    rivals: list[tuple[int, int]] = []
    for i, j in sorted(places):
        (a, old_mark), (b, new_mark) = left[i], right[j]
        if a is None and b is None:
            rivals.append((i, j))
            continue
        like[i, j] = likeness(old_mark, new_mark, weights, LIKE - 3 * CONTEXT - PLACE)
        if _same_row(old_mark, new_mark):
            like[i, j] = max(like[i, j], SAME_SENTENCE)
        score = like[i, j] + _context(before, after, a, b) + PLACE * ((old_mark, new_mark) in placed)
        if score >= LIKE:
            scores[i, j] = score
    wanted = {i for i, _ in scores}, {j for _, j in scores}
    for i, j in rivals:
        if i in wanted[0] and j in wanted[1]:
            score = likeness(left[i][1], right[j][1], weights, LIKE)
            if score >= LIKE:
                scores[i, j] = score
    pairs = [(i, j) for i, j in best_pairs(scores) if (i, j) in like]
    return [Pair(*_indices(left[i], right[j]), like[i, j]) for i, j in pairs]


def _same_row(old_mark: str, new_mark: str) -> bool:
    """Rows of a table that begin alike: "payment data | an order", "payment data | a request"."""
    (row, line, _), (other, bar, _) = old_mark.partition(" | "), new_mark.partition(" | ")
    return bool(line and bar) and row == other and any(c.isalpha() for c in row)


def _indices(
    left: tuple[int | None, str], right: tuple[int | None, str]
) -> tuple[int | None, int | None, str, str]:
    return left[0], right[0], left[1], right[1]


def _context(before: Side, after: Side, i: int | None, j: int | None) -> float:
    """Two statements are likelier partners than a statement and a bare sentence, the more so under one heading."""
    if i is None or j is None:
        return 0.0
    a, b = before.statements[i], after.statements[j]
    heading = bool(a.heading) and mark(a.heading) == mark(b.heading)
    return CONTEXT * (1 + heading + bool(set(a.categories) & set(b.categories)))


def _listed(whole: Side, parts: Side) -> Iterator[Spelled]:
    """Open statements of `whole` that `parts` says as a list; not those that it says better in one sentence."""
    leads = [(j, parts.statements[j].text) for j in parts.open if opens_list(parts.statements[j].text)]
    leads += parts.loose_leads()
    if not leads or not whole.open:
        return
    others = [words(m) for _, m in parts.pool()]
    wholes = [
        (i, whole.statements[i].text)
        for i in whole.open[:COPIES]
        if not any(
            Indel.normalized_similarity(words(whole.marks[i]), other) >= SAME_SENTENCE for other in others
        )
    ]
    yield from spelled_out(wholes, leads[:COPIES], parts.texts)


def _became(
    before: Side, after: Side, i: int, j: int, *, old_text: str = "", new_text: str = ""
) -> list[Change]:
    """The change of two partners; none where they turn out to be about different things.

    `old_text`, `new_text`: what is read for their own text, where a lead-in is one with its items.
    """
    a, b = before.statements[i], after.statements[j]
    procedural = a.categories == b.categories == (Category.PROCEDURE,)
    was, now = old_text or a.text, new_text or b.text
    verdict = another_way(was, now, a.categories, b.categories) or classify(was, now, procedural=procedural)
    if verdict.kind is Kind.UNRELATED:
        return []
    quiet = procedural or verdict.kind is Kind.REWORDED  # what a request must name, set as a list: no promise
    if quiet and (old_text or new_text):
        verdict = Verdict(Kind.REWORDED, 0.7, "the same, cut otherwise or set as a list")
    before.close([i])
    after.close([j])
    return [Change(verdict.kind, a, b, verdict.score, verdict.reason)]


def _same_words(before: Side, after: Side, i: int, j: int) -> list[Change]:
    """One sentence cut in two, or two put together: the lineage goes on."""
    if i not in before.open or j not in after.open:
        return []
    before.close([i])
    after.close([j])
    return [
        Change(Kind.REWORDED, before.statements[i], after.statements[j], 0.8, "the same words, cut otherwise")
    ]


def _went_on(before: Side, after: Side, i: int, became: str) -> list[Change]:
    """A statement whose sentence goes on, changed in substance, though the detector passes over what it became.

    It is no withdrawal: whoever reads the page finds the sentence, and wants to see what was done to it.
    """
    old = before.statements[i]
    verdict = classify(old.text, (text := after.text_of(became)), now=False)
    if verdict.kind is Kind.UNRELATED:
        return []
    before.close([i])
    new = replace(old, text=text, exception=exception(text), position=after.sentences.index(became))
    return [Change(verdict.kind, old, new, verdict.score, verdict.reason)]


def _came_of(before: Side, after: Side, stood: str, j: int) -> list[Change]:
    """The same the other way round: what a statement was made of, which the detector passed over."""
    new = after.statements[j]
    verdict = classify((text := before.text_of(stood)), new.text, was=False)
    if verdict.kind is Kind.UNRELATED:
        return []
    after.close([j])
    old = replace(new, text=text, exception=exception(text), position=before.sentences.index(stood))
    return [Change(verdict.kind, old, new, verdict.score, verdict.reason)]


def _stale(before: Side, among: set[str], missing: Collection[int]) -> list[int]:
    """Open statements of the record that the last text had in other words already, and that stand `among` these.

    What was missing there already it had in no words, and a sentence that is on record itself is no other's: "… from
    the FBI" and "… from the NSA" are two.
    """
    own = {*before.sentences}
    left = [i for i in before.open if before.marks[i] not in own and i not in missing]
    right = sorted(among.difference(before.marks)) if left else []
    return [
        i
        for i, near in zip(left, alike([before.marks[i] for i in left], right, SAME_SENTENCE), strict=True)
        if any(classify(before.marks[i], right[j]).kind in QUIET for j in near)
    ]


def _echoed(side: Side, other: Side, among: set[str], missing: Collection[int] = ()) -> list[int]:
    """Open statements of `side` that a statement of the other, one of these marks, says over again."""
    left = [i for i in side.open if i not in missing]
    texts = [s.text for s, m in zip(other.statements, other.marks, strict=True) if m in among]
    return [left[k] for k in echoes([side.statements[i].text for i in left], texts)]


def _gone(statement: Statement) -> Change:
    return Change(Kind.WITHDRAWN, statement, None, statement.score, "no longer said")


def _added(statement: Statement) -> Change:
    return Change(Kind.NEW, None, statement, statement.score, "said for the first time")


def _place(change: Change) -> tuple[int, int]:
    """In the order of the new text; what is gone stands where it stood."""
    side = change.new or change.old
    return (side.position if side else 0, 0 if change.new else 1)
