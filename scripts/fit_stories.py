"""Fit the weights by which a sentence is judged where it stands in a story; writes service/statements/course.json.

python -m scripts.fit_stories [--check]

Learns from the labelled sets of stories (tests/data/stories* but those kept out, and ../shared where it is). `--check`
writes nothing and prints how each set is read by weights that were fitted without it.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from scripts.evaluate_articles import document_of, labels_of, same
from service.model import Role
from service.statements.course import DOUBTED, SURE, lines_of, measures, read_as_answers
from service.statements.detection.detector import judge
from service.statements.read import is_post
from service.statements.sentences import split
from service.statements.speech.attribution import attribute

WEIGHTS = Path("service/statements/course.json")
KEPT_OUT = ("stories-seventeenth", "stories-eighteenth", "stories-twenty-second")
"""Sets that no weight is fitted on."""
HOLDING_BACK = 0.2
"""Inverse strength of the penalty on weights."""
SPREAD = 0.01
"""Added to the spread of each measure, so that one which hardly ever differs weighs little."""
HALF = (SURE + DOUBTED) / 2
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence: its set of stories, kind of story (news, post), measures, and whether it is an assurance."""

    group: str
    kind: str
    measures: dict[str, float]
    wanted: bool


def main() -> None:
    """Fit, and write or print."""
    examples = [e for folder in folders() for e in examples_of(folder)]
    if "--check" in sys.argv[1:]:
        sys.stdout.write("\n".join(checked(examples)) + "\n")
        return
    weights = {kind: fitted([e for e in examples if e.kind == kind]) for kind in ("news", "post")}
    WEIGHTS.write_text(json.dumps(weights, indent=1) + "\n", "utf-8")
    sys.stdout.write(f"{len(examples)} sentences; wrote {WEIGHTS}\n")


def folders(*, everything: bool = False) -> list[Path]:
    """The folders with labelled stories that are learned from; `everything`: all there are."""
    shared = Path("../shared/data")
    own = sorted(path.parent for path in Path("tests/data").glob("stories*/articles.jsonl"))
    return [*([shared] if shared.exists() else []), *(f for f in own if everything or f.name not in KEPT_OUT)]


def examples_of(folder: Path) -> Iterable[Example]:
    """Of news what a company is said to say, of posts every sentence; optional ones are left out."""
    for label in labels_of(folder / "articles.jsonl"):
        document = document_of(folder / "articles" / label["file"])
        news = label["role"] == Role.NEWS
        if not news and not is_post(document):
            continue
        sentences = split(document)
        said = attribute(document, sentences) if news else ()
        lines = read_as_answers(lines_of(document, sentences, judge(sentences), said))
        for i, (line, row) in enumerate(zip(lines, measures(lines), strict=True)):
            wanted = _wanted(line.text, label)
            if wanted is not None and not line.titled and (not news or said[i].voice.company):
                yield Example(folder.name, "news" if news else "post", row, wanted)


def _wanted(text: str, label: dict[str, Any]) -> bool | None:
    if any(same(one["text"], text) for one in label["assurances"]):
        return True
    return None if any(same(one, text) for one in label["optional"]) else False


def fitted(examples: Sequence[Example]) -> dict[str, float]:
    """The weights by name, for measures as they come, and `bias`."""
    model = LogisticRegression(C=HOLDING_BACK, max_iter=2000)
    return fitted_weights([e.measures for e in examples], [e.wanted for e in examples], model)


def fitted_weights(
    rows: Sequence[dict[str, float]], wanted: Sequence[bool], model: LogisticRegression
) -> dict[str, float]:
    """Weights for measures as they come, and `bias`, from a model fitted on measures of equal spread."""
    names = list(rows[0])
    x = np.array([[row[n] for n in names] for row in rows])
    mean, spread = x.mean(0), x.std(0) + SPREAD
    model.fit((x - mean) / spread, np.array(wanted))
    weights: Floats = model.coef_[0] / spread
    bias = float(model.intercept_[0] - (weights * mean).sum())
    return {"bias": round(bias, 4), **{n: round(float(w), 4) for n, w in zip(names, weights, strict=True)}}


def checked(examples: Sequence[Example]) -> Iterable[str]:
    """For each kind and set: F1 of the likelihood alone, fitted on the other sets."""
    for kind in ("news", "post"):
        ours = [e for e in examples if e.kind == kind]
        total: dict[str, int] = defaultdict(int)
        for group in sorted({e.group for e in ours}):
            weights = fitted([e for e in ours if e.group != group])
            counts: dict[str, int] = defaultdict(int)
            for example in (e for e in ours if e.group == group):
                odds = weights["bias"] + sum(weights[n] * v for n, v in example.measures.items())
                taken = 1 / (1 + np.exp(-odds)) >= HALF
                counts["hit"] += taken and example.wanted
                counts["taken"] += taken
                counts["wanted"] += example.wanted
            for name, count in counts.items():
                total[name] += count
            yield _row(kind, group, counts)
        yield _row(kind, "all", total)


def _row(kind: str, group: str, counts: dict[str, int]) -> str:
    f1 = 2 * counts["hit"] / max(1, counts["taken"] + counts["wanted"])
    return f"{kind} {group:<18} {counts['wanted']:>4} wanted, F1 {f1:.3f}"


if __name__ == "__main__":
    main()
