"""A time limit that many share: one timer for all of them, where `asyncio.timeout` sets and cancels one for each."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self


class Limits:
    """Limits of `seconds` each. They end tasks of one event loop."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._running: set[Limit] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._next = 0.0

    def begin(self) -> Limit:
        """One that runs as soon as it is entered."""
        return Limit(self)

    def close(self) -> None:
        """Stop watching; nothing runs any more."""
        if self._timer is not None:
            self._timer.cancel()

    def start(self, limit: Limit, due: float | None = None) -> None:
        """Watch it, until `due` on the loop's clock if that is given."""
        loop = asyncio.get_running_loop()
        limit.due = loop.time() + self._seconds if due is None else due
        self._running.add(limit)
        if self._timer is None or limit.due < self._next:
            self._come_at(limit.due)

    def stop(self, limit: Limit) -> None:
        """Let go of it."""
        self._running.discard(limit)

    def _look(self) -> None:
        """End what is due, and come again when the next is. What has been let go since need not be waited for."""
        now = asyncio.get_running_loop().time()
        for limit in [limit for limit in self._running if limit.due <= now]:
            self._running.discard(limit)
            limit.expire()
        self._timer = None
        if self._running:
            self._come_at(min(limit.due for limit in self._running))

    def _come_at(self, when: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer, self._next = asyncio.get_running_loop().call_at(when, self._look), when


class Limit:
    """A context manager for one task. TimeoutError when what is inside has not ended in time; it is cancelled then."""

    __slots__ = ("_before", "_expired", "_limits", "_task", "due")

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._expired = False
        self.due = 0.0
        """Seconds of the loop's clock."""

    def __enter__(self) -> Self:
        """Begin. RuntimeError outside a task."""
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a time limit needs a task")
        self._task, self._before = task, task.cancelling()
        self._limits.start(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Our own cancellation is a TimeoutError; somebody else's stays one."""
        self._limits.stop(self)
        if self._expired and self._task.uncancel() <= self._before and kind is asyncio.CancelledError:
            raise TimeoutError from error

    def pause(self) -> float:
        """Stand still; `resume` takes what this returns, the seconds that are left."""
        self._limits.stop(self)
        return self.due - asyncio.get_running_loop().time()

    def resume(self, left: float) -> None:
        """Go on, unless it has ended."""
        if not self._expired:
            self._limits.start(self, asyncio.get_running_loop().time() + left)

    def expire(self) -> None:
        """The time is up."""
        self._expired = True
        self._task.cancel()
