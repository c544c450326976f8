"""The address checked is the address dialled, whatever the resolver says meanwhile; certificates count."""

from __future__ import annotations

import ssl
from typing import Any

import aiohttp
import pytest
import trustme

from watchers.errors import FetchError, Refused
from watchers.guard import DeniedError, Guard, GuardedConnector, guarded_connector

PUBLIC = "198.41.0.4"


async def reason(fetcher: Any, url: str) -> str:
    with pytest.raises(FetchError) as failed:
        await fetcher.get(url)
    assert "\n" not in failed.value.message
    return failed.value.reason


async def test_loopback_is_refused_without_a_word_in_allow(net: Any) -> None:
    server = await net.serve(net.answer(b"secret"))
    fetcher = await net.fetcher(allow=())
    assert await reason(fetcher, server.url()) == "address"
    assert await reason(fetcher, server.url(host="localhost")) == "address"
    assert server.connections == 0


async def test_allow_opens_one_port_of_one_address(net: Any) -> None:
    mine, other = await net.serve(net.answer(b"mine")), await net.serve(net.answer(b"other"))
    fetcher = await net.fetcher(allow=(f"127.0.0.1:{mine.port}",))
    assert (await fetcher.get(mine.url())).body == b"mine"
    assert await reason(fetcher, other.url()) == "address"
    assert other.connections == 0


@pytest.mark.parametrize("answers", [["::1", "127.0.0.1"], ["10.0.0.1", PUBLIC, "127.0.0.1"]])
async def test_of_a_name_with_an_opened_address_only_that_one_is_dialled(
    net: Any, answers: list[str]
) -> None:
    server = await net.serve(net.answer(b"home"))
    names = net.names(home_example=[answers])
    fetcher = await net.fetcher(allow=(f"127.0.0.1:{server.port}",), resolver=names)
    assert (await fetcher.get(server.url(host="home.example"))).body == b"home"


@pytest.mark.parametrize("answers", [["127.0.0.1"], [PUBLIC, "127.0.0.1"], ["127.0.0.1", PUBLIC], ["::1"]])
async def test_a_name_with_any_inside_address_is_refused(net: Any, answers: list[str]) -> None:
    server = await net.serve(net.answer(b"secret"))
    fetcher = await net.fetcher(allow=(), resolver=net.names(rebind_example=[answers]))
    assert await reason(fetcher, server.url(host="rebind.example")) == "address"
    assert server.connections == 0


async def test_a_name_that_changes_its_mind_is_refused_at_the_next_dial(net: Any) -> None:
    """Allowed once, inside the next time: no look-up before the dial could tell."""
    server = await net.serve({"/": net.answer(b"fine", connection="close")})
    names = net.names(rebind_example=[["127.0.0.1"], ["127.0.0.2"]])
    fetcher = await net.fetcher(allow=(f"127.0.0.1:{server.port}",), resolver=names)
    assert (await fetcher.get(server.url(host="rebind.example"))).body == b"fine"
    fetcher._session.connector.clear_dns_cache()
    server.connections = 0
    assert await reason(fetcher, server.url(host="rebind.example")) == "address"
    assert server.connections == 0


async def test_even_a_resolver_that_checks_nothing_cannot_get_past_the_socket(net: Any) -> None:
    server = await net.serve(net.answer(b"secret"))
    connector = guarded_connector(Guard(), limit=1, limit_per_host=1)
    async with aiohttp.ClientSession(connector=connector) as session:
        with pytest.raises(aiohttp.ClientConnectorError) as failed:
            await session.get(server.url())
        assert isinstance(failed.value.os_error, DeniedError)
        assert failed.value.os_error.refusal.reason == "address"
    assert server.connections == 0


async def test_a_connector_for_posts_keeps_no_connection(net: Any) -> None:
    server = await net.serve(net.answer(b"ok"))
    connector = guarded_connector(Guard(("127.0.0.1",)), limit=4, limit_per_host=2)
    async with aiohttp.ClientSession(connector=connector) as session:
        for _ in range(2):
            async with session.get(server.url()) as response:
                assert await response.read() == b"ok"
    assert server.connections == 2


