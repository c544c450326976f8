"""Which IP addresses belong to the public internet. Pure.

Python's own `is_global` and `is_private` miss a good part of the registries, so the networks stand here: IANA's
special-purpose registries for IPv4 and IPv6, multicast, reserved space, and one cloud's public-looking inside.
"""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_INSIDE_4 = tuple(
    (IPv4Network(network), what)
    for network, what in (
        ("0.0.0.0/8", "this network"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "shared carrier space"),
        ("127.0.0.0/8", "loopback"),
        ("168.63.129.16/32", "a cloud's own service"),
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "set aside for protocols"),
        ("192.0.2.0/24", "for documentation"),
        ("192.31.196.0/24", "an AS112 sink"),
        ("192.52.193.0/24", "an AMT relay"),
        ("192.88.99.0/24", "a 6to4 relay"),
        ("192.168.0.0/16", "private"),
        ("192.175.48.0/24", "an AS112 sink"),
        ("198.18.0.0/15", "for benchmarks"),
        ("198.51.100.0/24", "for documentation"),
        ("203.0.113.0/24", "for documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
    )
)
_INSIDE_6 = tuple(
    (IPv6Network(network), what)
    for network, what in (
        ("::/128", "unspecified"),
        ("::1/128", "loopback"),
        ("64:ff9b:1::/48", "local translation"),
        ("100::/64", "discard-only"),
        ("2001::/23", "set aside for protocols"),
        ("2001:db8::/32", "for documentation"),
        ("2002::/16", "a 6to4 tunnel"),
        ("2620:4f:8000::/48", "an AS112 sink"),
        ("3fff::/20", "for documentation"),
        ("fc00::/7", "private"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "site-local"),
        ("ff00::/8", "multicast"),
    )
)
_OPENABLE = frozenset({"loopback", "private", "shared carrier space"})
"""What a configuration may open. Nobody keeps documents to watch in the rest: not even `allow = ["0.0.0.0/0"]` does."""
_METADATA = tuple(
    ip_network(network)
    for network in ("100.100.100.200/32", "fd00:42::42/128", "fd00:c1::/32", "fd00:ec2::/32", "fd20:ce::/32")
)
"""Clouds' own services, metadata first, that stand in space which may otherwise be opened."""
_UNICAST_6 = IPv6Network("2000::/3")
"""All of IPv6 that has ever been given out as global unicast."""
_ISATAP = frozenset({0x00005EFE, 0x02005EFE})
"""The third quarter of an address that tunnels to the IPv4 address in its fourth (RFC 5214)."""
_NAT64 = IPv6Network("64:ff9b::/96")
"""Translated to the IPv4 address in its last 32 bits (RFC 6052): as good or bad as that one."""


@lru_cache(1024)
def parse_address(text: str) -> Address | None:
    """Read a literal as sockets name it, v4-mapped ones as the IPv4 they dial; None when it is not one."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return unwrapped(address)


def unwrapped(address: Address) -> Address:
    """The IPv4 address that a mapped (::ffff:0:0/96) or translated (64:ff9b::/96) address leads to."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else address


@lru_cache(1024)
def why_inside(address: Address) -> str:
    """What keeps this (unwrapped) address off the public internet, for people; "" when nothing does."""
    if isinstance(address, IPv4Address):
        return next((what for network, what in _INSIDE_4 if address in network), "")
    for network, what in _INSIDE_6:
        if address in network:
            return what
    if int(address) >> 32 & 0xFFFFFFFF in _ISATAP:
        return "an ISATAP tunnel"
    return "" if address in _UNICAST_6 else "reserved"


@lru_cache(1024)
def may_open(address: Address) -> bool:
    """Whether a configuration may open this (unwrapped) address that is inside."""
    return why_inside(address) in _OPENABLE and not any(address in network for network in _METADATA)


def is_disguised(text: str) -> bool:
    """Whether a literal names an IPv4 address that is inside by way of an IPv6 one, or carries a zone."""
    address = ip_address(text.partition("%")[0])
    plain = unwrapped(address)
    return "%" in text or (plain != address and why_inside(plain) != "")


def is_number(host: str) -> bool:
    """Whether browsers and sockets read this host name as an IPv4 address: its last label is a number.

    That covers 2130706433, 0x7f.1, 0177.0.0.1 and 127.1 (WHATWG URL, "ends in a number").
    """
    last = host.rpartition(".")[2]
    if not last or not ("0" <= last[0] <= "9"):
        return False
    if last.isdecimal():
        return True
    return last[:2] == "0x" and all(c in "0123456789abcdef" for c in last[2:])
