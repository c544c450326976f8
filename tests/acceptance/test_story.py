"""The news story that this project began with, read as a careful reader reads it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.shared

# A few words of each assurance, with a category that it must carry.
WANTED = (
    ("direct or unfettered", "direct_access"),
    ("or encryption keys", "encryption"),
    ("direct and unfettered", "direct_access"),
    ("specific data mandated", "scope_limit"),
    ("court order for content", "legal_process"),
    ("specific accounts and identifiers", "scope_limit"),
    ("blanket or indiscriminate", "direct_access"),
    ("tiny fraction", "volume"),
    ("compliance team", "challenge"),
    ("covered by the order", "scope_limit"),
    ("to the customer directly", "redirect"),
    ("notify the customer", "notice"),
    ("never provided any government", "never"),
    ("four such requests", "volume"),
    ("requested permission", "transparency"),
)
NOT_WANTED = (
    "According to The Guardian",
    "asylum",
    "Editorial Director",
    "make intercepting calls difficult",
)


@pytest.fixture(scope="module")
def found() -> list[dict[str, Any]]:
    story = Path(__file__).resolve().parents[2] / "../shared/data/skype-denial-2013.txt"
    if not story.exists():
        pytest.skip("../shared/data/skype-denial-2013.txt is not here")
    ran = subprocess.run(
        [sys.executable, "-m", "service", "check", str(story), "--json"],
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        check=True,
    )
    parsed: list[dict[str, Any]] = json.loads(ran.stdout)
    return parsed


def test_at_least_thirteen_of_fifteen_each_with_its_category(found: list[dict[str, Any]]) -> None:
    hits = {
        words
        for words, category in WANTED
        if any(words in f["text"] and category in f["categories"] for f in found)
    }
    assert len(hits) >= 13, {words for words, _ in WANTED} - hits


def test_all_are_microsofts_and_smith_speaks_where_he_is_quoted(found: list[dict[str, Any]]) -> None:
    assert {f["company"] for f in found} == {"Microsoft"}
    (quoted,) = (f for f in found if "direct or unfettered" in f["text"])
    assert quoted["speaker"] == {
        "name": "Brad Smith",
        "role": "General Counsel and Executive Vice President",
        "attribution": "quoted",
    }


def test_the_exception_is_found_to_its_end(found: list[dict[str, Any]]) -> None:
    (notice,) = (f for f in found if "notify the customer" in f["text"])
    assert notice["exception"] == "unless we are legally prohibited from doing so"


def test_allegations_and_the_author_are_no_assurances(found: list[dict[str, Any]]) -> None:
    for words in NOT_WANTED:
        assert not [f["text"] for f in found if words in f["text"]]
