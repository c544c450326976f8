"""Is this the document, or something that answers in its place? Pure; rejects only what carries the marks."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_WORD = re.compile(r"[^\W\d_]{4,}")
_HOME = re.compile(
    r"/?(?:[a-z]{2}(?:[-_][a-z]{2,4})?)?/?(?:index\.\w{2,5}|home(?:page)?|default\.aspx?)?/?", re.IGNORECASE
)
_LOGIN = re.compile(
    r"(?:^|[/._-])(?:log-?in|sign-?in|sso|oauth2?|authorize|users/sign_in|account/login|auth)(?:$|[/._?-])",
    re.IGNORECASE,
)
SUBSTANTIAL = 400
"""Characters; of less text nothing is concluded."""
REMNANT = 0.12
KINSHIP = 0.2


def redirected_home(asked: str, answered: str) -> bool:
    """Did a request for a document end at a home or log-in page?"""
    try:
        old, new = urlsplit(asked), urlsplit(answered)
    except ValueError:
        return False
    if _LOGIN.search(new.path) or _LOGIN.search(f"{new.hostname or ''}."):
        return not (_LOGIN.search(old.path) or _LOGIN.search(f"{old.hostname or ''}."))
    return _is_home(new.path, new.query) and not _is_home(old.path, old.query)


def _is_home(path: str, query: str) -> bool:
    return not query and _HOME.fullmatch(path) is not None


def collapsed(old_text: str, new_text: str) -> bool:
    """Did a substantial text shrink to a remnant, or give way to one that shares next to nothing with it?"""
    if len(old_text) < SUBSTANTIAL:
        return False
    if len(new_text) < REMNANT * len(old_text):
        return True
    old, new = set(_WORD.findall(old_text.lower())), set(_WORD.findall(new_text.lower()))
    return len(old & new) < KINSHIP * min(len(old), len(new))
