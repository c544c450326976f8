"""Answers of another kind than the page was, or of another at each look: well framed, nothing of the page in them."""

from __future__ import annotations

import io
import json

from reportlab.pdfgen.canvas import Canvas

from tests.hostile import feeds, pages
from tests.hostile.pages import AROUND, PROMISES
from tests.hostile.registry import answers, misdeed
from tests.hostile.server import Wire

NOT_THE_PAGE = ("collapsed", "error_page", "unreadable")
"""Reasons for what took the page's place."""
ANY = ("", *NOT_THE_PAGE)
"""Where nothing is on record, most of it may be the document."""
OTHERS = (
    "Our office dogs are called Inkpot and Blotter, and both of them like the garden behind the house.",
    "The spring edition of the editor has a quieter margin and a louder bell for the end of a line.",
    "Notebooks can be printed at cost in the shop at the corner, on paper from the mill up the river.",
)


def drawn(*lines: str) -> bytes:
    """A PDF of one page."""
    out = io.BytesIO()
    canvas = Canvas(out, invariant=True)
    for number, line in enumerate(lines):
        canvas.drawString(40, 800 - 20 * number, line)
    canvas.save()
    return out.getvalue()


PDF = "application/pdf"
JSON = "application/json"
WORDS = " ".join(OTHERS)
LISTED = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Quillnet", "items": [
    {"id": "1", "content_text": WORDS}]})  # fmt: skip
ANSWERS: tuple[tuple[str, bytes, str], ...] = (
    ("another_pdf", drawn(*OTHERS), PDF),
    ("a_pdf_without_text", drawn(), PDF),
    ("a_feed", feeds.rss((("Dogs", "urn:dogs", f"<p>{WORDS}</p>"),)).encode(), feeds.RSS),
    ("a_feed_called_a_page", feeds.rss((("Dogs", "urn:dogs", f"<p>{WORDS}</p>"),)).encode(), "text/html"),
    ("a_feed_in_json", LISTED.encode(), "application/feed+json"),
    ("some_json", LISTED.encode(), JSON),
    ("plain_words", WORDS.encode(), "text/plain; charset=utf-8"),
    ("markdown", f"# Dogs\n\n{WORDS}\n".encode(), "text/markdown"),
    ("another_page", pages.render(OTHERS, title="Dogs").encode(), "text/html"),
    ("a_word", b"ok", "text/plain"),
)
for _name, _body, _media in ANSWERS:
    answers(f"page_becomes_{_name}", _body, media=_media, reasons=NOT_THE_PAGE, cold=ANY)


@misdeed(*NOT_THE_PAGE, cold=ANY)
async def page_of_another_kind_at_each_look(wire: Wire) -> None:
    """HTML, PDF, a feed and the rest in turn."""
    _, body, media = ANSWERS[wire.asked % len(ANSWERS)]
    await wire.answer(body, media=media)


@misdeed()
async def page_as_words_as_a_pdf_as_a_page(wire: Wire) -> None:
    """The same promises each time."""
    texts = (*AROUND, *PROMISES)
    bodies = (
        (drawn(*texts), PDF),
        ("\n\n".join(texts).encode(), "text/plain; charset=utf-8"),
        (pages.GOOD_BYTES, "text/html"),
    )
    body, media = bodies[wire.asked % 3]
    await wire.answer(body, media=media)
