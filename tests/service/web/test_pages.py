"""The pages: what they say, and that strangers' words stay words."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from sqlalchemy import Connection, text, update

from service.decision import Failed
from service.model import SourceKind, SourceSpec
from service.store.store import Store
from service.store.tables import VersionRow
from service.store.watchlist import sync_sources

PRUNED = datetime(2026, 11, 23, tzinfo=UTC)
_TESSELLATE = "Tessellate%20%3C%26%3E%20S%C3%B6hne"


class _Reader(HTMLParser):
    """Collects what a page is made of."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.ids: list[str] = []
        self.quotes: list[str] = []
        self._quoting = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._quoting = self._quoting or tag == "blockquote"
        self.ids += [value for name, value in attrs if name == "id" and value]

    def handle_endtag(self, tag: str) -> None:
        self._quoting = self._quoting and tag != "blockquote"

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self._quoting:
            self.quotes.append(data)

    @property
    def said(self) -> str:
        """What is quoted as standing, without the picture of what was."""
        return " ".join(self.quotes)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())


async def read(client: Any, path: str, status: int = 200) -> _Reader:
    answer = await client.get(path)
    assert answer.status == status, await answer.text()
    assert answer.content_type == "text/html"
    reader = _Reader()
    reader.feed(await answer.text())
    return reader


async def all_paths(client: Any) -> list[str]:
    changes = (await (await client.get("/api/v1/changes")).json())["items"]
    found = ["/", "/companies", "/sources", "/?kind=weakened&q=feasible", "/?q=nothing-like-it", "/nothing"]
    found += [f"/changes/{change['id']}" for change in changes]
    found += [f"/documents/{change['document']['id']}" for change in changes]
    return [*found, "/companies/Harborlight", "/companies/Quillnet", f"/companies/{_TESSELLATE}"]


async def test_the_timeline_shows_the_words_that_changed_and_why(client: Any) -> None:
    page = await read(client, "/")

    assert "Weakened" in page.text
    assert "“where feasible” was added" in page.text
    assert "Saturday, 21 November 2026" in page.text
    body = await (await client.get("/")).text()
    assert "<del>before</del>" in body
    assert "<ins>after</ins>" in body
    serious = [attrs["class"] for tag, attrs in page.tags if tag == "article"]
    assert serious == [
        "change new",
        "change new",
        "change figure",
        "change withdrawn serious",
        "change weakened serious",
    ]


async def test_what_was_withdrawn_or_weakened_stands_above_the_rest(client: Any) -> None:
    def above(page: _Reader) -> list[str | None]:
        return [attrs.get("class") for tag, attrs in page.tags if tag == "li" and attrs.get("class")]

    assert above(await read(client, "/")) == ["withdrawn", "weakened"]
    assert above(await read(client, "/?kind=weakened")) == []


async def test_filters_by_form(client: Any) -> None:
    page = await read(client, "/?company=&category=&kind=weakened&kind=figure&since=2026-11-01&until=&q=")

    assert [attrs["class"] for tag, attrs in page.tags if tag == "article"] == [
        "change figure",
        "change weakened serious",
    ]
    checked = [attrs["value"] for tag, attrs in page.tags if tag == "input" and "checked" in attrs]
    assert checked == ["weakened", "figure"]
    assert "Only weakened, figure" in page.text


async def test_pages_of_the_timeline_keep_the_filter(client: Any) -> None:
    first = await read(client, "/?kind=new&limit=1")
    older = next(attrs["href"] or "" for tag, attrs in first.tags if attrs.get("rel") == "next")
    rest = await read(client, older)

    assert [attrs["class"] for tag, attrs in first.tags + rest.tags if tag == "article"] == ["change new"] * 2
    assert not [attrs for _, attrs in rest.tags if attrs.get("rel") == "next"]


async def test_a_bad_filter_is_told_in_words(client: Any) -> None:
    page = await read(client, "/?since=soon", 400)

    assert "'soon' is neither a date" in page.text
    assert (await client.get("/?utm_source=letter")).status == 200


async def test_a_company_now_and_then(client: Any) -> None:
    now = await read(client, "/companies/harborlight")
    then = await read(client, "/companies/Harborlight?as_of=2026-11-20")

    assert "We may notify customers after" in now.text
    assert "has never received" not in now.said
    assert "We notify customers before" in then.text
    assert "has never received" in then.text
    assert "22 Nov 2026" in now.text


