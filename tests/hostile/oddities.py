"""More of what HTTP allows, half allows, or forbids and gets all the same."""

from __future__ import annotations

import gzip

from tests.hostile.pages import GOOD, GOOD_BYTES
from tests.hostile.registry import FRAMING, HTML, SAME, answers, misdeed, redirects, sends
from tests.hostile.server import Wire, head

LENGTH = f"Content-Length: {len(GOOD_BYTES)}"
EITHER = (*FRAMING, *SAME)
"""Read as meant or refused: neither is news."""


def chunked(name: str, body: bytes, *reasons: str) -> None:
    sends(name, head("200 OK", HTML, "Transfer-Encoding: chunked") + body, reasons=reasons)


def raw(name: str, start: bytes, *reasons: str) -> None:
    sends(
        name,
        start + f"{HTML}\r\n{LENGTH}\r\nConnection: close\r\n\r\n".encode() + GOOD_BYTES,
        reasons=reasons,
    )


raw("status_without_words", b"HTTP/1.1 200\r\n", *EITHER)
raw("status_without_space", b"HTTP/1.1 200OK\r\n", *EITHER)
raw("version_in_small_letters", b"http/1.1 200 OK\r\n", *EITHER)
raw("version_without_minor", b"HTTP/1 200 OK\r\n", *EITHER)
raw("version_2_in_letters", b"HTTP/2.0 200 OK\r\n", *EITHER)
raw("icy_status", b"ICY 200 OK\r\n", *EITHER)
raw("empty_lines_first", b"\r\n\r\nHTTP/1.1 200 OK\r\n", *EITHER)
raw("spaces_first", b"   HTTP/1.1 200 OK\r\n", *EITHER)
raw("folded_header", b"HTTP/1.1 200 OK\r\nX-Folded: a\r\n b\r\n", *EITHER)
raw("header_name_with_space", b"HTTP/1.1 200 OK\r\nX Odd: a\r\n", *EITHER)
raw("header_name_empty", b"HTTP/1.1 200 OK\r\n: a\r\n", *EITHER)
raw("header_not_ascii", b"HTTP/1.1 200 OK\r\nX-\xe9: \xff\xfe\r\n", *EITHER)
raw("header_with_escape", b"HTTP/1.1 200 OK\r\nX-A: \x1b[31m\r\n", *EITHER)
raw("processing_first", b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\n", *EITHER)
raw(
    "continue_by_the_hundred",
    b"HTTP/1.1 100 Continue\r\n\r\n" * 300 + b"HTTP/1.1 200 OK\r\n",
    *EITHER,
    "status",
)
sends("continue_only", b"HTTP/1.1 100 Continue\r\n\r\n", reasons=(*FRAMING, "status"))
sends(
    "line_feeds_only",
    b"HTTP/1.1 200 OK\n" + f"{HTML}\n{LENGTH}\nConnection: close\n\n".encode() + GOOD_BYTES,
    reasons=EITHER,
)

for _name, _value in {
    "plus": f"+{len(GOOD_BYTES)}",
    "underscore": "1_0",
    "twice_in_one": f"{len(GOOD_BYTES)}, {len(GOOD_BYTES)}",
    "fraction": f"{len(GOOD_BYTES)}.0",
    "nothing": "",
    "leading_zeros": f"000{len(GOOD_BYTES)}",
    "wide_digits": "１０",
}.items():
    sends(
        f"length_{_name}",
        head("200 OK", HTML).replace(b"Connection", f"Content-Length: {_value}\r\nConnection".encode())
        + GOOD_BYTES,
        reasons=EITHER,
    )
for _name, _value in {
    "chunked_twice": "chunked, chunked",
    "in_capitals": "CHUNKED",
    "identity": "identity",
    "chunked_then_gzip": "chunked, gzip",
    "spaced": " chunked ",
    "vertical_tab": "\x0bchunked",
}.items():
    sends(
        f"transfer_{_name}",
        head("200 OK", HTML, f"Transfer-Encoding: {_value}")
        + b"%x\r\n%s\r\n0\r\n\r\n" % (len(GOOD_BYTES), GOOD_BYTES),
        reasons=(*EITHER, "encoding"),
    )
chunked("chunk_size_in_capitals", b"%X\r\n%s\r\n0\r\n\r\n" % (len(GOOD_BYTES), GOOD_BYTES))
chunked("chunk_size_with_zeros", b"000000%x\r\n%s\r\n0\r\n\r\n" % (len(GOOD_BYTES), GOOD_BYTES), *EITHER)
chunked("chunk_size_with_0x", b"0x%x\r\n%s\r\n0\r\n\r\n" % (len(GOOD_BYTES), GOOD_BYTES), *FRAMING, "timeout")
chunked(
    "chunk_size_with_plus", b"+%x\r\n%s\r\n0\r\n\r\n" % (len(GOOD_BYTES), GOOD_BYTES), *FRAMING, "timeout"
)
chunked("chunk_size_spaced", b" %x \r\n%s\r\n0\r\n\r\n" % (len(GOOD_BYTES), GOOD_BYTES), *EITHER, "timeout")
chunked("chunk_lines_end_in_lf", b"%x\n%s\n0\n\n" % (len(GOOD_BYTES), GOOD_BYTES), *EITHER, "timeout")
chunked("chunk_without_its_end", b"%x\r\n%s0\r\n\r\n" % (len(GOOD_BYTES), GOOD_BYTES), *FRAMING, "timeout")
chunked(
    "chunk_trailer_that_lies",
    b"%x\r\n%s\r\n0\r\nContent-Length: 5\r\nContent-Encoding: br\r\n\r\n" % (len(GOOD_BYTES), GOOD_BYTES),
    *EITHER,
)
chunked("chunks_that_stop", b"%x\r\n%s\r\n" % (len(GOOD_BYTES), GOOD_BYTES), *FRAMING)

ZIPPED = gzip.compress(GOOD_BYTES)
answers("coding_in_capitals", ZIPPED, "Content-Encoding: GZIP")
answers("coding_empty", GOOD_BYTES, "Content-Encoding: ")
answers("coding_with_parameter", ZIPPED, "Content-Encoding: gzip;q=1", reasons=("encoding",))
answers(
    "coding_in_two_headers",
    ZIPPED,
    "Content-Encoding: gzip",
    "Content-Encoding: identity",
    reasons=("encoding",),
)
answers(
    "gzip_with_a_giant_name",
    b"\x1f\x8b\x08\x08" + bytes(6) + b"a" * (1 << 20) + b"\0" + ZIPPED[10:],
    "Content-Encoding: gzip",
    reasons=("", "encoding", "too_large"),
)
answers(
    "gzip_with_an_endless_name",
    b"\x1f\x8b\x08\x08" + bytes(6) + b"a" * (1 << 20),
    "Content-Encoding: gzip",
    reasons=("encoding", "truncated"),
)
answers(
    "gzip_reserved_flags", b"\x1f\x8b\x08\xe0" + ZIPPED[4:], "Content-Encoding: gzip", reasons=("encoding",)
)
answers(
    "brotli_bomb",
    b"\xcf\xff\xff\x7f\xf8\x27\x00\xe2\xb1\x40\x20\xf7\xfe\x5f" * 60,
    "Content-Encoding: br",
    reasons=("encoding",),
)
answers("zstd_cut_short", b"\x28\xb5\x2f\xfd\x04\x58", "Content-Encoding: zstd", reasons=("encoding",))
answers(
    "partial_of_the_whole",
    GOOD_BYTES,
    f"Content-Range: bytes 0-{len(GOOD_BYTES) - 1}/{len(GOOD_BYTES)}",
    status="206 Partial Content",
    reasons=("status",),
)
answers(
    "multipart_ranges",
    b"--x\r\nContent-Range: bytes 0-9/99\r\n\r\n0123456789\r\n--x--",
    status="206 Partial Content",
    media="multipart/byteranges; boundary=x",
    reasons=("status",),
)

for _name, _header in {
    "content_location": "Content-Location: http://169.254.169.254/",
    "hsts": "Strict-Transport-Security: max-age=99999999",
    "alt_svc": 'Alt-Svc: h3=":443", h2="127.0.0.1:22"',
    "clear_site_data": 'Clear-Site-Data: "*"',
    "age_huge": "Age: " + "9" * 40,
    "link_preload": "Link: <http://127.0.0.1:1/>; rel=preload",
    "upgrade": "Upgrade: h2c, websocket",
    "warning": 'Warning: 111 - "x"',
    "vary_star": "Vary: *",
    "www_authenticate": "WWW-Authenticate: Negotiate",
    "location_with_200": "Location: http://10.0.0.1/",
    "set_cookie_odd": "Set-Cookie: =; ;;; Max-Age=x; Domain=.",
    "proxy_connection": "Proxy-Connection: keep-alive",
    "content_disposition": 'Content-Disposition: attachment; filename="../../etc/passwd"',
    "trailer": "Trailer: X",
    "content_md5_wrong": "Content-MD5: AAAA",
    "digest_wrong": "Digest: sha-256=AAAA",
    "x_robots": "X-Robots-Tag: noindex, noarchive",
}.items():
    answers(f"header_{_name}", GOOD_BYTES, _header)
sends(
    "two_content_types",
    head("200 OK", "Content-Type: image/png", HTML, LENGTH) + GOOD_BYTES,
    reasons=("", "media_type"),
)

for _name, _target in {
    "ws": "ws://127.0.0.1/",
    "blob": "blob:http://x/1",
    "about": "about:blank",
    "mailto": "mailto:a@b.example",
    "view_source": "view-source:http://127.0.0.1/",
    "ldap": "ldap://127.0.0.1/",
    "jar": "jar:http://x!/",
    "tel": "tel:1",
}.items():
    redirects(f"redirect_to_{_name}", _target, "scheme", "redirect", "address")
for _name, _target in {
    "another_host_without_scheme": "//169.254.169.254/",
    "backslashes": "\\\\127.0.0.1\\x",
    "three_slashes": "http:///127.0.0.1/",
    "localhost_with_a_dot": "http://localhost.:1/",
    "octal": "http://0177.0.0.1/",
    "hex": "http://0x7f000001/",
    "short": "http://127.1:1/",
    "nat64": "http://[64:ff9b::7f00:1]/",
    "sixtofour": "http://[2002:7f00:1::]/",
    "zone": "http://[fe80::1%25eth0]/",
    "wide_digits": "http://１２７.0.0.1/",
    "escaped": "http://%31%32%37.0.0.1/",
    "unspecified": "http://[::]/",
    "broadcast": "http://255.255.255.255/",
    "multicast": "http://224.0.0.1/",
    "carrier": "http://100.64.0.1/",
    "alibaba": "http://100.100.100.200/",
    "tab_inside": "http://127.0\t.0.1/",
}.items():
    redirects(f"redirect_{_name}", _target, "address", "redirect", "dns", "port", "credentials", *FRAMING)
redirects("redirect_to_a_lookalike", "http://xn--qulnet-8va.invalid/", "dns", "address")
redirects("redirect_to_its_own_fragment", "#more", "redirect")
redirects("redirect_to_its_own_query", "?", "redirect")
sends(
    "redirect_with_two_locations",
    head("302 Found", "Location: /a", "Location: http://127.0.0.1:1/", "Content-Length: 0"),
    reasons=("redirect", "not_found", "address", *FRAMING),
)
sends(
    "redirect_that_splits_headers",
    head("302 Found", "Location: /a\rX: y", "Content-Length: 0"),
    reasons=("redirect", "address", *FRAMING),
)


@misdeed("redirect")
async def redirect_until_a_cookie_comes(wire: Wire) -> None:
    await wire.answer(b"", f"Location: {wire.base}/legal/guide", "Set-Cookie: seen=1", status="302 Found")


@misdeed("redirect")
async def redirect_with_a_growing_query(wire: Wire) -> None:
    await wire.answer(b"", f"Location: {wire.path}{'&' if '?' in wire.path else '?'}a=1", status="302 Found")


for _name, _page, _media in (
    ("mark_of_utf_16_under_utf_8", GOOD.encode("utf-16"), "text/html; charset=utf-8"),
    ("mark_of_utf_32", b"\xff\xfe\0\0" + GOOD.encode("utf-32-le"), "text/html"),
    ("meta_says_utf_7", GOOD.replace('charset="utf-8"', 'charset="utf-7"').encode(), "text/html"),
    ("meta_says_utf_16", GOOD.replace('charset="utf-8"', 'charset="utf-16"').encode(), "text/html"),
    ("meta_says_nonsense", GOOD.replace('charset="utf-8"', 'charset="x-nope"').encode(), "text/html"),
    ("type_with_two_charsets", GOOD_BYTES, "text/html; charset=utf-8; charset=utf-16"),
    ("type_in_capitals", GOOD_BYTES, "TEXT/HTML;CHARSET=UTF-8"),
    ("type_quoted_charset", GOOD_BYTES, 'text/html; charset="utf-8'),
    ("type_xhtml", GOOD_BYTES, "application/xhtml+xml"),
):
    answers(_name, _page, media=_media)
