"""One look at one watch: ask, examine, decide, record. The shell that reads like the pipeline."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from service.decision import (
    Decision,
    DocumentState,
    Failed,
    Moment,
    Same,
    Seen,
    Subject,
    Watch,
)
from service.decision.canaries import judge_canary
from service.decision.decide import (
    BELIEVE_AFTER,
    DOUBTED,
    decide_failed,
    decide_feed,
    decide_same,
    decide_seen,
)
from service.decision.entries import Marked, asked_keys, mark, sort_entries
from service.decision.health import judge_health
from service.looks.bookkeeping import Bookkeeper
from service.looks.examine import READER_VERSION, Look, examine, reread
from service.process.workbench import Workbench, WorkbenchError
from service.store.documents import document_state, known_entries
from service.store.errands import hold_host
from service.store.record import Recorded
from service.store.store import Store
from watchers.decode import LIGHT
from watchers.errors import Refused, WatchError
from watchers.feed import read_feed
from watchers.fetch import Fetcher
from watchers.model import Feed, Fetched, NotModified, Validators
from watchers.page import both_ends
from watchers.room import Room

_log = structlog.get_logger()
SHELF = 12 << 20
"""Bytes of last versions that looks are set against at once. It is no part of the room for bodies: who holds one of
those waits here, and nobody the other way round."""
UNASKED_AFTER = 24
"""So many times in a row a server may say "not modified" before it is asked for the whole: some say it for ever."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What one look came to."""

    watch: Watch
    decision: Decision
    recorded: Recorded


class Tracker:
    """Looks at watches. `clock` gives aware UTC times, `chance` numbers in 0..1; both come from the top.

    Without `chance` each watch comes at its own moment.
    """

    def __init__(
        self,
        store: Store,
        fetcher: Fetcher,
        workbench: Workbench,
        *,
        recheck: Sequence[float],
        failing_after: float,
        base: str,
        clock: Callable[[], datetime],
        chance: Callable[[], float] | None = None,
    ) -> None:
        self._store, self._fetcher, self._workbench = store, fetcher, workbench
        self._shelf = Room(SHELF)
        self._recheck, self._books = tuple(recheck), Bookkeeper(store, base)
        self._failing_after = timedelta(seconds=failing_after)
        self._clock, self._chance = clock, chance
        self._unchanged: dict[int, int] = {}
        """How often in a row each watch was answered 304."""

    async def look(self, watch: Watch, judged: Callable[[], None] = lambda: None) -> Looked:
        """Ask once and record what came of it; StoreError if it could not be recorded.

        `judged` is called when all but the recording is done.
        """
        if 0 < watch.detector < READER_VERSION:
            await self._reread(watch)
        answer = await self._ask(watch)
        try:
            if watch.subject is Subject.FEED:
                decision = await self._feed(watch, answer)
            else:
                decision = await self._document(watch, answer)
            decision = judge_canary(watch, judge_health(watch, decision, self._failing_after))
            judged()
            recorded = await self._books.record(decision, watch)
        finally:
            if isinstance(answer, Fetched):
                self._fetcher.give_back(answer)
        if decision.pause is not None:
            await self._store.write(hold_host, watch.url, decision.pause, self._clock())
        _report(watch, decision, recorded)
        return Looked(watch, decision, recorded)

    # -------------------------------------------------------------- asking

    async def _ask(self, watch: Watch) -> Fetched | NotModified | Failed | None:
        """The answer, to be given back. None: there is no address to ask, the feed's own text is all there is."""
        if not watch.url:
            return None
        known = watch.body_hash is not None and self._unchanged.get(watch.id, 0) < UNASKED_AFTER
        validators = watch.validators if known else Validators()
        robots = watch.source.robots and watch.subject is not Subject.FEED
        try:
            answer = await self._fetcher.take(watch.url, validators=validators, robots=robots)
        except WatchError as error:
            return _failed(error)
        self._count(watch.id, same=isinstance(answer, NotModified))
        return answer

    def _count(self, watch_id: int, *, same: bool) -> None:
        if same:
            self._unchanged[watch_id] = self._unchanged.get(watch_id, 0) + 1
        else:
            self._unchanged.pop(watch_id, None)

    def _moment(self) -> Moment:
        return Moment(self._clock(), self._chance() if self._chance else None, self._recheck, READER_VERSION)

    async def _run_examine(self, look: Look) -> Seen | Failed:
        try:
            seen = await self._workbench.run(_examine, look)
            return replace(seen, fetched=look.fetched)
        except WatchError as error:
            return _failed(error)
        except WorkbenchError as error:
            return Failed(error.reason, str(error), transient=True)
        except Exception as error:
            return _crashed(look.url, error)

    # -------------------------------------------------------------- feeds

    async def _feed(self, watch: Watch, answer: Fetched | NotModified | Failed | None) -> Decision:
        if isinstance(answer, Failed):
            return decide_failed(watch, answer, self._moment())
        if not isinstance(answer, Fetched) or _is_same(watch, answer):
            return decide_same(watch, _same(watch, answer), None, self._moment())
        try:
            feed, marked = await self._workbench.run(_read_feed, answer)
        except WatchError as error:
            return decide_failed(watch, _failed(error), self._moment())
        except WorkbenchError as error:
            return decide_failed(watch, Failed(error.reason, str(error)), self._moment())
        except Exception as error:
            return decide_failed(watch, _crashed(watch.url, error), self._moment())
        known = await self._store.read(known_entries, watch.source_id, asked_keys(marked))
        return decide_feed(watch, sort_entries(answer, feed, marked, known), self._moment())

    # -------------------------------------------------------------- pages and posts

    async def _document(self, watch: Watch, answer: Fetched | NotModified | Failed | None) -> Decision:
        if isinstance(answer, NotModified) or (isinstance(answer, Fetched) and _is_same(watch, answer)):
            waiting = await self._state(watch, 0) if watch.pending else None
            return decide_same(watch, _same(watch, answer), waiting, self._moment())
        problem = answer if isinstance(answer, Failed) else None
        state = await self._state(watch, LIGHT)
        stands_in = state.version == 0 or state.basis == "feed"
        if problem is not None and (not stands_in or problem.reason == "held"):
            return decide_failed(watch, problem, self._moment())
        async with self._shelf.taken(state.left_out):
            if state.left_out:
                state = await self._state(watch)
            if problem is not None and not state.feed_content:
                return decide_failed(watch, problem, self._moment())
            look = self._look(watch, state, answer, state.feed_content if stands_in else b"")
            state = replace(state, text=b"", raw=b"", feed_content=b"")
            seen = await self._run_examine(look)
            del look
        if isinstance(seen, Failed):
            return decide_failed(watch, problem or seen, self._moment())
        return decide_seen(watch, state, seen, self._moment())

    def _look(
        self,
        watch: Watch,
        state: DocumentState,
        answer: Fetched | NotModified | Failed | None,
        carried: bytes,
    ) -> Look:
        since = watch.collapsed_since
        stood = since is not None and self._clock() - since >= BELIEVE_AFTER
        return Look(
            url=watch.url or state.url,
            company=watch.source.company,
            role=watch.source.role,
            fetched=answer if isinstance(answer, Fetched) else None,
            problem=answer if isinstance(answer, Failed) else None,
            select=watch.source.select if watch.subject is Subject.PAGE else "",
            remove=watch.source.remove if watch.subject is Subject.PAGE else "",
            feed_content=carried,
            title=state.title,
            old_text=state.text,
            old_hash=state.text_hash,
            old_raw=both_ends(state.raw),
            known=state.known,
            lenient=watch.reason in DOUBTED and stood,
            at=self._clock(),
        )

    async def _state(self, watch: Watch, most: int | None = None) -> DocumentState:
        return await self._store.read(document_state, watch.document_id, self._clock(), most)

    async def _reread(self, watch: Watch) -> None:
        """Our reading has become better: read the stored text again, before anything new is set against it."""
        state = await self._state(watch, LIGHT)
        if state.version == 0:
            return
        try:
            async with self._shelf.taken(state.left_out):
                if state.left_out:
                    state = await self._state(watch)
                look = Look(
                    url=state.url,
                    company=watch.source.company,
                    role=watch.source.role,
                    old_text=state.text,
                    old_hash=state.text_hash,
                    known=state.known,
                    outdated=True,
                    at=state.observed_at,
                )
                state = replace(state, text=b"", raw=b"", feed_content=b"")
                seen = await self._workbench.run(reread, look, state.title, state.media)
                del look
        except Exception as error:  # the old text stays readable by the old reader's results
            _log.warning(
                "document.reread_failed", source=watch.source.name, document=state.id, error=str(error)
            )
            return
        await self._books.record(decide_seen(watch, state, seen, self._moment()))


