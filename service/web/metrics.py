"""Figures for Prometheus, in a registry of their own."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterable
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from prometheus_client.process_collector import ProcessCollector

from service import __version__
from service.model import RECORDED_KINDS, Outcome
from service.store.views import Totals

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
STATES = ("ok", "waiting", "failing", "gone")
SUBSCRIPTION_STATES = ("active", "unverified", "disabled", "unsubscribed")


class Counters:
    """Counts what happens while the program runs; what stands in the record is read at each scrape."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._polls = Counter("onrecord_polls", "Looks, by outcome", ["outcome"], registry=self.registry)
        self._changes = Counter("onrecord_changes", "Changes seen, by kind", ["kind"], registry=self.registry)
        self._attempts = Counter(
            "onrecord_delivery_attempts",
            "Attempts at delivery, by channel and result",
            ["channel", "ok"],
            registry=self.registry,
        )
        self._gauge("onrecord_info", "The program", ["version"]).labels(__version__).set(1)
        self._sources = self._gauge("onrecord_sources", "Sources, by state", ["state"])
        self._recorded = self._gauge("onrecord_recorded", "What is on record, by kind of thing", ["thing"])
        self._told = self._gauge("onrecord_subscriptions", "Subscriptions, by state", ["state"])
        self._pending = self._gauge("onrecord_deliveries_pending", "Deliveries that are owed")
        self._dead = self._gauge("onrecord_deliveries_dead", "Deliveries that were given up")
        self._oldest = self._gauge("onrecord_oldest_pending_seconds", "Age of the oldest delivery owed")
        self._lag = self._gauge("onrecord_loop_lag_seconds", "By how much the event loop was late last")
        self._sequence = self._gauge("onrecord_events_sequence", "Number of the newest event")
        self._ready = self._gauge("onrecord_ready", "1 while polling and delivery run")
        for outcome in Outcome:
            self._polls.labels(outcome.value)
        for kind in RECORDED_KINDS:
            self._changes.labels(kind.value)

    def polled(self, outcome: str) -> None:
        """One look came to `outcome`."""
        self._polls.labels(outcome).inc()

    def changed(self, kind: str) -> None:
        """One change was recorded."""
        self._changes.labels(kind).inc()

    def delivered(self, channel: str, ok: bool) -> None:
        """One attempt at a delivery was made."""
        self._attempts.labels(channel, "true" if ok else "false").inc()

    def expose(
        self, totals: Totals, states: Iterable[str], *, sequence: int, lag: float, ready: bool, now: datetime
    ) -> bytes:
        """Everything in Prometheus' text format. `states`: of each source."""
        found = Tally(states)
        for state in STATES:
            self._sources.labels(state).set(found[state])
        for thing in ("documents", "versions", "assurances", "changes", "events"):
            self._recorded.labels(thing).set(getattr(totals, thing))
        for state in SUBSCRIPTION_STATES:
            self._told.labels(state).set(totals.subscriptions.get(state, 0))
        oldest = totals.oldest_pending_at
        self._pending.set(totals.pending)
        self._dead.set(totals.dead)
        self._oldest.set(max(0.0, (now - oldest).total_seconds()) if oldest else 0.0)
        self._lag.set(lag)
        self._sequence.set(sequence)
        self._ready.set(1 if ready else 0)
        return generate_latest(self.registry)

    def _gauge(self, name: str, help_: str, labels: Iterable[str] = ()) -> Gauge:
        return Gauge(name, help_, list(labels), registry=self.registry)
