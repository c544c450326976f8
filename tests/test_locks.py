"""The locked packages alone are installed: a resolver that looks for newer releases beside a lock fails on the day of
one (a package asked for with extras is then sought anew and found without a hash)."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("name", ["Makefile", "Dockerfile", "docs/postgresql.md", "docs/webhooks.md"])
def test_a_lock_is_installed_without_looking_for_more(name: str) -> None:
    lines = [line for line in (ROOT / name).read_text().splitlines() if "--require-hashes" in line]
    assert lines
    assert all("--no-deps" in line for line in lines)


@pytest.mark.parametrize("lock", sorted((ROOT / "requirements").glob("*.txt")), ids=lambda path: path.name)
def test_every_locked_package_has_a_hash(lock: Path) -> None:
    packages = lock.read_text().replace("\\\n", " ").splitlines()
    pinned = [line for line in packages if line and not line.lstrip().startswith(("#", "--"))]
    assert pinned
    assert not [line.split()[0] for line in pinned if "==" not in line or "--hash=" not in line]
