"""What a company says both ways at the same time: the one home of the ledger's contradictions. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from service.diff.opposed import flat, opposed
from service.model import Attribution, Category, Speaker

MOST = 2000
"""Sentences of a company that are set against each other."""


class Said(Protocol):
    """A sentence that stands, with where it stands."""

    @property
    def text(self) -> str:
        """Its words."""

    @property
    def categories(self) -> tuple[Category, ...]:
        """What it is about."""

    @property
    def speaker(self) -> Speaker:
        """Who says it."""

    @property
    def document_id(self) -> str:
        """Its document."""

    @property
    def heading(self) -> str:
        """What it stands under."""


S = TypeVar("S", bound=Said)


@dataclass(frozen=True, slots=True)
class Contradiction(Generic[S]):
    """A flat promise and a sentence that takes it back; `categories`: what both are about."""

    promise: S
    other: S
    categories: tuple[Category, ...]


def contradictions(
    said: Sequence[S], is_flat: Callable[[S], bool] = lambda one: flat(one.text)
) -> tuple[Contradiction[S], ...]:
    """Among the sentences of one company that stand at one time, in their order.

    Only its own words count, not what others report of it. Under one heading the second sentence is how a text bounds
    its first one. `is_flat` may know already whether a sentence is a promise that nothing bounds.
    """
    own = [one for one in said[:MOST] if one.speaker.attribution is Attribution.FIRST_PARTY]
    places = _places(own)
    return tuple(
        Contradiction(promise, other, shared)
        for promise in own
        if any(len(places[category]) > 1 for category in promise.categories) and is_flat(promise)
        for other in own
        if (shared := tuple(c for c in promise.categories if c in other.categories))
        and not _beside(promise, other)
        and opposed(promise.text, other.text)
    )


def _places(own: Sequence[Said]) -> dict[Category, set[tuple[str, str]]]:
    """Where each matter is spoken of: where that is one place, nothing needs to be read."""
    found: defaultdict[Category, set[tuple[str, str]]] = defaultdict(set)
    for one in own:
        for category in one.categories:
            found[category].add((one.document_id, one.heading))
    return found


def _beside(a: Said, b: Said) -> bool:
    return a.document_id == b.document_id and a.heading == b.heading
