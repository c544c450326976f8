"""How far one line has come in a round: what is counted, tried, written down. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from service.store.attempts import Attempted
from service.store.deliveries import Due

BATCH = 250
"""So many attempts in a row are counted together once an endpoint has shown that it works: half a round.
A transaction and its flush cost far more than a row in it."""
GROWTH = 16
"""A batch has so many times as many as the one before it."""


@dataclass(slots=True)
class Window:
    """`queue[:tried]` has been tried, `queue[:counted]` counted; `results` of the last tries are not written yet.

    Batches grow as long as all goes well: 1, 16, 250, and are as small as what a slow endpoint takes in time.
    """

    queue: Sequence[Due]
    tried: int = 0
    counted: int = 0
    size: int = 1
    ended: bool = False
    """Nothing more is counted: one has failed, or the subscription has ended."""
    results: list[Attempted] = field(default_factory=list)

    @property
    def over(self) -> bool:
        """Whether nothing is left to try in this round."""
        return self.ended or self.tried == len(self.queue)

    def batch(self) -> Sequence[Due]:
        """Those that are counted and have not been tried."""
        return self.queue[self.tried : self.counted]

    def following(self) -> Sequence[Due]:
        """The next to be counted; none while more are counted already than are tried at once."""
        ahead = self.counted - self.tried
        return () if self.ended or ahead > self.size else self.queue[self.counted : self.counted + self.size]

    def count(self, group: Sequence[Due]) -> None:
        """They are counted; the batch after them is larger."""
        self.counted += len(group)
        self.size = min(GROWTH * self.size, BATCH)

    def note(self, result: Attempted) -> None:
        """One more was tried."""
        self.results.append(result)
        self.tried += 1
        self.ended = self.ended or not result.delivered

    def cut(self, tried: int) -> None:
        """Time was up after so many."""
        self.size = max(tried, 1)

    def unsent(self) -> list[tuple[str, int]]:
        """(delivery, number of the attempt) of what was counted and will not be tried in this round."""
        return [(due.id, due.number) for due in self.batch()]
