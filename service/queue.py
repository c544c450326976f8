"""On PostgreSQL the work is queued and run by Procrastinate: by any number of workers, each piece by one at a time.

When something is due stands in the record, as ever; a job is only the errand. A job that is lost is queued again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from importlib import resources
from typing import Any

import procrastinate
import structlog
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException, ProcrastinateException
from procrastinate.jobs import DeleteJobCondition, Job, Status
from procrastinate.manager import JobManager
from psycopg.errors import RaiseException
from sqlalchemy import Connection, text

from service.delivery.deliver import Deliverer
from service.looks.patrol import Patrol
from service.store.deliveries import next_delivery
from service.store.errands import (
    due_lines,
    due_of_source,
    due_sources,
    held_hosts,
    host_of,
)
from service.store.place import conninfo
from service.store.store import Store
from service.store.watchlist import next_due

_log = structlog.get_logger()

QUEUE = "onrecord"
PACE = timedelta(seconds=0.5)
"""What other processes recorded is noticed after so long."""
HEARTBEAT = 2.0
DEAD = 10.0
"""Seconds without a heartbeat after which a worker's jobs are given to others."""
CONNECTIONS = 8
AT_ONCE = 100
"""Errands that are queued by one statement."""
AGAIN = 1.0
"""Seconds until a worker that lost its server knocks again."""


class PatientManager(JobManager):
    """Ends jobs although the server is away for a moment: one that is never ended keeps its name, and what it was to do
    is never queued again.
    """

    async def finish_job(self, job: Job, status: Status, delete_job: bool) -> None:
        """End the job; ConnectorException after `DEAD` seconds: by then the worker has lost its server as well."""
        loop = asyncio.get_running_loop()
        late = loop.time() + DEAD
        while True:
            try:
                await super().finish_job(job, status, delete_job)
            except ConnectorException as error:
                if isinstance(error.__cause__, RaiseException):
                    return  # there is no such job: the first word of it arrived, or it was given to others
                if loop.time() > late:
                    raise
                _log.warning("job.not_ended", job=job.queueing_lock, error=str(error.__cause__ or error))
            else:
                return
            await asyncio.sleep(AGAIN)


class Queue:
    """The jobs `poll(source)` and `deliver(subscription)`. Open it as an async context manager."""

    def __init__(
        self, store: Store, patrol: Patrol, deliverer: Deliverer, *, slots: int, clock: Callable[[], datetime]
    ) -> None:
        self._store, self._patrol, self._deliverer = store, patrol, deliverer
        self._slots, self._clock = slots, clock
        connector = procrastinate.PsycopgConnector(
            conninfo=conninfo(store.place),
            min_size=1,
            max_size=CONNECTIONS,
            kwargs={"application_name": "onrecord"},
        )
        self._app = procrastinate.App(connector=connector)
        self._app.job_manager = PatientManager(connector)
        self._app.task(name="poll", queue=QUEUE)(self._poll)
        self._app.task(name="deliver", queue=QUEUE)(self._deliver)

    async def __aenter__(self) -> Queue:
        """Connect; the queue's own tables are made where they are missing."""
        await self._store.write(_prepare)
        await self._app.open_async()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Let go of the connections."""
        await self._app.close_async()

    async def schedule(self) -> datetime | None:
        """Queue what is due and not queued or at work; give the jobs of dead workers to others."""
        now = self._clock()
        await self._revive()
        rows = await self._app.connector.execute_query_all_async(
            "SELECT DISTINCT queueing_lock FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
        )
        queued = {row["queueing_lock"] for row in rows}
        errands = [
            self._errand("deliver", f"deliver {line}", f"line {line}", subscription=line)
            for line in await self._store.read(due_lines, now)
        ]
        errands += [
            # A host's sources wait for each other: that is what keeps many workers polite.
            self._errand("poll", f"poll {source}", f"host {host}", source=source)
            for source, host in (await self._store.read(due_sources, now)).items()
        ]
        await self._defer([errand for errand in errands if errand.queueing_lock not in queued])
        coming = (
            await self._store.read(next_due, now),
            await self._store.read(next_delivery, now),
            now + PACE,
        )
        return min(at for at in coming if at is not None)

    async def work(self) -> None:
        """Run jobs until cancelled; when the server goes away, wait for it."""
        while True:
            try:
                await self._app.run_worker_async(
                    queues=[QUEUE],
                    concurrency=self._slots,
                    install_signal_handlers=False,
                    delete_jobs=DeleteJobCondition.ALWAYS,
                    fetch_job_polling_interval=PACE.total_seconds(),
                    update_heartbeat_interval=HEARTBEAT,
                    stalled_worker_timeout=DEAD,
                    shutdown_graceful_timeout=4.0,
                )
            except (ProcrastinateException, OSError) as error:
                _log.error("worker.lost_its_server", error=str(error))
            await asyncio.sleep(AGAIN)

    # -------------------------------------------------------------- jobs

    async def _poll(self, source: int) -> None:
        watches = await self._store.read(due_of_source, source, self._clock())
        held = await self._store.read(held_hosts, self._clock())
        if watches and host_of(watches[0].source.url) in held:
            return  # it has asked for a pause since this was queued; its sources stay due
        async for looked in self._patrol.look_at(watches):
            self._patrol.done(looked)

    async def _deliver(self, subscription: str) -> None:
        await self._deliverer.serve_line(subscription)

    # -------------------------------------------------------------- errands

    def _errand(self, task: str, name: str, lock: str, **arguments: Any) -> Job:
        priority = 1 if task == "deliver" else 0
        made = self._app.configure_task(task, queue=QUEUE, queueing_lock=name, lock=lock, priority=priority)
        return made.make_new_job(**arguments)

    async def _defer(self, errands: Sequence[Job]) -> None:
        """Queue them, unless they are: the queue itself refuses a second of the same name."""
        jobs = self._app.job_manager
        for start in range(0, len(errands), AT_ONCE):
            some = list(errands[start : start + AT_ONCE])
            try:
                await jobs.batch_defer_jobs_async(some)
            except AlreadyEnqueued:  # one of them, by another scheduler, just now
                for one in some:
                    with suppress(AlreadyEnqueued):
                        await jobs.defer_job_async(one)

    async def _revive(self) -> None:
        jobs = self._app.job_manager
        for job in await jobs.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=DEAD):
            if job.id is not None:
                # It is deleted, not retried: what it was to do is still due and is queued again at once.
                await jobs.finish_job_by_id_async(job.id, Status.FAILED, delete_job=True)
                _log.warning("job.stalled", job=job.queueing_lock)


def _prepare(connection: Connection) -> None:
    if connection.execute(text("SELECT to_regclass('procrastinate_jobs')")).scalar() is None:
        schema = resources.files("procrastinate.sql").joinpath("schema.sql").read_text("utf-8")
        # Many statements at once, which only the driver's own connection takes.
        driver: Any = connection.connection.dbapi_connection
        driver.execute(schema)
