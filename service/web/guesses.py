"""Who shows wrong tokens, and how often: guessing one is slowed down, by address."""

from __future__ import annotations

import os
from collections import OrderedDict, deque
from dataclasses import dataclass
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
    """What counts as one caller: an IPv4 address, an IPv6 network, "" for what is near or no address.

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


@dataclass(frozen=True, slots=True)
class Guess:
    """A token that is being looked at. `counted`: among the wrong ones already, `late`: too many came before it."""

    place: str
    mark: bytes
    at: datetime
    counted: bool
    late: bool


class Guesses:
    """Remembers where the last wrong tokens came from, and which tokens were right there before.

    A token counts as wrong from the moment it is looked at, until it turns out to be right: of many that are shown
    at the same moment no more are looked at than of many in a row.
    """

    def __init__(self) -> None:
        self._times: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._seen: OrderedDict[bytes, None] = OrderedDict()
        self._open: set[bytes] = set()
        """Being looked at. The same token shown meanwhile is looked at as well, and counts once it was wrong."""
        self._key = os.urandom(32)

    def begin(self, place: str, token: str, now: datetime) -> Guess | None:
        """To be looked at, and then to be brought to `end`. None: it is not, too many wrong ones came from there.

        What was right there before always is, and from near each: a proxy there stands for everybody, and has limits of
        its own.
        """
        mark = self._mark(place, token)
        if mark in self._seen or mark in self._open:
            return Guess(place, mark, now, counted=False, late=False)
        late = self._count(place, now)
        if late and place != _HERE:
            return None
        if not late:
            self._open.add(mark)
        return Guess(place, mark, now, counted=not late, late=late)

    def end(self, guess: Guess, *, right: bool) -> bool:
        """It was right or wrong; whether too many were wrong of late."""
        if guess.counted:
            self._open.discard(guess.mark)
        if not right:
            return guess.late if guess.counted or guess.late else self._count(guess.place, guess.at)
        if guess.counted:
            self._take_back(guess)
        self._trust(guess.mark)
        return False

    def _count(self, place: str, now: datetime) -> bool:
        """Count one more wrong token; whether there were too many of late."""
        full = self._is_full(place, now)
        if not full:
            times = self._times.setdefault(place, deque(maxlen=GUESSES_MAX))
            times.append(now)
            self._times.move_to_end(place)
            while len(self._times) > PLACES_MAX:
                self._times.popitem(last=False)
        return full

    def _take_back(self, guess: Guess) -> None:
        times = self._times.get(guess.place)
        if times is not None and guess.at in times:
            times.remove(guess.at)

    def _trust(self, mark: bytes) -> None:
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
