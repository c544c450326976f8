"""Events as mail: subject, plain text and HTML that say the same. Pure but for reading its templates once."""

from __future__ import annotations

import hashlib
import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from notifiers.text import one_line
from service.delivery.letters.notice import Notice, read_notice
from service.diff.words import Segment

SUBJECT_LETTERS = 120
WHOLE_NOTICES = 40
WHOLE_LETTERS = 20_000
"""So many notices, and sentences of so many letters together, are told in full; a digest's others get a line and
a link (mail readers cut off at about 100 KB, and nobody reads that far)."""

_WIDTH = 76
_MARKS = {"delete": ("[-", "-]"), "insert": ("{+", "+}")}


@dataclass(frozen=True, slots=True)
class Letter:
    """`thread` is the same for all letters about one document, and may stand in a Message-ID."""

    subject: str
    text: str
    html: str
    thread: str


@dataclass(frozen=True, slots=True)
class Group:
    """What is told of one company, most serious first. `brief` are told in a line each."""

    name: str
    whole: tuple[Notice, ...]
    brief: tuple[Notice, ...]


def mail_for(
    events: Sequence[dict[str, Any]], *, public_url: str, digest: bool = False, leave: str = ""
) -> Letter:
    """One letter on all events (CloudEvents as in the contract). ValueError when there are none.

    Links that begin with a slash are put behind `public_url`; without it they are left out. `leave`: where the reader
    ends these letters, "" for nowhere.
    """
    if not events:
        raise ValueError("there is nothing to write a letter about")
    notices = sorted((read_notice(event, public_url) for event in events), key=_order)
    several = digest or len(notices) > 1
    facts = {"groups": _groups(notices), "several": several, "home": public_url, "leave": leave}
    return Letter(
        subject=one_line(_digest_subject(notices) if several else notices[0].title, SUBJECT_LETTERS),
        text=_templates().get_template("letter.txt").render(facts),
        html=_templates().get_template("letter.html").render(facts),
        thread="digest" if several else _thread(notices[0].about),
    )


def _order(notice: Notice) -> tuple[int, int]:
    return (notice.rank, notice.sequence)


def _groups(notices: Sequence[Notice]) -> tuple[Group, ...]:
    """By company, in the order of each one's most serious notice."""
    whole = _told_whole(notices)
    places: dict[str, list[int]] = {}
    for place, notice in enumerate(notices):
        places.setdefault(notice.company, []).append(place)
    return tuple(
        Group(
            name,
            tuple(notices[p].with_marks() for p in own if p < whole),
            tuple(notices[p] for p in own if p >= whole),
        )
        for name, own in places.items()
    )


def _told_whole(notices: Sequence[Notice]) -> int:
    """How many, from the most serious on; at least one."""
    letters = 0
    for place, notice in enumerate(notices[:WHOLE_NOTICES]):
        letters += len(notice.old) + len(notice.new)
        if letters > WHOLE_LETTERS:
            return max(place, 1)
    return WHOLE_NOTICES


def _digest_subject(notices: Sequence[Notice]) -> str:
    """Digest: 1 withdrawn, 2 weakened (Quillnet, Tessellate and 3 more)."""
    counts = Counter(notice.label.lower() for notice in notices)
    names = list(dict.fromkeys(notice.company for notice in notices))
    more = f" and {len(names) - 2} more" if len(names) > 2 else ""
    what = ", ".join(f"{count} {label}" for label, count in counts.items())
    return f"Digest: {what} ({', '.join(names[:2])}{more})"


def _thread(about: str) -> str:
    return "about-" + hashlib.sha256(about.encode("utf-8", "replace")).hexdigest()[:24]


def prepare() -> None:
    """Read the templates now: those of a newer version, installed while the program runs, do not fit its notices."""
    for name in ("letter.txt", "letter.html"):
        _templates().get_template(name)


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("service.delivery.letters"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # what a newer version puts there is not for the program that runs
    )
    environment.filters["wrapped"] = _wrapped
    environment.filters["bracketed"] = _bracketed
    return environment


def _wrapped(text: str, indent: str = "") -> str:
    """Lines of at most 76 letters; a long word, such as a URL, is left whole."""
    return textwrap.fill(
        text,
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _bracketed(segments: Iterable[Segment]) -> str:
    """We [-will-] {+may+} notify: the marks stand at the words, white space outside of them."""
    return "".join(s.text if s.op == "equal" else _at_words(s.text, *_MARKS[s.op]) for s in segments)


def _at_words(text: str, opening: str, closing: str) -> str:
    words = text.strip()
    if not words:
        return text
    before, _, after = text.partition(words)
    return f"{before}{opening}{words}{closing}{after}"
