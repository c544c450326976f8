"""Content codings undone piece by piece, counted as they grow (RFC 9110, 8.4).

HTTP libraries expand without limit and take a stream that stops half-way for a whole one; here both are errors.
"""

from __future__ import annotations

import zlib
from pathlib import Path
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import Protocol, Self

ACCEPTED = "gzip"
"""For Accept-Encoding: what `Body` undoes, no more. Brotli and zstd let the sender choose windows of 16 and 8 MiB."""

LIGHT = 256 * 1024
"""Bytes that a body may take of memory while it comes. What is larger waits for its end in a file without a name:
strangers decide how many large bodies come at once, and how slowly.
"""
STEP = 256 * 1024
"""Bytes that one step may expand to before they are counted."""
OVERHEAD = 64 * 1024
"""Bytes on the wire that a body at the limit may need beyond its own size: framing of what hardly compresses."""
MEMBERS = 64
"""Gzip members in one body; each costs a fresh decoder, and honest bodies have one."""


class DecodeError(Exception):
    """The body cannot be had. `reason`: too_large, truncated, encoding or no_room."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class _Stream(Protocol):
    def write(self, data: bytes, sink: Body) -> None: ...
    def finished(self) -> bool: ...


class Body:
    """Takes a body as it comes off the wire, keeps at most `limit` decoded bytes, those beyond `LIGHT` in a file.

    `coding` is the Content-Encoding ("" for none). DecodeError "encoding" for one that we did not ask for.
    `folder`: where the file is, the system's place for such files if None. To be closed; a context manager.
    """

    def __init__(self, coding: str, limit: int, folder: Path | None = None) -> None:
        self._limit, self._wire = limit, 0
        self._stream = _open(coding)
        self._kept = SpooledTemporaryFile(max_size=LIGHT, dir=str(folder) if folder else None)  # noqa: SIM115 -- closed by `close`
        self.blank = True
        """Whether nothing but white space has come."""

    def __enter__(self) -> Self:
        """Nothing to do."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()

    def close(self) -> None:
        """Let go of what was kept."""
        self._kept.close()

    @property
    def size(self) -> int:
        """Bytes kept so far."""
        return self._kept.tell()

    def feed(self, data: bytes) -> None:
        """Decode the next piece. DecodeError too_large beyond the limit, encoding for what cannot be decoded."""
        self._wire += len(data)
        if self._wire > self._limit + OVERHEAD:  # else a stream that expands to nothing has no end
            raise self._too_large()
        if self._stream is None:
            self.keep(data)
        else:
            self._stream.write(data, self)

    def expect(self, length: int) -> None:
        """So many bytes are announced: DecodeError too_large before the first is read."""
        if length > self._limit + (OVERHEAD if self._stream else 0):
            raise self._too_large()

    def finish(self) -> bytes:
        """The whole body; DecodeError truncated when the coding's own end has not come."""
        self.complete()
        return self.prefix()

    def complete(self) -> None:
        """DecodeError truncated when the coding's own end has not come."""
        if self._stream is not None and self._wire and not self._stream.finished():
            raise DecodeError("truncated", "the compressed body stops before its end")

    def prefix(self) -> bytes:
        """What has been kept so far."""
        self._kept.seek(0)
        return self._kept.read()

    def keep(self, piece: bytes) -> None:
        """Add decoded bytes, as far as they fit. DecodeError no_room when there is no place to put them."""
        room = self._limit - self.size
        self.blank = self.blank and (not piece or piece.isspace())
        try:
            self._kept.write(piece[:room])
        except OSError as error:
            raise DecodeError("no_room", f"there is no room to keep the body: {error.strerror}") from error
        if len(piece) > room:
            raise self._too_large()

    def _too_large(self) -> DecodeError:
        return DecodeError("too_large", f"the body is larger than {self._limit} bytes")


def _open(coding: str) -> _Stream | None:
    match coding.strip().lower():
        case "" | "identity":
            return None
        case "gzip" | "x-gzip":
            return _Gzip()
    raise DecodeError("encoding", f"the body is encoded as {coding[:40]!r}, which was not asked for")


class _Gzip:
    """One member after the other (RFC 1952, 2.2); padding after the last is let pass, as everybody does."""

    def __init__(self) -> None:
        self._member = _gunzip()
        self._members, self._padding = 1, False

    def write(self, data: bytes, sink: Body) -> None:
        full = False  # a full step may have left more behind, even with no input left
        while (data or full) and not self._padding:
            if self._member.eof and not self._begin(data):
                return
            try:
                piece = self._member.decompress(data, STEP)
            except zlib.error as error:
                raise DecodeError("encoding", "the body is not the gzip that it claims to be") from error
            sink.keep(piece)
            full = len(piece) == STEP and not self._member.eof
            data = self._member.unconsumed_tail or self._member.unused_data

    def finished(self) -> bool:
        return self._member.eof

    def _begin(self, data: bytes) -> bool:
        """Start on what follows a member's end."""
        self._padding = data[:1] != b"\x1f"
        if not self._padding:
            self._members = _count(self._members)
            self._member = _gunzip()
        return not self._padding


def _gunzip() -> zlib._Decompress:
    return zlib.decompressobj(wbits=31)


def _count(members: int) -> int:
    if members >= MEMBERS:
        raise DecodeError("encoding", f"the body is compressed in more than {MEMBERS} pieces")
    return members + 1
