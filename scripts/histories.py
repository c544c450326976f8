"""Sentences of the shared histories that were labelled by the guide: only digests of them are kept here.

`scripts/lessons/histories.tsv` holds one a line: digest of the words, categories ("-" for none). The
sentences themselves are found again in ../shared/data/policy-history.bundle: no real sentence leaves that folder.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from scripts.material import LESSONS, Row
from service.looks.gitlog import Blobs, history
from service.model import Category, Sentence
from service.statements.sentences import split
from watchers.markdown import read_markdown

LABELLED = LESSONS / "histories.tsv"
DIGITS = 16
ALIKE = 0.6
"""Of two sentences' words together, the share they have in common from which one would give the other away."""
_OWNERS = (
    {"Facebook", "Instagram", "WhatsApp", "Messenger"},
    {"Proton Mail", "ProtonMail"},
    {"Twitter", "X"},
)
"""Names that write, or once wrote, one another's documents."""


def digest(text: str) -> str:
    """Stands for a sentence's words: its marks, case and numbers may be read otherwise by a later reader."""
    words = " ".join(re.findall(r"[^\W\d_]+", text.lower()))
    return hashlib.sha256(words.encode()).hexdigest()[:DIGITS]


def histories(shared: Path) -> list[Row]:
    """The labelled sentences, in the order of their digests; SystemExit where some are not found."""
    wanted = dict(line.split("\t") for line in LABELLED.read_text("utf-8").splitlines() if line[:1] != "#")
    found: dict[str, Row] = {}
    for company, sentence in _sentences(shared / "data/policy-history.bundle"):
        key = digest(sentence.text)
        if key in wanted and key not in found:
            categories = tuple(Category(c) for c in wanted[key].split(",") if c != "-")
            found[key] = Row(sentence, bool(categories), categories, "", company, "history")
    if missing := len(wanted.keys() - found.keys()):
        raise SystemExit(
            f"{missing} of {len(wanted)} labelled sentences are not in the shared histories any more"
        )
    return [found[key] for key in sorted(found)]


class Apart:
    """Which sentences may be learned from where `held` is measured on: of other owners, and not much like one held."""

    def __init__(self, held: Sequence[Row]) -> None:
        self._companies = {other for row in held for other in _owners(row.company)}
        self._words = [_words(row.sentence) for row in held]
        self._holding: dict[str, list[int]] = {}
        for number, words in enumerate(self._words):
            for word in words:
                self._holding.setdefault(word, []).append(number)

    def of(self, company: str, sentence: Sentence) -> bool:
        """Whether a company's sentence is apart from all that are held."""
        if company in self._companies:
            return False
        mine = _words(sentence)
        common = Counter(number for word in mine for number in self._holding.get(word, ()))
        return all(
            both < ALIKE * (len(mine) + len(self._words[number]) - both) for number, both in common.items()
        )


def _sentences(bundle: Path) -> Iterator[tuple[str, Sentence]]:
    with tempfile.TemporaryDirectory() as folder:
        repo = Path(folder) / "repo"
        subprocess.run(["git", "clone", "--quiet", "--bare", bundle, repo], check=True, capture_output=True)
        found = history(repo)
        with Blobs(repo) as blobs:
            for path, revisions in sorted(found.items()):
                for blob in dict.fromkeys(r.blob for r in revisions if r.blob):
                    document = read_markdown(blobs.read(blob).decode("utf-8", "replace"), url=path)
                    for sentence in split(document):
                        yield path.partition("/")[0], sentence


def _owners(company: str) -> set[str]:
    return next((owners for owners in _OWNERS if company in owners), {company})


def _words(sentence: Sentence) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", sentence.text.lower()))
