"""Which of a company's standing statements are one, though nobody asked when they were recorded. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from service.sightings.same import says_the_same

MOST = 24
"""Statements compared with one, those that share the most traces."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A lineage as it stands now, in a document; `traces` find its copies."""

    lineage: str
    document: str
    company: str
    text: str
    traces: tuple[int, ...]


def together(standing: Iterable[Standing]) -> dict[str, str]:
    """By lineage, the one that it is a sighting of: "" where it stands for itself. The first that says it, leads.

    Two of one document stay two: a page that says a thing twice holds it in two places.
    """
    led: dict[str, str] = {}
    leading: dict[str, Standing] = {}
    met: defaultdict[int, list[str]] = defaultdict(list)
    for one in standing:
        leader = _leader(one, leading, met)
        led[one.lineage] = leader
        if not leader:
            leading[one.lineage] = one
            for trace in one.traces:
                met[trace].append(one.lineage)
    return led


def _leader(one: Standing, leading: dict[str, Standing], met: dict[int, list[str]]) -> str:
    shared: Counter[str] = Counter()
    for trace in one.traces:
        shared.update(met.get(trace, ()))
    for lineage, _ in shared.most_common(MOST):
        other = leading[lineage]
        if other.document != one.document and says_the_same(other.text, one.text, one.company):
            return lineage
    return ""
