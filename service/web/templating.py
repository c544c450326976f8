"""Templates: everything from outside is escaped, links of strangers are http(s) or none."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from service import __version__
from service.configuration.durations import format_duration
from service.diff.words import Segment
from service.events import stamp
from service.store.terms import pieces
from service.store.views import ChangeView
from service.web import phrases
from service.web.links import part, web_link
from service.web.present import segments
from service.web.surroundings import headed

HERE = Path(__file__).parent
STATIC: dict[str, tuple[bytes, str]] = {
    "style.css": ((HERE / "static" / "style.css").read_bytes(), "text/css"),
    "icon.svg": ((HERE / "static" / "icon.svg").read_bytes(), "image/svg+xml"),
}
STATIC_TAG = hashlib.sha256(b"".join(body for body, _ in STATIC.values())).hexdigest()[:12]
_KEEP = 140
_WHOLE = 900

environment = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)


@lru_cache(maxsize=512)
def _woven(change: ChangeView) -> tuple[Segment, ...]:
    return segments(change)


def woven(change: ChangeView) -> tuple[Segment, ...]:
    """The words of a change; remembered, since the same changes are looked at over and over."""
    return _woven(change)


def edged(found: Iterable[Segment]) -> Iterator[Segment]:
    """With the white space at the ends of what was put in or taken out set beside it: marks hug words."""
    for s in found:
        bare = s.text.strip()
        if s.op == "equal" or not bare:
            yield s
            continue
        start = s.text.index(bare)
        yield Segment("equal", s.text[:start])
        yield Segment(s.op, bare)
        yield Segment("equal", s.text[start + len(bare) :])


def condensed(change: ChangeView) -> tuple[Segment, ...]:
    """The same, with long stretches cut to what stands beside the change."""
    found = _woven(change)
    last = len(found) - 1
    return tuple(_cut(s, first=i == 0, last=i == last) for i, s in enumerate(found))


def _cut(segment: Segment, *, first: bool, last: bool) -> Segment:
    text = segment.text
    if segment.op != "equal":
        return segment if len(text) <= _WHOLE else Segment(segment.op, text[:_WHOLE].rsplit(" ", 1)[0] + " …")
    if len(text) <= 2 * _KEEP + 40:
        return segment
    head = "" if first else text[:_KEEP].rsplit(" ", 1)[0] + " "
    tail = "" if last else " " + text[-_KEEP:].split(" ", 1)[-1]
    return Segment("equal", f"{head}…{tail}")


environment.filters.update(
    stamp=stamp,
    part=part,
    web_link=web_link,
    kind_word=phrases.kind_word,
    category_name=phrases.category_name,
    reason_words=phrases.reason_words,
    long_day=phrases.long_day,
    archive_stamp=phrases.archive_stamp,
    short_day=phrases.short_day,
    calendar_day=phrases.calendar_day,
    minute=phrases.minute,
    clock_time=phrases.clock_time,
    duration=format_duration,
    woven=woven,
    condensed=condensed,
    edged=edged,
    pieces=pieces,
    headed=headed,
)
environment.globals.update(
    kinds=phrases.KINDS,
    categories=phrases.CATEGORIES,
    notes=phrases.NOTES,
    states=phrases.STATES,
    counted=phrases.counted,
    relative=phrases.relative,
    static_tag=STATIC_TAG,
    program_version=__version__,
)


def render(name: str, **values: Any) -> str:
    """A template with its values."""
    return environment.get_template(name).render(**values)
