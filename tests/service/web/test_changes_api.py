"""GET /api/v1/changes: filters, order, cursors, errors that name the parameter."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from service.store.store import Store


async def kinds(client: Any, query: str) -> list[str]:
    answer = await client.get(f"/api/v1/changes{query}")
    assert answer.status == 200, await answer.text()
    return [item["kind"] for item in (await answer.json())["items"]]


async def test_newest_first_with_the_words_of_the_contract(client: Any) -> None:
    listed = await (await client.get("/api/v1/changes")).json()

    assert [item["kind"] for item in listed["items"]] == ["new", "new", "figure", "withdrawn", "weakened"]
    assert listed["next"] is None
    weakened = listed["items"][-1]
    assert weakened["company"] == "Harborlight"
    assert weakened["categories"] == ["notice", "disclosure"]
    assert weakened["old"]["exception"] == "unless we are legally prohibited from doing so"
    assert weakened["new"]["text"].startswith("We may notify")
    assert weakened["observed"] == "2026-11-21T09:00:00Z"
    assert weakened["document"]["version"] == 2
    assert weakened["document"]["previous_version"] == 1
    assert weakened["links"]["change"] == f"https://record.example/changes/{weakened['id']}"
    withdrawn = listed["items"][-2]
    assert withdrawn["new"] is None
    assert withdrawn["last_seen"] == "2026-11-22T08:45:00Z"


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("?company=harborLIGHT", ["withdrawn", "weakened"]),
        ("?company=nobody", []),
        ("?category=never", ["withdrawn"]),
        ("?kind=weakened&kind=figure", ["figure", "weakened"]),
        ("?kind=weakened,figure", ["figure", "weakened"]),
        ("?source=quillnet", ["figure"]),
        ("?since=2026-11-22", ["new", "new", "figure", "withdrawn"]),
        ("?until=2026-11-21", ["weakened"]),
        ("?since=2026-11-22&until=2026-11-22", ["withdrawn"]),
        ("?until=2026-11-22T09:00:00Z", ["weakened"]),
        ("?until=2026-11-22T10:00:01+01:00", ["withdrawn", "weakened"]),
        ("?q=feasible", ["weakened"]),
        ("?q=LAW%20requests", ["figure"]),
        ("?q=100%25", []),
        ("?company=&kind=&q=", ["new", "new", "figure", "withdrawn", "weakened"]),
        ("?until=9999-12-31", ["new", "new", "figure", "withdrawn", "weakened"]),
    ],
)
async def test_filters(client: Any, query: str, wanted: list[str]) -> None:
    assert await kinds(client, query) == wanted


@pytest.mark.parametrize("path", ["/api/v1/changes", "/api/v1/changes.jsonl", "/feeds/changes.json"])
@pytest.mark.parametrize(
    ("asked", "parts"),
    [
        ("company=harborlight&company=QUILLNET", ["company=Harborlight", "company=Quillnet"]),
        ("category=notice&category=never", ["category=notice", "category=never"]),
        ("category=notice,never", ["category=notice", "category=never"]),
        ("source=harborlight&source=quillnet", ["source=harborlight", "source=quillnet"]),
        ("kind=weakened&kind=new", ["kind=weakened", "kind=new"]),
        (
            "company=Quillnet&company=Harborlight&kind=weakened&kind=figure&q=we",
            [
                f"company={who}&kind={kind}&q=we"
                for who in ("Harborlight", "Quillnet")
                for kind in ("figure", "weakened")
            ],
        ),
    ],
)
async def test_a_filter_given_more_than_once_is_a_union(
    client: Any, path: str, asked: str, parts: list[str]
) -> None:
    together = await found_ids(client, f"{path}?{asked}")
    one_by_one = [await found_ids(client, f"{path}?{part}") for part in parts]

    assert set(together) == {one for some in one_by_one for one in some}
    assert sum(bool(some) for some in one_by_one) > 1, "a union of one says nothing"
    assert len(set(together)) == len(together)


async def found_ids(client: Any, path: str) -> list[str]:
    answer = await client.get(path)
    assert answer.status == 200, await answer.text()
    if path.startswith("/api/v1/changes.jsonl"):
        return [json.loads(line)["id"] for line in (await answer.text()).splitlines()]
    return [item["id"] for item in json.loads(await answer.text())["items"]]


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("?limit=0", "limit"),
        ("?limit=501", "limit"),
        ("?limit=ten", "limit"),
        ("?kind=worse", "kind"),
        ("?category=spies", "category"),
        ("?since=yesterday", "since"),
        ("?until=2026-02-30", "until"),
        ("?since=0001-01-01T00:00:00%2B14:00", "since"),
        ("?cursor=nonsense!", "cursor"),
        ("?cursor=%00", "cursor"),
        ("?cursor=LTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OjE", "cursor"),
        ("?since=2026-11-20&since=2026-11-21", "since"),
        ("?category=notice,spies", "category"),
        ("?" + "&".join(["company=a"] * 101), "company"),
        ("?q=%00", "q"),
        ("?q=" + "a%20" * 20, "q"),
        ("?q=" + "a" * 201, "q"),
        ("?colour=red", "colour"),
    ],
)
async def test_a_bad_parameter_is_named(client: Any, query: str, named: str) -> None:
    answer = await client.get(f"/api/v1/changes{query}")

    problem = await answer.json(content_type="application/problem+json")
    assert answer.status == 400
    assert problem["status"] == 400
    assert problem["parameter"] == named
    assert named in problem["detail"]


async def test_an_unknown_parameter_is_told_the_known_ones(client: Any) -> None:
    problem = await (await client.get("/api/v1/changes?colour=red")).json(content_type=None)

    assert "company, category, kind" in problem["detail"]


async def test_cursors_walk_the_whole_list_once(client: Any) -> None:
    seen: list[str] = []
    query = "?limit=2"
    while query:
        listed = await (await client.get(f"/api/v1/changes{query}")).json()
        assert len(listed["items"]) <= 2
        seen += [item["id"] for item in listed["items"]]
        query = f"?limit=2&cursor={listed['next']}" if listed["next"] else ""

    everything = await (await client.get("/api/v1/changes")).json()
    assert seen == [item["id"] for item in everything["items"]]


async def test_a_cursor_is_stable_while_changes_come_in(client: Any, store: Store, scribes: Any) -> None:
    first = await (await client.get("/api/v1/changes?limit=2")).json()
    rest = await (await client.get(f"/api/v1/changes?cursor={first['next']}")).json()

    await store.write(scribes.begin, "tessellate", "We publish every request.", timedelta(days=5))

    again = await (await client.get(f"/api/v1/changes?cursor={first['next']}")).json()
    assert again == rest


async def test_one_change_with_diff_and_evidence(client: Any) -> None:
    listed = await (await client.get("/api/v1/changes?kind=weakened")).json()
    short = listed["items"][0]

    full = await (await client.get(f"/api/v1/changes/{short['id']}")).json()

    assert {key: full[key] for key in short if key != "links"} == {
        key: short[key] for key in short if key != "links"
    }
    old = "".join(s["text"] for s in full["diff"] if s["op"] != "insert")
    new = "".join(s["text"] for s in full["diff"] if s["op"] != "delete")
    assert (old, new) == (full["old"]["text"], full["new"]["text"])
    assert full["evidence"]["version"]["number"] == 2
    assert full["evidence"]["previous_version"]["number"] == 1
    for name in ("raw", "text", "previous_raw", "previous_text", "evidence"):
        path = full["links"][name].removeprefix("https://record.example")
        assert (await client.get(path)).status == 200, name


async def test_an_unknown_change_is_a_problem(client: Any) -> None:
    answer = await client.get("/api/v1/changes/chg_01ARZ3NDEKTSV4RRFFQ69G5FAV")

    assert answer.status == 404
    assert answer.content_type == "application/problem+json"


async def test_whoever_has_the_list_gets_304(client: Any) -> None:
    first = await client.get("/api/v1/changes?kind=new")
    again = await client.get("/api/v1/changes?kind=new", headers={"If-None-Match": first.headers["ETag"]})
    other = await client.get("/api/v1/changes?kind=new", headers={"If-None-Match": '"other"'})

    assert again.status == 304
    assert await again.read() == b""
    assert again.headers["ETag"] == first.headers["ETag"]
    assert other.status == 200


async def test_head_answers_as_get_does_without_a_body(client: Any) -> None:
    got, head = await client.get("/api/v1/changes"), await client.head("/api/v1/changes")

    assert head.status == 200
    assert await head.read() == b""
    assert head.headers["Content-Length"] == str(len(await got.read()))
    assert head.headers["ETag"] == got.headers["ETag"]
