"""Honest servers: what comes back, what is asked again and how."""

from __future__ import annotations

import gzip
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from watchers.errors import FetchError
from watchers.model import Fetched, NotModified, Validators

PAGE = b"<p>Tessellate has never built a back door.</p>" * 20


async def test_a_page_comes_whole_with_what_its_headers_say(net: Any) -> None:
    server = await net.serve(
        net.answer(PAGE, content_type='Text/HTML; Charset="UTF-8"', etag='"a"', cache_control="max-age=600")
    )
    fetcher = await net.fetcher()

    page = await fetcher.get(server.url("/promise#top"))

    assert isinstance(page, Fetched)
    assert (page.body, page.sha256) == (PAGE, sha256(PAGE).hexdigest())
    assert (page.media_type, page.charset) == ("text/html", "utf-8")
    assert page.url == server.url("/promise#top")
    assert page.final_url == server.url("/promise")
    assert page.permanent_url is None
    assert page.validators == Validators('"a"')
    assert page.fresh_for == timedelta(minutes=10)
    assert ("ETag".lower(), '"a"') in [(k.lower(), v) for k, v in page.headers]


async def test_a_request_says_who_asks_and_what_it_takes(net: Any) -> None:
    server = await net.serve(net.answer(PAGE))
    await (await net.fetcher()).get(server.url())

    sent = server.requests[0].headers
    assert sent["user-agent"] == "onrecord/1.0 (test)"
    assert sent["accept-encoding"] == "gzip"
    assert not {"if-none-match", "if-modified-since", "cookie", "authorization"} & set(sent)


async def test_validators_are_sent_and_304_is_a_value(net: Any) -> None:
    server = await net.serve(
        net.answer(status="304 Not Modified", content_length="", cache_control="max-age=60")
    )
    known = Validators('W/"a"', "Mon, 01 Jun 2026 00:00:00 GMT")

    same = await (await net.fetcher()).get(server.url(), validators=known)

    assert same == NotModified(server.url(), server.url(), None, known, timedelta(minutes=1))
    assert server.requests[0].headers["if-none-match"] == 'W/"a"'
    assert server.requests[0].headers["if-modified-since"] == "Mon, 01 Jun 2026 00:00:00 GMT"


async def test_a_304_with_another_etag_does_not_replace_ours(net: Any) -> None:
    server = await net.serve(net.answer(status="304 Not Modified", content_length="", etag='"b"'))
    same = await (await net.fetcher()).get(server.url(), validators=Validators('"a"'))
    assert same.validators == Validators('"a"')


@pytest.mark.parametrize("etag", ['"a\r\nX-Injected: 1"', '"é"', '"' + "a" * 600 + '"', "\ud800"])
async def test_validators_that_cannot_be_sent_are_left_out(net: Any, etag: str) -> None:
    server = await net.serve(net.answer(PAGE))
    await (await net.fetcher()).get(server.url(), validators=Validators(etag))
    assert not {"if-none-match", "x-injected"} & set(server.requests[0].headers)


async def test_304_unasked_is_a_failure(net: Any) -> None:
    server = await net.serve(net.answer(status="304 Not Modified", content_length=""))
    with pytest.raises(FetchError) as failed:
        await (await net.fetcher()).get(server.url())
    assert failed.value.reason == "bad_304"


async def test_the_same_validators_with_another_body_are_left_to_the_caller(net: Any) -> None:
    server = await net.serve(net.answer(b"other words", etag='"a"'))
    page = await (await net.fetcher()).get(server.url(), validators=Validators('"a"'))
    assert (page.body, page.validators.etag) == (b"other words", '"a"')


@pytest.mark.parametrize(("coding", "encode"), [("gzip", gzip.compress), ("x-gzip", gzip.compress)])
async def test_codings_are_undone(net: Any, coding: str, encode: Any) -> None:
    server = await net.serve(net.answer(encode(PAGE), content_encoding=coding))
    page = await (await net.fetcher()).get(server.url())
    assert page.body == PAGE


