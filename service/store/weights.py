"""What was found out about a sentence's firmness, kept beside its words: reading it takes half a millisecond each time.

Here it is a number, made and understood elsewhere. `scale` says by which rules; one by others is as good as none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, delete, insert, select

from service.model import Category
from service.store.tables import WeightRow, WordingRow

wordings = WordingRow.__table__
weights = WeightRow.__table__

MOST = 200
"""Sentences named at once."""
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Unweighed:
    """A sentence whose weight is not known."""

    wording: int
    text: str
    exception: str
    categories: tuple[Category, ...]


def unweighed(
    connection: Connection, companies: Sequence[str], scale: int, *, past: bool = False
) -> tuple[Unweighed, ...]:
    """Sentences of these companies (spelled as on record) without a weight by this scale; those that stand, or all."""
    query = (
        select(wordings.c.id, wordings.c.text, wordings.c.exception, wordings.c.categories)
        .outerjoin(weights, and_(weights.c.wording_id == wordings.c.id, weights.c.scale == scale))
        .where(
            wordings.c.company.in_(companies),
            wordings.c.joined == "",
            weights.c.wording_id.is_(None),
        )
        .limit(MOST)
    )
    if not past:
        query = query.where(wordings.c.until.is_(None))
    return tuple(Unweighed(*row) for row in connection.execute(query))


def put_weights(connection: Connection, found: Mapping[int, int], scale: int) -> None:
    """Keep these, by wording, in place of older ones. A wording that is no more is left out."""
    ids = sorted(found)
    for start in range(0, len(ids), CHUNK):
        some = ids[start : start + CHUNK]
        connection.execute(delete(weights).where(weights.c.wording_id.in_(some)))
        known = set(connection.execute(select(wordings.c.id).where(wordings.c.id.in_(some))).scalars())
        rows = [{"wording_id": n, "scale": scale, "weight": found[n]} for n in some if n in known]
        if rows:
            connection.execute(insert(weights), rows)
