"""What is pruned: never evidence, never what something refers to; the rest of the record is as it was."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from service.bundle import evidence_bundle
from service.keeping.deposit import Depositor
from service.keeping.examination import State, examine_record
from service.keeping.sweep import Sweep, Total
from service.store import evidence
from service.store.attempts import Attempted, begin_attempt, finish_attempt
from service.store.blobs import blobs, put_blob
from service.store.deliveries import due_deliveries
from service.store.depot import depot
from service.store.errors import PrunedError
from service.store.evidence import list_documents, list_versions, raw_bytes
from service.store.history import ChangeFilter, list_changes
from service.store.proof import prove
from service.store.pruning import attempts
from service.store.store import FILE_NAME, Place, Store
from tests.service.keeping import growing
from tests.service.keeping.growing import DAY, NOT_YET, START

VERSIONS = 36
NOW = START + 400 * DAY
CHANGED = 20
"""The version that weakened the promise."""
EVIDENCE = {1, 19, 20, 21, *range(27, 37)}
"""The first, the change with its neighbours, the newest ten."""


def noise(number: int) -> str:
    return hashlib.sha256(b"%d" % number).hexdigest()


@pytest.fixture
async def store(begun: Place) -> AsyncIterator[Store]:
    opened = Store(begun).open()
    await fill(opened)
    yield opened
    await opened.aclose()


async def fill(opened: Store) -> None:
    """A page of 36 versions, in one of which something was promised less."""
    await growing.begin(opened)
    rest = [f" Paragraph {n}: {noise(n)}" for n in range(20)]
    lineage = await growing.baseline(opened, rest="".join(rest))
    for number in range(2, VERSIONS + 1):
        rest[7 * number % 20] = f" Edition {number}: {noise(number)}"
        at = START + (number - 1) * DAY
        if number == CHANGED:
            await growing.weaken(opened, lineage, at, "".join(rest))
        else:
            words = {"words": NOT_YET} if number > CHANGED else {}
            await growing.edit(opened, lineage, at, "".join(rest), **words)


def sweep(
    store: Store, *, age: timedelta = DAY, keep: int = 10, now: datetime = NOW, dry: bool = False
) -> Total:
    work = Sweep(store.place, before=now - age, keep=keep, now=now, dry_run=dry)
    for _ in work.run():
        pass
    return work.total


async def kept(store: Store) -> dict[int, tuple[bytes, str]]:
    """The versions whose bytes and text can be had, with these."""
    (document,) = (await store.read(list_documents)).items
    found = {}
    for version in (await store.read(list_versions, document.id, limit=500)).items:
        try:
            raw, words = await store.read(raw_bytes, version.id), await store.read(evidence.text, version.id)
        except PrunedError:
            assert version.pruned_at == NOW
            continue
        assert raw is not None
        assert words is not None
        found[version.number] = (raw, words)
    return found


async def stored(store: Store) -> int:
    rows = await store.read(lambda c: c.execute(select(blobs.c.data)).scalars().all())
    return sum(map(len, rows))


async def test_evidence_stays_and_the_rest_goes(store: Store) -> None:
    before, size, sealed = await kept(store), await stored(store), await store.read(prove)
    assert len(before) == VERSIONS

    total = sweep(store)

    after = await kept(store)
    assert set(after) == EVIDENCE
    assert total.versions == VERSIONS - len(after)
    assert total.freed == size - await stored(store) > 0
    assert after == {number: before[number] for number in after}, "what stays is the same, byte for byte"
    proof = await store.read(prove, expected=sealed.head)
    assert (proof.broken, proof.links, proof.things) == ("", sealed.links, sealed.things)
    (change,) = (await store.read(list_changes, ChangeFilter())).items
    assert set((await store.read(evidence_bundle, change.id)).files) >= {
        "raw/previous.html",
        "raw/current.html",
    }
    assert all(
        found.state is State.OK for found in examine_record(store.place, START) if found.check == "evidence"
    )


async def test_a_dry_run_says_the_same_and_does_nothing(store: Store) -> None:
    before, size = await kept(store), await stored(store)
    said = sweep(store, dry=True)
    assert await kept(store) == before
    assert await stored(store) == size
    done = sweep(store)
    assert (said.versions, said.attempts, said.orphans) == (done.versions, done.attempts, done.orphans)
    # A step that was taken back does not see those before it: the bytes are a close guess.
    assert abs(said.freed - done.freed) <= done.freed / 10
    assert sweep(store) == Total(), "nothing is left to prune"


@pytest.mark.parametrize(
    ("age", "keep", "left"),
    [
        (400 * DAY, 10, VERSIONS),
        (DAY, VERSIONS, VERSIONS),
        (376 * DAY, 10, VERSIONS - 20),
        (DAY, 1, 5),
        (timedelta(0), 0, 5),
    ],
)
async def test_both_age_and_number_must_be_passed(store: Store, age: timedelta, keep: int, left: int) -> None:
    sweep(store, age=age, keep=keep)
    assert len(await kept(store)) == left


@pytest.mark.parametrize(
    "reference",
    [
        "UPDATE wordings SET version_id = (SELECT id FROM versions WHERE number = 12) WHERE until IS NOT NULL",
        "UPDATE changes SET version_id = (SELECT id FROM versions WHERE number = 12)",
        "UPDATE changes SET version = 12",
        "UPDATE changes SET previous_version = 12",
        "UPDATE assurances SET seen_version = 12",
    ],
)
async def test_what_something_refers_to_stays(store: Store, reference: str) -> None:
    await store.write(lambda connection: connection.execute(text(reference)))
    sweep(store)
    assert 12 in await kept(store)


async def test_bytes_that_another_version_has_too_stay_with_it(store: Store) -> None:
    """A page that went back to what it said before has the same bytes twice."""
    again = (
        "UPDATE versions SET raw_hash = (SELECT raw_hash FROM versions WHERE number = 12) WHERE number = 36"
    )
    await store.write(lambda connection: connection.execute(text(again)))
    (document,) = (await store.read(list_documents)).items
    newest = (await store.read(list_versions, document.id)).items[0]
    bytes_then = await store.read(raw_bytes, newest.id)

    sweep(store)

    assert await store.read(raw_bytes, newest.id) == bytes_then
    assert (await store.read(prove)).broken.startswith("link "), "the change of the test's own is noticed"


async def test_a_document_goes_on_after_it(store: Store) -> None:
    sweep(store, keep=1)
    lineage = (await store.read(list_changes, ChangeFilter())).items[0].assurance
    await growing.edit(store, lineage, NOW, " A whole new page.", NOT_YET)
    assert VERSIONS + 1 in await kept(store)
    assert (await store.read(prove)).broken == ""


async def test_attempts_that_arrived_are_forgotten_and_others_kept(store: Store) -> None:
    (owed,) = await store.read(due_deliveries, NOW, 10)
    await store.write(begin_attempt, [owed.id], START + 40 * DAY, NOW)
    done = Attempted(
        owed.id,
        owed.subscription_id,
        1,
        START + 40 * DAY,
        delivered=True,
        next_attempt_at=None,
        response="thank you",
    )
    assert sweep(store, dry=True).attempts == 0, "it is owed"
    await store.write(finish_attempt, done)
    assert sweep(store, age=365 * DAY).attempts == 0
    assert sweep(store).attempts == 1
    left: list[Any] = list(await store.read(lambda c: c.execute(select(attempts)).all()))
    assert left == []
    assert len(await store.read(lambda c: c.execute(text("SELECT 1 FROM deliveries")).all())) == 1


async def test_bytes_that_nothing_refers_to_go_too(store: Store) -> None:
    await store.write(put_blob, b"what a feed carried before its edit" * 50)
    assert sweep(store, age=400 * DAY).orphans == 1


async def test_evidence_that_is_gone_without_being_pruned_breaks_the_proof(store: Store) -> None:
    """Nothing hangs on the newest version's bytes: that they are not there has to be looked for."""
    await store.write(
        lambda c: c.execute(
            text("DELETE FROM blobs WHERE sha256 = (SELECT raw_hash FROM versions WHERE number = 36)")
        )
    )
    assert (await store.read(prove)).broken.startswith("missing: bytes of ver_")


async def test_bytes_that_lie_elsewhere_are_not_fetched_for_it(tmp_path: Path) -> None:
    """The storage is away: what would have to be read from it to be compressed anew stays as it is."""
    pytest.importorskip("obstore")
    store = Store(tmp_path / FILE_NAME).open()
    await fill(store)
    folder, before = tmp_path / "depot", await kept(store)
    depositor = Depositor(store, folder.as_uri(), clock=lambda: NOW)
    await depositor.round()
    depot.cache_clear()
    _move(folder, tmp_path / "away")

    total = sweep(store)

    _move(tmp_path / "away", folder)
    depot.cache_clear()
    after = await kept(store)
    assert total.versions == VERSIONS - len(EVIDENCE)
    assert {number: after[number] for number in EVIDENCE} == {number: before[number] for number in EVIDENCE}
    assert (await store.read(prove)).broken == ""
    depot.cache_clear()
    await store.aclose()


def _move(origin: Path, target: Path) -> None:
    """The whole folder; what an opened storage made in its place meanwhile is dropped."""
    shutil.rmtree(target, ignore_errors=True)
    origin.rename(target)
