"""Inputs made from other inputs, the same ones for the same seed: what is fed to targets where atheris is not."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

CORPUS = Path(__file__).with_name("corpus")
TOKENS = (
    b"<", b">", b"</", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"&a;",
    b"&#0;", b"&#xD800;", b"&#1114112;", b"<script>", b"<p>", b"<li>", b"<table><tr><td>", b"<item>",
    b"<entry>", b"<link>", b"<rss><channel>", b'<outline xmlUrl="http://a.example/"/>',
    b"http://127.0.0.1/", b"//", b"@", b"%00", b"%2e", b"[::1]", b"\\", b"\0", b"\x1b[31m", b"\r\n",
    b"\n\n", b"\t", b" ", b"\xc2\xa0", b"\xe2\x80\xae", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xff\xfe",
    b"\xf4\x8f\xbf\xbf", b'"', b"'", b"{", b"}", b"[", b"]", b"[[", b",", b":", b";", b"=", b"1e999", b"-1",
    b"99999999999999999999", b"0x7f", b"null", b"NaN", b"unless ", b"except where ", b"We do not ",
    b"government ", b"1,234 ", b"U.S.C. ", b"%PDF-1.7", b"stream\n", b"endobj\n", b"\x1f\x8b\x08\0", b"> ",
    b"- ", b"# ", b"```\n", b"| a | b |\n|---|---|\n", b"-----BEGIN PGP SIGNED MESSAGE-----\n",
    "“".encode(), "”".encode(), b"Mon, 30 Feb 2026 25:61:61 +9999", b"2026-02-30", b"text/html; charset=",
    b"User-agent: *\n", b"Disallow: /*$*$\n",
)  # fmt: skip


def seeds(name: str) -> list[bytes]:
    """What stands in the target's part of the corpus, and some that every target gets."""
    own = sorted(path for path in (CORPUS / name).glob("*") if path.is_file())
    return [b"", b"\0", *(path.read_bytes() for path in own)]


def mutate(data: bytes, others: Sequence[bytes], dice: random.Random, most: int) -> bytes:
    """`data` changed in one to six places, `most` bytes at most."""
    work = bytearray(data)
    for _ in range(dice.randint(1, 6)):
        at = dice.randint(0, len(work))
        end = min(len(work), at + dice.choice((1, 2, 4, 16, 64, 1024)))
        match dice.randrange(7):
            case 0:
                work[at:at] = dice.choice(TOKENS)
            case 1:
                work[at:end] = b""
            case 2 if at < len(work):
                work[at] = dice.randrange(256)
            case 3:
                work[at:at] = work[at:end] * dice.choice((1, 2, 10, 100))
            case 4 if others:
                other = dice.choice(others)
                start = dice.randint(0, len(other))
                work[at:end] = other[start : start + dice.choice((8, 64, 512))]
            case 5:
                work[at:at] = dice.choice(TOKENS) * dice.choice((2, 20, 200, 2000))
            case _:
                work[at:end] = bytes(reversed(work[at:end]))
        del work[most:]
    return bytes(work)


def inputs(name: str, seed: int, most: int) -> Iterator[bytes]:
    """Without end; each seed of the corpus first, as it is."""
    dice = random.Random(seed)  # noqa: S311 -- the same every time is what is wanted
    pool = seeds(name)
    yield from pool
    while True:
        yield mutate(dice.choice(pool), pool, dice, most)
