"""A company's ledger as a table: a row a category, and in it how firm, since when, how often checked. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from service.diff.contradictions import Contradiction, contradictions
from service.model import Category
from service.store.views import AssuranceView
from service.web.strength import Strength, is_flat, weakest


@dataclass(frozen=True, slots=True)
class Row:
    """One category. What is None or 0 was not said."""

    category: Category
    count: int
    strength: Strength | None
    """Of the weakest sentence that stands."""
    sentence: AssuranceView | None
    """That sentence."""
    since: datetime | None
    """Of its words."""
    checks: int
    """Looks at the document that holds it."""
    torn: tuple[Contradiction[AssuranceView], ...]
    """Flat promises and the sentences that take them back, all standing."""
    unconfirmed: int
    """Sentences missing at the last look."""


def matrix(found: Sequence[AssuranceView], checks: Mapping[str, int]) -> tuple[Row, ...]:
    """Every category, said or not, in the order shown to people. `checks`: looks by document."""
    said: dict[Category, list[AssuranceView]] = defaultdict(list)
    for one in found:
        for category in one.categories:
            said[category].append(one)
    torn = contradictions(found, is_flat)
    return tuple(
        _row(category, said[category], checks, tuple(one for one in torn if category in one.categories))
        for category in Category
    )


def _row(
    category: Category,
    said: Sequence[AssuranceView],
    checks: Mapping[str, int],
    torn: tuple[Contradiction[AssuranceView], ...],
) -> Row:
    least, sentence = weakest(said, category) or (None, None)
    return Row(
        category=category,
        count=len(said),
        strength=least,
        sentence=sentence,
        since=sentence.since if sentence else None,
        checks=checks.get(sentence.document_id, 0) if sentence else 0,
        torn=torn,
        unconfirmed=sum(one.status == "unconfirmed" for one in said),
    )
