"""Heads and frames that are wrong."""

from __future__ import annotations

from tests.hostile import pages
from tests.hostile.pages import GOOD_BYTES
from tests.hostile.registry import FRAMING, HTML, sends
from tests.hostile.server import head

sends("status_line_only", b"HTTP/1.1 200 OK\r\n", reasons=tuple(FRAMING))
sends("http_0_9", GOOD_BYTES, reasons=tuple(FRAMING))
sends("http_2_preface", b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" + bytes(18), reasons=tuple(FRAMING))
sends("http_9", b"HTTP/9.9 200 OK\r\n\r\n" + GOOD_BYTES, reasons=tuple(FRAMING))
sends("status_of_two_digits", b"HTTP/1.1 20 OK\r\n\r\n" + GOOD_BYTES, reasons=(*FRAMING, "status"))
sends("status_of_four_digits", b"HTTP/1.1 2000 OK\r\n\r\n" + GOOD_BYTES, reasons=(*FRAMING, "status"))
sends("status_that_is_a_word", b"HTTP/1.1 FINE OK\r\n\r\n" + GOOD_BYTES, reasons=tuple(FRAMING))
sends("negative_status", b"HTTP/1.1 -200 OK\r\n\r\n" + GOOD_BYTES, reasons=tuple(FRAMING))
sends("tls_alert", b"\x15\x03\x03\x00\x02\x02\x28", reasons=tuple(FRAMING))
sends("ssh_banner", b"SSH-2.0-OpenSSH_9.7\r\n", reasons=tuple(FRAMING))
sends("smtp_banner", b"220 mx.quillnet.example ESMTP\r\n", reasons=tuple(FRAMING))
sends("nul_bytes", bytes(4096), reasons=tuple(FRAMING))
sends(
    "nul_in_header",
    head("200 OK", HTML, "X-Odd: a\0b", f"Content-Length: {len(GOOD_BYTES)}") + GOOD_BYTES,
    reasons=tuple(FRAMING),
)
sends(
    "header_without_colon",
    b"HTTP/1.1 200 OK\r\nnonsense\r\nContent-Length: 2\r\n\r\nok",
    reasons=tuple(FRAMING),
)
sends(
    "space_before_colon",
    b"HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\nok",
    reasons=(*FRAMING, "collapsed"),
    cold=(*FRAMING, ""),
)
sends(
    "bare_cr_in_header",
    b"HTTP/1.1 200 OK\r\nX-A: b\rContent-Length: 2\r\n\r\nok",
    reasons=(*FRAMING, "empty", "timeout", "soft_404", "collapsed"),
    cold=(*FRAMING, "", "empty"),
)
sends("header_flood_many", b"HTTP/1.1 200 OK\r\n" + b"X-F: 1\r\n" * 5000 + b"\r\n", reasons=tuple(FRAMING))
sends(
    "header_flood_long", b"HTTP/1.1 200 OK\r\nX-F: " + b"a" * (1 << 20) + b"\r\n\r\n", reasons=tuple(FRAMING)
)
sends(
    "cookie_giant",
    b"HTTP/1.1 200 OK\r\nSet-Cookie: a=" + b"b" * 100_000 + b"\r\n\r\n",
    reasons=tuple(FRAMING),
)
sends(
    "reason_phrase_giant",
    b"HTTP/1.1 200 " + b"O" * 100_000 + b"\r\n\r\n" + GOOD_BYTES,
    reasons=tuple(FRAMING),
)
sends(
    "cookies_by_the_hundred",
    head("200 OK", HTML, *[f"Set-Cookie: c{i}={i}" for i in range(150)], f"Content-Length: {len(GOOD_BYTES)}")
    + GOOD_BYTES,
)
sends(
    "length_too_long",
    head("200 OK", HTML, f"Content-Length: {len(GOOD_BYTES) + 100}") + GOOD_BYTES,
    reasons=("truncated",),
)
sends(
    "length_too_short",
    head("200 OK", HTML, f"Content-Length: {len(GOOD_BYTES) - 900}") + GOOD_BYTES,
    reasons=("cut", "truncated", "framing"),
    cold=("", "framing"),
)
sends("length_zero", head("200 OK", HTML, "Content-Length: 0") + GOOD_BYTES, reasons=("empty", "framing"))
sends("length_negative", head("200 OK", HTML, "Content-Length: -1") + GOOD_BYTES, reasons=tuple(FRAMING))
sends("length_of_words", head("200 OK", HTML, "Content-Length: many") + GOOD_BYTES, reasons=tuple(FRAMING))
sends("length_in_hex", head("200 OK", HTML, "Content-Length: 0x100") + GOOD_BYTES, reasons=tuple(FRAMING))
sends(
    "length_huge",
    head("200 OK", HTML, "Content-Length: 99999999999999999999999") + GOOD_BYTES,
    reasons=(*FRAMING, "too_large"),
)
sends(
    "length_of_a_terabyte",
    head("200 OK", HTML, "Content-Length: 1099511627776") + GOOD_BYTES,
    reasons=("too_large",),
)
sends(
    "two_lengths",
    head("200 OK", HTML, "Content-Length: 10", f"Content-Length: {len(GOOD_BYTES)}") + GOOD_BYTES,
    reasons=tuple(FRAMING),
)
sends(
    "length_and_chunks",
    head("200 OK", HTML, "Content-Length: 10", "Transfer-Encoding: chunked")
    + b"%x\r\n%s\r\n0\r\n\r\n" % (len(GOOD_BYTES), GOOD_BYTES),
    reasons=tuple(FRAMING),
)
CHUNKED = ("200 OK", HTML, "Transfer-Encoding: chunked")
sends("chunk_size_of_words", head(*CHUNKED) + b"zz\r\n" + GOOD_BYTES, reasons=(*FRAMING, "timeout"))
sends("chunk_size_negative", head(*CHUNKED) + b"-1\r\n" + GOOD_BYTES, reasons=(*FRAMING, "timeout"))
sends(
    "chunk_size_overflow",
    head(*CHUNKED) + b"fffffffffffffffffff\r\n" + GOOD_BYTES,
    reasons=(*FRAMING, "timeout", "too_large"),
)
sends(
    "chunk_without_the_last",
    head(*CHUNKED) + b"%x\r\n%s\r\n" % (len(GOOD_BYTES), GOOD_BYTES),
    reasons=("truncated",),
)
sends(
    "chunk_larger_than_sent",
    head(*CHUNKED) + b"%x\r\n%s" % (len(GOOD_BYTES) + 500, GOOD_BYTES),
    reasons=("truncated",),
)
sends(
    "chunk_smaller_than_sent",
    head(*CHUNKED) + b"10\r\n%s\r\n0\r\n\r\n" % GOOD_BYTES,
    reasons=(*FRAMING, "timeout"),
)
sends("chunks_end_at_once", head(*CHUNKED) + b"0\r\n\r\n", reasons=("empty",))
sends(
    "chunks_of_one_byte",
    head(*CHUNKED) + b"".join(b"1\r\n%c\r\n" % byte for byte in GOOD_BYTES) + b"0\r\n\r\n",
)
sends(
    "chunk_extensions_and_trailers",
    head(*CHUNKED) + b"%x;name=value\r\n%s\r\n0\r\nX-Trailer: yes\r\n\r\n" % (len(GOOD_BYTES), GOOD_BYTES),
)
sends(
    "chunk_extension_giant",
    head(*CHUNKED) + b"5;" + b"x" * (1 << 20) + b"\r\nhello\r\n0\r\n\r\n",
    reasons=(*FRAMING, "timeout", "too_large", "collapsed"),
    cold=(*FRAMING, "timeout", ""),
)
sends(
    "transfer_encoding_unknown",
    head("200 OK", HTML, "Transfer-Encoding: sausage") + GOOD_BYTES,
    reasons=(*FRAMING, "encoding"),
)
sends(
    "transfer_encoding_gzip",
    head("200 OK", HTML, "Transfer-Encoding: gzip, chunked") + b"0\r\n\r\n",
    reasons=(*FRAMING, "encoding", "empty"),
)
sends("no_length_whole", head("200 OK", HTML) + GOOD_BYTES)
sends("no_length_half", head("200 OK", HTML) + pages.HALF.encode(), reasons=("cut",), cold=("",))
sends(
    "half_page_with_its_length",
    head("200 OK", HTML, f"Content-Length: {len(pages.HALF.encode())}") + pages.HALF.encode(),
    reasons=("cut",),
    cold=("",),
)
sends(
    "third_of_the_page", head("200 OK", HTML) + pages.THIRD.encode(), reasons=("cut", "collapsed"), cold=("",)
)
sends("http_1_0", b"HTTP/1.0 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + GOOD_BYTES)
sends(
    "no_content_type",
    b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (len(GOOD_BYTES), GOOD_BYTES),
)
sends(
    "continue_first",
    b"HTTP/1.1 100 Continue\r\n\r\n" * 3
    + head("200 OK", HTML, f"Content-Length: {len(GOOD_BYTES)}")
    + GOOD_BYTES,
)
sends(
    "early_hints_first",
    b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
    + head("200 OK", HTML, f"Content-Length: {len(GOOD_BYTES)}")
    + GOOD_BYTES,
)
sends(
    "switching_protocols",
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
    reasons=("status", *FRAMING),
)
sends(
    "more_after_the_end",
    head("200 OK", HTML, f"Content-Length: {len(GOOD_BYTES)}") + GOOD_BYTES + b"HTTP/1.1 200 OK\r\n\r\nmore",
    reasons=("", "framing"),
)
