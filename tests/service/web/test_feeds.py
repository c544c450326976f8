"""The feeds: valid in form, stable in identity, cheap to ask again."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
from datetime import timedelta
from typing import Any

import feedparser
import pytest

from service.store.store import Store

ATOM = "{http://www.w3.org/2005/Atom}"


async def atom(client: Any, query: str = "") -> ET.Element:
    answer = await client.get(f"/feeds/changes.atom{query}")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ET.fromstring(await answer.read())  # noqa: S314 - our own bytes


async def test_atom_has_what_rfc_4287_demands(client: Any) -> None:
    root = await atom(client)

    assert root.tag == f"{ATOM}feed"
    for name in ("id", "title", "updated", "author"):
        assert len(root.findall(f"{ATOM}{name}")) == 1, name
    selves = [link.get("href") for link in root.findall(f"{ATOM}link") if link.get("rel") == "self"]
    assert selves == ["https://record.example/feeds/changes.atom"]
    entries = root.findall(f"{ATOM}entry")
    assert len(entries) == 5
    for entry in entries:
        for name in ("id", "title", "updated", "content"):
            assert len(entry.findall(f"{ATOM}{name}")) == 1, name
        assert entry.findtext(f"{ATOM}id", "").startswith("urn:uuid:")
        assert next(link.get("rel") for link in entry.findall(f"{ATOM}link")) == "alternate"
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == 5


async def test_readers_read_it(client: Any) -> None:
    body = await (await client.get("/feeds/changes.atom")).read()

    parsed = feedparser.parse(io.BytesIO(body))

    assert not parsed.bozo
    assert parsed.version == "atom10"
    assert "Weakened: Harborlight" in parsed.entries[-1].title
    assert parsed.entries[-1].link.startswith("https://record.example/changes/chg_")
    assert "<ins>after</ins>" in parsed.entries[-1].content[0].value


async def test_strangers_markup_is_text_in_feeds(client: Any) -> None:
    root = await atom(client, "?company=Tessellate%20%3C%26%3E%20S%C3%B6hne")

    for entry in root.findall(f"{ATOM}entry"):
        content = entry.findtext(f"{ATOM}content", "")
        assert "<script" not in content
        assert "<img" not in content
    assert any("&lt;script&gt;" in (e.findtext(f"{ATOM}content") or "") for e in root.findall(f"{ATOM}entry"))


async def test_the_same_filters_and_pages(client: Any) -> None:
    root = await atom(client, "?kind=new,figure&limit=2")

    links = {link.get("rel"): link.get("href") or "" for link in root.findall(f"{ATOM}link")}
    rest = await atom(client, links["next"].removeprefix("https://record.example/feeds/changes.atom"))
    assert len(root.findall(f"{ATOM}entry")) == 2
    assert len(rest.findall(f"{ATOM}entry")) == 1
    assert root.findtext(f"{ATOM}id") == rest.findtext(f"{ATOM}id")


@pytest.mark.parametrize("name", ["changes.atom", "changes.json"])
async def test_asking_again_costs_nothing(client: Any, store: Store, scribes: Any, name: str) -> None:
    first = await client.get(f"/feeds/{name}")
    by_tag = {"If-None-Match": first.headers["ETag"]}
    by_date = {"If-Modified-Since": first.headers["Last-Modified"]}
    assert first.headers["Last-Modified"] == "Mon, 23 Nov 2026 11:00:00 GMT"
    assert (await client.get(f"/feeds/{name}", headers=by_tag)).status == 304
    assert (await client.get(f"/feeds/{name}", headers=by_date)).status == 304

    await store.write(scribes.begin, "tessellate", "We publish every request.", timedelta(days=5))

    assert (await client.get(f"/feeds/{name}", headers=by_tag)).status == 200
    assert (await client.get(f"/feeds/{name}", headers=by_date)).status == 200


async def test_identities_outlive_new_entries(client: Any, store: Store, scribes: Any) -> None:
    before = [entry.findtext(f"{ATOM}id") for entry in (await atom(client)).findall(f"{ATOM}entry")]

    await store.write(scribes.begin, "tessellate", "We publish every request.", timedelta(days=5))

    after = [entry.findtext(f"{ATOM}id") for entry in (await atom(client)).findall(f"{ATOM}entry")]
    assert after[1:] == before


async def test_json_feed(client: Any) -> None:
    answer = await client.get("/feeds/changes.json?limit=3")
    feed = await answer.json(content_type="application/feed+json")

    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == "https://record.example/feeds/changes.json?limit=3"
    assert len(feed["items"]) == 3
    item = feed["items"][-1]
    assert item["id"].startswith("urn:uuid:")
    assert item["date_published"] == "2026-11-23T09:00:00Z"
    assert item["tags"] == ["figure", "volume"]
    assert "Before: In 2024" in item["content_text"]
    rest = await client.get(feed["next_url"].removeprefix("https://record.example"))
    assert len((await rest.json(content_type=None))["items"]) == 2


async def test_an_empty_record_makes_an_empty_feed(serve: Any, empty_store: Store) -> None:
    client = await serve(empty_store)

    root = await atom(client)

    assert root.findtext(f"{ATOM}updated") == "1970-01-01T00:00:00Z"
    assert root.findall(f"{ATOM}entry") == []


async def test_a_bad_parameter_is_a_problem(client: Any) -> None:
    answer = await client.get("/feeds/changes.atom?kind=worse")

    assert answer.status == 400
    assert answer.content_type == "application/problem+json"