def _examine(look: Look) -> Seen:
    """Without the bytes, which need not come back: they may be many."""
    return replace(examine(look), fetched=None)


def _read_feed(fetched: Fetched) -> tuple[Feed, tuple[Marked, ...]]:
    feed = read_feed(
        fetched.body,
        url=fetched.final_url,
        media_type=fetched.media_type,
        charset=fetched.charset,
        headers=fetched.headers,
    )
    return feed, tuple(mark(entry) for entry in feed.entries)


def _is_same(watch: Watch, fetched: Fetched) -> bool:
    return watch.body_hash is not None and watch.body_hash == bytes.fromhex(fetched.sha256)


def _same(watch: Watch, answer: Fetched | NotModified | None) -> Same:
    if answer is None:
        return Same(watch.validators)
    fresh = answer.fresh_for.total_seconds() if answer.fresh_for else None
    return Same(answer.validators, answer.permanent_url, fresh, 200 if isinstance(answer, Fetched) else 304)


def _crashed(url: str, error: Exception) -> Failed:
    """A stranger's bytes found a bug in a parser: a failed look at them, and a line for whoever mends it."""
    _log.error("document.crashed", url=url, error=f"{type(error).__name__}: {error}"[:300], exc_info=error)
    return Failed("crashed", f"reading it failed ({type(error).__name__})", transient=True)


def _failed(error: WatchError) -> Failed:
    return Failed(
        reason=error.reason,
        message=error.message,
        transient=error.transient,
        status=error.status,
        retry_after=error.retry_after.total_seconds() if error.retry_after is not None else None,
        refused=isinstance(error, Refused),
    )


def _report(watch: Watch, decision: Decision, recorded: Recorded) -> None:
    say = _log.warning if decision.update.error and decision.update.failures == 1 else _log.debug
    if recorded.changes or recorded.posts:
        say = _log.info
    say(
        "source.polled",
        source=watch.source.name,
        url=watch.url,
        outcome=decision.outcome.value,
        reason=decision.update.reason or None,
        error=decision.update.error or None,
        changes=len(recorded.changes),
        posts=recorded.posts,
    )
