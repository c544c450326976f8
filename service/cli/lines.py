"""`onrecord detect` and `onrecord compare`: JSON Lines in, JSON Lines out, in the same order."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from itertools import islice
from typing import Any

import click

from service.cli.program import Refusal
from service.diff.compare import compare_many
from service.model import Sentence
from service.statements.detection.detector import judge
from service.statements.detection.leaning import leaning

BATCH = 512


@click.command()
def detect() -> None:
    """Judge sentences: {"id", "text", "heading"?, "prev"?} in; relevance, categories and exception out."""
    for batch in _batches(("text",), ("heading", "prev")):
        sentences = [Sentence(r["text"], r.get("heading") or "", r.get("prev") or "") for r in batch]
        for record, found in zip(batch, judge(sentences), strict=True):
            _write(
                {
                    "id": record.get("id"),
                    "relevant": found.relevant,
                    "score": round(found.score, 4),
                    "categories": [c.value for c in found.categories],
                    "exception": found.exception,
                }
            )
        sys.stdout.flush()


@click.command()
def compare() -> None:
    """Judge pairs: {"id", "old", "new"} in, the kind of change out. Either side may be ""."""
    for batch in _batches(("old", "new"), ()):
        for record, found in zip(
            batch, compare_many([(r["old"], r["new"]) for r in batch], judge, leaning), strict=True
        ):
            _write({"id": record.get("id"), "kind": found.kind.value, "score": round(found.score, 4)})
        sys.stdout.flush()


def _batches(required: tuple[str, ...], optional: tuple[str, ...]) -> Iterator[list[dict[str, Any]]]:
    """Records in groups; one by one when somebody types."""
    size = 1 if sys.stdin.isatty() else BATCH
    records = _records(required, optional)
    while batch := list(islice(records, size)):
        yield batch


def _records(required: tuple[str, ...], optional: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(sys.stdin.buffer, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise Refusal(f"line {number} of the input: not JSON: {str(error).splitlines()[0]}") from error
        if not isinstance(record, dict):
            raise Refusal(f"line {number} of the input: not a JSON object")
        for key in required:
            if not isinstance(record.get(key), str):
                raise Refusal(f'line {number} of the input: "{key}" must be a string')
        for key in optional:
            if not isinstance(record.get(key, ""), str | None):
                raise Refusal(f'line {number} of the input: "{key}" must be a string')
        yield record


def _write(record: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")
