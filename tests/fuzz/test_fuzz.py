"""The short form of `make fuzz`: what was once found, the corpus, and some hundred new inputs a target."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.growth import grow
from tests.fuzz.mutate import mutate, seeds
from tests.fuzz.names import NAMES
from tests.fuzz.targets import TARGETS

MOST = 2048
"""Bytes of an invented input."""
BIG = 10 << 20
"""Bytes: the largest body that is read."""
SUMS = 400
"""Times as long as adding up its bytes that reading it may take; what takes longest needs a quarter of that."""


def inputs(name: str) -> st.SearchStrategy[bytes]:
    """Bytes, text, and changed pieces of the corpus."""
    pool = seeds(name)
    changed = st.builds(
        lambda data, seed: mutate(data, pool, random.Random(seed), MOST),  # noqa: S311 -- to be repeated
        st.sampled_from(pool),
        st.integers(0, 2**32),
    )
    return st.one_of(changed, changed, st.binary(max_size=200), st.text(max_size=200).map(str.encode))


def test_every_target_has_its_name_and_its_corpus() -> None:
    assert set(NAMES) == set(TARGETS)
    assert all(len(seeds(name)) > 2 for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_the_corpus_and_what_comes_of_it(name: str) -> None:
    for data in seeds(name):
        TARGETS[name](data)

    @given(inputs(name))
    @settings(
        max_examples=40,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def anything(data: bytes) -> None:
        TARGETS[name](data)

    anything()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("catalogue", b"a = " + b"9" * 5000),
        ("catalogue", b"a = " + b"[" * 5000),
        ("config", b"workers = " + b"9" * 5000),
        ("config", b"workers = " + b"[" * 5000),
        ("config", b"data_dir = " + b"{a=" * 5000),
        ("config", b'[defaults]\nevery = "99999999999999s"\n'),
        (
            "api",
            b'{"name": "a", "kind": "page", "url": "https://a.example/\\ud800", "company": "\\u001b[31m"}',
        ),
    ],
)
def test_what_was_found(name: str, data: bytes) -> None:
    TARGETS[name](data)


@pytest.mark.parametrize(
    ("name", "frame", "pattern"),
    [
        ("sentences", "sentence", b"<!ENTITY a 'b'>"),
        ("sentences", "bare", "“a ".encode()),
        ("sentences", "sentence", b"unless we are "),
        ("sentences", "bare", b"1."),
        ("dates", "bare", b"12 Jan, "),
        ("robots", "bare", b"Disallow: /*$*$\n"),
        ("headers", "bare", b"a=b, "),
        ("clean", "bare", b"\xcc\x81"),
    ],
)
def test_time_grows_with_the_input_and_no_faster(name: str, frame: str, pattern: bytes) -> None:
    growth = grow(name, frame, pattern, 1 << 15)
    assert not growth.too_fast, growth


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("html", b"<p>We do not share.</p>"), ("html", b"<div>"), ("html", b"<a href=x>a</a>"), ("html", b"a "),
        ("html", b"<li><ul>"), ("html", b"<tr><td>"), ("plain", b"a. "), ("plain", b"- x\n"), ("plain", b"x\n\n"),
        ("markdown", b"> "), ("markdown", b"[a](b"), ("markdown", b"**a"), ("markdown", b"| a "), ("markdown", b"`"),
        ("feed", b"<item><title>a</title></item>"), ("feed", b"<"), ("feed", b"&#x"), ("opml", b"<outline a='"),
        ("opml", b'<outline xmlUrl="http://a.example/"/>'), ("robots", b"User-agent: a\nDisallow: /\n"),
        ("charset", b"\xff\xfe\x80"), ("clean", b"\xcc\x81"),
    ],
)  # fmt: skip
def test_ten_mib_are_read_or_refused_in_time(name: str, pattern: bytes) -> None:
    heads = {"html": b"<!doctype html><html><body><main>", "feed": b"<rss><channel>", "opml": b"<opml><body>"}
    data = heads.get(name, b"") + pattern * (BIG // len(pattern))
    yardstick = min(_spent(sum, data) for _ in range(3))
    assert _spent(TARGETS[name], data) < SUMS * yardstick


def _spent(do: Callable[[bytes], object], data: bytes) -> float:
    began = time.process_time()
    do(data)
    return time.process_time() - began
