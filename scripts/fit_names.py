"""Fit the weights by which a name in a story is taken for a company's; writes service/statements/names/bearers.json.

python -m scripts.fit_names [--check]

Learns from the labelled sets of stories (see `scripts.fit_stories`). `companies` of a story's label are those that
are named in it and promise nothing. `--check` writes nothing and prints how the names of each set are sorted by
weights that were fitted without it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from scripts.evaluate_articles import document_of, labels_of
from scripts.fit_stories import fitted_weights, folders
from service.model import Role
from service.statements.names.bearers import Place, measures
from service.statements.names.companies import LIKELY, found_in
from service.statements.names.titles import SECTOR
from service.statements.speech.attribution import names_of, naming_texts

WEIGHTS = Path("service/statements/names/bearers.json")
HOLDING_BACK = 0.1
"""Inverse strength of the penalty on weights."""


@dataclass(frozen=True, slots=True)
class Named:
    """A name of a story: its set, its measures, and whether it is a company's."""

    group: str
    name: str
    measures: dict[str, float]
    wanted: bool


def main() -> None:
    """Fit, and write or print."""
    names = [n for folder in folders(everything="--check" in sys.argv[1:]) for n in names_in(folder)]
    if "--check" in sys.argv[1:]:
        sys.stdout.write("\n".join(checked(names)) + "\n")
        return
    WEIGHTS.write_text(json.dumps(fitted(names), indent=1, ensure_ascii=False) + "\n", "utf-8")
    sys.stdout.write(f"{len(names)} names; wrote {WEIGHTS}\n")


def names_in(folder: Path) -> Iterable[Named]:
    """The names of a set's news stories. Where companies that promise nothing are not listed, what the rules take for
    a company's and no label does is left out.
    """
    for label in labels_of(folder / "articles.jsonl"):
        if label["role"] != Role.NEWS:
            continue
        document = document_of(folder / "articles" / label["file"])
        texts = naming_texts(document)
        found = {
            n: [Place(c.index, c.start, c.end) for c in group] for n, group in found_in(texts)[0].items()
        }
        companies = {a["company"] for a in label["assurances"]} | set(label.get("companies", ()))
        doubtful = frozenset() if "companies" in label else frozenset(names_of(document).companies)
        for name, row in measures(found, texts).items():
            wanted = any(_form_of(name, company) for company in companies)
            if wanted or name not in doubtful:
                yield Named(folder.name, name, row, wanted)


def _form_of(name: str, company: str) -> bool:
    ends = company.endswith(" " + name) and name.lower() not in SECTOR
    return name == company or company.startswith(name + " ") or ends


def fitted(names: Sequence[Named]) -> dict[str, float]:
    """The weights by name, and `bias`."""
    return fitted_weights(
        [n.measures for n in names],
        [n.wanted for n in names],
        LogisticRegression(C=HOLDING_BACK, max_iter=3000),
    )


def checked(names: Sequence[Named]) -> Iterable[str]:
    """For each set: how many of the names taken are companies', and how many of those are taken, fitted without it."""
    total = np.zeros(3, dtype=int)
    for group in sorted({n.group for n in names}):
        weights = fitted([n for n in names if n.group != group])
        counts = np.zeros(3, dtype=int)
        for one in (n for n in names if n.group == group):
            odds = weights["bias"] + sum(weights.get(k, 0.0) * v for k, v in one.measures.items())
            taken = 1 / (1 + np.exp(-odds)) >= LIKELY
            counts += (taken and one.wanted, taken, one.wanted)
        total += counts
        yield _row(group, counts)
    yield _row("all", total)


def _row(group: str, counts: Any) -> str:
    hit, taken, wanted = (int(c) for c in counts)
    right, all_found = hit / max(1, taken), hit / max(1, wanted)
    return f"{group:<20} {wanted:>4} companies' names, right {right:.3f}, found {all_found:.3f}"


if __name__ == "__main__":
    main()
