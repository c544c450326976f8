"""`onrecord prune`: step by step, so that a daemon beside it never waits long."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection

from service.store.holdings import drop_orphans
from service.store.place import Place
from service.store.pruning import ATTEMPTS_AT_ONCE, START, Cut, prune_attempts, prune_versions
from service.store.store import Store

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Total:
    """What went, and the stored bytes that this freed."""

    versions: int = 0
    attempts: int = 0
    orphans: int = 0
    freed: int = 0


class _UndoneError(Exception):
    """Ends a transaction of which nothing is to stay; holds what it came to."""

    def __init__(self, result: Any) -> None:
        super().__init__()
        self.result = result


class Sweep:
    """Prunes the record at `place`; `dry_run`: every step is taken back."""

    def __init__(self, place: Place, *, before: datetime, keep: int, now: datetime, dry_run: bool) -> None:
        self._place, self._before, self._keep, self._now = place, before, keep, now
        self._dry_run = dry_run
        self.total = Total()

    def run(self) -> Iterator[Cut]:
        """Each step as it is done; StoreError if one cannot be, and those before it stay done."""
        at = START
        while (cut := self._step(prune_versions, self._before, self._keep, self._now, at)).versions:
            at = cut.at
            self._count(cut.freed, versions=len(cut.versions))
            yield cut
        limit = None if self._dry_run else ATTEMPTS_AT_ONCE
        while (gone := self._step(prune_attempts, self._before, limit)).number:
            self._count(gone.size, attempts=gone.number)
            if limit is None:
                break
        idle = self._step(drop_orphans)
        self._count(idle.size, orphans=idle.number)

    def _step(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        if not self._dry_run:
            return Store.beside(self._place, work, *args, **kwargs)
        try:
            Store.beside(self._place, _undone, work, *args, **kwargs)
        except _UndoneError as taken_back:
            result: T = taken_back.result
            return result
        raise AssertionError("a dry run ends in its exception")

    def _count(self, freed: int, *, versions: int = 0, attempts: int = 0, orphans: int = 0) -> None:
        total = self.total
        self.total = Total(
            total.versions + versions, total.attempts + attempts, total.orphans + orphans, total.freed + freed
        )


def _undone(connection: Connection, work: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
    raise _UndoneError(work(connection, *args, **kwargs))
