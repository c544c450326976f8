"""The words inside a sentence that take part of its promise back or bound it."""

from __future__ import annotations

import re

_END = r"[^.;!?]*"
_TRIGGERS = re.compile(
    r"\b(?:unless|except(?:ing)?(?! that we)|save (?:where|that|as|for|when|if|in)|other than|apart from"
    r"|(?:to|if and to) the (?:\w+ )?extent(?: that)?(?: (?:such \w+|it|this) is)? (?:\w+ )?(?:permitted|possible|allowed|permissible|practicable|feasible|reasonable)"
    r"|(?:where|when|whenever|if|as|so) (?:\w+ly )?(?:feasible|possible|practicable|permitted|permissible|appropriate|lawful|allowed)"
    r"|in ?so ?far as|(?:so|as) long as|provided that)\b",
    re.IGNORECASE,
)


def find_exception(text: str) -> str:
    """The longest exception in `text`, an exact substring; "" where it takes nothing back."""
    found = _TRIGGERS.search(text)
    if found is None:
        return ""
    rest = re.compile(_END).match(text, found.start())
    return rest.group().rstrip(" ,)") if rest else ""
