"""What may be dialled: one guard for fetches, redirects, robots.txt and webhooks.

`Guard` judges URLs and addresses. `guarded_connector` makes aiohttp ask it about the very address it connects to,
which is the only check that DNS rebinding cannot get around.
"""

from __future__ import annotations

import errno
import re
import socket
import ssl
from collections.abc import Callable
from ipaddress import ip_network
from time import monotonic
from typing import TYPE_CHECKING

import aiohttp
from yarl import URL

from watchers.addresses import (
    Address,
    Network,
    is_disguised,
    is_number,
    may_open,
    parse_address,
    unwrapped,
    why_inside,
)
from watchers.errors import Refused
from watchers.ports import BAD_PORTS
from watchers.resolver import ThreadResolver
from watchers.urls import parse_url

if TYPE_CHECKING:
    from aiohttp import ClientRequest, ClientTimeout
    from aiohttp.abc import AbstractResolver, ResolveResult
    from aiohttp.connector import AddrInfoType, Connection
    from aiohttp.tracing import Trace

NAME_LIFE = 30.0
"""Seconds that a name's addresses, and a connection to one of them, are used before the name is asked again."""

_METADATA = frozenset(
    {
        "instance-data",
        "instance-data.ec2.internal",
        "metadata-server",
        "metadata.aws.internal",
        "metadata.internal",
        "metadata.local",
        "metadata.oraclecloud.internal",
        "metadata.packet.net",
        "metadata.service.consul",
        "metadata",
        "metadata.azure.internal",
        "metadata.goog",
        "metadata.google.internal",
        "metadata.platformequinix.com",
        "metadata.tencentyun.com",
    }
)
_LOOPBACK_NAMES = frozenset(
    {
        "localhost",
        "localhost.localdomain",
        "localhost6",
        "localhost6.localdomain6",
        "ip6-localhost",
        "ip6-loopback",
    }
)
_INSIDE_SUFFIXES = (
    ".corp",
    ".home",
    ".localdomain",
    ".local",
    ".internal",
    ".intranet",
    ".lan",
    ".home.arpa",
    ".private",
    ".svc",
)

_NAME = re.compile(r"[A-Za-z0-9._-]{1,253}").fullmatch
_REMEMBERED = 4096
"""Once Unicode has become A-labels; anything else is no name, and would spoil messages."""


class DeniedError(PermissionError):
    """The guard's no as sockets say it, so that every client library hands it on as a failed connection."""

    def __init__(self, refusal: Refused) -> None:
        super().__init__(errno.EACCES, refusal.message)
        self.refusal = refusal


