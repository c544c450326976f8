"""How well changes of a sentence are told apart: on the labelled pairs beside the repository, and on minimal pairs.

python -m scripts.evaluate_changes [SHARED]
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from service.diff.compare import compare_many
from service.model import Judgement, Kind, Sentence
from service.statements.detection.detector import judge
from service.statements.detection.leaning import leaning

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
MINIMAL = ROOT / "tests/service/diff/cases/minimal_pairs.jsonl"
MIRRORED = ROOT / "tests/service/diff/cases/mirrored_pairs.jsonl"
"""Written after the rules, each read there and back; kept apart from the pairs that the rules were written with."""
BLIND = ROOT / "tests/data"
"""pairs-blind-*.jsonl: read once before rules were mended for them; who wrote the second knew the rules.
pairs-untouched-*.jsonl: nothing was mended for them, and nothing learned from them."""
MIRROR = {
    Kind.WEAKENED: Kind.STRENGTHENED, Kind.STRENGTHENED: Kind.WEAKENED,
    Kind.NEW: Kind.WITHDRAWN, Kind.WITHDRAWN: Kind.NEW,
}  # fmt: skip
MAIN = (Kind.WEAKENED, Kind.STRENGTHENED, Kind.REWORDED, Kind.NONE)
LOUD = frozenset({Kind.NEW, Kind.WITHDRAWN, Kind.WEAKENED, Kind.STRENGTHENED, Kind.FIGURE, Kind.UNRELATED})
"""Kinds of which at least one side reaches a subscriber."""

Judge = Callable[[Sequence[Sentence]], Sequence[Judgement]]


@dataclass(frozen=True, slots=True)
class Pair:
    """A labelled pair."""

    id: str
    company: str
    old: str
    new: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Score:
    """Of one kind: precision, recall and their harmonic mean; 0.0 where there is nothing to divide by."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def report(shared: Path) -> str:
    """Text for people: real pairs with the detector and with relevance given, then minimal pairs."""
    real = load(shared / "data/pairs.jsonl")
    minimal, mirrored = load(MINIMAL), there_and_back(load(MIRRORED))
    return "\n\n".join(
        [
            "Changes\n=======\nThe rules and their weights are written down. What is asked where they see nothing\n"
            "in a single edit is learned from all of these but the sets called untouched (scripts.fit_leaning).",
            _section("Real pairs, relevance by the detector", real, predict(real, judge)),
            _section("Real pairs, relevance given", real, predict(real, told(real))),
            _section("Minimal pairs, relevance by the detector", minimal, predict(minimal, judge)),
            _section("Minimal pairs, relevance given", minimal, predict(minimal, told(minimal))),
            _section(
                "Written later, there and back, relevance by the detector", mirrored, predict(mirrored, judge)
            ),
            _section(
                "Written later, there and back, relevance given", mirrored, predict(mirrored, told(mirrored))
            ),
            *(section for path in sorted(BLIND.glob("pairs-*.jsonl")) for section in _blind(path)),
        ]
    )


def _blind(path: Path) -> tuple[str, str]:
    pairs = there_and_back(load(path))
    name = f"{path.stem}, there and back, relevance"
    return (
        _section(f"{name} by the detector", pairs, predict(pairs, judge)),
        _section(f"{name} given", pairs, predict(pairs, told(pairs))),
    )


def load(path: Path) -> tuple[Pair, ...]:
    """Pairs from JSON Lines; `company` may be absent."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return tuple(Pair(r["id"], r.get("company", ""), r["old"], r["new"], Kind(r["kind"])) for r in rows)


def there_and_back(pairs: Sequence[Pair]) -> tuple[Pair, ...]:
    """Each pair, and each with its sides and its kind turned round."""
    back = (Pair(f"{p.id}-back", p.company, p.new, p.old, MIRROR.get(p.kind, p.kind)) for p in pairs)
    return (*pairs, *back)


def predict(pairs: Sequence[Pair], by: Judge) -> tuple[Kind, ...]:
    """The kinds that the engine gives."""
    return tuple(v.kind for v in compare_many([(p.old, p.new) for p in pairs], by, leaning))


def told(pairs: Iterable[Pair]) -> Judge:
    """A judge that knows from the labels which sentences are relevant (both sides of any pair that is not `none`)."""
    relevant = {text for p in pairs if p.kind is not Kind.NONE for text in (p.old, p.new)}
    return lambda sentences: [Judgement(s.text in relevant, float(s.text in relevant)) for s in sentences]


def accuracy(pairs: Sequence[Pair], guesses: Sequence[Kind]) -> float:
    """Share of pairs whose kind is right."""
    return sum(p.kind is g for p, g in zip(pairs, guesses, strict=True)) / len(pairs)


def score(kind: Kind, pairs: Sequence[Pair], guesses: Sequence[Kind]) -> Score:
    """Precision and recall of one kind."""
    hit = sum(p.kind is kind and g is kind for p, g in zip(pairs, guesses, strict=True))
    said = sum(g is kind for g in guesses)
    true = sum(p.kind is kind for p in pairs)
    return Score(hit / said if said else 0.0, hit / true if true else 0.0)


def macro_f1(pairs: Sequence[Pair], guesses: Sequence[Kind]) -> float:
    """Mean F1 over weakened, strengthened, reworded and none."""
    return sum(score(kind, pairs, guesses).f1 for kind in MAIN) / len(MAIN)


def _section(title: str, pairs: Sequence[Pair], guesses: Sequence[Kind]) -> str:
    count = Counter(p.kind for p in pairs)
    lines = [title, "-" * len(title), f"{len(pairs)} pairs: accuracy {accuracy(pairs, guesses):.3f}"]
    lines[-1] += f", macro F1 (weakened, strengthened, reworded, none) {macro_f1(pairs, guesses):.3f}"
    lines.append(f"{'kind':<14}{'pairs':>6}{'precision':>11}{'recall':>8}{'F1':>7}")
    for kind in Kind:
        if count[kind]:
            s = score(kind, pairs, guesses)
            lines.append(f"{kind.value:<14}{count[kind]:>6}{s.precision:>11.3f}{s.recall:>8.3f}{s.f1:>7.3f}")
    return "\n".join([*lines, *_news(pairs, guesses)])


def _news(pairs: Sequence[Pair], guesses: Sequence[Kind]) -> list[str]:
    """What a subscriber would notice: silence where there was news, noise where there was none."""
    both = list(zip(pairs, guesses, strict=True))
    missed = [p.id for p, g in both if p.kind in (Kind.WEAKENED, Kind.WITHDRAWN) and g not in LOUD]
    false = [p.id for p, g in both if p.kind not in LOUD and g in LOUD]
    turned = [p.id for p, g in both if {p.kind, g} == {Kind.WEAKENED, Kind.STRENGTHENED}]
    return [
        f"weakened or withdrawn, and silent: {len(missed)} {_some(missed)}",
        f"false alarms: {len(false)} {_some(false)}",
        f"taken for the opposite: {len(turned)} {_some(turned)}",
    ]


def _some(ids: Sequence[str]) -> str:
    return f"({', '.join(ids[:12])}{', …' if len(ids) > 12 else ''})" if ids else ""


if __name__ == "__main__":
    sys.stdout.write(report(Path(sys.argv[1]) if len(sys.argv) > 1 else SHARED) + "\n")
