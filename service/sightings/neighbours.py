"""What the record holds beside the document that was looked at, as far as its statements may be found there too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from service.model import Statement


class Rank(IntEnum):
    """Where a statement is at home: the higher speaks more for what the company says now."""

    NEWS = 0
    """Somebody else's report."""
    POST = 1
    """The company's own, of a day."""
    PAGE = 2
    """The company's own, as it stands."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A wording of a lineage of the same company that may be what a new sentence says."""

    lineage: str
    statement: Statement
    latest: bool
    """Its newest words, not earlier ones."""
    current: bool
    missing: bool
    """Not found at the last look, and waiting for confirmation."""
    document: str
    rank: Rank
    dead: bool
    """Its document is gone, or no longer watched."""


@dataclass(frozen=True, slots=True)
class Line:
    """How a lineage that the decision writes to stands by now."""

    document: str
    current: bool
    joined: str = ""
    held: str = ""


@dataclass(frozen=True, slots=True)
class Leader:
    """The lineage of which others are sightings, or for which one waits; its words, the newest last."""

    statements: tuple[Statement, ...]
    document: str
    rank: Rank
    current: bool
    alive: bool
    """Its document is watched, and answered when it was asked last."""
    dead: bool


@dataclass(frozen=True, slots=True)
class Stand:
    """A place in which a lineage stands besides its home."""

    lineage: str
    """The row that stands for it there."""
    document: str
    rank: Rank
    alive: bool
    statement: Statement


@dataclass(frozen=True, slots=True)
class Neighbours:
    """All of it. `candidates` by text; `leaders`, `sightings` and `heirs` (that wait for one) by lineage."""

    document: str
    rank: Rank
    confirm: float
    """Seconds."""
    first: bool = False
    """It has never been read before."""
    lines: Mapping[str, Line] = field(default_factory=dict)
    candidates: Mapping[str, tuple[Candidate, ...]] = field(default_factory=dict)
    leaders: Mapping[str, Leader] = field(default_factory=dict)
    sightings: Mapping[str, tuple[Stand, ...]] = field(default_factory=dict)
    heirs: Mapping[str, tuple[Stand, ...]] = field(default_factory=dict)
