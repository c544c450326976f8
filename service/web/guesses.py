"""Who shows wrong tokens, and how often: guessing one is slowed down, by address."""

from __future__ import annotations

import os
from collections import OrderedDict, deque
from datetime import datetime, timedelta
from hashlib import blake2b
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

GUESSES_MAX = 20
GUESSES_WITHIN = timedelta(minutes=1)
"""So many wrong tokens from one place in this time are told they are wrong; more are told to wait."""
PLACES_MAX = 10_000
SEEN_MAX = 10_000
_HERE = ""
_NEAR = tuple(
    map(
        ip_network,
        ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7", "fe80::/10"),
    )
)
"""Private networks (RFC 1918, 3927, 4193, 4291): a published port of a container has everybody come from there."""
_NETWORK_BITS = 64
"""Whoever has one IPv6 address has all that begin alike."""


def place_of(address: str) -> str:
    """What counts as one guesser: an IPv4 address, an IPv6 network, "" for what is near or no address.

    Near is this machine and a private network, where a proxy may stand for everybody.
    """
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return _HERE
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is None:
            return _HERE if _is_near(found) else str(int(found) >> (128 - _NETWORK_BITS))
        found = found.ipv4_mapped
    return _HERE if _is_near(found) else str(found)


def _is_near(address: IPv4Address | IPv6Address) -> bool:
    return address.is_loopback or any(address in network for network in _NEAR)


class Guesses:
    """Remembers where the last wrong tokens came from, and which tokens were right there before."""

    def __init__(self) -> None:
        self._times: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._seen: OrderedDict[bytes, None] = OrderedDict()
        self._key = os.urandom(32)

    def count(self, place: str, now: datetime) -> bool:
        """Count one more wrong token; whether there were too many of late."""
        full = self._is_full(place, now)
        if not full:
            times = self._times.setdefault(place, deque(maxlen=GUESSES_MAX))
            times.append(now)
            self._times.move_to_end(place)
            while len(self._times) > PLACES_MAX:
                self._times.popitem(last=False)
        return full

    def bars(self, place: str, token: str, now: datetime) -> bool:
        """Whether a token is not even looked at: too many wrong ones came from there, and it was never right there.

        From near each is looked at: a proxy there stands for everybody, and has limits of its own.
        """
        return place != _HERE and self._is_full(place, now) and self._mark(place, token) not in self._seen

    def trust(self, place: str, token: str) -> None:
        """A token was right."""
        mark = self._mark(place, token)
        self._seen[mark] = None
        self._seen.move_to_end(mark)
        while len(self._seen) > SEEN_MAX:
            self._seen.popitem(last=False)

    def _is_full(self, place: str, now: datetime) -> bool:
        times = self._times.get(place)
        return times is not None and len(times) == GUESSES_MAX and now - times[0] < GUESSES_WITHIN

    def _mark(self, place: str, token: str) -> bytes:
        """Of no use to who finds it, and not to be steered by who sends it."""
        return blake2b(f"{place} {token}".encode("utf-8", "replace"), key=self._key, digest_size=32).digest()
