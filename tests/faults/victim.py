"""A process that records a look and is killed before, at or after one of its statements: `victim.py RECORD NUMBER`.

NUMBER counts the statements of the look's transaction; 0 for none, then the look is recorded whole.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import signal
import sys
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from service.store.history import AssuranceFilter, list_assurances
from service.store.store import Store
from tests.service.keeping import growing
from tests.service.keeping.growing import DAY, START


async def main(file: Path, killed_at: int) -> None:
    store = Store(file).open()
    # With next to no memory for pages, what is not committed yet is in the log on disk all the same.
    await store.write(lambda c: c.exec_driver_sql("PRAGMA cache_size=1").close())
    (said,) = (await store.read(list_assurances, AssuranceFilter())).items
    numbers = count(1)

    def struck(connection: Any, *_: Any) -> None:
        writes = connection.engine is store._opened._writing
        if writes and next(numbers) == killed_at:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "after_cursor_execute", struck)
    noise = "".join(f" {hashlib.sha256(b'%d' % n).hexdigest()}" for n in range(2000))
    await growing.weaken(store, said.id, START + DAY, noise)
    await store.aclose()
    sys.stdout.write(f"{next(numbers) - 1}\n")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
