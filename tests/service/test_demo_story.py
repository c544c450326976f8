"""The demo's story, step by step, without a server: parse, read, compare, and what that comes to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest

from service.configuration.settings import DefaultSettings, SourceSettings
from service.demo.story import Expected, Resource, Step, load_sources, load_story
from service.diff.align import compare_readings
from service.model import ANNOUNCED_KINDS, Change, Kind, Reading, Role
from service.statements.read import read
from watchers.feed import read_feed
from watchers.model import Document
from watchers.parse import read_document

BASE = "http://127.0.0.1:8099"
STORY = load_story()
BY_THE_CLOCK = "overdue"
"""What only the calendar leads to, no text."""


@dataclass
class Onlooker:
    """Looks at every source after each step, as the service does, and says what it would announce."""

    shown: dict[str, Resource] = field(default_factory=dict)
    readings: dict[str, Reading] = field(default_factory=dict)

    def look(self, step: Step) -> list[Change]:
        first = not self.readings
        self.shown |= {resource.path: resource for resource in step.resources}
        return [change for url, now in self._read_all() for change in self._announced(url, now, first=first)]

    def _announced(self, url: str, now: Reading, *, first: bool) -> list[Change]:
        before = self.readings.get(url)
        self.readings[url] = now
        if before is None:
            return [] if first else [Change(Kind.NEW, None, s, s.score) for s in now.statements]
        return [c for c in compare_readings(before, now).changes if c.kind in ANNOUNCED_KINDS]

    def _read_all(self) -> Iterator[tuple[str, Reading]]:
        for table in load_sources():
            source = SourceSettings.model_validate(table | {"url": BASE + table["url"]}).spec(
                DefaultSettings()
            )
            if source.kind.value == "page":
                document = self._document(source.url, source.select)
                yield source.url, read(document, company=source.company, role=source.role)
                continue
            feed = read_feed(self._body(source.url), url=source.url)
            for entry in feed.entries:
                yield entry.url, read(self._document(entry.url), company=source.company, role=source.role)

    def _body(self, url: str) -> bytes:
        return self.shown[urlsplit(url).path].body.replace(b"{base}", BASE.encode())

    def _document(self, url: str, select: str = "") -> Document:
        media = self.shown[urlsplit(url).path].content_type.split(";")[0]
        return read_document(self._body(url), url=url, media_type=media, charset="utf-8", select=select)


def fits(expected: Expected, change: Change) -> bool:
    old, new = (side.text if side else "" for side in (change.old, change.new))
    side = change.new or change.old
    return (
        change.kind == expected.kind
        and side is not None
        and side.company == expected.company
        and expected.old in old
        and expected.new in new
        and bool(expected.old) == bool(old)
        and bool(expected.new) == bool(new)
        and expected.speaker in side.speaker.name
    )


def by_text(step: Step) -> list[Expected]:
    return [expected for expected in step.expected if expected.kind != BY_THE_CLOCK]


def told(change: Change) -> str:
    old, new = (side.text if side else "-" for side in (change.old, change.new))
    return f"{change.kind.value}: {old} => {new} ({change.reason})"


@pytest.fixture(scope="module")
def announced() -> list[list[Change]]:
    onlooker = Onlooker()
    return [onlooker.look(step) for step in STORY]


@pytest.mark.parametrize("number", range(len(STORY)), ids=lambda n: f"{STORY[n].date:%m-%d}")
def test_what_a_step_leads_to(announced: list[list[Change]], number: int) -> None:
    left = list(announced[number])
    for expected in by_text(STORY[number]):
        found = next((change for change in left if fits(expected, change)), None)
        assert found, f"{expected} is not among\n" + "\n".join(map(told, left))
        left.remove(found)
    assert not left, "told though nothing happened:\n" + "\n".join(map(told, left))


def test_the_baseline_holds_what_the_story_takes_away(announced: list[list[Change]]) -> None:
    onlooker = Onlooker()
    onlooker.look(STORY[0])
    said = "\n".join(s.text for reading in onlooker.readings.values() for s in reading.statements)
    for wanted in (
        "never received a National Security Letter",
        "12 requests",
        "We notify the customer",
        "may review",
    ):
        assert wanted in said
    assert sum(map(len, announced)) == sum(len(by_text(step)) for step in STORY)


def test_days_go_by_in_order() -> None:
    days = [step.date for step in STORY]
    assert days == sorted(set(days))
    assert not STORY[0].expected
    assert {e.kind for step in STORY for e in step.expected} == {*ANNOUNCED_KINDS, BY_THE_CLOCK}


def test_every_source_and_entry_is_served() -> None:
    shown: dict[str, Resource] = {}
    for step in STORY:
        shown |= {resource.path: resource for resource in step.resources}
        assert {table["url"] for table in load_sources()} <= set(shown)
        for path in [p for p in shown if "/feed." in p]:
            body = shown[path].body.replace(b"{base}", BASE.encode())
            feed = read_feed(body, url=BASE + path)
            assert not feed.ill_formed
            assert {urlsplit(entry.url).path for entry in feed.entries} <= set(shown)


def test_the_documents_are_of_an_honest_length() -> None:
    for step in STORY:
        for resource in step.resources:
            if "/feed." in resource.path:
                continue
            media = resource.content_type.split(";")[0]
            document = read_document(
                resource.body, url=BASE + resource.path, media_type=media, charset="utf-8"
            )
            assert sum(len(block.text.split()) for block in document.blocks) >= 150, resource.path


def test_news_is_the_newspapers() -> None:
    roles = {table["name"]: table["role"] for table in load_sources()}
    assert roles["saltmarsh-courier"] == Role.NEWS
    assert sum(role == Role.COMPANY for role in roles.values()) == 4
