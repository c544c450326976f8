"""`onrecord check` and `onrecord diff`: what a document promises, what changed between two. No database."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import click

from service.cli.targets import read_target
from service.diff.align import compare_readings
from service.diff.words import word_diff
from service.model import Change, Reading, Role, Sentence, Statement
from service.statements.detection.detector import judge
from service.statements.detection.leaning import leaning
from service.statements.language import ENGLISH
from service.statements.read import read
from service.statements.voice import likely_role
from watchers.model import Document


@click.command()
@click.argument("targets", nargs=-1, required=True, metavar="TARGET…")
@click.option("--json", "as_json", is_flag=True, help="One JSON array instead of text.")
@click.option("--company", default="", help="Whose document it is; else found in it.")
@click.option(
    "--role", type=click.Choice([role.value for role in Role]), help="Whose voice it is; else judged by it."
)
@click.option("--explain", is_flag=True, help="Say which words and rules carried each.")
def check(targets: tuple[str, ...], company: str, role: str | None, *, as_json: bool, explain: bool) -> None:
    """Print the assurances in URLs, files or - (HTML, PDF, text, Markdown, feed)."""
    found: list[Statement] = []
    for target in targets:
        for document in read_target(target):
            reading = _read(document, company, role)
            found += reading.statements
            if reading.language != ENGLISH:
                told = "only passages in English are read" if reading.statements else "not read"
                click.echo(
                    f"{document.url or target}: in another language ({reading.language}), {told}", err=True
                )
    if as_json:
        click.echo(json.dumps([_statement(s) for s in found], ensure_ascii=False, indent=2))
        return
    if not found:
        click.echo("no assurance found")
    for statement in found:
        click.echo(_told(statement))
        for why in _why(statement) if explain else ():
            click.echo(f"    {why}")


@click.command()
@click.argument("old")
@click.argument("new")
@click.option("--json", "as_json", is_flag=True, help="One JSON array instead of text.")
@click.option("--company", default="", help="Whose document it is; else found in it.")
def diff(old: str, new: str, company: str, *, as_json: bool) -> None:
    """Print what changed between two documents, assurance by assurance."""
    comparison = compare_readings(_whole(old, company), _whole(new, company), leaning)
    if as_json:
        click.echo(json.dumps([_change(c) for c in comparison.changes], ensure_ascii=False, indent=2))
        return
    if not comparison.changes:
        click.echo(f"no assurance changed ({len(comparison.same)} stand as they were)")
    for change in comparison.changes:
        click.echo(_marked(change))


def _read(document: Document, company: str, role: str | None) -> Reading:
    voice = Role(role) if role else Role.COMPANY if company else likely_role(document)
    return read(document, company=company, role=voice)


def _whole(target: str, company: str) -> Reading:
    """All of a target's documents as one reading."""
    readings = [_read(document, company, None) for document in read_target(target)]
    return Reading(
        tuple(s for reading in readings for s in reading.statements),
        tuple(s for reading in readings for s in reading.sentences),
        headings=tuple(h for reading in readings for h in reading.headings),
    )


def _statement(statement: Statement) -> dict[str, Any]:
    speaker = statement.speaker
    return {
        "text": statement.text,
        "company": statement.company,
        "speaker": {"name": speaker.name, "role": speaker.role, "attribution": speaker.attribution.value},
        "categories": [c.value for c in statement.categories],
        "exception": statement.exception,
        "score": round(statement.score, 4),
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind.value,
        "old": _side(change.old),
        "new": _side(change.new),
        "categories": [c.value for c in change.categories],
        "score": round(change.score, 4),
        "reason": change.reason,
    }


def _side(statement: Statement | None) -> dict[str, str] | None:
    return None if statement is None else {"text": statement.text, "exception": statement.exception}


def _told(statement: Statement) -> str:
    speaker = statement.speaker
    who = speaker.name + (f" ({speaker.role})" if speaker.name and speaker.role else "")
    by = " · ".join(
        part for part in (statement.company or "company unknown", speaker.attribution.value, who) if part
    )
    lines = [f"[{', '.join(statement.categories)}] {statement.text}", f"    {by} · {statement.score:.2f}"]
    if statement.exception:
        lines.append(f"    exception: {statement.exception}")
    return "\n".join(lines)


def _why(statement: Statement) -> Sequence[str]:
    sentence = Sentence(statement.text, heading=statement.heading, prev=statement.prev)
    return judge([sentence], explain=True)[0].why


def _marked(change: Change) -> str:
    categories = ", ".join(change.categories)
    head = f"{change.kind.value} [{categories}]" + (f": {change.reason}" if change.reason else "")
    if change.old and change.new:
        marks = {"equal": "{}", "insert": "{{+{}+}}", "delete": "[-{}-]"}
        body = "".join(marks[s.op].format(s.text) for s in word_diff(change.old.text, change.new.text))
        return f"{head}\n    {body}"
    sides = [
        f"    - {change.old.text}" if change.old else "",
        f"    + {change.new.text}" if change.new else "",
    ]
    return "\n".join([head, *(side for side in sides if side)])
