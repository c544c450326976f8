"""robots.txt, heeded as RFC 9309 says."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from protego import Protego
from yarl import URL

from watchers.errors import FetchError, Refused

MOST_BYTES = 512 * 1024
"""What is read of one file (RFC 9309, 2.5, asks for 500 KiB); the rest is ignored."""
LIFE = 3600.0
"""Seconds that a file counts before it is read again."""
OLD_AGE = 86400.0
"""Seconds that it goes on counting while it cannot be read again (RFC 9309, 2.4)."""
MOST_FILES = 256
MOST_LINES = 10_000
"""Of one file that concern us."""
_UNAVAILABLE = frozenset({"empty", "encoding", "redirect", "not_found", "gone", "blocked"})
"""Answers that hold no rules: everything is allowed."""
_RULES = ("allow", "dis", "dias", "crawl", "request", "visit")
"""How lines begin that make a rule, misspelt ones included, or at least end a list of agents."""
_ALLOWED = Protego.parse("")


@dataclass(frozen=True, slots=True)
class _File:
    rules: Protego
    read_at: float


class Robots:
    """Files by origin, at most MOST_FILES of them.

    `read` fetches one (FetchError as it comes), `clock` counts seconds. A file that is not there (4xx, empty, lost in
    redirects) allows everything. While one cannot be had (5xx, 429, no connection) nothing is allowed; that lasts no
    longer than the failure, the next request asks anew.
    """

    def __init__(
        self, read: Callable[[str], Awaitable[bytes]], user_agent: str, clock: Callable[[], float]
    ) -> None:
        self._read, self._clock = read, clock
        self._agent = user_agent.partition("/")[0].strip().lower()
        self._files: OrderedDict[str, _File] = OrderedDict()
        self._reading: dict[str, asyncio.Task[_File]] = {}

    async def check(self, target: URL, url: str) -> None:
        """Refused ("robots") when the rules forbid `target`; a FetchError of `url` when they cannot be had."""
        origin = f"{target.scheme}://{target.raw_authority}"
        file = self._files.get(origin)
        if file is None or self._clock() - file.read_at > LIFE:
            file = await self._renew(origin, file, target, url)
        if file.rules is not _ALLOWED and not file.rules.can_fetch(str(target), self._agent):
            why = f"the robots.txt of {target.raw_host} does not allow it"
            raise Refused(url, f"refused: {why}", reason="robots", transient=False)

    async def aclose(self) -> None:
        """Stop reading."""
        tasks = list(self._reading.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _renew(self, origin: str, old: _File | None, target: URL, url: str) -> _File:
        """Read it once for all who wait."""
        task = self._reading.get(origin)
        if task is None:
            task = self._reading[origin] = asyncio.create_task(self._load(origin))
            task.add_done_callback(lambda done: self._done(origin, done))
        try:
            return await asyncio.shield(task)
        except FetchError as error:
            if old is not None and self._clock() - old.read_at <= OLD_AGE:
                return old
            raise _unreachable(error, target, url) from error
        except asyncio.CancelledError as error:
            caller = asyncio.current_task()
            if not task.cancelled() or (caller and caller.cancelling()):
                raise  # it is the caller that was
            raise FetchError(url, "the fetcher was closed meanwhile", reason="connection") from error

    def _done(self, origin: str, task: asyncio.Task[_File]) -> None:
        del self._reading[origin]
        if not task.cancelled():
            task.exception()  # seen, even if nobody waits any more

    async def _load(self, origin: str) -> _File:
        rules = _ALLOWED
        try:
            content = await self._read(f"{origin}/robots.txt")
        except FetchError as error:
            if not _says_nothing(error):
                raise
        else:
            rules = await asyncio.to_thread(parse_rules, content, self._agent)
        file = self._files[origin] = _File(rules, self._clock())
        self._files.move_to_end(origin)
        if len(self._files) > MOST_FILES:
            self._files.popitem(last=False)
        return file


def parse_rules(content: bytes, agent: str) -> Protego:
    """The rules for `agent` (lower case).

    Groups for others are left out beforehand: the parser's work grows with agents times rules, which a hostile file
    can drive into the hundreds of millions.
    """
    lines = content.decode("utf-8-sig", "replace").splitlines()
    return Protego.parse("\n".join(islice(_relevant(lines, agent), MOST_LINES)))


def _relevant(lines: list[str], agent: str) -> Iterator[str]:
    """The groups that name `agent` or everybody. A group's agents end with its first rule."""
    ours = ruled = False
    for raw in lines:
        line = raw.partition("#")[0].strip()
        head = line[:12].lower()
        if head.startswith(("user-agent", "useragent", "user agent")):
            ours, ruled = ours and not ruled, False
            name = line.partition(":")[2] if ":" in line else line.split()[-1]
            name = name.partition("/")[0].strip().lower()
            if name == "*" or (name and name in agent):
                ours = True
                yield f"User-agent: {name}"
        elif head.startswith(_RULES):
            ruled = True
            if ours:
                yield line


def _says_nothing(error: FetchError) -> bool:
    """Whether the server answered, and has no rules."""
    if error.reason in _UNAVAILABLE:
        return True
    return error.reason == "status" and (error.status or 500) < 500 and error.status != 429


def _unreachable(error: FetchError, target: URL, url: str) -> FetchError:
    kind, reason = type(error), error.reason
    if error.reason == "status":
        kind, reason = Refused, "robots"
    return kind(
        url,
        f"the robots.txt of {target.raw_host} cannot be had: {error.message}",
        reason=reason,
        transient=error.transient,
        status=error.status,
        retry_after=error.retry_after,
    )
