"""JSON Lines in, JSON Lines out: odd lines, and whoever waits for each answer."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Onrecord = Callable[..., Any]

NEVER = "Harborlight has never received a National Security Letter."


def _line(number: int) -> str:
    return json.dumps({"id": number, "text": NEVER})


def test_half_of_a_surrogate_pair_in_an_id_comes_back_as_it_was(onrecord: Onrecord) -> None:
    ran = onrecord("detect", given='{"id": "\\ud800 \u00e9", "text": "A mill."}\n' + _line(2))
    assert ran.code == 0
    assert [json.loads(line)["id"] for line in ran.out.splitlines()] == ["\ud800 \u00e9", 2]


def test_what_stands_before_a_bad_line_is_answered(onrecord: Onrecord) -> None:
    ran = onrecord("detect", given="\n".join([_line(1), "", _line(3), "{oops", _line(5)]))
    assert (ran.code, [json.loads(line)["id"] for line in ran.out.splitlines()]) == (2, [1, 3])
    assert ran.err.startswith("onrecord: line 4 of the input: not JSON")
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize("line", ["[1]", "5", '{"id": 1}', '{"id": 1, "text": null}', "[" * 100_000])
def test_a_line_that_is_no_record_is_named(onrecord: Onrecord, line: str) -> None:
    ran = onrecord("detect", given=line)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("onrecord: line 1 of the input: ")


def test_a_line_longer_than_one_read_is_one_line(onrecord: Onrecord) -> None:
    long = json.dumps({"id": "x" * 600_000, "text": "A mill."})
    ran = onrecord("detect", given=f"{_line(1)}\n{long}\n{_line(3)}")
    assert [len(str(json.loads(line)["id"])) for line in ran.out.splitlines()] == [1, 600_000, 1]


def test_each_line_is_answered_before_the_next_is_sent() -> None:
    """A program that talks to `detect` over pipes; without an answer this waits for ever."""
    program = [str(Path(sys.executable).with_name("onrecord")), "detect"]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdin
        assert running.stdout
        for number in range(3):
            running.stdin.write(_line(number) + "\n")
            running.stdin.flush()
            assert json.loads(running.stdout.readline())["id"] == number
        running.stdin.close()
        assert running.wait(30) == 0


@pytest.mark.parametrize("command", [("detect",), ("compare",), ("check", "-")], ids=lambda c: c[0])
def test_a_closed_standard_input_is_one_line(command: tuple[str, ...]) -> None:
    """Of which Python makes None."""
    program = Path(sys.executable).with_name("onrecord")
    ran = subprocess.run(
        ["sh", "-c", 'exec "$0" "$@" <&-', program, *command], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (2, "", "onrecord: standard input is closed\n")
