"""What a user can get wrong: one clear line that names it, exit 2, no traceback."""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

GOOD = """
catalogue = false
[[sources]]
name = "requests"
company = "Harborlight"
kind = "page"
url = "http://127.0.0.1:9/requests"
"""
RUN = ("run", "--data-dir", "data", "--listen", "127.0.0.1:0")
"""At no port of its own: other tests run beside these."""


def onrecord(*arguments: str, cwd: Path, given: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("ONRECORD_")}
    return subprocess.run(
        [sys.executable, "-m", "service", *arguments],
        cwd=cwd,
        env={**clean, **environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
        capture_output=True,
        text=True,
        input=given,
        timeout=120,
        check=False,
    )


def refused(result: subprocess.CompletedProcess[str], *words: str) -> None:
    assert result.returncode == 2, result.stderr
    lines = [line for line in result.stderr.splitlines() if line]
    assert len(lines) == 1, result.stderr
    assert "Traceback" not in result.stderr
    for word in words:
        assert word in lines[0]


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ("colour = 1", ["onrecord.toml", "colour", "unknown key"]),
        ("[http]\nport = 80", ["http.port", "unknown key"]),
        ("[fetch]\ntimeout = true", ["fetch.timeout", "True"]),
        ("[fetch]\nper_host = 'many'", ["fetch.per_host"]),
        ("[fetch]\nallow = ['300.0.0.0/8']", ["fetch.allow", "300.0.0.0/8"]),
        ("[defaults]\nevery = 'soon'", ["defaults.every", "soon"]),
        ("[http]\nlisten = 'here'", ["http.listen", "here", "HOST:PORT"]),
        (GOOD + GOOD.replace("catalogue = false", ""), ["requests", "twice"]),
        (
            "[[sources]]\nname='a'\nkind='page'\nurl='ftp://x.example/'",
            ["sources[0].url", "ftp://x.example/"],
        ),
        ("[[sources]]\nname='a'\nkind='page'\nurl='http://[x'", ["sources[0].url"]),
        ("[[sources]]\nname='a'\nkind='scroll'\nurl='https://x.example/'", ["sources[0].kind"]),
        ("[[sources]]\nname='a'\nkind='page'", ["sources[0].url"]),
        ("[[notify]]\nkind='pigeon'", ["notify[0]", "pigeon"]),
        ("[[notify]]\nkind='webhook'\nurl='https://x.example/'\nsecret='sesame'", ["notify[0].secret"]),
        (
            "[[notify]]\nkind='webhook'\nurl='https://x.example/'\nkinds=['newer']",
            ["notify[0].kinds", "newer"],
        ),
        (
            "[[notify]]\nkind='email'\nto=['a@x.example']\nfrom='b@x.example'\nsmtp='http://x'",
            ["notify[0].smtp"],
        ),
        (
            "[[notify]]\nkind='email'\nto=['nobody']\nfrom='b@x.example'\nsmtp='smtp://x'",
            ["notify[0].to", "nobody"],
        ),
        ("this is not toml", ["onrecord.toml", "not TOML"]),
        ("database = 'oracle://x'", ["database", "oracle"]),
        ("database = 'postgresql://u:hunter2@h'", ["database", "no database is named"]),
        (
            "database = 'postgresql://u@h/db?password=hunter2&password=b'",
            ["database", "password more than once"],
        ),
        ("database = 'postgresql://u:hunter2@h:http/db'", ["database", "not a postgresql:// address"]),
        ("database = 'postgresql://u:hunter2@127.0.0.1:1/db'", ["postgresql://127.0.0.1:1/db", "refused"]),
    ],
)
def test_configuration(tmp_path: Path, config: str, words: list[str]) -> None:
    (tmp_path / "onrecord.toml").write_text(config)
    result = onrecord("poll", "--data-dir", "data", cwd=tmp_path)
    refused(result, *words)
    assert "sesame" not in result.stderr
    assert "hunter2" not in result.stderr
    assert not (tmp_path / "data").exists()


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    refused(onrecord("run", "--config", "nowhere.toml", cwd=tmp_path), "nowhere.toml", "No such file")
    refused(onrecord("check", "nowhere.html", cwd=tmp_path), "nowhere.html", "No such file")


def test_an_unknown_variable_and_a_wrong_one(tmp_path: Path) -> None:
    refused(onrecord("poll", cwd=tmp_path, ONRECORD_COLOUR="blue"), "ONRECORD_COLOUR")
    refused(onrecord("poll", cwd=tmp_path, ONRECORD_HTTP__LISTEN="blue"), "http.listen", "blue")


@pytest.mark.parametrize(
    "arguments", [["dance"], ["run", "--colour"], ["poll", "--data-dir"], ["check"], ["diff", "a"]]
)
def test_words_that_are_no_command(tmp_path: Path, arguments: list[str]) -> None:
    refused(onrecord(*arguments, cwd=tmp_path), "onrecord")


