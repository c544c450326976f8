"""Deletes what lies on a storage and that nothing on record refers to: `onrecord prune`, `onrecord doctor --fix`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from service.store.depot import Depot, Object, depot
from service.store.holdings import Amount
from service.store.place import Place
from service.store.store import Store
from service.store.strays import condemn, known_depots, known_sign, referred, sign

OLD = timedelta(days=1)
"""Younger objects are left alone: their deposit may not be on record yet."""
AT_ONCE = 1000
NONE = Amount()


@dataclass(frozen=True, slots=True)
class Strays:
    """Of one storage: what nothing refers to. `shared`: other records use it too, so that cannot be known."""

    url: str
    found: Amount = NONE
    shared: bool = False


def find_strays(place: Place, url: str, now: datetime) -> Iterator[Strays]:
    """What there is on each storage that the record uses, `url` among them ("" for none); StoreError if one fails."""
    for there in _depots(place, url):
        own = Store.peek(place, known_sign)
        yield _shared(there, own) or Strays(there.url, _amount(_old(place, there, now)))


def clear_strays(place: Place, url: str, now: datetime) -> Iterator[Strays]:
    """The same, and deleted."""
    for there in _depots(place, url):
        own = Store.beside(place, sign)
        there.leave_sign(own)
        yield _shared(there, own) or Strays(there.url, _amount(_cleared(place, there, now)))


def _depots(place: Place, url: str) -> Iterator[Depot]:
    urls = Store.peek(place, known_depots)
    return (depot(one) for one in sorted(urls | {url} - {""}))


def _cleared(place: Place, there: Depot, now: datetime) -> Iterator[Object]:
    found = _old(place, there, now)
    while part := list(islice(found, AT_ONCE)):
        chosen = Store.beside(place, condemn, [one.name for one in part], now)
        if chosen:
            there.delete(sorted(chosen))
        yield from (one for one in part if one.name in chosen)


def _old(place: Place, there: Depot, now: datetime) -> Iterator[Object]:
    needed = Store.peek(place, referred)
    for part in there.objects():
        yield from (one for one in part if one.at < now - OLD and one.name not in needed)


def _shared(there: Depot, own: str) -> Strays | None:
    return Strays(there.url, shared=True) if there.signs() - {own} else None


def _amount(found: Iterable[Object]) -> Amount:
    number = size = 0
    for one in found:
        number, size = number + 1, size + one.size
    return Amount(number, size)
