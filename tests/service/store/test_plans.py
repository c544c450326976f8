"""How SQLite goes about each question: by a key, or through an index in order; no table is gone through, nor sorted."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event

from benchmarks.page_record import COMPANIES, START, make_record
from service.model import Category
from service.store.engine import open_engine
from service.store.history import AssuranceFilter, ChangeFilter, list_assurances, list_changes

DAY = START + timedelta(days=1800)
CHANGES = {
    "all": ChangeFilter(),
    "company": ChangeFilter(companies=(COMPANIES[7],)),
    "companies": ChangeFilter(companies=COMPANIES[:3]),
    "kind": ChangeFilter(kinds=("withdrawn",)),
    "category": ChangeFilter(categories=(Category.NOTICE,)),
    "source": ChangeFilter(sources=("source-007",)),
    "period": ChangeFilter(since=START, until=DAY),
    "several": ChangeFilter(companies=(COMPANIES[7],), kinds=("weakened", "new"), since=START, until=DAY),
    "words": ChangeFilter(q="notify customers", kinds=("weakened",)),
    "lineage": ChangeFilter(assurance="asr_00000000000000000000000007"),
}
ASSURANCES = {
    "all": AssuranceFilter(),
    "company": AssuranceFilter(companies=(COMPANIES[7],)),
    "category": AssuranceFilter(categories=(Category.NOTICE,)),
    "as of": AssuranceFilter(companies=(COMPANIES[7],), as_of=DAY),
    "category as of": AssuranceFilter(categories=(Category.NOTICE,), as_of=DAY),
    "withdrawn": AssuranceFilter(status="withdrawn"),
    "withdrawn as of": AssuranceFilter(status="withdrawn", as_of=DAY),
}


@pytest.fixture(scope="module", params=("without statistics", "analyzed"))
def record(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    path: Path = tmp_path_factory.mktemp("plans") / "onrecord.sqlite"
    make_record(path, 4000)
    if request.param == "analyzed":
        with closing(sqlite3.connect(path)) as db:
            db.execute("ANALYZE")
    engine = open_engine(path, write=False)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def steps(connection: Connection, function: Any, wanted: object) -> list[str]:
    """What SQLite says that it does, but for the sightings of what was found."""
    asked: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", note)
    try:
        function(connection, wanted)
    finally:
        event.remove(connection, "before_cursor_execute", note)
    raw: Any = connection.connection.driver_connection
    return [
        row[3]
        for statement, parameters in asked
        if "row_number()" not in statement
        for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
    ]


@pytest.mark.parametrize("name", CHANGES)
def test_changes_are_found_in_their_order(record: Connection, name: str) -> None:
    taken = steps(record, list_changes, CHANGES[name])
    assert taken
    assert not [
        step for step in taken if step.startswith("SCAN changes") and "ix_changes_observed" not in step
    ]
    if name != "lineage":  # a few, sorted
        assert not [step for step in taken if "TEMP B-TREE" in step]


@pytest.mark.parametrize("name", ASSURANCES)
def test_assurances_are_found_by_an_index_that_holds_what_is_asked(record: Connection, name: str) -> None:
    taken = steps(record, list_assurances, ASSURANCES[name])
    assert taken
    for step in taken:
        if step.startswith("SCAN wordings"):
            assert "COVERING INDEX ix_wordings_company" in step
        if step.startswith("SCAN assurances"):
            assert "ix_assurances_withdrawn" in step
        if "TEMP B-TREE" in step:
            assert "withdrawn" in name
