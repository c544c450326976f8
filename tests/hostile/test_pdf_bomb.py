"""Two thousand bytes that unfold to a gigabyte inside a PDF: the worker's limit ends it, and that document alone."""

from __future__ import annotations

import zlib

import pytest

from service.process.workbench import Workbench, WorkbenchError
from tests.hostile.pages import GOOD_BYTES
from tests.watchers.test_pdf import ROOT, written
from watchers.parse import read_document

URL = "https://quillnet.example/report.pdf"


def folded(size: int) -> bytes:
    """So many spaces, compressed twice."""
    once, twice = zlib.compressobj(9), zlib.compressobj(9)
    out = b"".join(twice.compress(once.compress(b" " * (1 << 20))) for _ in range(size >> 20))
    return out + twice.compress(once.flush()) + twice.flush()


def bomb() -> bytes:
    stream = folded(1 << 30)
    return written(
        ROOT,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>",
        b"<</Filter[/FlateDecode/FlateDecode]/Length %d>>stream\n%s\nendstream" % (len(stream), stream),
    )


@pytest.mark.slow
async def test_it_ends_its_worker_and_nothing_else() -> None:
    body = bomb()
    assert len(body) < 4096
    async with Workbench(1, memory=512 << 20) as bench:
        for _ in range(2):
            with pytest.raises(WorkbenchError) as lost:
                await bench.run(read_document, body, url=URL, media_type="application/pdf")
            assert lost.value.reason in ("killed", "memory")
            page = await bench.run(read_document, GOOD_BYTES, url=URL, media_type="text/html")
            assert page.media == "html"
