"""Document types and entities taken out of markup, in one pass whatever it holds. Pure."""

from __future__ import annotations

import re

_BEGIN = re.compile(r"<!(?:(doctype)|entity)", re.IGNORECASE)
_NAMED = re.compile(r"[^\[>]{0,300}")
_SPACE = re.compile(r"\s*")


class _Next:
    """Where a mark stands next; asked for places in order, it reads the text once."""

    def __init__(self, text: str, mark: str) -> None:
        self._text, self._mark, self._at = text, mark, -1

    def after(self, place: int) -> int:
        """At `place` or behind it; the text's length where there is none."""
        if self._at < place:
            found = self._text.find(self._mark, place)
            self._at = found if found >= 0 else len(self._text)
        return self._at


def without_declarations(text: str) -> str:
    """`text` without its `<!DOCTYPE …[…]>` and `<!ENTITY …>`; one that does not end is left."""
    ends, subsets = _Next(text, ">"), _Next(text, "]")
    closed: dict[int, int] = {}
    kept: list[str] = []
    at = 0
    for found in _BEGIN.finditer(text):
        if found.start() < at:
            continue
        end = (
            ends.after(found.end()) + 1 if found[1] is None else _type_end(text, found.end(), subsets, closed)
        )
        if 0 < end <= len(text):
            kept.append(text[at : found.start()])
            at = end
    return "".join([*kept, text[at:]])


def _type_end(text: str, place: int, subsets: _Next, closed: dict[int, int]) -> int:
    """Behind a document type whose keyword ends at `place`; 0 where it has no end. `closed`: what is known already."""
    at = named.end() if (named := _NAMED.match(text, place)) else place
    if text[at : at + 1] == "[":
        subset = subsets.after(at)
        if subset not in closed:
            space = _SPACE.match(text, subset + 1)
            closed[subset] = space.end() if space else subset + 1
        at = closed[subset]
    return at + 1 if text[at : at + 1] == ">" else 0
