"""Connections to PostgreSQL, made to keep the promises that the store's functions rely on."""

from __future__ import annotations

from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event

from service.store.errors import StoreError

WRITERS = 0x6F6E_7265_636F
"""The advisory lock that every writing transaction of every process holds until its commit."""
CONNECT_SECONDS = 10
IDLE_SECONDS = 60
"""Whoever holds a writing transaction and does nothing for so long is out of reach: the server ends it."""
DEAD_SECONDS = 30
"""Silence on a connection after which it is given up."""
READERS = 4


def open_postgres(url: URL, *, write: bool) -> Engine:
    """An engine whose writes come one after the other, over all processes; its reads see one snapshot.

    Functions of the store look before they write (is the name taken, what was the last sequence), as SQLite's single
    writer allows. One lock gives them the same here, and makes the event log's sequence gapless.
    """
    try:
        from psycopg.types.string import StrDumper  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise StoreError('PostgreSQL needs the extra "postgres": pip install "onrecord[postgres]"') from error

    class Plain(StrDumper):
        """A page may hold a NUL, PostgreSQL's text may not."""

        def dump(self, obj: str) -> Any:
            return super().dump(obj.replace("\0", "") if "\0" in obj else obj)

    engine = create_engine(
        url,
        isolation_level="READ COMMITTED" if write else "REPEATABLE READ",
        pool_size=1 if write else READERS,
        max_overflow=0,
        pool_pre_ping=True,
        connect_args={
            "application_name": "onrecord",
            "connect_timeout": CONNECT_SECONDS,
            "client_encoding": "utf8",
            "keepalives_idle": DEAD_SECONDS // 3,
            "keepalives_interval": DEAD_SECONDS // 3,
            "keepalives_count": 2,
            "tcp_user_timeout": DEAD_SECONDS * 1000,
        },
    )

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        connection.adapters.register_dumper(str, Plain)
        if write:  # not as options of the connection, which poolers refuse
            connection.execute(f"SET idle_in_transaction_session_timeout = {IDLE_SECONDS * 1000}")
            connection.commit()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if write:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITERS})")

    return engine
