"""A company's pages and ten newspapers, looked at by hand: what the tests of sightings and of moves share."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from service.decision import Failed, Moment, Same, Seen, Watch
from service.decision.decide import decide_failed, decide_same, decide_seen
from service.looks.examine import match
from service.model import Attribution, Category, Reading, Role, SourceKind, SourceSpec, Speaker, Statement
from service.store.documents import document_state
from service.store.history import AssuranceFilter, events_after, list_assurances
from service.store.record import record
from service.store.store import Place, Store
from service.store.views import AssuranceView
from service.store.watchlist import named, sync_sources
from watchers.model import Fetched, Validators

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
CONFIRM = 3600.0
STORIES = tuple(f"story-{n}" for n in range(10))
OWN = "We have never given any government direct access to our customers' mail."
QUOTE = (
    "“We have never given any government direct access to our customers’ mail,” said Ida Moor, its lawyer."
)
NOTICE = "We notify customers before we disclose their mail to a government."
MAYBE = "We may notify customers before we disclose their mail to a government."
LOGS = "We keep no logs of what our customers read."


def source(
    name: str, role: Role = Role.COMPANY, company: str = "Harborlight", confirm: float = CONFIRM
) -> SourceSpec:
    url = f"https://{name}.example/"
    return SourceSpec(
        name, url, SourceKind.PAGE, role, company if role is Role.COMPANY else "", confirm=confirm
    )


class Watching:
    """The record, and looks at pages that hold given sentences."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.now = NOW

    async def watch(self, name: str) -> Watch:
        (found,) = await self.store.read(named, (name,))
        return found

    async def see(
        self, name: str, *texts: str, company: str = "Harborlight", later: timedelta = timedelta(minutes=1)
    ) -> None:
        """Look at a page that holds these sentences, each a statement of the company."""
        self.now += later
        watch = await self.watch(name)
        state = await self.store.read(document_state, watch.document_id, self.now)
        body = "\n".join(texts)
        digest = hashlib.sha256(body.encode()).digest()
        moment = Moment(self.now, 0.5, (3600.0,), 1)
        if digest == state.text_hash:
            waiting = state if watch.pending else None
            decision = decide_same(watch, Same(Validators()), waiting, moment)
        else:
            statements = tuple(statement(text, company, watch, n) for n, text in enumerate(texts))
            before = tuple(state.text.decode().split("\n")) if state.version else ()
            matched = match(state.known, before, Reading(statements, texts))
            seen = Seen(
                body.encode(), digest, name.title(), None, "html", company, matched, fetched(body, watch.url)
            )
            decision = decide_seen(watch, state, seen, moment)
        await self.store.write(record, decision, "http://here")

    async def gone(self, name: str) -> None:
        self.now += timedelta(minutes=1)
        watch = await self.watch(name)
        decision = decide_failed(watch, Failed("gone", "410"), Moment(self.now, 0.5, (3600.0,), 1))
        await self.store.write(record, decision, "http://here")

    async def confirm(self, name: str, *texts: str) -> None:
        """Two more looks, each half of `confirm` later."""
        for _ in range(2):
            await self.see(name, *texts, later=timedelta(minutes=31))

    async def told(self) -> list[tuple[str, str]]:
        """Kind and words of each event, but for mere rewording."""
        return [one for one in await self.events() if one[0] != "reworded"]

    async def events(self) -> list[tuple[str, str]]:
        bodies = [json.loads(event.body) for event in await self.store.read(events_after, 0)]
        return [(b["data"]["kind"], (b["data"]["new"] or b["data"]["old"])["text"]) for b in bodies]

    async def said(self, company: str = "", **wanted: Any) -> tuple[AssuranceView, ...]:
        chosen = AssuranceFilter(companies=(company,) if company else (), **wanted)
        return (await self.store.read(list_assurances, chosen, limit=500)).items


def statement(text: str, company: str, watch: Watch, position: int) -> Statement:
    news = watch.source.role is Role.NEWS
    speaker = Speaker("Ida Moor", "", Attribution.QUOTED) if news else Speaker()
    category = next((c for word, c in _ABOUT.items() if word in text), Category.NEVER)
    return Statement(text, company, speaker, (category,), "", 0.9, position=position)


_ABOUT = {"notify": Category.NOTICE, "logs": Category.NO_DATA}


def fetched(body: str, url: str) -> Fetched:
    return Fetched(
        url=url, final_url=url, permanent_url=None, status=200, headers=(), body=body.encode(),
        sha256=hashlib.sha256(body.encode()).hexdigest(), media_type="text/html", charset=None,
        validators=Validators(), fresh_for=None,
    )  # fmt: skip


@asynccontextmanager
async def watching(place: Place) -> AsyncIterator[Watching]:
    store = Store(place).open()
    specs = [source(name) for name in ("policy", "guide")]
    specs += [source(name, Role.NEWS) for name in STORIES]
    specs.append(source("quillnet", company="Quillnet"))
    await store.write(sync_sources, specs, "config", NOW)
    made = Watching(store)
    for name in STORIES:
        await made.see(name, "Nothing of note happened today.", company="Nobody")
    yield made
    await store.aclose()
