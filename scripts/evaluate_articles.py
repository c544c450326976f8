"""How well articles are read: assurances found, whose, and who says so; on the labelled stories beside the repository.

python -m scripts.evaluate_articles [FOLDER | --sets]

FOLDER holds `articles.jsonl` and `articles/`, itself or in its `data`; ../shared where none is named. Stories that
no rule was written with in sight stand in tests/data/stories*; `--sets` prints one line for each of them and for
../shared.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from service.model import Role, Statement
from service.statements.read import read
from watchers.model import Document
from watchers.parse import read_document

SKYPE = (
    ("not made to facilitate greater government access",),
    ("direct or unfettered access to customer data or encryption keys",),
    ("requested permission",),
    ("does not provide any government with direct and unfettered access",),
    ("specific data mandated by",),
    ("court order for content or subpoena",),
    ("specific accounts and identifiers",),
    ("no blanket or indiscriminate access",),
    ("tiny fraction",),
    ("compliance team",),
    ("only the data covered by the order",),
    ("redirect the government", "notify the customer"),
    ("never provided any government",),
    ("four such requests",),
    ("outlined the legal process",),
)
"""The assurances of skype-denial-2013.txt, each by words that its sentence holds."""
SKYPE_NOT = (
    "According to The Guardian",
    "Snowden himself",
    "Adam is the Editorial",
    "mistake to assume",
    "asylum application",
)


@dataclass(slots=True)
class Tally:
    """Counts over one or more articles."""

    expected: int = 0
    found: int = 0
    taken: int = 0
    wrong: int = 0
    forbidden: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    company: int = 0
    attribution: int = 0
    named: int = 0
    unlike: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Add another tally's counts to this one."""
        for name in ("expected", "found", "taken", "wrong", "company", "attribution", "named"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in ("forbidden", "missed", "extra", "unlike"):
            getattr(self, name).extend(getattr(other, name))

    def line(self, name: str) -> str:
        """One row of the table."""
        precision = share(self.taken - self.wrong, self.taken)
        recall = share(self.found, self.expected)
        f1 = share(2 * precision * recall, precision + recall)
        among = (share(part, self.found) for part in (self.company, self.attribution, self.named))
        measures = " ".join(f"{m:>7.3f}" for m in (precision, recall, f1, *among))
        return f"{name:<46.46} {self.expected:>4} {measures} {len(self.forbidden):>5}"


MEASURES = ("prec", "recall", "F1", "company", "attrib.", "speaker")
HEADER = " ".join((f"{'article':<46} {'n':>4}", *(f"{name:>7}" for name in MEASURES), f"{'not':>5}"))


def report(folder: Path) -> str:
    """The measures of all labelled articles of a folder as a table, with what was missed and what was wrong."""
    data = folder if (folder / "articles.jsonl").exists() else folder / "data"
    lines, total = [HEADER], Tally()
    for label in labels_of(data / "articles.jsonl"):
        tally = score(statements_of(data / "articles" / label["file"], label), label)
        lines.append(tally.line(label["file"]))
        total.add(tally)
    lines += [total.line("all"), "", *_details(total)]
    skype = data / "skype-denial-2013.txt"
    lines += ["", *_skype(skype)] if skype.exists() else []
    return "\n".join(lines)


def statements_of(path: Path, label: dict[str, Any]) -> Sequence[Statement]:
    """What is read out of one article. A company's own text is read as that of the company it is labelled with."""
    role = Role(label["role"])
    company = label["assurances"][0]["company"] if role is Role.COMPANY and label["assurances"] else ""
    return read(document_of(path), company=company, role=role).statements


def document_of(path: Path) -> Document:
    """A story's file as a document."""
    return read_document(
        path.read_bytes(),
        url=path.resolve().as_uri(),
        media_type="text/plain",
        charset="utf-8",
        name=path.name,
    )


def score(statements: Sequence[Statement], label: dict[str, Any]) -> Tally:
    """Set what was read against an article's labels; `optional` sentences count neither way."""
    tally = Tally(expected=len(label["assurances"]))
    hits: set[int] = set()
    for wanted in label["assurances"]:
        index = next((i for i, s in enumerate(statements) if same(wanted["text"], s.text)), None)
        if index is None:
            tally.missed.append(wanted["text"])
            continue
        hits.add(index)
        _attribute(tally, statements[index], wanted)
    for index, statement in enumerate(statements):
        if index in hits:
            tally.taken += 1
        elif any(same(text, statement.text) for text in label["optional"]):
            continue
        else:
            tally.taken += 1
            tally.wrong += 1
            barred = any(same(text, statement.text) for text in label["not"])
            (tally.forbidden if barred else tally.extra).append(statement.text)
    return tally


def _attribute(tally: Tally, statement: Statement, wanted: dict[str, Any]) -> None:
    speaker = statement.speaker
    right = (
        statement.company == wanted["company"],
        speaker.attribution == wanted["attribution"],
        speaker.name == (wanted["speaker"] or ""),
    )
    tally.found += 1
    tally.company += right[0]
    tally.attribution += right[1]
    tally.named += right[2]
    if not all(right):
        tally.unlike.append(
            f"{statement.company} · {speaker.name} · {speaker.attribution} ← {statement.text}"
        )


def same(one: str, other: str) -> bool:
    """Is one text the other, or all of a part of it, marks and case aside?"""
    a, b = _bare(one), _bare(other)
    return a == b or a in b or (len(b) > 20 and b in a)


def _bare(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def share(part: float, whole: float) -> float:
    """A proportion; 0 of nothing."""
    return part / whole if whole else 0.0


def labels_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def _details(total: Tally) -> list[str]:
    def section(title: str, texts: Iterable[str]) -> list[str]:
        return [f"{title}:", *(f"  {text[:150]}" for text in texts)]

    return [
        *section("taken though it must not be", total.forbidden),
        *section("taken, in no list", total.extra),
        *section("missed", total.missed),
        *section("company, speaker or attribution unlike the label", total.unlike),
    ]


def _skype(path: Path) -> list[str]:
    statements = read(document_of(path), role=Role.NEWS).statements
    found = [words for words in SKYPE if any(all(w in s.text for w in words) for s in statements)]
    barred = [s.text for s in statements if any(words in s.text for words in SKYPE_NOT)]
    missing = [" + ".join(words) for words in SKYPE if words not in found]
    companies = {s.company for s in statements}
    speakers = {f"{s.speaker.name} ({s.speaker.role})" for s in statements}
    return [
        f"skype-denial-2013: {len(found)} of {len(SKYPE)} assurances",
        f"  companies {sorted(companies)}; speakers {sorted(speakers)}",
        f"  not found: {missing}",
        f"  taken though no assurance: {barred}",
    ]


def all_sets() -> str:
    """One line a set: the shared stories, where they are, and our own."""
    shared = Path("../shared/data")
    own = sorted(path.parent for path in Path("tests/data").glob("stories*/articles.jsonl"))
    lines, total = [HEADER], Tally()
    for folder in [*([shared] if shared.exists() else []), *own]:
        tally = Tally()
        for label in labels_of(folder / "articles.jsonl"):
            tally.add(score(statements_of(folder / "articles" / label["file"], label), label))
        lines.append(tally.line(folder.name if folder != shared else "shared"))
        total.add(tally)
    return "\n".join([*lines, total.line("all")])


def main() -> None:
    """Print the report for the folder named on the command line, or a line for each set."""
    if "--sets" in sys.argv[1:]:
        sys.stdout.write(all_sets() + "\n")
        return
    sys.stdout.write(report(Path(sys.argv[1] if len(sys.argv) > 1 else "../shared")) + "\n")


if __name__ == "__main__":
    main()
