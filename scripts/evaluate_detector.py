"""How well relevance, categories and exceptions are read, on the labelled sentences."""

from __future__ import annotations

import json
from pathlib import Path

from service.model import Sentence
from service.statements.detector import judge


def report(shared: Path) -> str:
    """Precision, recall and F1 of the detector, as text."""
    lines = []
    for name in ("assurances.jsonl", "assurances.written.jsonl"):
        rows = [json.loads(line) for line in (shared / "data" / name).read_text("utf-8").splitlines()]
        judged = judge([Sentence(r["text"], r["heading"], r["prev"]) for r in rows])
        both = sum(r["relevant"] and j.relevant for r, j in zip(rows, judged, strict=True))
        found, true = sum(j.relevant for j in judged), sum(r["relevant"] for r in rows)
        lines.append(
            f"{name}: relevance P {both / found:.3f} R {both / true:.3f} F1 {2 * both / (found + true):.3f}"
        )
    return "\n".join(lines)
