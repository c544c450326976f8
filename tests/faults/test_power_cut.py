"""kill -9 in the middle of the transaction that records a look, at one statement after the other."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
from pathlib import Path

import pytest

from service.keeping.examination import State, examine_record
from service.store.history import ChangeFilter, events_after, list_changes
from service.store.proof import prove
from service.store.store import FILE_NAME, Store
from tests.service.keeping import growing
from tests.service.keeping.growing import START

ROOT = Path(__file__).resolve().parents[2]


async def look(file: Path, killed_at: int) -> tuple[int, str]:
    """The victim's exit code, and what it said."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.faults.victim", str(file), str(killed_at),
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    said, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, said.decode()


@pytest.mark.slow
async def test_what_was_not_committed_never_was(tmp_path: Path) -> None:
    store = Store(tmp_path / FILE_NAME).open()
    await growing.begin(store)
    await growing.baseline(store)
    await store.aclose()
    shutil.copy(tmp_path / FILE_NAME, tmp_path / "whole.sqlite")
    code, said = await look(tmp_path / "whole.sqlite", 0)
    assert code == 0
    statements = int(said)
    assert statements > 10

    for number in sorted({1, statements // 3, 2 * statements // 3, statements}):
        code, _ = await look(tmp_path / FILE_NAME, number)
        assert code == -signal.SIGKILL
        logged = (tmp_path / f"{FILE_NAME}-wal").stat().st_size
        assert logged > 0 or number < statements, "much of it was on disk already"
        store = Store(tmp_path / FILE_NAME).open()
        proof = await store.read(prove)
        assert (proof.broken, proof.links) == ("", 1)
        assert (await store.read(list_changes, ChangeFilter())).items == ()
        assert await store.read(events_after, 0) == ()
        await store.aclose()

    for file, changes in ((FILE_NAME, 0), ("whole.sqlite", 1)):
        findings = {found.check: found.state for found in examine_record(tmp_path / file, START)}
        assert {findings[check] for check in ("database", "chain", "evidence")} == {State.OK}
        store = Store(tmp_path / file).open()
        assert len((await store.read(list_changes, ChangeFilter())).items) == changes
        await store.aclose()
