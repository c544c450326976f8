"""A job that ends while its server goes away is ended all the same: its source would never be looked at again."""

from __future__ import annotations

from pathlib import Path

import procrastinate
import psycopg
import pytest
from procrastinate.jobs import Status

from benchmarks.postgres import Server
from service.queue import PatientManager, _prepare
from service.store.place import conninfo
from service.store.store import Store, locate


@pytest.mark.slow
async def test_a_connection_that_broke_just_then_leaves_no_job_behind(
    postgres: Server, tmp_path: Path
) -> None:
    store = Store(locate(postgres.database(), tmp_path)).open()
    await store.write(_prepare)
    information = conninfo(store.place)
    connector = procrastinate.PsycopgConnector(
        conninfo=information, min_size=1, max_size=1, kwargs={"application_name": "ends"}
    )
    app = procrastinate.App(connector=connector)
    app.job_manager = PatientManager(connector)
    app.task(name="poll", queue="onrecord")(print)
    async with app.open_async():
        errand = app.configure_task("poll", queue="onrecord", queueing_lock="poll 1", lock="host a")
        await errand.defer_async(source=1)
        worker = await app.job_manager.register_worker()
        job = await app.job_manager.fetch_job(["onrecord"], worker)
        assert job is not None
        with psycopg.connect(information, autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ends'"
            )
            await app.job_manager.finish_job(job, Status.SUCCEEDED, True)
            assert other.execute("SELECT count(*) FROM procrastinate_jobs").fetchone() == (0,)
        await app.job_manager.finish_job(
            job, Status.SUCCEEDED, True
        )  # as when the first word of it had arrived
        await errand.defer_async(source=1)
    await store.aclose()
