"""Companies side by side, as a page and as a picture."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import resvg_py

from service.model import Category
from service.store.portrait import said_by
from service.store.store import Store
from service.web.comparison import HEAD, LEFT, ROW, STEP, CompareQuery, Line, Table, tabulate
from service.web.painting import ZOOM, drawable, paint
from service.web.strength import STRENGTHS
from service.web.templating import render

NAMES = ("Harborlight", "Quillnet", "Tessellate <&> Söhne")


async def test_a_cell_says_how_firm_and_how_many(store: Store) -> None:
    said = await store.read(said_by, NAMES, None)
    table = tabulate(NAMES, tuple(Category), said)

    cells = {(line.company, cell.category.value): cell for line in table.lines for cell in line.cells}
    notice = cells["Harborlight", "notice"]
    assert (notice.count, notice.strength and notice.strength.word) == (1, "Bounded")
    assert cells["Harborlight", "never"].count == 0
    assert cells["Tessellate <&> Söhne", "direct_access"].strength.word == "Firm"  # type: ignore[union-attr]


async def test_the_page_leads_to_sentences(client: Any) -> None:
    body = await (await client.get("/compare")).text()

    assert 'href="/companies/Harborlight?category=notice"' in body
    assert "Harborlight, Notice: bounded, 1 sentence" in body
    assert "<&>" not in body


async def test_as_of_a_day(client: Any) -> None:
    body = await (await client.get("/compare?as_of=2026-11-20&category=never,notice")).text()

    assert "Harborlight, Never: firm, 1 sentence" in body
    assert 'href="/companies/Harborlight?category=never&as_of=2026-11-20"' in body.replace("&amp;", "&")
    assert "Encryption" not in body


async def test_chosen_companies_keep_their_commas(client: Any) -> None:
    body = await (await client.get("/compare?company=Quillnet&company=Nobody,+Inc.")).text()

    assert "/companies/Quillnet?category=challenge" in body
    assert "/companies/Harborlight" not in body
    assert "None of these companies" in await (await client.get("/compare?company=Nobody,+Inc.")).text()


async def test_parts(client: Any) -> None:
    body = await (await client.get("/compare?limit=2")).text()

    assert "/companies/Tessellate" not in body
    following = body.split('rel="next" href="')[1].split('"')[0]
    assert "/companies/Tessellate" in await (await client.get(following.replace("&amp;", "&"))).text()


@pytest.mark.parametrize("path", ["/compare.svg", "/compare.svg?company=Nobody"])
async def test_the_picture_stands_alone(client: Any, path: str) -> None:
    answer = await client.get(path)
    text = await answer.text()

    assert answer.content_type == "image/svg+xml"
    root = ET.fromstring(text)  # noqa: S314 - our own
    assert root.get("role") == "img"
    for forbidden in ("<script", "style=", "<style", "href=", "url("):
        assert forbidden not in text


async def test_the_picture_names_companies_as_text(client: Any) -> None:
    root = ET.fromstring(await (await client.get("/compare.svg")).text())  # noqa: S314 - our own

    assert "Tessellate <&> Söhne" in ["".join(node.itertext()).strip() for node in root.iter()]


@pytest.mark.parametrize(
    "path", ["/compare.png", "/compare.png?company=Nobody", "/compare.png?as_of=2026-11-20"]
)
async def test_the_picture_in_pixels(client: Any, path: str) -> None:
    answer = await client.get(path)
    body = await answer.read()
    drawn = ET.fromstring(await (await client.get(path.replace(".png", ".svg"))).text())  # noqa: S314 - our own

    assert answer.content_type == "image/png"
    assert body.startswith(b"\x89PNG\r\n\x1a\n")
    size = [int.from_bytes(body[at : at + 4], "big") for at in (16, 20)]
    assert size == [ZOOM * int(drawn.get(name, "0")) for name in ("width", "height")]
    known = await client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert known.status == 304


def _named(name: str) -> str:
    lines = (Line(name, ()),)
    values = {
        "strengths": STRENGTHS,
        "left": LEFT,
        "head": HEAD,
        "step": STEP,
        "row": ROW,
        "width": 600,
        "height": 300,
    }
    table = Table((), lines, None)
    query = CompareQuery(limit=25)
    now = datetime(2026, 11, 22, tzinfo=UTC)
    return drawable(render("compare.svg", base="http://here", now=now, table=table, query=query, **values))


@pytest.mark.parametrize(
    "name",
    [
        '</text><image href="file:///etc/hostname" width="600" height="300"/><text>',
        '"/><script>alert(1)</script>',
        "]]>&lt;&bogus;",
        "\x00\x0b\ufffe\ud800",
        "\u202eRight to left",
        "一" * 5000,
    ],
)
def test_a_name_is_only_ever_letters(name: str) -> None:
    svg = _named(name)

    root = ET.fromstring(svg)  # noqa: S314 - our own
    allowed = {"svg", "title", "rect", "text", "line", "circle"}
    assert {node.tag.rpartition("}")[2] for node in root.iter()} <= allowed
    assert paint(svg).startswith(b"\x89PNG")


def test_letters_need_no_font_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = resvg_py.svg_to_bytes
    monkeypatch.setattr(resvg_py, "svg_to_bytes", lambda **named: whole(**named, skip_system_fonts=True))

    assert paint(_named("Harborlight")) != paint(_named(" "))


async def test_an_empty_record_invites(empty_store: Store, serve: Any) -> None:
    client = await serve(empty_store)

    assert "nothing to compare yet" in await (await client.get("/compare")).text()
    assert (await client.get("/compare.svg")).status == 200
