"""Documents of invented companies, version by version: what would be published is what changed."""

from __future__ import annotations

import pytest

from scripts.evaluate_documents import load, score


def test_every_edit_fits_its_text() -> None:
    histories = load()
    assert len(histories) >= 12
    assert min(len(history.versions) for history in histories) >= 6


@pytest.mark.slow
def test_precision_and_recall_of_published_changes() -> None:
    found = score(load())
    assert found.precision >= 0.95, found.false
    assert found.recall >= 0.95, found.missed
