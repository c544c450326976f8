"""Redirects by hand: each hop guarded, counted, remembered only when permanent."""

from __future__ import annotations

import ssl
from typing import Any

import pytest
import trustme

from watchers.errors import FetchError, Refused
from watchers.model import NotModified, Validators


def go(net: Any, location: str, status: str = "302 Found") -> bytes:
    said: bytes = net.answer(status=status, location=location)
    return said


@pytest.mark.parametrize(
    "status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"]
)
async def test_a_redirect_is_followed(net: Any, status: str) -> None:
    server = await net.serve({"/a": go(net, "/b?q=1#part", status), "/b?q=1": net.answer(b"here")})
    page = await (await net.fetcher()).get(server.url("/a"))
    assert (page.body, page.url, page.final_url) == (b"here", server.url("/a"), server.url("/b?q=1"))
    assert page.permanent_url == (server.url("/b?q=1") if status[:3] in ("301", "308") else None)


@pytest.mark.parametrize(
    ("first", "second", "permanent"),
    [("301 M", "308 P", True), ("301 M", "302 F", False), ("307 T", "301 M", False)],
)
async def test_only_a_chain_of_permanent_redirects_is_remembered(
    net: Any, first: str, second: str, permanent: bool
) -> None:
    server = await net.serve(
        {"/a": go(net, "/b", first), "/b": go(net, "/c", second), "/c": net.answer(b"here")}
    )
    page = await (await net.fetcher()).get(server.url("/a"))
    assert page.permanent_url == (server.url("/c") if permanent else None)


async def test_a_way_out_of_https_is_followed_but_not_remembered(net: Any) -> None:
    plain = await net.serve(net.answer(b"here"))
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    safe = await net.serve(go(net, plain.url(), "301 Moved"), tls=context)
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    page = await (await net.fetcher(tls=trust)).get(safe.url())
    assert (page.final_url, page.permanent_url) == (plain.url(), None)


async def test_a_circle_is_noticed(net: Any) -> None:
    server = await net.serve({"/a": go(net, "/b"), "/b": go(net, "/a#again")})
    with pytest.raises(FetchError, match="in a circle") as failed:
        await (await net.fetcher()).get(server.url("/a"))
    assert failed.value.reason == "redirect"
    assert server.paths == ["/a", "/b"]


async def test_a_long_chain_is_cut(net: Any) -> None:
    pages = {f"/{n}": go(net, f"/{n + 1}") for n in range(20)} | {"/3": net.answer(b"here")}
    server = await net.serve(pages)
    assert (await (await net.fetcher(max_redirects=3)).get(server.url("/0"))).body == b"here"
    with pytest.raises(FetchError, match="more than 2 times"):
        await (await net.fetcher(max_redirects=2)).get(server.url("/0"))


@pytest.mark.parametrize("location", ["", "http://[", "http://x:99999/", "/" + "a" * 9000])
async def test_a_redirect_to_nowhere_is_a_failure(net: Any, location: str) -> None:
    server = await net.serve(go(net, location))
    with pytest.raises(FetchError) as failed:
        await (await net.fetcher()).get(server.url())
    assert failed.value.reason == "redirect"


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("http://10.0.0.1/", "address"),
        ("http://169.254.169.254/latest/meta-data/", "address"),
        ("//[::1]/", "address"),
        ("http://[::ffff:10.0.0.1]/", "address"),
        ("http://2130706433/", "address"),
        ("http://0x7f.1/", "address"),
        ("http://metadata.google.internal/", "address"),
        ("file:///etc/passwd", "scheme"),
        ("gopher://127.0.0.1/", "scheme"),
        ("javascript:alert(1)", "scheme"),
        ("http://user:secret@127.0.0.1/", "credentials"),
    ],
)
async def test_a_redirect_to_what_is_forbidden_is_refused(net: Any, location: str, reason: str) -> None:
    server = await net.serve(go(net, location))
    with pytest.raises(Refused) as refused:
        await (await net.fetcher()).get(server.url())
    assert (refused.value.reason, refused.value.transient) == (reason, False)
    assert refused.value.url == server.url()
    assert "secret" not in str(refused.value)


async def test_a_redirect_to_a_name_that_leads_inside_is_refused(net: Any) -> None:
    server = await net.serve(go(net, "http://inside.example/"))
    names = net.names(inside_example=[["10.1.2.3"]])
    with pytest.raises(Refused) as refused:
        await (await net.fetcher(resolver=names)).get(server.url())
    assert refused.value.reason == "address"
    assert names.asked == ["inside.example"]


async def test_a_location_in_latin_1_is_read_as_browsers_do(net: Any) -> None:
    head = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /caf\xe9\r\n\r\n"
    server = await net.serve({"/": head, "/caf%C3%A9": net.answer(b"here")})
    assert (await (await net.fetcher()).get(server.url())).body == b"here"


async def test_validators_go_only_to_the_page_they_came_from(net: Any) -> None:
    """The date of one page must not make an older page pass for unchanged."""
    changed, date = "Tue, 02 Jun 2026 00:00:00 GMT", "Mon, 01 Jun 2026 00:00:00 GMT"
    pages = {"/a": go(net, "/b"), "/b": net.answer(b"b", etag='"b"', last_modified=date)}
    server = await net.serve(pages)
    fetcher = await net.fetcher()
    page = await fetcher.get(server.url("/a"))
    assert page.validators == Validators('"b"')

    pages["/b"] = net.answer(status="304 Not Modified", content_length="")
    same = await fetcher.get(server.url("/a"), validators=page.validators)
    assert same == NotModified(server.url("/a"), server.url("/b"), None, page.validators, None)
    to_a, to_b = server.requests[-2:]
    assert "if-none-match" not in to_a.headers
    assert (to_b.headers["if-none-match"], to_b.headers["if-modified-since"]) == ('"b"', date)

    pages |= {"/a": go(net, "/c"), "/c": net.answer(b"c", last_modified=changed)}
    page = await fetcher.get(server.url("/a"), validators=page.validators)
    assert page.body == b"c"
    assert page.validators == Validators()
    assert not {"if-none-match", "if-modified-since"} & set(server.requests[-1].headers)


async def test_validators_of_the_asked_page_do_not_follow_a_redirect(net: Any) -> None:
    server = await net.serve({"/a": go(net, "/b"), "/b": net.answer(b"b")})
    await (await net.fetcher()).get(server.url("/a"), validators=Validators('"a"'))
    to_a, to_b = server.requests
    assert to_a.headers["if-none-match"] == '"a"'
    assert "if-none-match" not in to_b.headers


async def test_cookies_and_credentials_are_never_sent(net: Any) -> None:
    server = await net.serve(
        {"/a": net.answer(status="302 F", location="/b", set_cookie="k=v"), "/b": net.answer(b"b")}
    )
    fetcher = await net.fetcher()
    await fetcher.get(server.url("/a"))
    assert all("cookie" not in request.headers for request in server.requests)
    with pytest.raises(Refused) as refused:
        await fetcher.get(server.url("/a").replace("//", "//user:pass@"))
    assert refused.value.reason == "credentials"
