"""A record with some history, written by hand."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from service.decision import (
    AssuranceWrite,
    Begin,
    ChangeRecord,
    Continue,
    Decision,
    Failed,
    Miss,
    NewVersion,
    Watch,
    WatchUpdate,
    Withdraw,
)
from service.model import (
    Attribution,
    Category,
    Figure,
    Kind,
    Outcome,
    SourceKind,
    SourceSpec,
    Speaker,
    Statement,
)
from service.store.deliveries import Subscriber, sync_subscribers
from service.store.documents import known
from service.store.record import Recorded, record
from service.store.watchlist import named, sync_sources
from tests.keys import KEYRING
from watchers.model import Validators

BASE = "https://record.example"
START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SECRET = "whsec_c2VjcmV0IG9mIHRoZSB0ZXN0cyAxMjM0NTY3ODk="

BOUND = "unless we are legally prohibited from doing so"
NOTICE = f"We notify customers before we disclose their data to an authority, {BOUND}."
NOTICE_WEAKER = (
    f"We may notify customers after we disclose their data to an authority, where feasible and {BOUND}."
)
CANARY = "Harborlight has never received a secret order for customer content."
ACCESS = "No government has direct access to our servers."
REVIEW = "Our lawyers review every request and reject those that are too broad."
HOSTILE = '<script>alert("x")</script> & <b>We</b> “disclose” data to authorities only on a court order.'
HOSTILE_TITLE = "<img src=x onerror=alert(1)>" + "w" * 150
VOLUME = "In 2024 we received 12 requests from law enforcement."
VOLUME_LATER = "In 2025 we received 31 requests from law enforcement."


def say(
    text: str, *categories: Category, company: str = "Harborlight", exception: str = "", **more: Any
) -> Statement:
    return Statement(
        text=text,
        company=company,
        speaker=more.pop("speaker", Speaker()),
        categories=categories or (Category.NOTICE,),
        exception=exception,
        score=0.9,
        heading=more.pop("heading", "Government requests"),
        **more,
    )


@dataclass
class Scribe:
    """Writes hand-made decisions into a store."""

    connection: Connection
    base: str = BASE
    versions: dict[str, list[str]] = field(default_factory=dict)

    def watch(self, source: str) -> Watch:
        return named(self.connection, [source])[0]

    def update(self, watch: Watch, at: datetime, **changes: Any) -> WatchUpdate:
        update = WatchUpdate(
            next_poll_at=at + timedelta(minutes=15),
            url=watch.url,
            validators=Validators(),
            body_hash=b"",
            failures=0,
            last_ok_at=at,
            first_ok_at=watch.first_ok_at or at,
            step=0,
            moved_url="",
            moved_seen=0,
        )
        return replace(update, **changes)

    def look(
        self,
        source: str,
        at: datetime,
        text: str,
        writes: tuple[AssuranceWrite, ...],
        changes: tuple[ChangeRecord, ...] = (),
        **version: Any,
    ) -> Recorded:
        watch = self.watch(source)
        raw = f"<!doctype html><title>Policy</title><p>{text}</p><script>alert(1)</script>".encode()
        new = NewVersion(
            raw=raw,
            text=text.encode(),
            text_hash=hashlib.sha256(text.encode()).digest(),
            title=version.pop("title", f"{source} policy"),
            published=None,
            media="html",
            final_url=watch.url,
            headers=(("Content-Type", "text/html"), ("X-Odd", "<i>&")),
            basis="page",
            **version,
        )
        decision = Decision(
            watch_id=watch.id,
            source_id=watch.source_id,
            source_name=source,
            at=at,
            outcome=Outcome.CHANGED if changes else Outcome.OK,
            update=self.update(watch, at),
            status=200,
            document_id=watch.document_id,
            document_state="ok",
            version=new,
            detector=1,
            writes=writes,
            changes=changes,
        )
        return record(self.connection, decision, self.base)

    def fail(self, source: str, at: datetime, failed: Failed) -> None:
        watch = self.watch(source)
        update = self.update(
            watch,
            at,
            failures=watch.failures + 1,
            last_ok_at=watch.last_ok_at,
            first_ok_at=watch.first_ok_at,
            reason=failed.reason,
            error=failed.message,
            failing_since=watch.failing_since or at,
        )
        outcome = Outcome.ERROR
        record(
            self.connection,
            Decision(watch.id, watch.source_id, source, at, outcome, update, failed.reason, failed.status),
            self.base,
        )

    def lineage(self, source: str, text: str) -> str:
        found = known(self.connection, self.watch(source).document_id, NOW)
        return next(one.assurance for one in found if one.statement.text == text)


def page(name: str, company: str, url: str = "") -> SourceSpec:
    return SourceSpec(name, url or f"https://{name}.example/policy", SourceKind.PAGE, company=company)


SOURCES = (
    page("harborlight", "Harborlight"),
    page("quillnet", "Quillnet"),
    page("tessellate", "Tessellate"),
    page("unreachable", "Brindle Mail"),
    page("untried", "Oakmere"),
)


def fill(connection: Connection, base: str = BASE) -> None:
    """Three companies, five changes of different kinds, a failing source and one that waits."""
    sync_sources(connection, SOURCES, "config", START)
    hook = Subscriber(
        "webhook:a",
        "webhook",
        "https://hooks.example/T0/secret-path",
        ("new", "weakened", "withdrawn"),
        secret=SECRET,
    )
    sync_subscribers(connection, [hook], lambda: SECRET, START, KEYRING)
    scribe = Scribe(connection, base)
    notice = say(NOTICE, Category.NOTICE, exception=BOUND)
    canary = say(CANARY, Category.NEVER)
    scribe.look(
        "harborlight",
        START,
        f"{NOTICE}\n{CANARY}",
        (Begin(0, notice), Begin(1, canary)),
        company="Harborlight",
    )
    spoken = Speaker("Ada Quill", "General Counsel", Attribution.QUOTED)
    volume = say(
        VOLUME,
        Category.VOLUME,
        company="Quillnet",
        figures=(Figure("12", 12.0, float("inf"), "count", "2024"),),
    )
    scribe.look(
        "quillnet",
        START,
        VOLUME,
        (Begin(0, volume), Begin(1, say(REVIEW, Category.CHALLENGE, company="Quillnet", speaker=spoken))),
        company="Quillnet",
    )
    _change(scribe, base)


def _change(scribe: Scribe, base: str) -> None:
    first = scribe.lineage("harborlight", NOTICE)
    weaker = say(
        NOTICE_WEAKER,
        Category.NOTICE,
        Category.DISCLOSURE,
        exception=f"where feasible and {BOUND}",
    )
    old = say(NOTICE, Category.NOTICE, exception=BOUND)
    scribe.look(
        "harborlight",
        START + timedelta(days=1),
        f"{NOTICE_WEAKER}\n{CANARY}",
        (Continue(first, weaker),),
        (
            ChangeRecord(
                Kind.WEAKENED,
                "Harborlight",
                weaker.categories,
                old,
                weaker,
                0.93,
                "“notify … before” became “may notify … after”; “where feasible” was added",
                first,
            ),
        ),
    )
    canary = scribe.lineage("harborlight", CANARY)
    gone = START + timedelta(days=2)
    scribe.look(
        "harborlight",
        gone,
        NOTICE_WEAKER,
        (Withdraw(canary, gone, gone - timedelta(minutes=15)),),
        (
            ChangeRecord(
                Kind.WITHDRAWN,
                "Harborlight",
                (Category.NEVER,),
                say(CANARY, Category.NEVER),
                None,
                0.97,
                "It is no longer said anywhere in the document",
                canary,
                last_seen=gone - timedelta(minutes=15),
            ),
        ),
    )
    volume = scribe.lineage("quillnet", VOLUME)
    later = say(VOLUME_LATER, Category.VOLUME, company="Quillnet")
    review = scribe.lineage("quillnet", REVIEW)
    scribe.look(
        "quillnet",
        START + timedelta(days=3),
        VOLUME_LATER,
        (Continue(volume, later), Miss(review, START + timedelta(days=3), 1, START + timedelta(days=2))),
        (
            ChangeRecord(
                Kind.FIGURE,
                "Quillnet",
                (Category.VOLUME,),
                say(VOLUME, Category.VOLUME, company="Quillnet"),
                later,
                0.99,
                "12 became 31",
                volume,
            ),
        ),
    )
    hostile = say(HOSTILE, Category.LEGAL_PROCESS, Category.DISCLOSURE, company="Tessellate <&> Söhne")
    scribe.look(
        "tessellate",
        START + timedelta(days=3, hours=1),
        HOSTILE,
        (Begin(0, hostile),),
        (ChangeRecord(Kind.NEW, hostile.company, hostile.categories, None, hostile, 0.8, "Not said before"),),
        title=HOSTILE_TITLE,
        company=hostile.company,
    )
    strong = say(ACCESS, Category.DIRECT_ACCESS, company="Tessellate <&> Söhne")
    scribe.look(
        "tessellate",
        START + timedelta(days=3, hours=2),
        f"{HOSTILE}\n{ACCESS}",
        (Begin(0, strong),),
        (ChangeRecord(Kind.NEW, strong.company, strong.categories, None, strong, 0.9, "Not said before"),),
        title=HOSTILE_TITLE,
    )
    scribe.fail(
        "unreachable",
        START + timedelta(days=3),
        Failed("dns", "unreachable.example: the name <b>was</b> not found"),
    )


class Scribes:
    """Single steps that a test takes after the record was filled."""

    @staticmethod
    def begin(connection: Connection, source: str, text: str, after: timedelta) -> Recorded:
        """A new statement appears in a source's page."""
        scribe = Scribe(connection)
        new = say(text, Category.TRANSPARENCY, company="Tessellate")
        change = ChangeRecord(Kind.NEW, new.company, new.categories, None, new, 0.9, "Not said before")
        return scribe.look(source, START + after, text, (Begin(0, new),), (change,))

    @staticmethod
    def baseline(connection: Connection, source: str, text: str) -> Recorded:
        """The first look at a source: recorded, not announced."""
        return Scribe(connection).look(source, START + timedelta(days=4), text, (Begin(0, say(text)),))

    @staticmethod
    def fail(connection: Connection, source: str, failed: Failed) -> None:
        """A look fails."""
        Scribe(connection).fail(source, START + timedelta(days=4), failed)
