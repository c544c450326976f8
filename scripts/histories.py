"""Sentences of the shared histories that were labelled by the guide: only digests of them are kept here.

`scripts/lessons/histories.tsv` holds one a line: digest of the words, categories ("-" for none). The
sentences themselves are found again in ../shared/data/policy-history.bundle: no real sentence leaves that folder.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import tempfile
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


def apart(row: Row, held: Sequence[Row]) -> bool:
    """Whether `row` may be learned from where `held` is measured on: another owner, and no sentence much like it."""
    owners = next((owners for owners in _OWNERS if row.company in owners), {row.company})
    mine = _words(row)
    return not any(other.company in owners or _shared(mine, _words(other)) >= ALIKE for other in held)


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


def _words(row: Row) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", row.sentence.text.lower()))


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(1, len(one | other))
