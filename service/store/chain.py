"""A hash chain over the record: each look is sealed together with the seal of the one before.

A seal is the first 16 bytes of SHA-256 over the seal before it and the look's facts, in JSON. What a look brought, a
version or changes, is among these facts by its own SHA-256 (a *mark*). So nothing on record can be altered, left out
or put in between without breaking every later seal; whoever has written down one seal can tell (docs/evidence.md).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, bindparam, event, insert, select, update

from service.store.tables import ChainRow, ChangeRow, MarkRow, VersionRow, WordingRow
from service.store.types import category_mask, to_micros

chain = ChainRow.__table__
marks = MarkRow.__table__
versions = VersionRow.__table__
changes = ChangeRow.__table__
wordings = WordingRow.__table__

SEAL_BYTES = 16
BEGINNING = bytes(SEAL_BYTES)
"""What stands for the seal before the first."""
_KEY = "onrecord.chain"
_SIDE = ("text", "exception", "speaker_name", "speaker_role", "attribution")
_OLD, _NEW = wordings.alias("old_words"), wordings.alias("new_words")


class Link(NamedTuple):
    """A place in the chain."""

    number: int
    seal: bytes


class Facts(NamedTuple):
    """A look as it is sealed."""

    watch: int
    at: datetime
    outcome: int
    status: int | None
    reason: str | None


_HEAD = select(chain.c.link, chain.c.seal).where(chain.c.id == 1)
_MOVE = update(chain).where(chain.c.id == 1)
_VERSIONS = select(versions).where(versions.c.id.in_(bindparam("things", expanding=True)))
_CHANGES = (
    select(changes, *(side.c[name].label(f"{side.name}_{name}") for side in (_OLD, _NEW) for name in _SIDE))
    .select_from(changes)
    .outerjoin(_OLD, changes.c.old_wording == _OLD.c.id)
    .outerjoin(_NEW, changes.c.new_wording == _NEW.c.id)
    .where(changes.c.id.in_(bindparam("things", expanding=True)))
)


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that a look brought, by its hash."""

    thing: str
    digest: bytes


def payload(number: int, facts: Facts, brought: Sequence[Mark]) -> bytes:
    """What is hashed of a look, after the seal before."""
    if facts.reason is None and not brought:  # the same bytes as below, without an encoder: most looks are so
        status = "null" if facts.status is None else facts.status
        text = f"[{number},{facts.watch},{to_micros(facts.at)},{facts.outcome},{status},null,[]]"
        return text.encode()
    return _json(
        [
            number,
            facts.watch,
            to_micros(facts.at),
            facts.outcome,
            facts.status,
            facts.reason,
            sorted([mark.thing, mark.digest.hex()] for mark in brought),
        ]
    )


def seal_of(before: bytes, data: bytes) -> bytes:
    """The seal of a look that comes after `before`."""
    return hashlib.sha256(before + data).digest()[:SEAL_BYTES]


def extend(connection: Connection, facts: Facts, brought: Sequence[Mark] = ()) -> Link:
    """The next link. The head is written once a transaction, when that is committed."""
    return extend_all(connection, [(facts, brought)])[0]


def extend_all(connection: Connection, looks: Iterable[tuple[Facts, Sequence[Mark]]]) -> list[Link]:
    """The next links, one for each look, with what it brought."""
    info = connection.info
    last: Link = info.get(_KEY) or head(connection, lock=True)
    links, rows = [], []
    for facts, brought in looks:
        number = last.number + 1
        last = Link(number, seal_of(last.seal, payload(number, facts, brought)))
        links.append(last)
        rows += [{"thing": mark.thing, "link": number, "digest": mark.digest} for mark in brought]
    if rows:
        connection.execute(insert(marks), rows)
    info[_KEY] = last
    return links


def head(connection: Connection, *, lock: bool = False) -> Link:
    """The newest link as it was committed, 0 before the first."""
    row = connection.execute(_HEAD.with_for_update() if lock else _HEAD).first()
    return Link(row.link, row.seal) if row else Link(0, BEGINNING)


@event.listens_for(Engine, "commit")
def _write_head(connection: Connection) -> None:
    link = connection.info.get(_KEY)
    if link is not None:
        values = {"link": link.number, "seal": link.seal}
        if not connection.execute(_MOVE, values).rowcount:
            connection.execute(insert(chain).values(id=1, **values))
        del connection.info[_KEY]


@event.listens_for(Engine, "rollback")
def _forget(connection: Connection) -> None:
    # A connection that broke has no info to forget; its successor has none either.
    if not connection.invalidated:
        connection.info.pop(_KEY, None)


# ------------------------------------------------------------------ what versions and changes are hashed as


def marks_of(connection: Connection, things: Sequence[str]) -> list[Mark]:
    """Versions and changes, by id, hashed as they stand on record; what is not there has none."""
    wanted = {"things": list(things)}
    found = [Mark(row.id, _digest(version_facts(row))) for row in connection.execute(_VERSIONS, wanted)]
    return found + [Mark(row.id, _digest(change_facts(row))) for row in connection.execute(_CHANGES, wanted)]


def version_facts(row: Any) -> list[Any]:
    """A version as it is hashed."""
    return [
        row.id, row.document_id, row.number, to_micros(row.observed_at), row.raw_hash.hex(), row.text_hash.hex(),
        row.title, _micros(row.published), row.media, row.final_url, [list(pair) for pair in row.headers], row.basis,
    ]  # fmt: skip


def change_facts(row: Any) -> list[Any]:
    """A change as it is hashed, with both its sentences."""
    sides = [
        [getattr(row, f"{side}_{name}") for name in _SIDE]
        if getattr(row, f"{side}_text") is not None
        else None
        for side in (_OLD.name, _NEW.name)
    ]
    return [
        row.id, row.kind, row.company, category_mask(row.categories), row.document_id, row.assurance_id,
        row.version_id, row.version, row.previous_version, to_micros(row.observed_at), _micros(row.last_seen_at),
        row.reason, *sides,
    ]  # fmt: skip


def _digest(facts: list[Any]) -> bytes:
    return hashlib.sha256(_json(facts)).digest()


def _micros(at: datetime | None) -> int | None:
    return None if at is None else to_micros(at)


_ENCODER = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"))


def _json(value: Any) -> bytes:
    return _ENCODER.encode(value).encode()
