"""Searching on the timeline: what was found is marked, and the best match can be had first."""

from __future__ import annotations

import re
from typing import Any


async def _read(client: Any, path: str) -> str:
    answer = await client.get(path)
    assert answer.status == 200
    text: str = await answer.text()
    return text


async def test_hits_are_marked_in_the_words(client: Any) -> None:
    body = await _read(client, "/?q=feasible")

    assert '<mark class="hit">feasible</mark>' in body
    assert "<mark" not in await _read(client, "/?kind=weakened")


async def test_a_hit_stays_inside_what_was_put_in(client: Any) -> None:
    words = re.findall(r"<(ins|del)>(.*?)</\1>", await _read(client, "/?q=feasible"), re.DOTALL)

    assert any('<mark class="hit">feasible</mark>' in text for _, text in words)


async def test_what_is_searched_for_is_text(client: Any) -> None:
    body = await _read(client, "/?q=%3Cscript%3Ealert(1)%3C/script%3E+feasible")

    assert "<script" not in body


async def test_the_best_match_first(client: Any) -> None:
    plain = await _read(client, "/?q=customers")
    ranked = await _read(client, "/?q=customers&sort=relevance")

    assert 'href="/?q=customers&amp;sort=relevance">best match first</a>' in plain
    assert 'href="/?q=customers">newest first</a>' in ranked
    assert "Best match first" in ranked
    assert re.findall(r'id="(chg_\w+)"', plain)
    assert sorted(re.findall(r'id="(chg_\w+)"', plain)) == sorted(re.findall(r'id="(chg_\w+)"', ranked))
    assert 'name="sort" value="relevance"' in ranked


async def test_an_order_without_words_is_the_usual_one(client: Any) -> None:
    assert "Best match first" not in await _read(client, "/?sort=relevance&kind=weakened")
