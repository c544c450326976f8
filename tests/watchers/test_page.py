"""What is read from a page, and what is left on it."""

from datetime import UTC, datetime

import pytest

from watchers.charset import decode
from watchers.errors import ExtractError
from watchers.model import Block, BlockKind, Document
from watchers.page import both_ends, breaks_off, is_whole
from watchers.parse import read_document
from watchers.text import to_text

URL = "https://tessellate.example/policy"
PROMISE = "We never sell what the police ask for, and we tell you."
LONG = (
    "We review every request from an authority and we reject those that are too broad or have no basis in law. "
    * 8
)


def page(html: str, **how: str) -> Document:
    return read_document(html.encode(), url=URL, media_type="text/html", **how)


def lines(html: str, **how: str) -> list[str]:
    return [line for line in to_text(page(html, **how)).split("\n") if line]


def test_a_tiny_honest_page_is_read() -> None:
    assert lines("<h1>Policy</h1><p>We never give keys to anyone.</p>") == [
        "# Policy",
        "We never give keys to anyone.",
    ]


def test_one_bare_sentence_is_a_page() -> None:
    assert lines("<html><body>We have never received a secret order.</body></html>") == [
        "We have never received a secret order."
    ]


def test_furniture_goes_and_text_stays() -> None:
    html = f"""<html><head><title>Requests | Tessellate</title><style>p{{}}</style>
    <script>var a = "<p>no</p>";</script></head>
    <body class="has-sidebar cookie-banner-open"><header class="site-header"><a href="/">Tessellate</a></header>
    <nav><ul><li><a href="/a">Products</a></li><li><a href="/b">Pricing</a></li></ul></nav>
    <div id="onetrust-banner-sdk"><p>We use cookies to make this site better. Accept all of them today.</p></div>
    <div class="breadcrumbs"><a href="/">Home</a> / Legal</div>
    <div class="layout with-sidebar"><div class="content"><h1>Requests</h1><p>{LONG}</p>
    <div class="share-buttons"><a href="#">Share</a></div></div>
    <div class="sidebar"><h3>Most read</h3><a href="/x">Ten tricks</a></div></div>
    <div id="comments"><p>I do not believe a word of this, honestly.</p></div>
    <footer><p>Copyright 2026 Tessellate. All rights are reserved by us.</p></footer></body></html>"""
    assert lines(html) == ["# Requests", LONG.strip()]


@pytest.mark.parametrize(
    "html",
    [
        '<div class="page"><div class="x1"><span>{}</span></div></div>',
        '<section id="sharing"><p>{}</p></section>',
        '<section id="social-media" class="related"><p>{}</p></section>',
        '<div class="cookie-policy"><p>{}</p></div>',
        '<div id="advertising"><p>{}</p></div>',
        '<div class="modal-body banner"><p>{}</p></div>',
        '<form id="aspnetForm"><div><p>{}</p></div></form>',
        '<main><aside><p>{}</p></aside></main>',
        '<table><tr><td><p>{}</p></td></tr></table>',
        '<main><h1>x</h1></main><div><p>{}</p></div>',
        '<article><p>Hi.</p></article><p>{}</p>',
        '<my-policy><my-text>{}</my-text></my-policy>',
        '<center><font>{}</font></center>',
        '<pre>{}</pre>',
        '<body aria-hidden="false"><p>{}',
        '<header><h1>Law</h1><p>{}</p></header>',
        '<dialog open><p>{}</p></dialog>',
    ],
)  # fmt: skip
def test_no_promise_is_lost_to_its_surroundings(html: str) -> None:
    assert PROMISE in " ".join(
        b.text for b in page(html.format(PROMISE.replace("police", "police\n"))).blocks
    )


@pytest.mark.parametrize(
    "panel",
    [
        '<div class="accordion-content" style="display: none">{}</div>',
        '<button aria-expanded="false" aria-controls="p1">How</button><div id="p1" hidden>{}</div>',
        '<div role="tabpanel" hidden>{}</div>',
        '<div class="faq-answer" hidden="until-found">{}</div>',
        "<details><summary>How</summary>{}</details>",
        '<div class="collapse" aria-hidden="true">{}</div>',
    ],
)
def test_what_an_accordion_folds_away_is_text(panel: str) -> None:
    html = "<h1>Questions</h1><p>Seen at once by all.</p>" + panel.format("<p>We never tell.</p>")
    assert "We never tell." in [b.text for b in page(html).blocks]


