"""What a larger encoder answered, and the sentences without labels that it was asked about."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from scripts.answers import keep, kept, near_words
from scripts.material import Row
from scripts.unlabelled import Unlabelled, fit_for, neighbours
from service.model import Category, Sentence

NEAR = {"police": ["officers", "constables"], "orchard": ["garden"]}


def row(text: str, company: str) -> Row:
    return Row(Sentence(text), True, (Category.NOTICE,), "", company, "real")


ROWS = [row("We tell members when the police ask.", "Pebblechat"), row("We file a notice.", "Corvid Mail")]
FURTHER = [
    Unlabelled(Sentence("We inform riders of every subpoena."), company="Halyard Hosting"),
    Unlabelled(Sentence("We tell members when the officers ask."), row=0),
]


def test_answers_come_back_within_their_grid(tmp_path: Path) -> None:
    logits = np.linspace(-7, 7, 4 * 17).reshape(4, 17).astype(np.float32)
    keep({"fold:0": logits, "final": logits + 20}, ROWS, FURTHER, NEAR, tmp_path / "answers.npz")
    assert np.abs(kept("fold:0", ROWS, FURTHER, tmp_path / "answers.npz") - logits).max() <= 1 / 32
    assert kept("final", ROWS, FURTHER, tmp_path / "answers.npz").max() < 8
    assert near_words(tmp_path / "answers.npz") == {"police": ["officers", "constables"]}


def test_answers_to_other_sentences_are_not_taken(tmp_path: Path) -> None:
    keep({"final": np.zeros((4, 17), np.float32)}, ROWS, FURTHER, NEAR, tmp_path / "answers.npz")
    with pytest.raises(SystemExit, match=r"scripts\.teacher"):
        kept("final", ROWS[:1], FURTHER, tmp_path / "answers.npz")


def test_nothing_of_what_is_measured_is_learned_from_in_other_words() -> None:
    assert fit_for(FURTHER, ROWS, [1]) == [0, 1]
    assert fit_for(FURTHER, ROWS, [0]) == [0]
    owners = [Unlabelled(Sentence("Riders may write to us."), company="Pebblechat")]
    assert fit_for(owners, ROWS, [0]) == []
    assert fit_for(owners, ROWS, [1]) == [0]


def test_neighbours_are_words_that_point_the_same_way() -> None:
    words = ["police", "officer", "Zebra", "##ing", "melon", *(f"far{c}" for c in "abcdefghijkl")]
    vectors = np.eye(len(words), dtype=np.float32)
    vectors[1] = vectors[0] + vectors[1] * 0.1
    found = neighbours(words, vectors)
    assert "officer" in found["police"]
    assert not {"Zebra", "##ing"} & set(found)
