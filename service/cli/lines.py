"""`onrecord detect` and `onrecord compare`: JSON Lines in, JSON Lines out, in the same order."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from typing import Any, cast

import click

from service.cli.program import Refusal, standard_input
from service.diff.compare import compare_many
from service.model import Sentence
from service.statements.detection.detector import judge
from service.statements.detection.leaning import leaning

BATCH = 512
CHUNK = 1 << 18  # bytes


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
    """Records in groups of what has come so far: whoever waits for an answer before the next line gets it.

    What stands before a line that is no record is judged still; then Refusal.
    """
    number = 0
    for lines in _chunks():
        batch: list[dict[str, Any]] = []
        for line in lines:
            number += 1
            if not line.strip():
                continue
            try:
                batch.append(_record(line, required, optional))
            except Refusal as refusal:
                if batch:
                    yield batch
                raise Refusal(f"line {number} of the input: {refusal}") from refusal
            if len(batch) == BATCH:
                yield batch
                batch = []
        if batch:
            yield batch


def _chunks() -> Iterator[list[bytes]]:
    """The lines of standard input, those that can be had without waiting together."""
    given = cast("io.BufferedReader", standard_input())
    start: list[bytes] = []
    while chunk := given.read1(CHUNK):
        first, *rest = chunk.split(b"\n")
        start.append(first)
        if rest:
            yield [b"".join(start), *rest[:-1]]
            start = [rest[-1]]
    yield [b"".join(start)]


def _record(line: bytes, required: tuple[str, ...], optional: tuple[str, ...]) -> dict[str, Any]:
    """Refusal says what is wrong with the line."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise Refusal(f"not JSON: {str(error).splitlines()[0]}") from error
    if not isinstance(record, dict):
        raise Refusal("not a JSON object")
    for key in required:
        if not isinstance(record.get(key), str):
            raise Refusal(f'"{key}" must be a string')
    for key in optional:
        if not isinstance(record.get(key, ""), str | None):
            raise Refusal(f'"{key}" must be a string')
    return record


def _write(record: dict[str, Any]) -> None:
    line = json.dumps(record, ensure_ascii=False)
    try:
        line.encode(sys.stdout.encoding)
    except UnicodeEncodeError:  # half of a surrogate pair, which JSON may carry and UTF-8 may not
        line = json.dumps(record)
    sys.stdout.write(line + "\n")
