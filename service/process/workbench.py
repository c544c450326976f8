"""Worker processes for strangers' bytes: limits on time and memory, and a dead worker is only a failed task."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import fcntl
import multiprocessing
import os
import pickle
import resource
import select
import signal
import sys
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from types import TracebackType
from typing import Any, ParamSpec, TypeVar

from pebble import ProcessExpired, ProcessFuture, ProcessPool

P = ParamSpec("P")
T = TypeVar("T")

MAX_TASKS = 2000
"""After so many a worker is replaced by a fresh one: what a parser leaks stays bounded."""
GRACE = 10.0
"""Seconds beyond a task's own time and that of the one before it, after which the pool itself is taken for stuck."""
_PR_SET_PDEATHSIG = 1


class WorkbenchError(Exception):
    """The task was lost, not its result: `reason` is "killed", "timeout" or "memory"."""

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason


class Workbench:
    """Runs functions in `workers` processes (0: in a thread of this one, without limits).

    `memory`: bytes of address space a worker may take beyond what it starts with; `task_timeout`: seconds.
    At most two tasks a worker are handed out, the rest wait here.
    """

    def __init__(self, workers: int, *, memory: int = 1 << 30, task_timeout: float = 60.0) -> None:
        self._workers, self._memory, self._timeout = workers, memory, task_timeout
        self._slots = asyncio.Semaphore(2 * max(workers, 1))
        self._pool: ProcessPool | None = None
        self._closed = False
        self._waiting: set[asyncio.Future[bytes]] = set()
        self._closing: set[asyncio.Future[None]] = set()

    async def __aenter__(self) -> Workbench:
        """No process starts before the first task."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the workers, whatever they are doing."""
        self._closed = True
        self._discard(self._pool)
        await asyncio.gather(*self._closing)

    async def run(self, func: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The function's result, or what it raised; WorkbenchError if the worker did not survive it."""
        async with self._slots:
            if self._workers == 0:
                return await asyncio.to_thread(func, *args, **kwargs)
            pool = self._usable()
            future = pool.schedule(_call, args=(func, args, kwargs), timeout=self._timeout)
            result: T = _unpack(await self._outcome(pool, future))
            return result

    async def _outcome(self, pool: ProcessPool, future: ProcessFuture[bytes]) -> bytes:
        """What the worker sent, or WorkbenchError."""
        waiter: asyncio.Future[bytes] = asyncio.wrap_future(future)
        self._waiting.add(waiter)
        try:
            async with asyncio.timeout(2 * self._timeout + GRACE):
                return await waiter
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if waiter in self._waiting or (task is not None and task.cancelling()):
                raise
            raise WorkbenchError("the workers were stopped", reason="killed") from error
        except TimeoutError as error:
            if future.cancelled():
                self._discard(pool)
            raise WorkbenchError(f"took longer than {self._timeout:g} s", reason="timeout") from error
        except ProcessExpired as error:
            raise WorkbenchError(f"the worker died (exit {error.exitcode})", reason="killed") from error
        except BrokenProcessPool as error:
            self._discard(pool)
            raise WorkbenchError("the workers' channel broke", reason="killed") from error
        except MemoryError as error:
            raise WorkbenchError("needed more memory than allowed", reason="memory") from error
        finally:
            self._waiting.discard(waiter)

    def _usable(self) -> ProcessPool:
        """The pool, a new one if there is none or it broke."""
        if self._closed:
            raise WorkbenchError("the workers were stopped", reason="killed")
        if self._pool is not None and not self._pool.active:
            self._discard(self._pool)
        if self._pool is None:
            self._pool = ProcessPool(
                max_workers=self._workers,
                max_tasks=MAX_TASKS,
                initializer=_settle,
                initargs=(self._memory,),
                context=multiprocessing.get_context("forkserver"),
            )
        return self._pool

    def _discard(self, pool: ProcessPool | None) -> None:
        """Kill a pool's workers aside; the next task gets a new pool."""
        if pool is None or pool is not self._pool:
            return
        self._pool = None
        waiting, self._waiting = self._waiting, set()
        for waiter in waiting:  # a stopped pool does not always say so to those who wait
            waiter.cancel()
        closing = asyncio.ensure_future(asyncio.to_thread(_close, pool))
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)


def _call(func: Callable[..., object], args: tuple[object, ...], kwargs: dict[str, object]) -> bytes:
    """In the worker: what the function gave or raised, packed here, for what fails to unpack breaks the channel."""
    try:
        return pickle.dumps((True, func(*args, **kwargs)))
    except MemoryError:
        raise
    except Exception as error:
        return _pack_error(error)


def _pack_error(error: Exception) -> bytes:
    error.__cause__ = error.__context__ = None
    try:
        packed = pickle.dumps((False, error))
        pickle.loads(packed)  # noqa: S301 -- packed one line above
    except Exception:
        return pickle.dumps((False, RuntimeError(f"{type(error).__name__}: {error}")))
    return packed


def _unpack(packed: bytes) -> Any:
    good, value = pickle.loads(packed)  # noqa: S301 -- from our own worker, over our own pipe
    if good:
        return value
    raise value


def _close(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]  # pebble annotates all but this
    with contextlib.suppress(RuntimeError, TimeoutError):
        pool.join(10)


def _settle(memory: int) -> None:
    """In the worker: leave interrupts to the parent, die with it, take no more than `memory` bytes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ["OPENBLAS_NUM_THREADS"] = (
        "1"  # each thread would reserve address space, and the limit counts that
    )
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if (parent := multiprocessing.parent_process()) is not None:
            with contextlib.suppress(
                OSError, AttributeError
            ):  # a sandbox may know no such signal; looks go on without
                _die_with(parent.sentinel)
    pages = int(Path("/proc/self/statm").read_text().split()[0]) if Path("/proc/self/statm").exists() else 0
    limit = pages * resource.getpagesize() + memory
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard == resource.RLIM_INFINITY or limit < hard:
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


def _die_with(pipe: int) -> None:
    """Have the kernel kill this process once nobody holds the other end of `pipe`, which is the daemon's.

    The process that forked us is not the daemon but multiprocessing's server, and that lives for as long as a worker
    does. A thread that waited would not come to it while a parser holds the interpreter.
    """
    fcntl.fcntl(pipe, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(pipe, fcntl.F_SETSIG, signal.SIGKILL)  # type: ignore[attr-defined,unused-ignore] # Linux has it
    fcntl.fcntl(pipe, fcntl.F_SETFL, fcntl.fcntl(pipe, fcntl.F_GETFL) | os.O_ASYNC)
    if select.select([pipe], [], [], 0)[0]:  # it was gone before
        os._exit(1)