class Guard:
    """Lets only the public internet through, and what `allow` names besides.

    `allow`: networks ("10.0.0.0/8"), addresses ("127.0.0.1") or address:port ("127.0.0.1:8900", "[::1]:8900").
    `allow` opens loopback, private and carrier space, nothing else that is inside.
    `ports`: the ports that may be dialled, empty for all but `BAD_PORTS` of what `allow`
    does not name; an address:port in `allow` needs no entry.
    ValueError names an entry that is none of these.
    """

    def __init__(self, allow: tuple[str, ...] = (), ports: tuple[int, ...] = ()) -> None:
        self._allow = tuple(_parse_entry(entry) for entry in allow)
        for port in ports:
            if not 0 < port < 65536:
                raise ValueError(f"{port} is not a port")
        self._ports = frozenset(ports)
        self._passed: set[tuple[str, str | None, int | None]] = set()
        """Scheme, host and port of what went through lately; it always does."""

    def check_url(self, url: str) -> None:
        """Refused (address, scheme, port, credentials) for what must not even be looked up."""
        try:
            parsed = parse_url(url)
        except (ValueError, TypeError) as error:
            raise _refusal(url, "it is not a URL that can be fetched", "address") from error
        self.check(parsed, url)

    def check(self, parsed: URL, url: str) -> None:
        """`check_url` for a URL from `parse_url`; `url` is what errors name."""
        if parsed.scheme not in ("http", "https"):
            raise _refusal(url, f"only http and https are fetched, not {parsed.scheme[:20]!r}", "scheme")
        if parsed.raw_user is not None or parsed.raw_password is not None:
            raise _refusal(url, "it carries a user name or password", "credentials")
        origin = (parsed.scheme, parsed.raw_host, parsed.port)
        if origin in self._passed:
            return
        self._check_origin(parsed, url)
        if len(self._passed) >= _REMEMBERED:
            self._passed.clear()
        self._passed.add(origin)

    def _check_origin(self, parsed: URL, url: str) -> None:
        host, port = parsed.raw_host, parsed.port
        if not host or not all((bare := host.removesuffix(".").lower()).split(".")):
            raise _refusal(url, "it names no host", "address")
        if not port:
            raise _refusal(url, "port 0 cannot be dialled", "port")
        if ":" in bare or is_number(bare):
            if host.endswith("."):
                raise _refusal(url, f"{host[:60]} is an address in disguise", "address")
            self._check_literal(bare, port, url)
        else:
            self._check_name(bare, port, url)

    def check_address(self, host_ip: str, port: int, url: str) -> None:
        """Refused (address, port) unless `host_ip`, as a socket is about to dial it, may be reached."""
        address = parse_address(host_ip)
        if address is None:
            raise _refusal(url, f"{host_ip[:60]!r} is not an address", "address")
        exact, allowed = self._allowed(address, port)
        if (what := why_inside(address)) and not (allowed and may_open(address)):
            raise _refusal(url, f"the address {host_ip} is not on the public internet ({what})", "address")
        if self._is_closed(port) and not (exact if self._ports else allowed):
            raise _refusal(url, f"port {port} is not among those that may be dialled", "port")

    def denies(self, host_ip: str, port: int) -> bool:
        """`check_address` as a question."""
        try:
            self.check_address(host_ip, port, "")
        except Refused:
            return True
        return False

    def names(self, host_ip: str, port: int) -> bool:
        """Whether `allow` opens this address."""
        address = parse_address(host_ip)
        return address is not None and self._allowed(address, port)[1] and may_open(address)

    def _is_closed(self, port: int) -> bool:
        return port not in self._ports if self._ports else port in BAD_PORTS

    def _check_literal(self, host: str, port: int, url: str) -> None:
        if parse_address(host) is None or is_disguised(host):
            raise _refusal(url, f"{host[:60]} is an address in disguise", "address")
        self.check_address(host, port, url)

    def _check_name(self, host: str, port: int, url: str) -> None:
        if not _NAME(host):
            raise _refusal(url, "its host is not a name that can be looked up", "address")
        if self._is_closed(port) and not any(p == port for _, p in self._allow):
            raise _refusal(url, f"port {port} is not among those that may be dialled", "port")
        if host in _METADATA:
            raise _refusal(url, "it is a cloud's metadata service", "address")
        if host in _LOOPBACK_NAMES or host.endswith(".localhost"):
            opened = self.names("127.0.0.1", port) or self.names("::1", port)
        else:
            opened = not host.endswith(_INSIDE_SUFFIXES) or any(p in (None, port) for _, p in self._allow)
        if not opened:
            raise _refusal(url, f"{host[:60]} is a name of the inside network", "address")

    def _allowed(self, address: Address, port: int) -> tuple[bool, bool]:
        """Whether `allow` names this very address:port, and whether it names it at all."""
        exact = named = False
        for network, only in self._allow:
            if only in (None, port) and address.version == network.version and address in network:
                named, exact = True, exact or only is not None
        return exact, named


class GuardedConnector(aiohttp.TCPConnector):
    """Dials only what the guard lets through; keeps no connection beyond `keep_alive` seconds of age."""

    def __init__(
        self,
        guard: Guard,
        *,
        limit: int,
        limit_per_host: int,
        keep_alive: float,
        resolver: AbstractResolver,
        tls: ssl.SSLContext | None,
        clock: Callable[[], float],
    ) -> None:
        super().__init__(
            limit=limit,
            limit_per_host=limit_per_host,
            ttl_dns_cache=int(NAME_LIFE),
            ssl=tls or True,
            resolver=_GuardedResolver(guard, resolver),
            socket_factory=self._open_socket,
            **({"keepalive_timeout": keep_alive} if keep_alive else {"force_close": True}),
        )
        self._guard, self._life, self._clock = guard, keep_alive, clock
        self._born: dict[int, float] = {}
        self._names = resolver

    async def connect(
        self,
        req: ClientRequest,
        traces: list[Trace],
        timeout: ClientTimeout,  # noqa: ASYNC109  the signature is aiohttp's
    ) -> Connection:
        """A connection that may be used: old ones may lead where the name no longer points, and on others something
        came unasked, which would pass for the answer to the next request.
        """
        while True:
            connection = await super().connect(req, traces, timeout)
            if not self._life or self._is_fit(connection):
                return connection
            connection.close()

    async def close(self, *, abort_ssl: bool = False) -> None:
        """Close the connections, then the resolver."""
        await super().close(abort_ssl=abort_ssl)
        await self._names.close()

    def _open_socket(self, info: AddrInfoType) -> socket.socket:
        family, kind, protocol, _, address = info
        try:
            self._guard.check_address(str(address[0]), int(address[1]), "")
        except Refused as refusal:
            raise DeniedError(refusal) from refusal
        opened = socket.socket(family, kind, protocol)
        self._born[opened.fileno()] = self._clock()
        return opened

    def _is_fit(self, connection: Connection) -> bool:
        protocol, transport = connection.protocol, connection.transport
        if protocol is None or transport is None:
            return True  # lost meanwhile: aiohttp says so itself
        if protocol.should_close:
            return False
        born = self._born.get(transport.get_extra_info("socket").fileno())
        return born is None or self._clock() - born <= self._life


