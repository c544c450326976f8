"""Codings undone piece by piece: every split the same, every cut noticed, every byte counted."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchers.decode import LIGHT, MEMBERS, OVERHEAD, STEP, Body, DecodeError

ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    "identity": bytes,
    "gzip": gzip.compress,
}
COMPRESSED = ["gzip"]


def decode(coding: str, pieces: Iterable[bytes], limit: int = 2**20) -> bytes:
    with Body(coding, limit) as body:
        for piece in pieces:
            body.feed(piece)
        return body.finish()


def pieces(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


@settings(deadline=None)  # the machine may be busy
@given(st.sampled_from(sorted(ENCODERS)), st.binary(max_size=5000), st.integers(1, 700))
def test_every_split_gives_the_same(coding: str, data: bytes, size: int) -> None:
    assert decode(coding, pieces(ENCODERS[coding](data), size)) == data


@pytest.mark.parametrize("coding", COMPRESSED)
@pytest.mark.parametrize("size", [STEP - 1, STEP, STEP + 1, 3 * STEP])
def test_what_fills_a_step_exactly_is_whole(coding: str, size: int) -> None:
    data = bytes(size)
    assert decode(coding, [ENCODERS[coding](data)], size) == data
    assert decode(coding, pieces(ENCODERS[coding](data), 7), size) == data


@settings(deadline=None)  # the machine may be busy
@given(st.sampled_from(COMPRESSED), st.binary(min_size=1, max_size=2000), st.data())
def test_every_cut_is_noticed(coding: str, data: bytes, draw: st.DataObject) -> None:
    whole = ENCODERS[coding](data)
    cut = draw.draw(st.integers(1, len(whole) - 1))
    with pytest.raises(DecodeError) as failed:
        decode(coding, [whole[:cut]])
    assert failed.value.reason == "truncated"


@settings(deadline=None)  # the machine may be busy
@given(st.sampled_from(COMPRESSED), st.binary(max_size=300))
def test_any_bytes_are_decoded_or_refused(coding: str, data: bytes) -> None:
    reason = ""
    try:
        decode(coding, pieces(data, 50))
    except DecodeError as error:
        reason = error.reason
    assert reason in ("", "truncated", "encoding", "too_large")


@pytest.mark.parametrize("coding", sorted(ENCODERS))
def test_the_limit_is_exact(coding: str) -> None:
    data = b"abc" * 1000
    assert decode(coding, [ENCODERS[coding](data)], 3000) == data
    with Body(coding, 2999) as body, pytest.raises(DecodeError) as failed:
        body.feed(ENCODERS[coding](data))
    assert failed.value.reason == "too_large"


def test_the_beginning_is_kept_up_to_the_limit() -> None:
    with Body("", 2 * LIGHT) as body:
        with pytest.raises(DecodeError):
            body.feed(bytes(2 * LIGHT + 1))
        assert body.prefix() == bytes(2 * LIGHT)


@pytest.mark.parametrize("coding", ["gzip"])
def test_members_follow_each_other(coding: str) -> None:
    encode = ENCODERS[coding]
    data = encode(b"one ") + encode(b"two ") + encode(b"three")
    assert decode(coding, [data]) == b"one two three"
    assert decode(coding, pieces(data, 1)) == b"one two three"
    with pytest.raises(DecodeError) as failed:
        decode(coding, [data[:-1]])
    assert failed.value.reason == "truncated"


@pytest.mark.parametrize("coding", ["gzip"])
def test_members_have_an_end(coding: str) -> None:
    with pytest.raises(DecodeError) as failed:
        decode(coding, [ENCODERS[coding](b"") * (MEMBERS + 1)])
    assert failed.value.reason == "encoding"


def test_padding_after_gzip_is_let_pass() -> None:
    whole = gzip.compress(b"text")
    assert decode("gzip", [whole + bytes(100)]) == b"text"
    assert decode("gzip", [whole, bytes(100), bytes(100)]) == b"text"


def test_a_gzip_with_a_wrong_checksum_is_refused() -> None:
    whole = bytearray(gzip.compress(b"text"))
    whole[-8] ^= 1
    with pytest.raises(DecodeError) as failed:
        decode("gzip", [bytes(whole)])
    assert failed.value.reason == "encoding"


def test_zlib_in_place_of_gzip_is_refused() -> None:
    with pytest.raises(DecodeError) as failed:
        decode("gzip", [zlib.compress(b"text")])
    assert failed.value.reason == "encoding"


@pytest.mark.parametrize(
    "coding", ["deflate", "br", "zstd", "gzip, gzip", "gzip,br", "compress", "x", "*", "gzip;q=1", ","]
)
def test_other_codings_are_refused(coding: str) -> None:
    with pytest.raises(DecodeError) as failed:
        Body(coding, 10)
    assert failed.value.reason == "encoding"


@pytest.mark.parametrize("coding", [" GZip ", "X-GZIP"])
def test_codings_are_read_without_case(coding: str) -> None:
    assert decode(coding, [gzip.compress(b"text")]) == b"text"


def test_an_announced_length_is_judged_at_once() -> None:
    for coding, most in (("", 1000), ("gzip", 1000 + OVERHEAD)):
        with Body(coding, 1000) as body:
            body.expect(most)
            with pytest.raises(DecodeError) as failed:
                body.expect(most + 1)
        assert failed.value.reason == "too_large"


def feed_for_ever(body: Body, piece: bytes) -> None:
    for _ in range(100_000):
        body.feed(piece)


def test_a_stream_that_expands_to_nothing_ends() -> None:
    press = zlib.compressobj(wbits=31)
    nothing = b"\0\0\0\xff\xff" * 100
    with Body("gzip", 1000) as body:
        body.feed(press.compress(b"") + press.flush(zlib.Z_SYNC_FLUSH))
        with pytest.raises(DecodeError) as failed:
            feed_for_ever(body, nothing)
    assert failed.value.reason == "too_large"


@pytest.mark.parametrize("coding", COMPRESSED)
def test_a_bomb_takes_no_more_memory_than_the_limit_and_two_mib(coding: str) -> None:
    bomb = ENCODERS[coding](bytes(64 * 2**20))
    tracemalloc.start()
    with Body(coding, 10 * 2**20) as body, pytest.raises(DecodeError):
        body.feed(bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 12 * 2**20


def test_a_whole_body_is_held_once() -> None:
    data = bytes(range(256)) * 4 * 10 * 1024
    tracemalloc.start()
    with Body("", len(data)) as body:
        for at in range(0, len(data), 65536):
            body.feed(data[at : at + 65536])
        whole = body.finish()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert whole == data
    assert peak < len(data) + 2 * 2**20


def test_a_large_body_waits_for_its_end_outside_of_memory() -> None:
    piece = bytes(65536)
    tracemalloc.start()
    with Body("", 10 * 2**20) as body:
        for _ in range(160):
            body.feed(piece)
        _, peak = tracemalloc.get_traced_memory()
        assert body.size == 10 * 2**20
    tracemalloc.stop()
    assert peak < 2**20


def test_what_there_is_no_place_for_is_refused(tmp_path: Path) -> None:
    with Body("", 10 * 2**20, tmp_path / "nowhere") as body:
        body.feed(bytes(LIGHT))
        with pytest.raises(DecodeError) as failed:
            body.feed(b"x")
    assert failed.value.reason == "no_room"
    assert "No such file" in str(failed.value)
