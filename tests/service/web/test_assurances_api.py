"""GET /api/v1/assurances: what stands now, and what stood on a day."""

from __future__ import annotations

from typing import Any

import pytest

NOTICE = "We notify customers before we disclose"
WEAKER = "We may notify customers after we disclose"


async def texts(client: Any, query: str) -> list[str]:
    answer = await client.get(f"/api/v1/assurances{query}")
    assert answer.status == 200, await answer.text()
    return [item["text"] for item in (await answer.json())["items"]]


async def test_what_stands_now(client: Any) -> None:
    found = await texts(client, "?company=Harborlight")

    assert len(found) == 1
    assert found[0].startswith(WEAKER)


@pytest.mark.parametrize(
    ("as_of", "starts"),
    [
        ("2026-11-19", []),
        ("2026-11-20", [NOTICE, "Harborlight has never"]),
        ("2026-11-20T08:59:59Z", []),
        ("2026-11-20T09:00:00Z", [NOTICE, "Harborlight has never"]),
        ("2026-11-21", [WEAKER, "Harborlight has never"]),
        ("2026-11-21T08:00:00Z", [NOTICE, "Harborlight has never"]),
        ("2026-11-22", [WEAKER]),
        ("2126-01-01", [WEAKER]),
    ],
)
async def test_a_date_means_the_end_of_that_day(client: Any, as_of: str, starts: list[str]) -> None:
    found = await texts(client, f"?company=Harborlight&as_of={as_of}")

    assert len(found) == len(starts)
    assert sorted(start for start in starts) == sorted(
        next(start for start in starts if text.startswith(start)) for text in found
    )


async def test_a_filter_given_more_than_once_is_a_union(client: Any) -> None:
    both = await texts(client, "?company=Harborlight&company=quillnet")

    assert sorted(both) == sorted(
        await texts(client, "?company=Harborlight") + await texts(client, "?company=Quillnet")
    )
    subjects = await texts(client, "?category=notice&category=challenge")
    assert set(subjects) == {
        *await texts(client, "?category=notice"),
        *await texts(client, "?category=challenge"),
    }
    assert set(subjects) > set(await texts(client, "?category=notice"))


async def test_withdrawn_ones_and_all(client: Any) -> None:
    withdrawn = await (await client.get("/api/v1/assurances?status=withdrawn")).json()
    everything = await texts(client, "?status=all")

    assert [item["status"] for item in withdrawn["items"]] == ["withdrawn"]
    assert withdrawn["items"][0]["until"] == "2026-11-22T09:00:00Z"
    assert len(everything) == 6


async def test_one_that_is_being_checked_says_so(client: Any) -> None:
    listed = await (await client.get("/api/v1/assurances?company=Quillnet&category=challenge")).json()

    item = listed["items"][0]
    assert item["status"] == "unconfirmed"
    assert item["speaker"] == {"name": "Ada Quill", "role": "General Counsel", "attribution": "quoted"}


async def test_figures_have_open_bounds_as_null(client: Any) -> None:
    listed = await (await client.get("/api/v1/assurances?company=Quillnet&as_of=2026-11-20&q=12")).json()

    assert listed["items"][0]["figures"] == [
        {"value": "12", "low": 12.0, "high": None, "unit": "count", "period": "2024"}
    ]


async def test_cursors_walk_the_whole_list_once(client: Any) -> None:
    seen: list[str] = []
    query = "?status=all&limit=1"
    while query:
        listed = await (await client.get(f"/api/v1/assurances{query}")).json()
        seen += [item["text"] for item in listed["items"]]
        query = f"?status=all&limit=1&cursor={listed['next']}" if listed["next"] else ""

    assert seen == await texts(client, "?status=all")


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("?status=gone", "status"),
        ("?as_of=once", "as_of"),
        ("?cursor=eDp5", "cursor"),
        ("?cursor=OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTo", "cursor"),
    ],
)
async def test_a_bad_parameter_is_named(client: Any, query: str, named: str) -> None:
    answer = await client.get(f"/api/v1/assurances{query}")

    assert answer.status == 400
    assert (await answer.json(content_type=None))["parameter"] == named