async def test_a_body_without_a_length_ends_with_the_connection(net: Any) -> None:
    async def until_close(request: Any, out: Any) -> None:
        out.write(net.answer(PAGE, content_length="", connection="close"))
        out.close()

    page = await (await net.fetcher()).get((await net.serve(until_close)).url())
    assert page.body == PAGE


async def test_one_connection_serves_many_requests(net: Any) -> None:
    server = await net.serve(net.answer(PAGE))
    fetcher = await net.fetcher()
    for _ in range(3):
        await fetcher.get(server.url())
    assert server.connections == 1


async def test_headers_are_cleaned_and_bounded(net: Any) -> None:
    many = "".join(f"X-{n}: {n}\r\n" for n in range(150))
    server = await net.serve(
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Odd: a\xc2\x9bb\xe2\x80\xaec\xff\r\nX-Long: "
        + b"l" * 5000
        + b"\r\n"
        + many.encode()
        + b"\r\nhi"
    )
    page = await (await net.fetcher()).get(server.url())
    headers = dict(page.headers)
    assert headers["X-Odd"] == "a b c"
    assert len(headers["X-Long"]) == 2000
    assert len(page.headers) == 100
    assert (page.media_type, page.charset) == ("", None)


@pytest.mark.parametrize(
    ("status", "reason", "transient"),
    [
        ("404 Not Found", "not_found", False),
        ("410 Gone", "gone", False),
        ("401 Unauthorized", "blocked", False),
        ("403 Forbidden", "blocked", False),
        ("451 Unavailable For Legal Reasons", "blocked", False),
        ("500 Internal Server Error", "status", True),
        ("502 Bad Gateway", "status", True),
        ("429 Too Many Requests", "status", True),
        ("501 Not Implemented", "status", False),
        ("204 No Content", "status", False),
        ("205 Reset Content", "status", False),
        ("206 Partial Content", "status", False),
        ("203 Non-Authoritative Information", "status", False),
        ("300 Multiple Choices", "status", False),
        ("799 Odd", "status", False),
    ],
)
async def test_every_status_but_200_is_a_failure(net: Any, status: str, reason: str, transient: bool) -> None:
    body = b"" if status[:3] == "204" else PAGE
    server = await net.serve(net.answer(body, status=status))
    with pytest.raises(FetchError) as failed:
        await (await net.fetcher()).get(server.url(), validators=Validators('"a"'))
    error = failed.value
    assert (error.reason, error.transient, error.status) == (reason, transient, int(status[:3]))
    assert "127.0.0.1 answered " + status[:3] in error.message
    assert "\n" not in error.message


@pytest.mark.parametrize(("body", "reason"), [(b"", "empty"), (b" \r\n\t ", "empty")])
async def test_an_empty_body_is_a_failure(net: Any, body: bytes, reason: str) -> None:
    server = await net.serve(net.answer(body))
    with pytest.raises(FetchError) as failed:
        await (await net.fetcher()).get(server.url())
    assert failed.value.reason == reason


@pytest.mark.parametrize(
    "media", ["image/png", "video/mp4", "application/zip", "text/event-stream", "text/css"]
)
async def test_what_cannot_hold_a_document_is_a_failure(net: Any, media: str) -> None:
    server = await net.serve(net.answer(PAGE, content_type=media))
    with pytest.raises(FetchError) as failed:
        await (await net.fetcher()).get(server.url())
    assert (failed.value.reason, failed.value.transient) == ("media_type", False)


@pytest.mark.parametrize(
    "media", ["application/pdf", "application/octet-stream", "text/plain", "nonsense", ""]
)
async def test_what_may_hold_one_is_read(net: Any, media: str) -> None:
    server = await net.serve(net.answer(PAGE, content_type=media))
    assert (await (await net.fetcher()).get(server.url())).body == PAGE


async def test_a_page_that_refreshes_to_another_is_taken_as_it_is(net: Any) -> None:
    body = b'<meta http-equiv="refresh" content="0; url=/elsewhere">'
    server = await net.serve(net.answer(body, refresh="0; url=/elsewhere"))
    page = await (await net.fetcher()).get(server.url())
    assert page.body == body
    assert server.paths == ["/"]
