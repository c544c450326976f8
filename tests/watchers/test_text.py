from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from watchers.clean import clean_text
from watchers.model import Block, BlockKind, Document
from watchers.parse import read_document
from watchers.text import from_text, to_text

_words = st.one_of(
    st.sampled_from(
        [
            "We share when:",
            "# x",
            "- y",
            "> q",
            "| r",
            "\\",
            "%heading",
            "%lead-in a",
            "Never.",
            "the following",
            "#",
            "-",
        ]
    ),
    st.text(max_size=30),
).map(clean_text)
_some = _words.filter(bool)


@st.composite
def blocks(draw: st.DrawFn) -> Block:
    kind = draw(st.sampled_from(BlockKind))
    level = {BlockKind.HEADING: st.integers(1, 6), BlockKind.ITEM: st.integers(1, 5)}.get(kind, st.just(0))
    return Block(kind, draw(_some), draw(_words), draw(_words), draw(level))


@given(st.lists(blocks(), max_size=12))
def test_any_blocks_come_back_exactly(some: list[Block]) -> None:
    document = Document("https://tessellate.example/", "T", tuple(some), "html")
    text = to_text(document)
    assert from_text(text, url=document.url, title="T", media="html") == document
    assert to_text(from_text(text, url="", title="", media="text")) == text


def test_what_follows_from_the_order_is_not_written_down() -> None:
    page = """<h1>Requests</h1><p>We disclose data when:</p><ul><li>a judge orders it</li><li>you agree:
      <ul><li>in writing</li></ul></li></ul><h2>Notice</h2><p># of cases: 4</p>
      <table><tr><td>2024</td><td>12</td></tr></table>"""
    document = read_document(page.encode(), url="https://quillnet.example/p", media_type="text/html")
    assert to_text(document) == (
        "# Requests\n\nWe disclose data when:\n\n- a judge orders it\n- you agree:\n  - in writing\n\n"
        "## Notice\n\n\\# of cases: 4\n\n| 2024 | 12\n"
    )


def test_facts_beside_the_text_are_handed_in() -> None:
    moment = datetime(2024, 5, 1, tzinfo=UTC)
    document = from_text(
        "Hello.\n",
        url="u",
        title="t",
        media="pgp",
        published=moment,
        author="a",
        language="en",
        notes=(("n", "v"),),
    )
    assert (document.published, document.author, document.language, document.notes) == (
        moment,
        "a",
        "en",
        (("n", "v"),),
    )


def test_nothing_is_nothing() -> None:
    assert to_text(Document("u", "", (), "html")) == ""
    assert from_text("", url="u", title="", media="html").blocks == ()