async def test_one_that_waits_for_confirmation_is_marked(client: Any) -> None:
    page = await read(client, "/companies/Quillnet")

    assert "being checked before it counts as withdrawn" in page.text
    assert "Ada Quill, General Counsel, as quoted" in page.text


async def test_a_change_with_its_evidence(client: Any) -> None:
    change = (await (await client.get("/api/v1/changes?kind=weakened")).json())["items"][0]
    full = await (await client.get(f"/api/v1/changes/{change['id']}")).json()

    page = await read(client, f"/changes/{change['id']}")

    for version in full["evidence"].values():
        assert version["sha256"] in page.text
    assert "Government requests" in page.text
    assert "Side by side" in page.text
    assert f"https://record.example/changes/{change['id']}" in page.text
    assert "X-Odd" in page.text
    raws = [attrs["href"] or "" for tag, attrs in page.tags if tag == "a" and "download" in attrs]
    assert raws[0] == f"/api/v1/changes/{change['id']}/evidence"
    assert len(raws) == 3
    assert {(await client.get(raw)).status for raw in raws} == {200}


async def test_a_change_says_what_has_become_of_the_promise(client: Any) -> None:
    async def of(kind: str) -> _Reader:
        change = (await (await client.get(f"/api/v1/changes?kind={kind}&company=Harborlight")).json())[
            "items"
        ][0]
        return await read(client, f"/changes/{change['id']}")

    weakened, withdrawn = await of("weakened"), await of("withdrawn")

    assert "Today: these words stand, checked 2 days ago." in weakened.text
    assert "/companies/Harborlight?as_of=2026-11-20" in [attrs.get("href") for _, attrs in weakened.tags]
    assert "Today: it has not come back." in withdrawn.text
    assert "The same place in version 1" in weakened.text
    assert "The same place" not in withdrawn.text


async def test_a_change_is_shown_though_its_texts_are_lost(client: Any, store: Store) -> None:
    change = (await (await client.get("/api/v1/changes?kind=weakened")).json())["items"][0]
    await store.write(_lose_the_bytes)

    page = await read(client, f"/changes/{change['id']}")
    document = await read(client, f"/documents/{change['document']['id']}")

    assert "Side by side" in page.text
    assert "In its place on the page" not in page.text
    assert "bytes given up 23 Nov 2026" in document.text
    assert not [attrs for _, attrs in document.tags if "download" in attrs]


def _lose_the_bytes(connection: Connection) -> None:
    connection.execute(text("DELETE FROM blobs"))
    connection.execute(update(VersionRow.__table__).values(pruned_at=PRUNED))


async def test_a_document_says_when_it_was_checked(client: Any) -> None:
    document = (await (await client.get("/api/v1/documents?source=harborlight")).json())["items"][0]

    page = await read(client, f"/documents/{document['id']}")

    assert "Checked 2 days ago, still there" in page.text
    assert "3 times" in page.text


async def test_sources_by_state(client: Any) -> None:
    page = await read(client, "/sources")

    assert "5 sources are watched" in page.text
    assert "the name was not found" in page.text
    assert "due now" in page.text


async def test_strangers_words_stay_words(client: Any) -> None:
    for path in await all_paths(client):
        answer = await client.get(path)
        body = await answer.text()
        reader = _Reader()
        reader.feed(body)
        assert not [tag for tag, _ in reader.tags if tag in ("script", "img", "style", "iframe")], path
        assert "<script" not in body, path
        assert "<img" not in body, path
        for tag, attrs in reader.tags:
            assert "style" not in attrs, (path, tag)
            assert not [name for name in attrs if name.startswith("on")], (path, tag)
            href = attrs.get("href") or ""
            assert not re.match(r"(?i)\s*(javascript|data|file|vbscript):", href), (path, href)
            if href.startswith("http") and not href.startswith("https://record.example"):
                assert "noopener" in (attrs.get("rel") or ""), (path, href)
                assert "nofollow" in (attrs.get("rel") or ""), (path, href)


async def test_every_inner_link_leads_somewhere(client: Any) -> None:
    seen: set[str] = set()
    waiting = ["/"]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        answer = await client.get(path)
        assert answer.status == 200, path
        if answer.content_type != "text/html":
            continue
        reader = _Reader()
        reader.feed(await answer.text())
        assert len(reader.ids) == len(set(reader.ids)), path
        for tag, attrs in reader.tags:
            href = attrs.get("href") or ""
            if tag in ("a", "link") and href.startswith("/"):
                waiting.append(href)
            if href.startswith("#"):
                assert href[1:] in reader.ids, (path, href)
    assert len(seen) > 40


