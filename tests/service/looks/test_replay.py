"""A history that is replayed in batches, by what is remembered, is recorded as if each version had been seen alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from service.looks.examine import Before, Look, Parsed
from service.looks.gitlog import Revision
from service.looks.recall import Recall
from service.looks.replay import read_ahead, replay, sights
from service.model import Reading, Role
from service.store.filters import AssuranceFilter, ChangeFilter
from service.store.history import list_assurances, list_changes
from service.store.store import Store
from watchers.markdown import read_markdown
from watchers.model import Document

PATH = "Quillnet/Privacy Policy.md"
START = datetime(2024, 5, 1, tzinfo=UTC)
NOTICE = "We will notify you before we disclose your data to law enforcement."
COURT = "We require a court order before we disclose the content of messages to a government."
NEVER = "We have never given any government direct access to our servers."
SHOPS = ("tea", "salt", "wool", "ink")
FILLER = "\n\n".join(f"Our shop number {n} sells {ware} on weekdays." for n, ware in enumerate(SHOPS))


def page(*said: str, link: str = "a") -> str:
    head = f"# Privacy\n\n[Home](https://quillnet.example/{link}) and [help](/help?{link})\n\n{FILLER}\n\n"
    return head + "\n\n".join(said) + "\n"


ALL = page(NOTICE, COURT, NEVER)
VERSIONS = (
    ALL,
    page(NOTICE, COURT, NEVER, link="b"),  # other link targets
    page(NOTICE.replace("will", "may"), COURT, NEVER, link="b"),
    "# Not found\n",  # collapsed
    page(NOTICE.replace("will", "may"), COURT, NEVER, link="c"),
    page(NOTICE, COURT, link="c"),
    ALL,  # there and back
    "",  # removed
    ALL,
    page(COURT, NOTICE, NEVER, link="d"),
    page(NOTICE, COURT, NEVER, "Nous communiquons."),
)


def history() -> list[tuple[Revision, bytes]]:
    return [
        (Revision(PATH, START + timedelta(days=n), f"{n}" if body else ""), body.encode())
        for n, body in enumerate(VERSIONS)
    ]


def recorded(connection: Connection) -> list[Any]:
    """All that does not hang on chance (ids) or on the place in the chain."""
    queries = (
        "SELECT at, outcome, status, reason FROM polls ORDER BY at",
        "SELECT number, observed_at, hex(raw_hash), hex(text_hash), title FROM versions ORDER BY number",
        "SELECT kind, note, reason, version, previous_version, observed_at, last_seen_at FROM changes"
        " ORDER BY observed_at, kind, reason",
        "SELECT text, since, until, position FROM wordings ORDER BY since, position",
        "SELECT state, since, seen_version, withdrawn_at, last_seen_at FROM assurances ORDER BY since, last_seen_at",
        "SELECT url, state, last_version, title FROM documents",
        "SELECT hex(body_hash), last_poll_at, first_ok_at, last_ok_at, failures, reason, failing_since FROM watches",
    )
    return [[tuple(row) for row in connection.execute(text(query))] for query in queries]


async def written(store: Store, size: int) -> list[Any]:
    revisions = history()
    recall = Recall()
    for start in range(0, len(revisions), size):
        seen = sights(PATH, revisions[start : start + size])
        if size > 1:
            read_ahead(PATH, seen, recall)
        await store.write(replay, PATH, seen, recall if size > 1 else Recall())
    return await store.read(recorded)


async def test_batches_and_memory_change_nothing(tmp_path: Path) -> None:
    found = []
    for size in (1, 4, 100):
        store = Store(tmp_path / f"{size}.sqlite").open()
        found.append(await written(store, size))
        await store.aclose()
    alone, by_four, at_once = found
    assert by_four == alone
    assert at_once == alone
    kinds = [row[0] for row in alone[2]]
    assert kinds.count("weakened") == 1
    assert kinds.count("withdrawn") == 1


async def test_what_is_on_record_is_passed_over(tmp_path: Path) -> None:
    store = Store(tmp_path / "onrecord.sqlite").open()
    first = await written(store, 4)
    assert await written(store, 3) == first
    await store.aclose()


def parsed_by(recall: Recall, body: str) -> Parsed:
    (sight,) = sights(PATH, [(Revision(PATH, START, "1"), body.encode())])
    return recall.parse(Look(f"git:{PATH}", "Quillnet", Role.COMPANY, sight.body))


@pytest.mark.parametrize("other", ["https://other.example/x?y=1", "/z", "#top", "mailto:a@b.example"])
def test_a_link_target_is_not_read_anew(other: str) -> None:
    recall = Recall()
    before = "# T\n\nSee [our *guide*](https://quillnet.example/guide).\n\n**[Short](/y)**\n"
    now = before.replace("https://quillnet.example/guide", other)
    parsed = [parsed_by(recall, body) for body in (before, now)]
    assert parsed[0] is parsed[1]
    assert parsed[0].document.blocks == read_markdown(now, url=f"git:{PATH}").blocks


@pytest.mark.parametrize("line", ["\\[our guide\\](/{})", "[our guide\\](/{})"])
def test_what_only_looks_like_a_link_is_read_anew(line: str) -> None:
    recall = Recall()
    for word in ("a", "b"):
        body = f"# T\n\nSee {line.format(word)}.\n"
        assert parsed_by(recall, body).document.blocks == read_markdown(body, url="").blocks


def test_a_line_in_bold_is_read_anew() -> None:
    """Its length decides whether it is a heading, link and all."""
    recall = Recall()
    bodies = [f"# T\n\n**[Short](https://x.example/{'y' * n})**\n\nText.\n" for n in (1, 200)]
    kinds = [parsed_by(recall, body).document.blocks[1].kind for body in bodies]
    assert kinds == [read_markdown(body, url="").blocks[1].kind for body in bodies]


REWRITTEN = "# What we do\n\n" + "\n\n".join(
    f"Chapter {n} tells at length how parcels of {ware} travel by ship, by rail and on foot to whoever ordered them."
    for n, ware in enumerate((*SHOPS, "rope", "glass"))
)


@pytest.mark.parametrize("size", [1, 100])
@pytest.mark.parametrize(("stood", "told"), [(1, []), (30, ["withdrawn", "withdrawn"])])
async def test_a_text_that_was_written_anew_is_believed_once_it_stood(
    tmp_path: Path, size: int, stood: int, told: list[str]
) -> None:
    """What shares little with the last text is a broken page at first; a history tells how long it stood."""
    days = (0, 1, 1 + stood)
    bodies = (page(NOTICE, COURT), REWRITTEN, page(NOTICE, COURT))
    revisions = [
        (Revision(PATH, START + timedelta(days=day), f"{day}"), body.encode())
        for day, body in zip(days, bodies, strict=True)
    ]
    recall = Recall()
    store = Store(tmp_path / "onrecord.sqlite").open()
    for start in range(0, len(revisions), size):
        await store.write(replay, PATH, sights(PATH, revisions[start : start + size]), recall)
    _, versions, changes, *_ = await store.read(recorded)
    await store.aclose()
    assert [row[0] for row in changes if row[0] == "withdrawn"] == told
    assert len(versions) == (2 if told else 1)


class Overlooking(Recall):
    """Passes over one sentence, as the detector passes over one that stands just below its bar."""

    def read(self, look: Look, document: Document, digest: bytes, before: Before) -> Reading:
        found = super().read(look, document, digest, before)
        return replace(found, statements=tuple(s for s in found.statements if s.text != NOTICE))


async def test_what_was_overlooked_is_told_as_what_became_of_it(tmp_path: Path) -> None:
    versions = page(NOTICE, COURT), page(NOTICE.replace("will", "may"), COURT)
    revisions = [
        (Revision(PATH, START + timedelta(days=n), str(n)), body.encode()) for n, body in enumerate(versions)
    ]
    store = Store(tmp_path / "onrecord.sqlite").open()
    await store.write(replay, PATH, sights(PATH, revisions), Overlooking())
    (change,) = (await store.read(lambda c: list_changes(c, ChangeFilter(), limit=9))).items
    said = await store.read(lambda c: list_assurances(c, AssuranceFilter(), limit=9))
    then = await store.read(lambda c: list_assurances(c, AssuranceFilter(as_of=START), limit=9))
    await store.aclose()
    assert (change.kind, change.old and change.old.text) == ("weakened", NOTICE)
    assert change.new is not None
    assert change.new.text == NOTICE.replace("will", "may")
    assert (change.version, change.previous_version) == (2, 1)
    assert sorted(one.text for one in said.items) == sorted([change.new.text, COURT])
    assert [one.text for one in then.items] == [COURT], "it was on record at no time by itself"
