from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import ListFlowable, ListItem, Paragraph, SimpleDocTemplate, Spacer

from watchers.errors import ExtractError
from watchers.model import BlockKind, Document
from watchers.parse import read_document

URL = "https://quillnet.example/report.pdf"
SENTENCE = (
    "Quillnet reviews every order that it gets and contests those that reach too far or lack a basis in law. "
)


def read(body: bytes) -> Document:
    return read_document(body, url=URL, media_type="application/pdf")


def report(pages: int = 1) -> bytes:
    """A report with headings, long paragraphs, a list, running headers and page numbers."""
    out = io.BytesIO()
    style = getSampleStyleSheet()
    story: list[object] = [Paragraph("Transparency Report", style["Title"])]
    for n in range(pages * 4):
        story += [
            Paragraph(f"Part {n}", style["Heading2"]),
            Paragraph(f"Paragraph {n} begins here. " + SENTENCE * 4, style["BodyText"]),
            Paragraph("We disclose data when:", style["BodyText"]),
            ListFlowable(
                [ListItem(Paragraph(t, style["BodyText"])) for t in ("a court orders it", "a life is at risk")],
                bulletType="bullet", start="•",
            ),
            Spacer(1, 12),
        ]  # fmt: skip

    def frame(canvas: Canvas, _: object) -> None:
        canvas.setFont("Helvetica", 8)
        canvas.drawString(72, A4[1] - 40, "Quillnet Transparency Report 2026 – confidential")
        canvas.drawString(280, 30, f"Page {canvas.getPageNumber()} of 9")

    SimpleDocTemplate(out, pagesize=A4, title="Quillnet Report", author="Ada Quill").build(
        story, onFirstPage=frame, onLaterPages=frame
    )
    return out.getvalue()


def drawn(*lines: str, **how: object) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, **how)
    for n, line in enumerate(lines):
        canvas.drawString(72, 700 - 14 * n, line)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def test_a_report_comes_back_in_paragraphs() -> None:
    document = read(report(4))
    texts = [b.text for b in document.blocks]
    assert (document.title, document.author, document.media) == ("Quillnet Report", "Ada Quill", "pdf")
    assert document.published is not None
    assert dict(document.notes)["pages"] == "4"
    for n in range(16):
        assert f"Paragraph {n} begins here. " + (SENTENCE * 4).strip() in texts
        assert any(b.kind is BlockKind.HEADING and b.text == f"Part {n}" for b in document.blocks)
    assert not any("confidential" in t or "Page " in t for t in texts)


def test_a_list_keeps_its_lead_in_and_heading() -> None:
    items = [b for b in read(report()).blocks if b.kind is BlockKind.ITEM]
    assert [(b.text, b.lead_in, b.heading) for b in items[:2]] == [
        ("a court orders it", "We disclose data when:", "Part 0"),
        ("a life is at risk", "We disclose data when:", "Part 0"),
    ]


def test_broken_words_are_whole_again() -> None:
    document = read(
        drawn("We never hand over any encryp-", "tion keys to a govern-", "ment, and we never will.")
    )
    assert [b.text for b in document.blocks] == [
        "We never hand over any encryption keys to a government, and we never will."
    ]


def test_a_short_full_line_ends_its_paragraph() -> None:
    document = read(drawn(SENTENCE.strip(), "We tell you.", SENTENCE.strip(), "Always."))
    assert [b.text for b in document.blocks] == [SENTENCE + "We tell you.", SENTENCE + "Always."]


def test_the_date_in_the_metadata() -> None:
    body = drawn("Quillnet has never received a secret order.", invariant=1)
    assert read(body).published == datetime(2000, 1, 1, tzinfo=UTC)


def encrypted() -> bytes:
    return drawn(
        "Secret words that nobody may read.", encrypt=StandardEncryption("hunter2", ownerPassword="owner")
    )


def written(*objects: bytes) -> bytes:
    """A file of these objects, the first of which is its root."""
    out, places = b"%PDF-1.7\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        count, table, count, len(out),
    )  # fmt: skip


ROOT = b"<</Type/Catalog/Pages 2 0 R>>"
CYCLE = written(ROOT, b"<</Type/Pages/Kids[2 0 R]/Count 1>>")
LONG_CYCLE = written(
    ROOT, b"<</Type/Pages/Kids[3 0 R]/Count 1>>", b"<</Type/Pages/Parent 2 0 R/Kids[2 0 R]/Count 1>>"
)
CROWD = written(
    ROOT,
    b"<</Type/Pages/Count 200000/Kids[%s]>>" % (b"3 0 R " * 200_000),
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
)


@pytest.mark.parametrize(
    "body",
    [
        drawn(),
        encrypted(),
        b"%PDF-1.7 and then nothing",
        drawn("We never do.")[:200],
        b"%PDF-1.4\n" + b"\0" * 5000,
        CYCLE,
        LONG_CYCLE,
    ],
    ids=["scan", "encrypted", "garbage", "cut", "zeros", "cycle", "long cycle"],
)
def test_what_cannot_be_read_is_an_error(body: bytes) -> None:
    with pytest.raises(ExtractError) as caught:
        read(body)
    assert caught.value.reason == "unreadable"


def test_too_many_pages_are_refused() -> None:
    out = io.BytesIO()
    canvas = Canvas(out)
    for _ in range(501):
        canvas.showPage()
    canvas.save()
    for body in (out.getvalue(), CROWD):
        with pytest.raises(ExtractError) as caught:
            read(body)
        assert caught.value.reason == "too_large"


def test_the_bytes_say_pdf_whatever_the_server_says() -> None:
    body = drawn("Quillnet has never received a secret order.")
    assert read_document(body, url=URL, media_type="application/octet-stream").media == "pdf"
    assert read_document(body, url=URL).media == "pdf"


def test_a_page_in_place_of_the_pdf_is_read_as_the_page_it_is() -> None:
    with pytest.raises(ExtractError) as caught:
        read(b"<html><title>404 Not Found</title><h1>Not Found</h1></html>")
    assert caught.value.reason == "soft_404"
