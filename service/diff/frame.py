"""Cuts away what a re-split of the text put around a sentence: headings, lead-ins, neighbours, lost list tails."""

from __future__ import annotations

import re

from rapidfuzz import fuzz

INTACT = 94.0
"""How alike (0..100) the shorter sentence must be to its place in the longer one to count as standing there whole."""
SHORTEST = 40
LONGEST = 4000
_FRAGMENT = re.compile(
    r"(?:[a-z]|\((?!a\)|i\)|1\))[a-z0-9]{1,4}\) |(?:[b-hj-uw-z]|[2-9]|ii+|iv|vi*)[.)] |(?:[Oo]r|[Aa]nd|to|as)\b)"
)
"""How a list item or the rest of a sentence begins."""
_LEAD = re.compile(r"^(?:(?:or|and) )?(?:\(?[a-z0-9]{1,4}[.)] )?", re.IGNORECASE)
_CONDITION = re.compile(
    r"\b(?:unless|except|if|when|where|whenever|only|subject|before|after|upon|until|without|provided|save|other than"
    r"|not|never|no|may|must|will|should|to the extent|in (?:emergenc|response)\w*)\b"
)
_FIRST_ITEM = re.compile(r"[(\s](?:a|i|1)\)")
_LATER_ITEM = re.compile(r"[(\s](?:b|ii|2)\)")
_SENTENCE_END = re.compile(r"[.!?][\"')\]]*$")


def unframed(old: str, new: str) -> tuple[str, str]:
    """Both texts, the longer one cut to the shorter where only the frame around an intact sentence differs."""
    if len(old) > len(new):
        b, a = unframed(new, old)
        return a, b
    return old, _cut(old.strip(), new.strip())


def _cut(short: str, long: str) -> str:
    if not SHORTEST <= len(short) < len(long) <= LONGEST:
        return long
    if _lost_tail(short, long):
        return short
    bare = _LEAD.sub("", short)
    place = fuzz.partial_ratio_alignment(bare, long, score_cutoff=INTACT)
    if place is None or place.score < INTACT:
        return long
    start, end = _whole_words(long, place.dest_start, place.dest_end)
    head, tail = long[:start].strip(), long[end:].strip(" .;,-–•")
    core = long[start:end]
    if head and not _is_frame(head, core, short):
        return long
    if tail and not (_SENTENCE_END.search(core) and tail[:1].isupper()):
        return long
    return core


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum() and text[end - 1].isalnum():
        end += 1
    while end < len(text) and text[end] in ".;!?":
        end += 1
    return start, end


def _is_frame(head: str, core: str, short: str) -> bool:
    """The text before the sentence is a heading, a neighbour, or the lead-in of what had been a mere fragment."""
    if _FRAGMENT.match(short):
        return True
    if head[-1] in ".!?;:-–—":
        return True
    return core[:1].isupper() and not head.endswith(",") and not _CONDITION.search(head.casefold())


def _lost_tail(short: str, long: str) -> bool:
    """The shorter text breaks off: inside the list that the longer one goes on with, or in mid-sentence."""
    bare = short.rstrip(" .;,…")
    if not long.startswith(bare):
        return False
    rest = long[len(bare) :]
    if _FIRST_ITEM.search(bare) and not _LATER_ITEM.search(bare) and _LATER_ITEM.search(rest):
        return True
    return bool(_SENTENCE_END.search(long)) and rest[:1].isalnum()
