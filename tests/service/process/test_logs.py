"""What strangers wrote cannot write a line of its own into the log, nor colour one."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from service.process.logs import configure

HOSTILE = "a\x1b[31mred\r\n2026-01-01 [info] forged\u202e\u2028\x9b2J\ud800"


class Terminal(io.StringIO):
    """Says that it is one."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def restored() -> Iterator[None]:
    handlers, level = logging.getLogger().handlers[:], logging.getLogger().level
    yield
    structlog.reset_defaults()
    logging.getLogger().handlers[:] = handlers
    logging.getLogger().setLevel(level)


def fail() -> None:
    raise LookupError(HOSTILE)


def said(monkeypatch: pytest.MonkeyPatch, out: io.StringIO) -> str:
    monkeypatch.setattr(sys, "stderr", out)
    configure()
    structlog.get_logger().info("source.polled", url=HOSTILE, error=ValueError(HOSTILE), why=[HOSTILE])
    try:
        fail()
    except LookupError:
        structlog.get_logger().exception("poll.bug", title=HOSTILE)
    logging.getLogger("asyncio").warning("odd: %s", HOSTILE)
    return out.getvalue()


@pytest.mark.usefixtures("restored")
def test_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    text = said(monkeypatch, Terminal())

    text.encode()
    own = text
    for code in range(30, 48):  # the renderer's own colours
        own = own.replace(f"\x1b[{code}m", "") if code != 31 else own
    assert "\x1b[31mred" not in own
    assert not {"\r", "\u202e", "\u2028", "\x9b"} & set(text)
    assert not [line for line in text.split("\n") if line.startswith("2026-01-01")]
    assert "\\x1b[31mred" in text


@pytest.mark.usefixtures("restored")
def test_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    text = said(monkeypatch, io.StringIO())

    assert text.isascii()
    lines: list[dict[str, Any]] = [json.loads(line) for line in text.splitlines()]
    assert [line["event"] for line in lines][:2] == ["source.polled", "poll.bug"]
    assert lines[0]["url"] == HOSTILE
    assert len(lines) == 3
