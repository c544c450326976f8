"""The runner keeps count, and what it tries last is found after a native crash."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.fuzz import ledger
from tests.fuzz.watch import Last


def test_runs_are_added_up_and_a_failure_begins_the_count_anew(tmp_path: Path) -> None:
    ledger.add(tmp_path, "html", 120, 1000, 0)
    ledger.add(tmp_path, "html", 60, 500, 1)
    ledger.add(tmp_path, "html", 30, 200, 0)
    ledger.add(tmp_path, "body", 6, 10, 0)
    assert ledger.read(tmp_path)["html"] == ledger.Line(210, 1700, 1, 30)
    assert [line.split() for line in ledger.table(tmp_path, ("html", "body"))][1:] == [
        ["html", "3.5", "1,700", "1", "0.5"],
        ["body", "0.1", "10", "0", "0.1"],
        ["all", "3.6", "1,710", "1", "0.1"],
    ]


def test_a_run_writes_itself_down(tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-m", "tests.fuzz.watch", "dates", "--seconds", "0.1", "--keep", str(tmp_path),
             "--corpus", str(folder)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    line = ledger.read(folder)["dates"]
    assert line.seconds >= 0.2
    assert f"{line.inputs:,} in all; 0 failed now" in done.stdout


def test_what_was_tried_last_is_on_disk(tmp_path: Path) -> None:
    last = Last(tmp_path / "last")
    last.put(b"a" * 100)
    last.put(b"\0bc")
    length, _, rest = (tmp_path / "last").read_bytes().partition(b"\n")
    assert rest[: int(length)] == b"\0bc"


def test_runners_side_by_side_lose_no_line(tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; from tests.fuzz import ledger\n"
    code += "for _ in range(200): ledger.add(Path(sys.argv[1]), sys.argv[2], 1, 1, 0)"
    runners = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path), name])
        for name in ("html", "body", "html")
    ]
    assert [runner.wait() for runner in runners] == [0, 0, 0]
    lines = ledger.read(tmp_path)
    assert (lines["html"].inputs, lines["body"].inputs) == (400, 200)
