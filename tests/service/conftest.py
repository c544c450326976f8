"""What several tests of the service need."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from service.store.store import Place, Store
from tests.service.desk import Desk


@pytest.fixture
async def desk(begun: Place) -> AsyncIterator[Desk]:
    """On a fresh record, SQLite and where there is one PostgreSQL."""
    store = Store(begun).open()
    yield Desk(store)
    await store.aclose()
