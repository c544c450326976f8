"""What a page asks of the record costs the same on one ten times as long."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from benchmarks.page_record import make_record
from service.model import Category
from service.store.history import AssuranceFilter, ChangeFilter, change, list_assurances, list_changes
from service.store.sightings import sightings_of
from service.store.store import FILE_NAME, Store

STEP = 50
"""Instructions of SQLite's machine that are counted as one."""
LENGTHS = (2_000, 20_000)

QUESTIONS: tuple[tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]], ...] = (
    (list_changes, (ChangeFilter(),), {"limit": 10}),
    (list_changes, (ChangeFilter(kinds=("weakened",)),), {"limit": 10}),
    (list_changes, (ChangeFilter(categories=(Category.NOTICE,)),), {"limit": 5}),
    (list_changes, (ChangeFilter(companies=("Company 007", "Company 107"), kinds=("new",)),), {"limit": 1}),
    (list_assurances, (AssuranceFilter(assurance=f"asr_{1:026}"),), {"limit": 10}),
    (sightings_of, ([f"asr_{n:026}" for n in range(10)],), {}),
    (change, (f"chg_{500:026}",), {}),
)


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    paths = [tmp_path_factory.mktemp("record") / FILE_NAME for _ in LENGTHS]
    for path, length in zip(paths, LENGTHS, strict=True):
        make_record(path, length)
    return paths


def _steps(connection: Connection, question: Callable[..., Any], args: Any, named: Any) -> int:
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    raw = connection.connection.dbapi_connection
    assert raw is not None
    raw.set_progress_handler(count, STEP)
    try:
        assert question(connection, *args, **named)
    finally:
        raw.set_progress_handler(None, 0)
    return steps


@pytest.mark.parametrize(("question", "args", "named"), QUESTIONS)
async def test_the_work_does_not_grow_with_the_record(
    records: list[Path], question: Callable[..., Any], args: tuple[Any, ...], named: dict[str, Any]
) -> None:
    found = []
    for path in records:
        store = Store(path).open()
        found.append(await store.read(_steps, question, args, named))
        await store.aclose()

    short, long = found
    assert long < 2 * short + 10
