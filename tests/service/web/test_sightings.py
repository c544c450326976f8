"""Where a statement was seen: in the API, on the page of its company and of its change."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from service.decision import Begin, ChangeRecord
from service.model import Category, Kind, Role, SourceKind, SourceSpec
from service.store.store import Store
from service.store.watchlist import add_source
from tests.service.web.written import NOW, START, Scribe, say

KEYS = "“We never hand our keys to a government,” said Ada Quill, general counsel of Quillnet."
PAPERS = ("gazette", "courier")


def report(connection: Connection) -> None:
    """Two papers quote Quillnet; both looks take it for new."""
    for number, name in enumerate(PAPERS):
        spec = SourceSpec(name, f"https://{name}.example/story", SourceKind.PAGE, Role.NEWS)
        add_source(connection, spec, START)
        said = say(KEYS, Category.ENCRYPTION, company="Quillnet")
        new = ChangeRecord(Kind.NEW, "Quillnet", said.categories, None, said, 0.9, "said for the first time")
        Scribe(connection).look(name, NOW - timedelta(hours=2 - number), KEYS, (Begin(0, said),), (new,))


@pytest.fixture
async def reported(store: Store) -> Store:
    await store.write(report)
    return store


async def test_the_api_names_every_sighting(reported: Store, client: Any) -> None:
    items = (await (await client.get("/api/v1/assurances?company=Quillnet&q=keys")).json())["items"]
    (said,) = items
    assert [seen["source"] for seen in said["sightings"]] == list(PAPERS)
    assert {seen["role"] for seen in said["sightings"]} == {"news"}
    assert all(seen["text"] == KEYS and seen["until"] is None for seen in said["sightings"])
    (change,) = (await (await client.get("/api/v1/changes?company=Quillnet&q=keys")).json())["items"]
    assert change["source"] == "gazette"
    for found in (change, await (await client.get(f"/api/v1/changes/{change['id']}")).json()):
        assert [seen["source"] for seen in found["sightings"]] == list(PAPERS)


async def test_the_pages_show_where(reported: Store, client: Any) -> None:
    (change,) = (await (await client.get("/api/v1/changes?company=Quillnet&q=keys")).json())["items"]
    for path in ("/companies/Quillnet", f"/changes/{change['id']}"):
        text = await (await client.get(path)).text()
        assert "Seen in 2 documents" in text
        assert "courier policy" in text
