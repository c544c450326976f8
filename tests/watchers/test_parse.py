"""Everything that is not a page, a feed or a PDF; and input that means harm."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchers.charset import decode
from watchers.errors import ExtractError
from watchers.model import BlockKind, Document
from watchers.parse import read_any, read_document
from watchers.text import from_text, to_text

URL = "https://quillnet.example/statement"


def markdown(text: str) -> Document:
    return read_document(text.encode(), url=URL, media_type="text/markdown")


def plain(text: str) -> Document:
    return read_document(text.encode(), url=URL, media_type="text/plain")


def lines(document: Document) -> list[str]:
    return [line for line in to_text(document).split("\n") if line]


# ------------------------------------------------------------- Markdown


def test_markdown_as_converters_write_it() -> None:
    document = markdown("""Requests
========

_Last updated: May 1, 2026_

#### [](#who)Who may ask

Write to **us** at [our portal](https://quillnet.example/x_(y) "title") or [\\[email\\]](mailto:a@b.example).

Each request must name:

*   the officer\\*,
    and the badge

    A second paragraph.

*   what is sought:

    1.  accounts
    2.  dates

> We have **never** given out keys.

**1\\. Secret orders**
--------------------

|     |     |
| --- | --- |
| **Data** | Needs |
| Content  <br>(all) | a warrant |

![logo](x.png) snake_case stays &amp; 5 * 3 too.
""")
    assert lines(document) == [
        "# Requests",
        "Last updated: May 1, 2026",
        "#### Who may ask",
        "Write to us at our portal or [email].",
        "Each request must name:",
        "- the officer*, and the badge",
        "- A second paragraph.",
        "- what is sought:",
        "  - accounts",
        "  - dates",
        "> We have never given out keys.",
        "## 1. Secret orders",
        "| Data | Needs",
        "| Content (all) | a warrant",
        "snake_case stays & 5 * 3 too.",
    ]
    assert document.title == "Requests"
    nested = next(b for b in document.blocks if b.text == "accounts")
    assert (nested.lead_in, nested.level) == ("Each request must name: what is sought:", 2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\n- b\n- c", ["a", "- b", "- c"]),
        ("a\n2. b", ["a 2. b"]),
        ("- a\nlazy\n\nb", ["- a lazy", "b"]),
        ("* a\n  * b\n    * c\n* d", ["- a", "  - b", "    - c", "- d"]),
        ("1) a\n\n   b", ["- a", "- b"]),
        ("# a #\n##b\nc", ["# a", "## b", "c"]),
        ("a\n\n---\n\nb", ["a", "b"]),
        ("```\nWe never.\n# no\n```", ["We never.", "# no"]),
        ("**We comply**\n\nb", ["###### We comply", "b"]),
        ("**We comply.**\n\nb", ["We comply.", "b"]),
        ("a  \nb", ["a b"]),
        ("A full line.  \nb", ["A full line.", "b"]),
        ("[a]: https://x.example\n\n[b][a] <https://y.example> `c`", ["b https://y.example c"]),
        ("<div>a<br>b</div>", ["a b"]),
        ("[\n\na\n\n](https://x.example)", ["a"]),
        ("> - a\n> - b", ["> a", "> b"]),
        ("~~a~~ __b__ ***c***", ["b c"]),
        ("\\# a", ["\\# a"]),
        ("*   *   a", ["  - a"]),
    ],
)
def test_markdown_piece_by_piece(text: str, expected: list[str]) -> None:
    got = lines(markdown(text))
    assert [line.removeprefix("\\") if line == "\\# no" else line for line in got] == expected


def test_front_matter_gives_facts() -> None:
    document = markdown('---\ntitle: "A title"\ndate: 2024-03-01\nlayout: x\n---\nText.\n')
    assert (document.title, document.published, lines(document)) == (
        "A title", datetime(2024, 3, 1, tzinfo=UTC), ["Text."]
    )  # fmt: skip


@pytest.mark.parametrize(
    "how",
    [{"name": "Policy.md"}, {"url": "https://h.example/p.markdown?raw=1"}, {"media_type": "text/markdown"}],
)
def test_markdown_is_known_by_type_or_name(how: dict[str, str]) -> None:
    assert read_document(b"# A\n\nb", **{"url": URL, **how}).media == "markdown"


# ------------------------------------------------------------- plain text

STORY = """Messenger denies it
Harbor Gazette, 12 May 2024 — by Ada Quill

The messenger Quillnet denied on Sunday that it lets spies
read along. "No agency has access," it said.

What it does
It answers when:
- a judge orders it
- a life is at risk, and
  no judge can be reached

Next steps

We will see.
"""


def test_plain_text() -> None:
    document = plain(STORY)
    assert (document.title, document.author, document.media) == ("Messenger denies it", "Ada Quill", "text")
    assert document.published == datetime(2024, 5, 12, tzinfo=UTC)
    assert lines(document)[0:3] == [
        "# Messenger denies it",
        "Harbor Gazette, 12 May 2024 — by Ada Quill",
        'The messenger Quillnet denied on Sunday that it lets spies read along. "No agency has access," it said.',
    ]
    items = [b for b in document.blocks if b.kind is BlockKind.ITEM]
    assert [b.text for b in items] == ["a judge orders it", "a life is at risk, and no judge can be reached"]
    assert items[0].lead_in.endswith("It answers when:")
    assert document.blocks[-1].heading == "Next steps"


def test_one_line_is_a_paragraph() -> None:
    assert lines(plain("We have never received a secret order.\r\n")) == [
        "We have never received a secret order."
    ]


# ------------------------------------------------------------- PGP

SIGNED = """-----BEGIN PGP SIGNED MESSAGE-----
Hash: SHA512

Canary of Quillnet, 1 May 2026

- - We have received no secret order.
- -----

We will sign again by 1 August 2026.
-----BEGIN PGP SIGNATURE-----

iQIzBAEBCgAdFiEE
=abcd
-----END PGP SIGNATURE-----
"""


def test_a_signed_message_is_its_words() -> None:
    document = read_document(SIGNED.encode(), url=URL)
    assert (document.media, document.notes) == ("pgp", (("pgp-hash", "SHA512"),))
    text = to_text(document)
    assert "- We have received no secret order." in text
    assert "iQIz" not in text
    assert document.title == "Canary of Quillnet, 1 May 2026"


def test_a_signed_message_inside_a_page() -> None:
    document = read_document(f"<h1>Canary</h1><pre>{SIGNED}</pre>".encode(), url=URL, media_type="text/html")
    text = to_text(document)
    assert "- We have received no secret order." in text
    assert "iQIz" not in text


def test_a_signed_message_cut_off_is_no_document() -> None:
    with pytest.raises(ExtractError) as caught:
        read_document(SIGNED[:200].encode(), url=URL)
    assert caught.value.reason == "truncated"


# ------------------------------------------------------------- charsets and kinds


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        ("café".encode(), None),
        ("café".encode(), "iso-8859-1"),
        ("café".encode("latin-1"), "iso-8859-1"),
        ("café".encode("latin-1"), "utf-8; x"),
        ("\ufeffcafé".encode(), "latin-1"),
        ("café".encode("utf-16"), None),
        ("café".encode("utf-16-le"), "utf-16le"),
        ('<meta charset="windows-1252">café'.encode("cp1252"), None),
        ("café".encode(), "no-such-charset"),
        ("café".encode(), "rot13"),
        ("café".encode(), "zlib_codec"),
    ],
)
def test_charsets(body: bytes, charset: str | None) -> None:
    assert decode(body, charset).endswith("café")


@given(
    st.binary(max_size=300),
    st.sampled_from([None, "utf-8", "utf-16", "utf-7", "idna", "shift_jis", "hex", "big5", "x"]),
)
def test_decoding_never_raises(body: bytes, charset: str | None) -> None:
    decode(body, charset)


def test_other_alphabets_by_content() -> None:
    text = "Мы никогда не передаём ключи шифрования государственным органам и сообщаем пользователям. " * 5
    assert decode(text.encode("cp1251")).startswith("Мы никогда не")


@pytest.mark.parametrize(
    ("body", "media_type", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, "image/png", "media_type"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, "", "media_type"),
        (b"PK\x03\x04" + b"\0" * 2000, "application/octet-stream", "media_type"),
        (b"", "text/html", "empty"),
        (b"\xef\xbb\xbf  \n", "text/plain", "empty"),
    ],
)
def test_what_is_no_document(body: bytes, media_type: str, reason: str) -> None:
    with pytest.raises(ExtractError) as caught:
        read_document(body, url=URL, media_type=media_type)
    assert caught.value.reason == reason


def test_html_is_known_by_its_looks() -> None:
    body = b"<!DOCTYPE html><html><body><p>We never do.</p></body></html>"
    for media_type in ("", "text/plain", "application/octet-stream", "application/xml"):
        assert [b.text for b in read_document(body, url=URL, media_type=media_type).blocks] == [
            "We never do."
        ]
    assert read_any(body, url="", name="-")[0].media == "html"


# ------------------------------------------------------------- harm


@pytest.mark.parametrize("depth", [260, 3000])
def test_a_promise_however_deep_and_all_that_follows(depth: int) -> None:
    html = "<div>" * depth + "<p>We never give keys.</p>" + "</div>" * depth + "<p>Nor data.</p>"
    document = read_document(html.encode(), url=URL, media_type="text/html")
    assert [b.text for b in document.blocks] == ["We never give keys.", "Nor data."]


ABSURD = {
    "depth": (b"<div>" * 100_000 + b"x", "text/html", "too_deep"),
    "inline-depth": (b"<b>" * 100_000 + b"x", "text/html", "too_deep"),
    "attributes": (
        b"<div " + b" ".join(b"a%d=1" % n for n in range(100_000)) + b">We never.</div>",
        "text/html",
        "too_large",
    ),
    "bare-attributes": (b"<div " + b" ".join(b"a%d" % n for n in range(100_000)), "text/html", "too_large"),
    "quoted-attributes": (
        b"<div " + b" ".join(b'a%d=">"' % n for n in range(100_000)) + b">We never.</div>",
        "text/html",
        "too_large",
    ),
    "elements-of-many-attributes": (
        (b"<div " + b" ".join(b"a%d" % n for n in range(4_000)) + b">We never.</div>") * 300,
        "text/html",
        "too_large",
    ),
    "options": (b"<select>" + b"<option>a" * 100_000, "text/html", "too_large"),
    "ends-of-nothing": (b"<div></z>" * 100_000 + b"x", "text/html", "too_deep"),
    "ends-that-search": (b"<i>" * 7_000 + b"</z>" * 800_000, "text/html", "too_deep"),
    "long-attributes": (
        b'<div data-state="' + b"{'a': x > y, 'b': [1, 2]} " * 40_000 + b'">We never.</div>',
        "text/html",
        "",
    ),
    "paragraphs": (b"<p>a</p>" * 500_000, "text/html", "too_large"),
    "inline": (b"<i>a</i> " * 400_000, "text/html", ""),
    "rows": (b"<table>" + b"<tr><td>a<td>b" * 250_000, "text/html", "too_large"),
    "furniture": (b"<div class=nav>a</div>" * 150_000, "text/html", "too_large"),
    "nested-furniture": (b"<div class=nav>" * 5_000 + b"x", "text/html", "empty"),
    "brackets": (b"[" * 4_000_000, "text/markdown", ""),
    "links": (b"[a](" * 1_000_000, "text/markdown", ""),
    "comments": (b"<!--" * 500_000, "text/markdown", ""),
    "tags": (b"<a " * 1_000_000, "text/markdown", ""),
    "emphasis": (b"**a" * 1_000_000, "text/markdown", ""),
    "headings": (b"a\n===\n" * 800_000, "text/markdown", "too_large"),
    "lists": (b"".join(b" " * n + b"- a\n" for n in range(2_000)), "text/markdown", ""),
    "lines": (b"a\n\n" * 700_000, "text/plain", "too_large"),
    "one-line": (b"word. " * 1_300_000, "text/plain", ""),
}


@pytest.mark.parametrize("name", ABSURD)
def test_absurd_input_is_read_or_refused_in_seconds(name: str) -> None:
    body, media_type, refused = ABSURD[name]
    began = time.process_time()
    reason = ""
    try:
        read_document(body, url=URL, media_type=media_type)
    except ExtractError as error:
        reason = error.reason
    assert reason == refused
    assert time.process_time() - began < 5


def test_nul_and_controls_part_no_words() -> None:
    document = read_document(
        b"<title>a\r\nBcc: x</title><p>We\x00 never\x07 give\x1b keys.</p>", url=URL, media_type="text/html"
    )
    assert document.title == "a Bcc: x"
    assert "\x00" not in document.blocks[0].text
    assert "never give keys." in document.blocks[0].text


@settings(max_examples=200)
@given(
    st.binary(max_size=400),
    st.sampled_from(["", "text/html", "text/plain", "text/markdown", "application/pdf", "application/xml"]),
)
def test_any_bytes_give_documents_or_an_extract_error(body: bytes, media_type: str) -> None:
    try:
        documents = read_any(body, url=URL, media_type=media_type)
    except ExtractError:
        return
    assert all(isinstance(d, Document) for d in documents)


_PIECES = """<p> </p> <div_class=nav> <ul> <li> </ul> <table> <tr> <td> <h2> </h2> <br> <a_href=x> <b> </b> <article>
<main> </main> <blockquote> <pre> <dl> <dt> <dd> <details> <summary> text_ We_never_do._ &#0; &amp; <!-- --> <script>
</script> <template> <svg> <button_aria-expanded=x>"""
_soup = st.lists(st.sampled_from([piece.replace("_", " ") for piece in _PIECES.split()]), max_size=40).map(
    "".join
)


@given(_soup)
def test_any_soup_of_tags_reads_the_same_twice_and_comes_back_from_its_text(soup: str) -> None:
    try:
        one = read_document(soup.encode(), url=URL, media_type="text/html")
    except ExtractError:
        return
    assert one == read_document(soup.encode(), url=URL, media_type="text/html")
    assert all(block.text for block in one.blocks)
    assert from_text(to_text(one), url=URL, title="", media="html").blocks == one.blocks
