"""What others need for the same work. Run by the interpreter of `.bench`, with nothing of ours imported.

`python benchmarks/peers.py reader URL COUNT` updates COUNT feeds at URL/0 …, then updates them again unchanged; prints
these second updates per CPU second. `trafilatura FILE…` prints extractions per CPU second.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import Any


def reader(url: str, count: int) -> float:
    """Unchanged updates per CPU second by lemon24/reader, the better of two rounds, one worker."""
    from reader import make_reader  # type: ignore[import-not-found]  # noqa: PLC0415 - only there where it runs

    with tempfile.TemporaryDirectory() as folder:
        library: Any = make_reader(str(Path(folder) / "reader.sqlite"))
        for number in range(count):
            library.add_feed(f"{url}/{number}")
        _update(library, count)
        best = max(_update(library, count) for _ in range(2))
        library.close()
    return best


def _update(library: Any, count: int) -> float:
    before = time.process_time()
    results = [result.value for result in library.update_feeds_iter(scheduled=False, workers=1)]
    spent = time.process_time() - before
    if len(results) != count or any(isinstance(value, Exception) for value in results):
        raise AssertionError(f"reader: {results[:3]}")
    return count / spent


def trafilatura(paths: list[str]) -> float:
    """Pages per CPU second of `trafilatura.extract` as it comes, the best of three rounds."""
    from trafilatura import extract  # type: ignore[import-not-found]  # noqa: PLC0415 - only there where it runs

    pages = [Path(path).read_text(encoding="utf-8") for path in paths]
    extract(pages[0])
    best = 0.0
    for _ in range(3):
        before = time.process_time()
        for page in pages:
            if not extract(page):
                raise AssertionError("trafilatura found no text")
        best = max(best, len(pages) / (time.process_time() - before))
    return best


if __name__ == "__main__":
    if sys.argv[1] == "reader":
        print(reader(sys.argv[2], int(sys.argv[3])))
    else:
        print(trafilatura(sys.argv[2:]))
