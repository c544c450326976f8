"""How well changes of whole documents are told: labelled histories, version by version; real ones set otherwise.

python -m scripts.evaluate_documents [SHARED]
"""

from __future__ import annotations

import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from scripts.restyled import RESTYLINGS, page, real_documents
from service.looks.recall import Recall, Sight
from service.looks.replay import fetched, replay
from service.model import ANNOUNCED_KINDS, Kind
from service.store.engine import Database
from service.store.history import ChangeFilter, list_changes
from service.store.migrate import upgrade

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
HISTORIES = ROOT / "tests/data/histories"
BLIND = tuple(sorted((ROOT / "tests/data").glob("histories-blind*")))
"""Written and labelled before any of it was read, by somebody who had not looked at the word lists."""
START = datetime(2022, 1, 1, 12, tzinfo=UTC)
APART = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Expected:
    """A change that should be told: `text` stands in the new sentence, of a withdrawn one in the old."""

    version: int
    kind: str
    text: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """A change that would be published."""

    version: int
    kind: str
    old: str
    new: str
    reason: str


@dataclass(frozen=True, slots=True)
class History:
    """A document through its versions (Markdown or HTML), and what should be told of it."""

    path: str
    versions: tuple[str, ...]
    expected: tuple[Expected, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """Over all documents: what was told rightly, what nobody expected, what was missed."""

    right: int
    false: tuple[tuple[str, Told], ...]
    missed: tuple[tuple[str, Expected], ...]

    @property
    def precision(self) -> float:
        """Share of what was told that should have been."""
        return self.right / max(self.right + len(self.false), 1)

    @property
    def recall(self) -> float:
        """Share of what should have been told that was."""
        return self.right / max(self.right + len(self.missed), 1)


def load(folder: Path = HISTORIES) -> tuple[History, ...]:
    """The labelled histories; ValueError where an edit does not fit its text."""
    return tuple(_history(path) for path in sorted(folder.glob("*.toml")))


def _history(path: Path) -> History:
    table = tomllib.loads(path.read_text("utf-8"))
    versions, expected = [table["text"]], []
    for number, version in enumerate(table["versions"], 2):
        text = versions[-1]
        for before, now in version["edits"]:
            if text.count(before) != 1:
                raise ValueError(
                    f"{path.name}, version {number}: {before!r} stands there {text.count(before)} times"
                )
            text = text.replace(before, now)
        versions.append(text)
        expected += [Expected(number, **wanted) for wanted in version.get("expect", ())]
    return History(f"{table['company']}/{table['name']}.md", tuple(versions), tuple(expected))


def told(versions: Sequence[str], path: str) -> list[Told]:
    """What would be published of these versions, each seen a month after the one before."""
    seen = []
    for number, text in enumerate(versions):
        body = fetched(path, text.encode())
        if text.lstrip().startswith("<"):
            body = replace(body, media_type="text/html")
        seen.append(Sight(START + number * APART, body))
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder) / "onrecord.sqlite")
        try:
            database.write_now(upgrade)
            return database.write_now(lambda connection: _published(connection, path, seen))
        finally:
            database.dispose()


def _published(connection: Connection, path: str, seen: Sequence[Sight]) -> list[Told]:
    replay(connection, path, seen, Recall())
    changes = list_changes(connection, ChangeFilter(), limit=1000).items
    return [
        Told(
            (change.observed_at - START) // APART + 1,
            change.kind,
            change.old.text if change.old else "",
            change.new.text if change.new else "",
            change.reason,
        )
        for change in reversed(changes)
        if Kind(change.kind) in ANNOUNCED_KINDS and change.note in ("imported", "back")
    ]


def score(histories: Sequence[History]) -> Score:
    """Replay each, and set what is told beside what is expected."""
    right, false, missed = 0, [], []
    for history in histories:
        waiting = list(history.expected)
        for change in told(history.versions, history.path):
            fits = next((e for e in waiting if _fits(e, change)), None)
            if fits is None:
                false.append((history.path, change))
                continue
            waiting.remove(fits)
            right += not fits.optional
        missed += [(history.path, e) for e in waiting if not e.optional]
    return Score(right, tuple(false), tuple(missed))


def _fits(expected: Expected, change: Told) -> bool:
    words = change.old if change.kind == Kind.WITHDRAWN else change.new
    return (expected.version, expected.kind) == (change.version, change.kind) and expected.text in words


def restyled(shared: Path) -> Iterator[tuple[str, int, list[Told]]]:
    """Each real document with the number of its restylings and what would be told of them, all of it false."""
    for path, blocks in real_documents(shared):
        versions = [page(blocks), *(restyle(blocks) for restyle in RESTYLINGS.values()), page(blocks)]
        yield path, len(RESTYLINGS), told(versions, path)


def report(shared: Path) -> str:
    """Text for people."""
    lines = [
        "Documents",
        "=========",
        *_written(HISTORIES),
        *(line for folder in BLIND for line in _written(folder)),
    ]
    if (shared / "data/policy-history.bundle").exists():
        lines += _restyled_lines(shared)
    return "\n".join(lines)


def _written(folder: Path) -> list[str]:
    histories = load(folder)
    found = score(histories)
    versions = sum(len(h.versions) for h in histories)
    expected = sum(not e.optional for h in histories for e in h.expected)
    return [
        f"{folder.name}: {len(histories)} written histories, {versions} versions, {expected} changes to tell of: "
        f"precision {found.precision:.3f}, recall {found.recall:.3f}",
        *(f"  false: {path}, version {t.version}: {t.kind}: {t.new or t.old}" for path, t in found.false),
        *(f"  missed: {path}, version {e.version}: {e.kind}: {e.text}" for path, e in found.missed),
    ]


def _restyled_lines(shared: Path) -> list[str]:
    rows = list(restyled(shared))
    names = list(RESTYLINGS)
    total = sum(len(false) for _, _, false in rows)
    count = sum(times for _, times, _ in rows)
    lines = [f"{len(rows)} real documents, set otherwise {count} times: {total} false changes"]
    for path, _, false in rows:
        by = Counter(([*names, "as at first"])[told.version - 2] for told in false)
        lines += [f"  {path}: {name}: {times}" for name, times in by.items()]
    return lines


if __name__ == "__main__":
    sys.stdout.write(report(Path(sys.argv[1]) if len(sys.argv) > 1 else SHARED) + "\n")
