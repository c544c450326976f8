"""Exports hold what the lists hold, whole, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest

from service.store.store import Store


async def rows(client: Any, path: str) -> list[dict[str, str]]:
    answer = await client.get(path)
    assert answer.status == 200
    assert answer.content_type == "text/csv"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    return list(csv.DictReader(io.StringIO(await answer.text())))


@pytest.mark.parametrize(
    "asked", ["", "?kind=weakened,figure", "?q=feasible", "?company=harborlight", "?kind=reworded"]
)
async def test_lines_are_the_items_of_the_list(client: Any, asked: str) -> None:
    listed = (await (await client.get(f"/api/v1/changes{asked}")).json())["items"]
    answer = await client.get(f"/api/v1/changes.jsonl{asked}")
    found = [json.loads(line) for line in (await answer.text()).splitlines()]

    assert answer.content_type == "application/jsonl"
    assert found == [{**one, "highlights": None} for one in listed]


async def test_a_table_of_changes(client: Any) -> None:
    (weaker,) = await rows(client, "/api/v1/changes.csv?kind=weakened")

    assert weaker["company"] == "Harborlight"
    assert weaker["categories"] == "notice disclosure"
    assert weaker["old_text"].startswith("We notify")
    assert weaker["new_text"].startswith("We may notify")
    assert weaker["version"] == "2"
    assert weaker["link"].startswith("https://record.example/changes/chg_")


async def test_assurances_as_of_a_day(client: Any) -> None:
    then = await rows(client, "/api/v1/assurances.csv?company=Quillnet&as_of=2026-11-20&status=current")
    listed = await (await client.get("/api/v1/assurances.jsonl?company=Quillnet&as_of=2026-11-20")).text()

    assert sorted(row["text"] for row in then) == sorted(json.loads(x)["text"] for x in listed.splitlines())
    assert len(then) == 2


async def test_more_than_one_part(client: Any, store: Store, scribes: Any) -> None:
    for n in range(3):
        after = timedelta(days=4, seconds=n)
        await store.write(scribes.begin, "tessellate", f"=HYPERLINK({n}) is what we disclose.", after)
    found = await rows(client, "/api/v1/changes.csv?company=Tessellate")

    assert [row["new_text"] for row in found] == [f"'=HYPERLINK({n}) is what we disclose." for n in (2, 1, 0)]


async def test_export_takes_no_part_of_a_list_and_no_unknown_word(client: Any) -> None:
    for asked in ("limit=1", "cursor=x", "colour=red", "kind=odd"):
        answer = await client.get(f"/api/v1/changes.csv?{asked}")
        assert answer.status == 400
        assert answer.content_type == "application/problem+json"


async def test_head_sends_no_body(client: Any) -> None:
    answer = await client.head("/api/v1/assurances.csv")

    assert answer.status == 200
    assert await answer.read() == b""