@pytest.mark.parametrize(
    "hidden",
    ["<p hidden>{}</p>", '<div style="display:none">{}</div>', "<template>{}</template>", "<script>{}</script>",
     "<!-- {} -->",
     '<span style="visibility: hidden">{}</span>', "<noscript>{}</noscript>"],
)  # fmt: skip
def test_what_nobody_can_see_is_no_text(hidden: str) -> None:
    html = "<h1>Policy</h1><p>We tell our users of each order.</p>" + hidden.format("Not for you.")
    assert lines(html) == ["# Policy", "We tell our users of each order."]


def test_lists_carry_what_leads_in_to_them() -> None:
    blocks = page("""<h2>Sharing</h2><p>Some words. We disclose data when:</p>
      <ul><li>a court orders us to; or</li><li>somebody is in danger, that is:<ul><li>a child</li></ul></li></ul>
      <p>Not otherwise.</p><ol><li>First of all</li></ol>""").blocks
    assert [(b.text, b.lead_in, b.level) for b in blocks if b.kind is BlockKind.ITEM] == [
        ("a court orders us to; or", "We disclose data when:", 1),
        ("somebody is in danger, that is:", "We disclose data when:", 1),
        ("a child", "We disclose data when: somebody is in danger, that is:", 2),
        ("First of all", "", 1),
    ]
    assert {b.heading for b in blocks[1:]} == {"Sharing"}


def test_items_written_as_paragraphs_are_items() -> None:
    blocks = page(
        "<p>We disclose data:</p><p>(a) on a court's order;</p><p>(b) in an emergency.</p><p>• and so on</p>"
    ).blocks
    assert [(b.kind, b.text) for b in blocks[1:]] == [
        (BlockKind.ITEM, "(a) on a court's order;"),
        (BlockKind.ITEM, "(b) in an emergency."),
        (BlockKind.ITEM, "and so on"),
    ]
    assert {b.lead_in for b in blocks[1:]} == {"We disclose data:"}


def test_definitions_stand_under_their_term() -> None:
    blocks = page(
        "<dl><dt>Content</dt><dd>Only a warrant opens it.</dd><dt>Names</dt><dd>A subpoena.</dd></dl>"
    ).blocks
    assert [(b.text, b.lead_in) for b in blocks] == [
        ("Content", ""),
        ("Only a warrant opens it.", "Content"),
        ("Names", ""),
        ("A subpoena.", "Names"),
    ]


def test_table_rows_keep_their_cells_apart() -> None:
    assert lines("""<table><thead><tr><th>Year</th><th>Requests</th></tr></thead><tbody>
      <tr><td>2024</td><td><p>12</p><p>(3 refused)</p></td></tr></tbody></table>""") == [
        "| Year | Requests",
        "| 2024 | 12 (3 refused)",
    ]


def test_a_table_that_only_lays_out_is_walked() -> None:
    html = "<table><tr><td><h2>Orders</h2><p>We fight.</p></td><td><h2>Else</h2><p>We do not.</p></td></tr></table>"
    assert lines(html) == ["## Orders", "We fight.", "## Else", "We do not."]


def test_words_stay_whole_and_breaks_part_lines() -> None:
    html = """<p>We ne<b>ver</b> <a href="/x">give</a>&nbsp;keys<sup>1</sup>.<br><br>Nor data.<br>- to spies<br>- to
    others</p><p>One line<br>goes on</p>"""
    assert lines(html) == [
        "We never give keys1.",
        "Nor data.",
        "- to spies",
        "- to others",
        "One line goes on",
    ]


def test_quotations_and_headings_in_disguise() -> None:
    html = "<p><strong>Secret orders</strong></p><blockquote><p>We got none.</p></blockquote><p><b>None at all.</b></p>"
    assert lines(html) == [
        "###### Secret orders", "> We got none.", "None at all."
    ]  # fmt: skip


def test_tables_of_contents_are_not_text_but_a_link_or_two_are() -> None:
    toc = "<ul>" + "".join(f'<li><a href="#{n}">Part {n}</a></li>' for n in range(4)) + "</ul>"
    html = f'<main><h1>Terms</h1>{toc}<p>{LONG}</p><ul><li><a href="/r">Our report</a></li></ul></main>'
    assert lines(html) == ["# Terms", LONG.strip(), "- Our report"]


