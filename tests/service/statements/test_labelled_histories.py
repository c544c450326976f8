"""Labelled sentences of the shared histories: known by a digest, and kept from what they would give away."""

from __future__ import annotations

import pytest

from scripts.histories import LABELLED, Apart, digest, histories
from scripts.material import Row
from scripts.train import SHARED
from service.model import Category, Sentence

TEXT = "We tell members of a subpoena before we answer it, unless a judge forbids it."


def row(text: str, company: str) -> Row:
    return Row(Sentence(text), True, (Category.NOTICE,), "", company, "history")


def test_a_digest_stands_for_the_words_alone() -> None:
    assert digest(TEXT) == digest("2. " + TEXT.upper())
    assert digest(TEXT) != digest(TEXT.replace("unless", "if"))


def test_neither_an_owner_nor_a_twin_is_learned_from() -> None:
    ours = ("WhatsApp", Sentence(TEXT))
    assert Apart([row("Officers must write to us by post.", "Pebblechat")]).of(*ours)
    assert not Apart([row("Officers must write to us by post.", "Instagram")]).of(*ours)
    assert not Apart([row(TEXT.replace("members", "customers"), "Pebblechat")]).of(*ours)


@pytest.mark.slow
def test_every_labelled_sentence_is_found_again() -> None:
    if not (SHARED / "data/policy-history.bundle").exists():
        pytest.skip("../shared/data/policy-history.bundle is not here")
    found = histories(SHARED)
    lines = [line for line in LABELLED.read_text("utf-8").splitlines() if line[:1] != "#"]
    assert len(found) == len(lines)
    assert sum(r.relevant for r in found) == sum(not line.endswith("\t-") for line in lines)
