"""A change that was in the news: what Telegram gives to authorities, and on whom, in September 2024."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from service.looks.gitlog import Blobs, history
from service.looks.recall import Recall, Sight
from service.looks.replay import fetched, replay
from service.store.history import ChangeFilter, list_changes
from service.store.store import Store

pytestmark = [pytest.mark.shared, pytest.mark.slow]

DOCUMENT = "Telegram/Privacy Policy.md"
CHANGED = datetime(2024, 9, 23, tzinfo=UTC)


@pytest.fixture(scope="module")
def around(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    """The last version before the change, and the first with it."""
    bundle = Path(__file__).resolve().parents[2] / "../shared/data/policy-history.bundle"
    if not bundle.exists():
        pytest.skip("../shared/data/policy-history.bundle is not here")
    repo = tmp_path_factory.mktemp("history") / "repo"
    subprocess.run(["git", "clone", "--quiet", "--bare", bundle, repo], check=True, capture_output=True)
    revisions = history(repo, glob=DOCUMENT)[DOCUMENT]
    before = [r for r in revisions if r.at < CHANGED][-1]
    after = next(r for r in revisions if r.at >= CHANGED)
    with Blobs(repo) as blobs:
        return blobs.read(before.blob), blobs.read(after.blob)


async def told(tmp_path: Path, *bodies: bytes) -> list[tuple[str, str]]:
    """Kind and new (else old) sentence of what these versions bring, one after the other."""
    seen = [Sight(CHANGED + timedelta(days=n), fetched(DOCUMENT, body)) for n, body in enumerate(bodies)]
    store = Store(tmp_path / "onrecord.sqlite").open()
    await store.write(replay, DOCUMENT, seen, Recall())
    changes = (await store.read(list_changes, ChangeFilter(), limit=100)).items
    await store.aclose()
    sides = [(c.kind, c.new or c.old) for c in changes]
    return [(kind, side.text) for kind, side in sides if side is not None]


async def test_more_suspects_is_a_weakening(around: tuple[bytes, bytes], tmp_path: Path) -> None:
    found = await told(tmp_path, *around)
    assert any(kind == "weakened" and "criminal activities" in text for kind, text in found), found
    assert any(kind == "withdrawn" and "never happened" in text for kind, text in found), found
    assert not [kind for kind, _ in found if kind == "strengthened"]


async def test_and_the_way_back_a_strengthening(around: tuple[bytes, bytes], tmp_path: Path) -> None:
    found = await told(tmp_path, *reversed(around))
    assert any(kind == "strengthened" and "court order" in text for kind, text in found), found
    assert any(kind == "new" and "never happened" in text for kind, text in found), found
    assert not [kind for kind, _ in found if kind == "weakened"]
