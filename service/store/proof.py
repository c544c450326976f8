"""Whether the record is what it was: the chain from its first link, what each look brought, and every stored byte."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Row, func, select

from service.store.blobs import blobs, get_blob
from service.store.chain import BEGINNING, Facts, Link, Mark, head, marks, marks_of, payload, seal_of
from service.store.errors import StoreError
from service.store.holdings import lost
from service.store.tables import PollRow, SourceRow, WatchRow

polls = PollRow.__table__
watches = WatchRow.__table__
sources = SourceRow.__table__

BATCH = 500


@dataclass(frozen=True, slots=True)
class Proof:
    """What was checked; `broken` says what does not fit, "" when all does."""

    links: int
    things: int
    blobs: int
    head: Link
    unsealed: int
    """Looks from before there was a chain."""
    broken: str = ""


class BrokenError(Exception):
    """The first thing that does not fit."""


def prove(
    connection: Connection,
    *,
    expected: Link | None = None,
    with_blobs: bool = True,
    step: Callable[[int], None] = lambda _: None,
) -> Proof:
    """Check everything; `expected`: a link that somebody wrote down. `step` is told how much was done."""
    unsealed = connection.execute(select(func.count()).where(polls.c.link.is_(None))).scalar_one()
    proof = Proof(0, 0, 0, head(connection), int(unsealed))
    try:
        links, things = _prove_chain(connection, proof.head, expected, step)
        proof = replace(proof, links=links, things=things)
        return replace(proof, blobs=_prove_blobs(connection, step) if with_blobs else 0)
    except BrokenError as error:
        return replace(proof, broken=str(error))


def amount(connection: Connection, *, with_blobs: bool = True) -> int:
    """How many steps `prove` takes."""
    looks = connection.execute(select(func.count()).where(polls.c.link.is_not(None))).scalar_one()
    stored = connection.execute(select(func.count()).select_from(blobs)).scalar_one() if with_blobs else 0
    return int(looks) + int(stored)


def _prove_chain(
    connection: Connection, last: Link, expected: Link | None, step: Callable[[int], None]
) -> tuple[int, int]:
    at, things = Link(0, BEGINNING), 0
    for batch in _batches(connection):
        brought = _brought(connection, batch[0].link, batch[-1].link)
        _check_things(connection, [mark for found in brought.values() for mark in found])
        for row in batch:
            at = _next(connection, at, row, brought.get(row.link, []))
            if expected is not None and at.number == expected.number and at.seal != expected.seal:
                raise BrokenError(
                    f"link {at.number} is whole, but its seal is {at.seal.hex()}, not the one expected"
                )
        things += sum(map(len, brought.values()))
        step(len(batch))
    if at != last:
        raise BrokenError(
            f"link {at.number + 1} is missing: the chain goes on to link {last.number} and ends before"
        )
    if expected is not None and expected.number > at.number:
        raise BrokenError(f"link {at.number + 1} is missing: link {expected.number} was expected")
    return at.number, things


def _next(connection: Connection, before: Link, row: Row[Any], brought: list[Mark]) -> Link:
    if row.link != before.number + 1:
        raise BrokenError(f"link {before.number + 1} is missing")
    facts = Facts(row.watch_id, row.at, row.outcome, row.status, row.reason)
    seal = seal_of(before.seal, payload(row.link, facts, brought))
    if seal != row.seal:
        where = connection.execute(
            select(sources.c.name).select_from(watches.join(sources)).where(watches.c.id == row.watch_id)
        ).scalar()
        raise BrokenError(
            f"link {row.link} is broken: the look at {where or 'an unknown source'} of {row.at.isoformat()}"
            " is not what was sealed"
        )
    return Link(row.link, seal)


def _batches(connection: Connection) -> Iterator[list[Row[Any]]]:
    rows = iter(connection.execute(select(polls).where(polls.c.link.is_not(None)).order_by(polls.c.link)))
    while batch := list(islice(rows, BATCH)):
        yield batch


def _brought(connection: Connection, first: int, last: int) -> dict[int, list[Mark]]:
    found: dict[int, list[Mark]] = {}
    for row in connection.execute(
        select(marks).where(marks.c.link.between(first, last)).order_by(marks.c.link)
    ):
        found.setdefault(row.link, []).append(Mark(row.thing, row.digest))
    return found


def _check_things(connection: Connection, sealed: list[Mark]) -> None:
    for start in range(0, len(sealed), BATCH):
        part = sealed[start : start + BATCH]
        now = {mark.thing: mark.digest for mark in marks_of(connection, [mark.thing for mark in part])}
        for mark in part:
            if now.get(mark.thing) != mark.digest:
                link = connection.execute(select(marks.c.link).where(marks.c.thing == mark.thing)).scalar()
                state = "is not what was sealed" if mark.thing in now else "is missing"
                raise BrokenError(f"link {link} is broken: {mark.thing} {state}")


def _prove_blobs(connection: Connection, step: Callable[[int], None]) -> int:
    for one in lost(connection)[:1]:
        raise BrokenError(f"missing: {one}")
    digests = connection.execute(select(blobs.c.sha256)).scalars().all()
    for digest in digests:
        try:
            get_blob(connection, digest)
        except StoreError as error:
            raise BrokenError(str(error)) from error
        step(1)
    return len(digests)