@pytest.mark.parametrize(
    ("command", "line", "words"),
    [
        ("detect", "nonsense", ["line 2", "not JSON"]),
        ("detect", "[]", ["line 2", "object"]),
        ("detect", '{"id": 1}', ["line 2", '"text"']),
        ("compare", '{"id": 1, "old": "x", "new": 3}', ["line 2", '"new"']),
    ],
)
def test_lines_that_are_none(tmp_path: Path, command: str, line: str, words: list[str]) -> None:
    good = '{"id": 1, "text": "Hello.", "old": "", "new": "Hello."}'
    refused(onrecord(command, cwd=tmp_path, given=f"{good}\n{line}\n"), *words)


def test_a_source_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "onrecord.toml").write_text(GOOD)
    refused(onrecord("poll", "requets", "--data-dir", "data", cwd=tmp_path), "requets")


def test_a_port_in_use(tmp_path: Path) -> None:
    (tmp_path / "onrecord.toml").write_text(GOOD)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = onrecord("run", "--data-dir", "data", "--listen", f"127.0.0.1:{port}", cwd=tmp_path)
    refused(result, f"127.0.0.1:{port}", "in use")


def test_a_record_of_a_newer_version(tmp_path: Path) -> None:
    (tmp_path / "onrecord.toml").write_text(GOOD)
    assert onrecord("migrate", "--data-dir", "data", cwd=tmp_path).returncode == 0
    raw = sqlite3.connect(tmp_path / "data" / "onrecord.sqlite")
    raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.commit()
    raw.close()
    refused(onrecord(*RUN, cwd=tmp_path), "9999", "newer")


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    (tmp_path / "onrecord.toml").write_text(GOOD)
    process = subprocess.Popen(
        [sys.executable, "-m", "service", "run", "--data-dir", "data", "--listen", "127.0.0.1:0"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    yield process
    process.kill()
    process.communicate()


def test_two_daemons_on_one_record_and_a_clean_end(tmp_path: Path, daemon: subprocess.Popen[str]) -> None:
    assert daemon.stdout is not None
    said = daemon.stdout.readline()
    assert re.match(r"onrecord watches 1 source; the record is at http://127\.0\.0\.1:\d+/", said)
    refused(
        onrecord("run", "--data-dir", "data", "--listen", "127.0.0.1:0", cwd=tmp_path),
        "in use",
        str(daemon.pid),
    )
    daemon.terminate()
    assert daemon.wait(timeout=10) == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_directory_that_may_not_be_written(tmp_path: Path) -> None:
    (tmp_path / "onrecord.toml").write_text(GOOD)
    (tmp_path / "data").mkdir(mode=0o500)
    refused(onrecord(*RUN, cwd=tmp_path), "data", "denied")


def test_a_place_that_cannot_be_a_directory(tmp_path: Path) -> None:
    (tmp_path / "onrecord.toml").write_text(GOOD)
    (tmp_path / "data").write_text("a file")
    refused(onrecord(*RUN, cwd=tmp_path), "data")


def test_a_source_that_fails_is_said_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "onrecord.toml").write_text(GOOD + '[fetch]\nallow = ["127.0.0.1:9"]\n')
    result = onrecord("poll", "--data-dir", "data", cwd=tmp_path)
    assert result.returncode == 1
    assert "requests OUTCOME=error" in result.stdout
    assert "connection" in result.stdout


def test_a_private_address_is_refused(tmp_path: Path) -> None:
    (tmp_path / "onrecord.toml").write_text(GOOD)
    result = onrecord("poll", "requests", "--data-dir", "data", cwd=tmp_path)
    assert result.returncode == 1
    assert "requests OUTCOME=refused" in result.stdout


def test_a_part_of_the_work_needs_a_record_that_can_be_shared(tmp_path: Path) -> None:
    refused(onrecord("run", "--role", "worker", cwd=tmp_path), "--role worker", "SQLite", "postgresql://")
    refused(onrecord("run", "--role", "king", cwd=tmp_path), "--role", "king")


def test_a_record_is_moved_from_somewhere_to_elsewhere(tmp_path: Path) -> None:
    refused(onrecord("migrate", "--from", "sqlite:///a", cwd=tmp_path), "--from", "--to")
    refused(
        onrecord("migrate", "--from", "sqlite:///a", "--to", "mysql://b", cwd=tmp_path),
        "--to",
        "postgresql://",
    )
    refused(
        onrecord("migrate", "--from", "sqlite:///a", "--to", "sqlite:///b", cwd=tmp_path),
        "--from",
        "no record",
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_before_the_daemon_has_begun_is_no_failure(tmp_path: Path, number: signal.Signals) -> None:
    """The configuration is a pipe: the daemon waits in it, at a moment that is known."""
    config = tmp_path / "onrecord.toml"
    os.mkfifo(config)
    daemon = subprocess.Popen(
        [sys.executable, "-m", "service", "run", "--config", str(config)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
        stderr=subprocess.PIPE,
    )
    with config.open("w"):
        daemon.send_signal(number)
        _, said = daemon.communicate(timeout=120)
    assert (daemon.returncode, said) == (0, b"")
