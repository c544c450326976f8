"""Codings, statuses, redirects and validators."""

from __future__ import annotations

import asyncio
import gzip
import zlib

from tests.hostile import pages
from tests.hostile.pages import GOOD_BYTES
from tests.hostile.registry import FRAMING, SLOW, answers, misdeed, redirects
from tests.hostile.server import Wire, head


def coded(name: str, coding: str, body: bytes, *reasons: str) -> None:
    answers(name, body, *([f"Content-Encoding: {coding}"] if coding else []), reasons=reasons)


ZIPPED = gzip.compress(GOOD_BYTES)
coded("gzip", "gzip", ZIPPED)
coded("brotli_unasked", "br", GOOD_BYTES, "encoding")
coded("zstd_unasked", "zstd", GOOD_BYTES, "encoding")
coded("gzip_by_its_old_name", "x-gzip", ZIPPED)
coded("identity_said", "identity", GOOD_BYTES)
coded("gzip_twice", "gzip, gzip", gzip.compress(ZIPPED), "encoding")
coded("gzip_and_brotli", "gzip, br", ZIPPED, "encoding")
coded("eight_layers", ", ".join(["gzip"] * 8), ZIPPED, "encoding")
coded("coding_unknown", "sdch", GOOD_BYTES, "encoding")
coded("deflate_unasked", "deflate", zlib.compress(GOOD_BYTES), "encoding")
coded("gzip_lied", "gzip", GOOD_BYTES, "encoding")
coded("gzip_not_said", "", ZIPPED, "media_type", "unreadable", "encoding")
coded("gzip_cut_short", "gzip", ZIPPED[: len(ZIPPED) // 2], "truncated")
coded("gzip_without_its_last_byte", "gzip", ZIPPED[:-1], "truncated")
coded("gzip_with_a_wrong_sum", "gzip", ZIPPED[:-8] + b"\0\0\0\0" + ZIPPED[-4:], "encoding")
coded("gzip_of_nothing", "gzip", gzip.compress(b""), "empty")
coded("gzip_with_rubbish_after", "gzip", ZIPPED + b"rubbish")
coded("gzip_in_two_members", "gzip", gzip.compress(GOOD_BYTES[:700]) + gzip.compress(GOOD_BYTES[700:]))
coded("gzip_bomb", "gzip", gzip.compress(bytes(64 << 20), 9), "too_large")
coded("gzip_bomb_of_words", "gzip", gzip.compress(b"<p>No end of words. </p>" * (1 << 20)), "too_large")
coded("gzip_of_empty_members", "gzip", gzip.compress(b"") * 5000, "encoding", "too_large", "empty")


for _status, _reason in {
    "201 Created": "status", "202 Accepted": "status", "203 Non-Authoritative": "status", "204 No Content": "status",
    "205 Reset Content": "status", "206 Partial Content": "status", "226 IM Used": "status", "299 Whatever": "status",
    "300 Multiple Choices": "status", "305 Use Proxy": "status", "306 Unused": "status",
    "400 Bad Request": "status", "401 Unauthorized": "blocked", "402 Payment Required": "status",
    "403 Forbidden": "blocked", "404 Not Found": "not_found", "405 No": "status", "406 Not Acceptable": "status",
    "407 Proxy": "status", "408 Request Timeout": "status", "409 Conflict": "status", "410 Gone": "gone",
    "418 Teapot": "status", "421 Misdirected": "status", "425 Too Early": "status", "426 Upgrade": "status",
    "429 Too Many": "status", "431 Large": "status", "451 Legal": "blocked", "499 Odd": "status",
    "500 Error": "status", "501 Not": "status",
    "502 Bad": "status", "503 Unavailable": "status", "504 Gateway": "status",
    "505 Version": "status", "508 Loop": "status", "520 Unknown": "status", "530 Frozen": "status", "599 Odd": "status",
    "600 Beyond": "status", "999 Denied": "status",
}.items():  # fmt: skip
    answers(
        f"status_{_status[:3]}",
        b"" if _status[:3] in ("204", "205") else GOOD_BYTES,
        status=_status,
        reasons=(_reason, *(FRAMING if _status[0] in "69" else ())),
    )
for _name, _value in {
    "seconds": "120", "a_date": "Fri, 01 Jan 2100 00:00:00 GMT", "the_past": "Mon, 01 Jan 1990 00:00:00 GMT",
    "minus": "-5", "words": "soon", "huge": "9" * 40,
    "a_fraction": "1.5", "empty": "", "year_0": "Mon, 01 Jan 0000 00:00:00 GMT",
}.items():  # fmt: skip
    answers(
        f"retry_after_{_name}",
        b"Busy.",
        f"Retry-After: {_value}",
        status="503 Unavailable",
        reasons=("status", "held"),
    )
answers("retry_after_with_200", GOOD_BYTES, "Retry-After: 86400")


redirects("redirect_to_itself", "{}/legal/guide", "redirect")
redirects("redirect_to_loopback", "http://127.0.0.1:1/", "address")
redirects("redirect_to_another_port", "http://localhost:6379/", "address")
redirects("redirect_to_metadata", "http://169.254.169.254/latest/meta-data/", "address")
redirects("redirect_to_metadata_in_decimal", "http://2852039166/", "address")
redirects("redirect_to_a_private_network", "http://10.0.0.1/", "address")
redirects("redirect_to_ipv6_loopback", "http://[::1]/", "address")
redirects("redirect_to_a_mapped_address", "http://[::ffff:169.254.169.254]/", "address")
redirects("redirect_to_file", "file:///etc/passwd", "scheme", "redirect")
redirects("redirect_to_ftp", "ftp://127.0.0.1/x", "scheme", "redirect")
redirects("redirect_to_gopher", "gopher://127.0.0.1:25/_HELO", "scheme", "redirect")
redirects("redirect_to_javascript", "javascript:alert(1)", "scheme", "redirect")
redirects("redirect_to_data", "data:text/html,<p>hello", "scheme", "redirect", "address")
redirects("redirect_with_credentials", "http://user:pass@quillnet.example/", "credentials")
redirects("redirect_to_nothing", "", "redirect")
redirects("redirect_to_no_url", "http://[", "redirect", "address")
redirects("redirect_to_a_giant_url", "{}/" + "a" * 12_000, "redirect", "framing")
redirects("redirect_to_port_0", "http://127.0.0.1:0/", "port", "redirect", "address")
redirects("redirect_to_no_such_name", "http://nowhere.invalid/", "dns")
redirects("redirect_307_to_loopback", "http://127.1/", "address", status="307 Temporary Redirect")
redirects("redirect_308_to_loopback", "http://0.0.0.0/", "address", status="308 Permanent Redirect")


@misdeed("redirect")
async def redirect_without_location(wire: Wire) -> None:
    await wire.answer(b"", status="302 Found")


@misdeed("redirect", "timeout")
async def redirect_without_end(wire: Wire) -> None:
    await wire.answer(b"", f"Location: /hop/{len(wire.path)}{wire.path}x", status="302 Found")


@misdeed("redirect")
async def redirect_to_and_fro(wire: Wire) -> None:
    await wire.answer(b"", f"Location: {'/b' if wire.path == '/a' else '/a'}", status="301 Moved")


@misdeed("redirected")
async def redirect_to_the_home_page(wire: Wire) -> None:
    if wire.path == "/":
        await wire.answer(pages.HOME.encode())
    else:
        await wire.answer(b"", "Location: /", status="302 Found")


@misdeed("redirected")
async def redirect_to_the_login(wire: Wire) -> None:
    if wire.path.startswith("/login"):
        await wire.answer(pages.LOGIN.encode())
    else:
        await wire.answer(b"", "Location: /login?next=/legal/guide", status="302 Found")


@misdeed()
async def redirect_that_is_honest(wire: Wire) -> None:
    if wire.path == "/legal/new-guide":
        await wire.answer()
    else:
        await wire.answer(b"", "Location: /legal/new-guide", status="302 Found")


@misdeed(*SLOW, "redirect")
async def redirect_slowly(wire: Wire) -> None:
    await asyncio.sleep(1)
    await wire.answer(b"", f"Location: {wire.path}x", status="302 Found")


@misdeed(cold=("bad_304",))
async def not_modified_for_ever(wire: Wire) -> None:
    await wire.send(head("304 Not Modified", 'ETag: "good"'))


@misdeed(cold=("bad_304",))
async def not_modified_with_another_etag(wire: Wire) -> None:
    await wire.send(head("304 Not Modified", 'ETag: "other"'))


@misdeed()
async def etag_that_never_stays(wire: Wire) -> None:
    await wire.answer(GOOD_BYTES, f'ETag: "{wire.asked}"')


answers("etag_unquoted", GOOD_BYTES, "ETag: abc")
answers("etag_giant", GOOD_BYTES, f'ETag: "{"a" * 8000}"')
answers("etag_with_odd_letters", GOOD_BYTES, 'ETag: "\xe4\xf6"')
answers("modified_in_the_future", GOOD_BYTES, "Last-Modified: Fri, 01 Jan 2100 00:00:00 GMT")
answers("modified_in_nonsense", GOOD_BYTES, "Last-Modified: yesterday")
answers("date_in_the_past", GOOD_BYTES, "Date: Thu, 01 Jan 1970 00:00:00 GMT", "Expires: 0")
answers("date_in_nonsense", GOOD_BYTES, "Date: \x01now")
answers("max_age_absurd", GOOD_BYTES, "Cache-Control: max-age=99999999999999999999")
answers("max_age_negative", GOOD_BYTES, "Cache-Control: max-age=-1, max-age=x")
answers("refresh_header", GOOD_BYTES, "Refresh: 0; url=http://169.254.169.254/")
answers(
    "content_range_under_200",
    GOOD_BYTES,
    "Content-Range: bytes 0-100/9999",
    reasons=("status", "truncated", "framing", ""),
)