def test_beside_an_article_only_prose_counts() -> None:
    html = f"""<div><h1>News</h1></div><article><h2>Story</h2><p>{LONG}</p></article>
      <div class="cards"><h3>More</h3><a href="/1">One more thing</a></div>
      <div><h3>Note</h3><p>This statement will be signed again by us on the first of May.</p></div>"""
    assert lines(html) == ["# News", "## Story", LONG.strip(), "### Note",
                           "This statement will be signed again by us on the first of May."]  # fmt: skip


def test_a_main_part_that_holds_only_the_beginning_is_not_believed() -> None:
    html = (
        f"<main><h1>Policy</h1><p>{LONG}</p></main>"
        + f"<section><p>{LONG}</p></section>" * 4
        + f"<p>{PROMISE}</p>"
    )
    assert PROMISE in lines(html)


def test_select_and_remove() -> None:
    html = (
        '<div class="a"><p>One.</p><i class="ad">Buy.</i></div><p>Two.</p><div class="a"><p>Three.</p></div>'
    )
    assert lines(html, select=".a, .a p", remove=".ad") == ["One.", "Three."]


@pytest.mark.parametrize("select", [".none", "p:::", "div["])
def test_a_selector_that_finds_nothing_is_an_error_that_stays(select: str) -> None:
    with pytest.raises(ExtractError) as caught:
        page("<p>One.</p>", select=select)
    assert (caught.value.reason, caught.value.transient) == ("selector", False)


def test_facts_beside_the_text() -> None:
    document = page("""<html lang="en-GB"><head><title> A
      title </title><meta property="article:published_time" content="2024-02-03T04:05:06+02:00">
      <meta name="author" content="Ada&#x202e; Quill"></head><body><p>We never do.</p></body></html>""")
    assert document.title == "A title"
    assert document.published == datetime(2024, 2, 3, 2, 5, 6, tzinfo=UTC)
    assert (document.author, document.language, document.media) == ("Ada Quill", "en-gb", "html")


@pytest.mark.parametrize(
    ("html", "day"),
    [
        ('<script type="application/ld+json">{"@graph": [{"datePublished": "2021-05-06"}]}</script>', 6),
        ('<article><time datetime="2021-05-07">then</time></article>', 7),
        ('<span itemprop="datePublished" content="2021-05-08"></span>', 8),
        ('<meta name="date" content="May 9, 2021">', 9),
        ('<h1>T</h1><p>By Ada Quill, 10 May 2021</p>', 10),
        ('<meta name="date" content="0021-05-09">', None),
        ('<script type="application/ld+json">[[[</script>', None),
        ("<h1>T</h1><p>Last updated 10 May 2021</p>", None),
    ],
)  # fmt: skip
def test_the_date_of_publication(html: str, day: int | None) -> None:
    published = page(html + "<p>We never do.</p>").published
    assert (published.day if published else None) == day


def test_the_same_text_in_other_markup_is_the_same_text() -> None:
    one = page("<html><body><p>We  never&nbsp;give keys, caf\u00e9.</p></body></html>")
    other = page(
        "<!doctype html><body data-nonce=x9><div><div><p class=k>We never\ngive <i>keys</i>, cafe\u0301.</div></div>"
    )
    assert to_text(one) == to_text(other)


def test_heading_blocks_know_what_they_stand_under() -> None:
    blocks = page("<h1>A</h1><h2>B</h2><p>x y.</p><h3>C</h3><h2>D</h2>").blocks
    assert blocks[3] == Block(BlockKind.HEADING, "C", "B", "", 3)
    assert blocks[4] == Block(BlockKind.HEADING, "D", "A", "", 2)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32", "latin-1"])
@pytest.mark.parametrize("size", [0, 10, 70_001, 200_002, 1_000_003])
def test_both_ends_are_enough_to_tell_whether_a_page_is_whole(encoding: str, size: int) -> None:
    whole = "<!doctype html><html><body>" + "né " * (size // 3) + "</body></html>"
    for page in (whole, whole + "<!-- x -->", whole.removesuffix("</body></html>")):
        raw = page.encode(encoding)
        ends = decode(both_ends(raw))
        assert (is_whole(ends), breaks_off(ends)) == (is_whole(page), breaks_off(page))
        assert len(both_ends(raw)) < 100_000
