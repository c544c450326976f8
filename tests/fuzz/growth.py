"""Does the time of any target grow faster than its input? Every pattern, repeated, at each target.

`python -m tests.fuzz.growth [TARGET…]` prints what grows too fast; the quick form is `test_growth`.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.fuzz.mutate import TOKENS
from tests.fuzz.targets import TARGETS

FACTOR = 3.0
"""Twice the input may take so many times the time: 2 is linear, 4 quadratic; the rest is noise."""
SIZE = 1 << 15
"""Bytes."""
WORTH = 0.05
"""Seconds of CPU below which a ratio says nothing."""
_SENTENCE = b"We do not disclose content to any government "
_HEAD = b"<!doctype html><html><body><main><p>We do not disclose content to any government.</p>"
_FEED = b'<rss version="2.0"><channel><title>t</title><item><title>a</title><description>'
PATTERNS = (
    *TOKENS, b"a", b"a ", b"A ", b"a. ", b"A. ", b"1", b"1,", b"1 ", b"(", b")", b"()", b"- x\n", b"x\n",
    b"x\n\n", b"\n", b"*", b"**a", b"_a ", b"`", b"[a](b", b"![", b"<b>", b"<div>", b"<div>a</div>",
    b"<p>a.</p>", b"<p>We do not share.</p>", b"<a href=x>a</a>", b"<tr><td>", b"<li><ul>", b"<details>",
    b"<item><title>a</title></item>", b"<entry><id>a</id></entry>", b"&amp;", b"&", b"a=b&", b"a b c ",
    "“a ".encode(), "“a” ".encode(), "‘a ".encode(), b"'a ", b"Ada Quill, ", b"of the ", b"and ", b", ",
    b"said Ada ", b"unless we are ", b"not ", b"in 2025 ", b"1.", b"a@", b".", b"..", b"-", b"--", b"%25",
    b"<?", b"<!", b"<!DOCTYPE [", b"<meta charset", b"x:", b"x: y\n", b"[a]\n", b"[[sources]]\n", b"a.b.",
    b'{"a":', b"[[", b"User-agent: a\nDisallow: /\n", b"Jan ", b"12 Jan, ", b"\t", b"\xcc\x81",
    b"we may, if ", b"requests from ", b"Q: a?\n\nA: b.\n\n", b"| a ", b"# a\n\n", b"> a\n\n", b"  - a\n",
    b"</p>", b"</div>",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Growth:
    """CPU seconds for an input of `size` bytes and for one twice as large."""

    target: str
    frame: str
    pattern: bytes
    size: int
    once: float
    twice: float

    @property
    def too_fast(self) -> bool:
        """Whether the ratio is more than `FACTOR`."""
        return self.twice > WORTH and self.twice > FACTOR * self.once


_FRAMES: dict[str, Callable[[bytes], bytes]] = {
    "bare": lambda many: many,
    "page": lambda many: _HEAD + many,
    "feed": lambda many: _FEED + many,
    "sentence": lambda many: _SENTENCE + many + b" unless we are required to.",
}
_USED = {"html": ("page",), "unnamed": ("bare", "page"), "feed": ("bare", "feed"), "feedparser": ("bare", "feed"),
         "sentences": ("bare", "sentence"), "reading": ("bare", "sentence"), "detect": ("sentence",),
         "comparison": ("sentence",), "markdown": ("bare", "sentence"), "plain": ("bare", "sentence")}  # fmt: skip


def seconds(run: Callable[[bytes], object], data: bytes, patience: float) -> float:
    """CPU time of a run; of the best of three where it is between a half and four times `patience`."""
    best = float("inf")
    for _ in range(3):
        began = time.process_time()
        run(data)
        best = min(best, time.process_time() - began)
        if not patience / 2 < best < 4 * patience:
            break
    return best


def grow(name: str, frame: str, pattern: bytes, size: int, worth: float = WORTH) -> Growth:
    """Measure at `size` and twice that."""
    run, wrap = TARGETS[name], _FRAMES[frame]
    twice = seconds(run, wrap(pattern * (2 * size // len(pattern))), worth)
    once = seconds(run, wrap(pattern * (size // len(pattern))), worth) if twice > worth else twice
    return Growth(name, frame, pattern, size, once, twice)


def scan(name: str, size: int) -> Iterator[Growth]:
    """Each pattern in each frame that suits the target."""
    for frame in _USED.get(name, ("bare",)):
        for pattern in PATTERNS:
            yield grow(name, frame, pattern, size)


def main() -> int:
    """Print what grows too fast, and what is slow."""
    found = 0
    for name in sys.argv[1:] or TARGETS:
        for growth in scan(name, SIZE):
            if growth.too_fast or growth.twice > 1:
                found += growth.too_fast
                word = "GROWS" if growth.too_fast else "slow "
                print(f"{word} {growth.target:10} {growth.frame:8} {growth.pattern!r:40} "
                      f"{growth.once:.2f} s, {growth.twice:.2f} s", flush=True)  # fmt: skip
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
