"""Whether two sentences say the same in another order, voice or with other words for the same thing. Pure.

"We will tell you before we hand your data to the police" and "You will be notified before your data is given to law
enforcement": the same words, once each is put in one form. What a word belongs to is watched where that decides:
after "unless", "before", "only", and at each verb that gives or guards.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from itertools import pairwise

from service.diff.heads import ROW, find_heads, row_of
from service.diff.lexicon import INSTRUMENTS, ITEMS, SAME, SILENT, Role

STEM = 6
"""Letters by which two forms of one word are one: "disclose", "disclosing"."""
FEWEST = 3
"""Words of substance without which a sentence says too little to be told by them."""
_WORD = re.compile(r"[a-z0-9][a-z0-9.,%]*(?<![.,])")
_SPELLINGS = (
    ("or", re.compile(r"(?<=[a-z]{2})our(?=(?:s|ed|ing|al|able|ably)?\b)")),
    ("iz", re.compile(r"(?<=[a-z]{3})is(?=(?:e|es|ed|ing|ations?)\b)")),
    ("ense", re.compile(r"(?<=[a-z]{2})ence(?=s?\b)")),
)
"""Of one word in two spellings the one, by what is British in the other: "honour", "organisation", "offence"."""
_ENDING = re.compile(r"(?:ing|ed|es|en|s|e)$")
_NOT_UNLESS = re.compile(r"\bnot ((?:[^\s.;:,]+ ){1,12}?)(?:unless|except if|except when)\b")
"""What is not done unless something is so, is only done if it is."""
_HOLDER = re.compile(
    r"\bkeys? (?:that |which )?(?:only )?(we|it|you|they|customers?|users?) (?:alone )?"
    r"(?:hold|keep|control|manage|own|have|know|generate)s?\b"
)
_OURS = ("we", "it")
"""Whose keys they are, which pronouns alone tell."""
_BOUND = re.compile(
    r"\b(?:unless|except|not|never|no|also|emergenc\w+|and we|voluntar\w+|discretion|consent\w*"
    r"|or(?! (?:(?:an?|its|the|any) )?(?:valid |search |court |production )?"
    r"(?:equivalent|orders?|warrants?|subpoenas?)\b))\b"
)
"""What a row of a table leaves out, and what is more than another form of it."""
_BRACKETS = re.compile(r"\([^()]*\)")
_ANCHORS = frozenset({"unless", "except", "before", "after", "until", "only", "without", "than"})
"""Words whose sense hangs on the one that follows."""


def restated(old: str, new: str) -> bool:
    """Whether two `plain` texts hold the same words of substance, each in the same tie. Symmetric."""
    a, b = form_of(old), form_of(new)
    return old == new or (a is not None and a == b)


def set_as_row(old: str, new: str) -> bool:
    """Whether one of two `plain` texts sets beside its name the very instruments that the other gives it on."""
    rows = [row_of(text) if _alone(text) else "" for text in (old, new)]
    if bool(rows[0]) == bool(rows[1]):
        return False
    row, whole, sentence = (rows[0], old, new) if rows[0] else (rows[1], new, old)
    asked, name = _instruments(row), whole.removesuffix(row)
    return (
        bool(asked)
        and asked == _instruments(sentence)
        and not _BOUND.search(sentence)
        and set(content(_BRACKETS.sub("", name))) <= set(content(sentence))
        and _data(sentence) <= _data(name)
        and [head.concept.role for head in find_heads(sentence)] == [Role.GIVE]
    )


def _data(text: str) -> set[str]:
    return {c.id for c in ITEMS if c.group == "kind of data" and c.pattern.search(text)}


def _alone(text: str) -> bool:
    """A row says what it takes and nothing else."""
    return [head.words for head in find_heads(text)] == [ROW]


def _instruments(text: str) -> list[str]:
    return sorted({i.name for i in INSTRUMENTS if i.pattern.search(text)})


@lru_cache(maxsize=1024)
def form_of(text: str) -> tuple[Counter[str], ...] | None:
    """The words, those after anchors, what of several verbs is denied, whose keys; None if it says too little."""
    stems = content(text)
    if len(stems) < FEWEST:
        return None
    ties = Counter(f"{a} {b}" for a, b in pairwise([*stems, ""]) if a in _ANCHORS)
    heads = find_heads(text)
    denied = [h.concept.id for h in heads if h.negated] if len(heads) > 1 and "not" in stems else []
    holders = Counter("we" if who in _OURS else "they" for who in _HOLDER.findall(text))
    return Counter(stems), ties, Counter(denied), holders


def content(text: str) -> list[str]:
    """The stems of a `plain` text's words of substance, in order, each idea by one word."""
    return [_stem(word) for word in _WORD.findall(_one_tongue(text)) if word not in SILENT]


def _one_tongue(text: str) -> str:
    for american, british in _SPELLINGS:
        text = british.sub(american, text)
    for word, pattern in SAME:
        text = pattern.sub(word, text)
    return _NOT_UNLESS.sub(r"only \1 if", text)


def _stem(word: str) -> str:
    if word in _ANCHORS:
        return word
    bare = _ENDING.sub("", word) if len(word) > STEM - 2 else word
    return (bare or word)[:STEM].rstrip("e").replace("y", "i")
