"""Examples that one of two sentences gives more: they show what is meant, and add nothing. Pure."""

from __future__ import annotations

import re

from service.diff.lexicon import INSTRUMENTS, ITEMS

_EXAMPLES = re.compile(
    r" ?\((?:such as|e\.?g\.?,?|for example,?|for instance,?|like) [^()]{0,200}\)", re.IGNORECASE
)
_AT_END = re.compile(
    r",? such as (?:(?!\b(?:only|unless|if|when|where|except|but|not|without|we|will|may|must)\b)[^.;:()]){1,240}"
    r"(?=[.;]?$)"
)
"""Examples without brackets, up to the end, where no condition and no clause stands among them."""
_HARMLESS = frozenset({"recipient:court", "ground:investigation"})
_TELLING = tuple(
    c.pattern
    for c in ITEMS
    if c.group in ("recipient", "ground", "kind of data", "people covered", "other countries")
    and c.id not in _HARMLESS
)
"""What examples may not bring in; "an order of a court in an inquiry" only shows what a legal request is."""
_STATES = tuple(c.pattern for c in ITEMS if c.group in ("recipient", "ground")) + tuple(
    i.pattern for i in INSTRUMENTS
)


def without_examples(old: str, new: str) -> tuple[str, str]:
    """Both texts, without the examples that stand in one of them only; other examples may mean other things."""
    for found in (_EXAMPLES, _AT_END):
        old, new = _less(old, new, found)
    return old, new


def _less(old: str, new: str, found: re.Pattern[str]) -> tuple[str, str]:
    ours, theirs = found.findall(old), found.findall(new)
    if len(ours) == len(theirs) or not (set(ours) <= set(theirs) or set(theirs) <= set(ours)):
        return old, new
    left, right = _only_these(old, theirs, found), _only_these(new, ours, found)
    if found is _AT_END and not all(
        _names_states(less) and _adds_nothing(text, less) for text, less in ((old, left), (new, right))
    ):
        return old, new
    return left, right


def _adds_nothing(text: str, less: str) -> bool:
    """Whether examples hold no recipient, ground or kind of data that the rest does not name."""
    lower, rest = text.casefold(), less.casefold()
    return all(pattern.search(rest) for pattern in _TELLING if pattern.search(lower))


def _names_states(text: str) -> bool:
    """Else it is the example that says whom the sentence is about: "third parties, such as the police"."""
    lower = text.casefold()
    return any(pattern.search(lower) for pattern in _STATES)


def _only_these(text: str, examples: list[str], found: re.Pattern[str]) -> str:
    return found.sub(lambda example: example.group() if example.group() in examples else "", text)
