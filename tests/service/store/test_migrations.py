"""What an older version wrote is still there, and means the same."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from alembic import command
from sqlalchemy import Connection, inspect, text

from service.store.deliveries import due_deliveries
from service.store.engine import open_engine
from service.store.migrate import alembic_config
from service.store.store import Place, Store
from service.store.subscriptions import list_subscriptions

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FIRST = (
    "INSERT INTO subscriptions (id, identity, origin, channel, target, secret, kinds, companies, categories, digest,"
    " state, reason, created_at) VALUES ('sub_1', 'webhook:x', 'config', 'webhook', 'https://x.example/', 'whsec_x',"
    """ '["new"]', '[]', 0, 'none', 'active', '', 1)""",
    "INSERT INTO events (sequence, id, type, subject, source, time, body)"
    " VALUES (1, 'evt_1', 'onrecord.assurance.new', 'Quillnet', 's', 1, '{}')",
    "INSERT INTO deliveries (id, event_sequence, subscription_id, state, attempts, next_attempt_at, created_at, error)"
    " VALUES ('dlv_1', 1, 'sub_1', 'pending', 1, 2, 1, '')",
    "INSERT INTO attempts (delivery_id, number, at, outcome, error, response)"
    " VALUES ('dlv_1', 1, 1, 'failed', 'no', '')",
)


def _fill(connection: Connection) -> None:
    command.upgrade(alembic_config(connection), "0001")
    for statement in FIRST:
        connection.exec_driver_sql(statement)


async def test_a_record_of_the_first_shape_goes_on(place: Place) -> None:
    engine = open_engine(place, write=True)
    with engine.begin() as connection:
        _fill(connection)
    engine.dispose()
    store = Store(place).open()
    (view,) = await store.read(list_subscriptions)
    assert (view.id, view.kinds, view.sources, view.min_score) == ("sub_1", ("new",), (), 0.0)
    assert (view.secret, view.pending) == ("whsec_x", 1)
    (due,) = await store.read(due_deliveries, NOW, 10)
    assert (due.id, due.event_id, due.attempts, due.number, due.secrets) == (
        "dlv_1",
        "evt_1",
        1,
        2,
        ("whsec_x",),
    )
    await store.aclose()


async def test_there_and_back_again(place: Place) -> None:
    engine = open_engine(place, write=True)
    with engine.begin() as connection:
        _fill(connection)
        shape = _shape(connection)
        command.upgrade(alembic_config(connection), "head")
        command.downgrade(alembic_config(connection), "0001")
        assert _shape(connection) == shape
        assert connection.execute(text("SELECT count(*) FROM deliveries")).scalar_one() == 1
    engine.dispose()


def _shape(connection: Connection) -> dict[str, Any]:
    """Columns of each table, and the indexes."""
    found = inspect(connection)
    tables = sorted(found.get_table_names())
    return {
        "columns": {table: sorted(c["name"] for c in found.get_columns(table)) for table in tables},
        "indexes": {table: sorted(str(i["name"]) for i in found.get_indexes(table)) for table in tables},
    }