async def test_links_follow_a_path_prefix(serve: Any, store: Store) -> None:
    client = await serve(store, base="https://record.example/watch")

    page = await read(client, "/companies")

    inner = [
        attrs["href"] or "" for tag, attrs in page.tags if tag == "a" and (attrs["href"] or "")[0] == "/"
    ]
    assert inner
    assert all(href.startswith("/watch/") for href in inner)


async def test_only_web_addresses_become_links(serve: Any, empty_store: Store) -> None:
    def odd(connection: Connection) -> None:
        spec = SourceSpec("odd", "javascript:alert(1)", SourceKind.PAGE)
        sync_sources(connection, [spec], "config", datetime.fromisoformat("2026-11-24T00:00:00Z"))

    await empty_store.write(odd)
    body = await (await (await serve(empty_store)).get("/sources")).text()

    assert "odd" in body
    assert "javascript:" not in body


# ------------------------------------------------------------------ nothing to show yet


async def test_an_empty_catalogue(serve: Any, empty_store: Store) -> None:
    client = await serve(empty_store)

    assert "Nothing is watched yet" in (await read(client, "/")).text
    assert "onrecord demo" in (await read(client, "/sources")).text
    assert "No company is on record yet" in (await read(client, "/companies")).text


@pytest.fixture
async def watched(empty_store: Store) -> Store:
    def add(connection: Connection) -> None:
        specs = [SourceSpec(f"s{n:03}", f"https://s{n}.example/", SourceKind.PAGE) for n in range(30)]
        sync_sources(connection, specs, "catalogue", datetime.fromisoformat("2026-11-24T00:00:00Z"))

    await empty_store.write(add)
    return empty_store


async def test_before_the_first_answers(serve: Any, watched: Store) -> None:
    page = await read(await serve(watched), "/")

    assert "The first round has begun" in page.text
    assert "30 sources" in page.text


async def test_all_failing_stays_calm_and_says_why(serve: Any, watched: Store, scribes: Any) -> None:
    for n in range(30):
        failed = Failed("dns" if n else "timeout", f"s{n}.example: not found")
        await watched.write(scribes.fail, f"s{n:03}", failed)
    client = await serve(watched)

    timeline, sources = await read(client, "/"), await read(client, "/sources")

    assert "None of the 30 sources could be reached yet" in timeline.text
    assert "onrecord goes on trying" in timeline.text
    assert "None of the 30 sources could be reached yet" in sources.text
    assert "The most common reason: the name was not found (29 sources)" in sources.text
    assert "onrecord demo" in sources.text


async def test_some_answered_and_nothing_changed(serve: Any, watched: Store, scribes: Any) -> None:
    await watched.write(scribes.fail, "s000", Failed("dns", "not found"))
    await watched.write(scribes.baseline, "s001", "We notify every customer.")
    await watched.write(scribes.baseline, "s002", "We keep no logs.")

    page = await read(await serve(watched), "/")

    assert "No promise has changed so far" in page.text
    assert (
        "30 sources are watched; 2 answered the last time, 1 did not, 27 have not been asked yet" in page.text
    )
    assert "2 assurances in 2 documents are on record" in page.text


async def test_polling_that_does_not_run_is_said(serve: Any, watched: Store) -> None:
    page = await read(await serve(watched, ready=lambda: (False, "the disk is full")), "/sources")

    assert "Polling is not running: the disk is full" in page.text


async def test_the_sign_is_found_where_browsers_look_for_it(client: Any) -> None:
    answer = await client.get("/favicon.ico")

    assert (answer.status, answer.content_type) == (200, "image/svg+xml")


async def test_the_style_sheet_is_kept_by_its_hash(client: Any) -> None:
    page = await read(client, "/")
    href = next(attrs["href"] or "" for tag, attrs in page.tags if attrs.get("rel") == "stylesheet")

    kept, asked = await client.get(href), await client.get(href.partition("?")[0])

    assert "immutable" in kept.headers["Cache-Control"]
    assert asked.headers["Cache-Control"] == "no-cache"
    assert (await client.get("/static/../server.py")).status == 404
    assert (await client.get("/static/%2e%2e%2fserver.py")).status == 404