async def test_no_connection_outlives_its_name(net: Any) -> None:
    """In use all the time or not: after `keep_alive` seconds the name is asked again."""
    server = await net.serve(net.answer(b"ok"))
    clock = net.clock()
    connector = guarded_connector(
        Guard(("127.0.0.1",)), limit=4, limit_per_host=2, keep_alive=30.0, clock=clock
    )
    assert isinstance(connector, GuardedConnector)
    async with aiohttp.ClientSession(connector=connector) as session:
        for passed in (0.0, 20.0, 9.0, 2.0, 29.0):
            clock.now += passed
            async with session.get(server.url()) as response:
                await response.read()
    assert server.connections == 2


async def test_a_name_that_is_not_found(net: Any) -> None:
    fetcher = await net.fetcher(resolver=net.names())
    assert await reason(fetcher, "http://quillnet.example/") == "dns"


async def test_a_name_without_addresses_is_not_found(net: Any) -> None:
    fetcher = await net.fetcher(resolver=net.names(quillnet_example=[[]]))
    assert await reason(fetcher, "http://quillnet.example/") == "dns"


async def test_the_system_s_resolver_is_asked_by_default(net: Any) -> None:
    server = await net.serve(net.answer(b"home"))
    fetcher = await net.fetcher(allow=("127.0.0.0/8", "::1"))
    assert (await fetcher.get(server.url(host="localhost"))).body == b"home"
    assert await reason(fetcher, f"http://{'a' * 70}.example/") == "dns"


async def test_a_port_outside_the_list_is_refused(net: Any) -> None:
    server = await net.serve(net.answer(b"x"))
    assert await reason(await net.fetcher(ports=(80, 443)), server.url()) == "port"
    exact = await net.fetcher(ports=(80, 443), allow=(f"127.0.0.1:{server.port}",))
    assert (await exact.get(server.url())).body == b"x"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def server_tls(authority: trustme.CA, *names: str, **terms: Any) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names, **terms).configure_cert(context)
    return context


def client_tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


async def test_a_good_certificate_is_taken(net: Any, authority: trustme.CA) -> None:
    server = await net.serve(net.answer(b"safe"), tls=server_tls(authority, "tessellate.example"))
    names = net.names(tessellate_example=[["127.0.0.1"]])
    fetcher = await net.fetcher(tls=client_tls(authority), resolver=names)
    assert (await fetcher.get(server.url(host="tessellate.example"))).body == b"safe"


async def test_a_certificate_of_an_unknown_authority_is_refused(net: Any, authority: trustme.CA) -> None:
    server = await net.serve(net.answer(b"?"), tls=server_tls(authority, "127.0.0.1"))
    with pytest.raises(FetchError, match=r"certificate of 127\.0\.0\.1 is not valid") as failed:
        await (await net.fetcher()).get(server.url())
    assert (failed.value.reason, failed.value.transient) == ("tls", False)
    assert server.requests == []


async def test_a_certificate_for_another_name_is_refused(net: Any, authority: trustme.CA) -> None:
    server = await net.serve(net.answer(b"?"), tls=server_tls(authority, "harborlight.example"))
    assert await reason(await net.fetcher(tls=client_tls(authority)), server.url()) == "tls"


async def test_tls_with_a_server_that_speaks_none(net: Any) -> None:
    server = await net.serve(net.answer(b"?"))
    assert await reason(await net.fetcher(timeout=1.0), server.url().replace("http:", "https:")) in (
        "tls",
        "timeout",
    )


@pytest.mark.parametrize(
    "url", ["", "x", "http://", "http:///x", "http://[", "http://h:99999/", "http://h/" + "a" * 9000]
)
async def test_what_is_not_a_url_is_refused(net: Any, url: str) -> None:
    with pytest.raises(Refused) as refused:
        await (await net.fetcher()).get(url)
    assert refused.value.reason in ("address", "scheme")