class _GuardedResolver(aiohttp.abc.AbstractResolver):
    """A name with any inside address is an inside name: only the denied answer is handed on, to be refused.

    Unless `allow` opens one of its addresses: then it is meant to lead inside ("localhost" has two), and there only.
    """

    def __init__(self, guard: Guard, inner: AbstractResolver) -> None:
        self._guard, self._inner = guard, inner

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        answers = await self._inner.resolve(host, port, family)
        if not answers:
            raise socket.gaierror(socket.EAI_NODATA, "no address")
        denied = [answer for answer in answers if self._guard.denies(answer["host"], answer["port"])]
        if not denied:
            return answers
        return [answer for answer in answers if self._guard.names(answer["host"], answer["port"])] or denied[
            :1
        ]

    async def close(self) -> None:
        await self._inner.close()


def guarded_connector(
    guard: Guard,
    *,
    limit: int,
    limit_per_host: int,
    keep_alive: float = 0.0,
    resolver: AbstractResolver | None = None,
    tls: ssl.SSLContext | None = None,
    clock: Callable[[], float] = monotonic,
) -> aiohttp.TCPConnector:
    """A connector that dials only what `guard` lets through; a refusal is an `DeniedError` (OSError) below.

    `keep_alive`: age in seconds up to which connections are used again, at most NAME_LIFE; 0 for never.
    `resolver` is closed with the connector; `tls` stands in for the system's authorities. Needs a running loop.
    """
    return GuardedConnector(
        guard,
        limit=limit,
        limit_per_host=limit_per_host,
        keep_alive=min(keep_alive, NAME_LIFE),
        resolver=resolver or ThreadResolver(),
        tls=tls,
        clock=clock,
    )


def _parse_entry(entry: str) -> tuple[Network, int | None]:
    """("10.0.0.0/8", None) or ("127.0.0.1/32", 8900), embedded IPv4 unwrapped."""
    host, port = _split_port(entry)
    try:
        network = ip_network(host)
    except ValueError as error:
        raise ValueError(f"{entry!r} is neither a network nor address:port: {error}") from error
    if network.num_addresses == 1:
        network = ip_network(unwrapped(network.network_address))
    elif port is not None:
        raise ValueError(f"{entry!r}: a port goes with one address, not with a network")
    return network, port


def _split_port(entry: str) -> tuple[str, int | None]:
    if entry.startswith("["):
        host, bracket, rest = entry[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            raise ValueError(f"{entry!r} is neither a network nor address:port")
        port = rest[1:] if rest else None
    elif entry.count(":") == 1:
        host, _, port = entry.partition(":")
    else:
        host, port = entry, None
    if port is None:
        return host, None
    if not (port.isascii() and port.isdecimal() and 0 < int(port) < 65536):
        raise ValueError(f"{entry!r}: {port!r} is not a port")
    return host, int(port)


def _refusal(url: str, why: str, reason: str) -> Refused:
    return Refused(url, f"refused{_named(url)}: {why}", reason=reason, transient=False)


def _named(url: str) -> str:
    """The host for the message, when there is one that can be shown."""
    try:
        host = URL(url).raw_host
    except (ValueError, TypeError, IndexError):
        return ""
    return f" {host[:80]}" if host and host.isprintable() else ""
