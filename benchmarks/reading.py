"""What reading costs: feeds against feedparser alone, pages, sentences, comparisons."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from itertools import count, islice

import feedparser

from benchmarks.server import PARAGRAPH, page, rich_feed
from service.diff.align import compare_readings
from service.model import Sentence
from service.statements.detection.detector import judge
from service.statements.read import read
from watchers.feed import read_feed
from watchers.parse import read_document

Say = Callable[[str], None]
SENTENCES = 200


def per_second(work: Callable[[], object], times: int) -> float:
    """Best of three runs of `times` calls, per CPU second."""
    best = 0.0
    for _ in range(3):
        before = time.process_time()
        for _ in range(times):
            work()
        best = max(best, times / (time.process_time() - before))
    return best


def feeds(say: Say) -> None:
    """Parsing well-formed feeds of 20 entries, two thirds RSS, one third Atom, against feedparser alone."""
    bodies = [rich_feed(n) for n in range(3)]

    def theirs() -> None:
        for body in bodies:
            feedparser.parse(io.BytesIO(body))

    def ours() -> None:
        for body in bodies:
            read_feed(body, url="http://x.example/feed")

    alone, own = 3 * per_second(theirs, 5), 3 * per_second(ours, 50)
    say(f"feeds parsed per CPU second: feedparser {alone:,.0f}, onrecord {own:,.0f}: ratio {own / alone:.1f}")


def pages(say: Say) -> None:
    """From the bytes of a page to its statements, and from two readings to what changed."""
    body = page(1)
    parsed = read_document(body, url="http://x.example/page", media_type="text/html")
    first = per_second(lambda: read_document(body, url="http://x.example/page", media_type="text/html"), 20)
    second = per_second(lambda: read(parsed, company="Quillnet"), 20)
    reading = read(parsed, company="Quillnet")
    third = per_second(lambda: compare_readings(reading, reading), 20)
    say(
        f"pages of {len(body) // 1024} KB: parsed {first:,.0f}/s, read again {second:,.0f}/s, "
        f"compared unchanged {third:,.0f}/s"
    )


def sentences(say: Say) -> None:
    """Judging sentences that all speak of the matter, the slow case; each is new: what was judged is remembered."""
    texts = [text.strip() for text in PARAGRAPH.split(".") if text.strip()]
    numbers = count()

    def fresh() -> list[Sentence]:
        return [Sentence(f"{texts[n % len(texts)]} {n}.") for n in islice(numbers, SENTENCES)]

    judge(fresh()[:10])
    rate = per_second(lambda: judge(fresh()), 1) * SENTENCES
    say(f"sentences judged per CPU second, none of them known: {rate:,.0f}")
