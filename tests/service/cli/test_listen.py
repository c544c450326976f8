"""A subscriber to try against: a real process, real signatures."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp

from notifiers.signing import sign
from service.cli.listen import describe

ROOT = Path(__file__).resolve().parents[3]
SECRET = "whsec_" + "c2FsdG1hcnNoIHNhbHRtYXJzaCBzYWx0"
EVENT = {
    "type": "onrecord.assurance.weakened",
    "data": {
        "company": "Harborlight",
        "old": {"text": "We will tell you."},
        "new": {"text": "We may tell you."},
        "reason": "'will' became 'may'",
        "links": {"change": "http://here/changes/chg_1"},
    },
}


@asynccontextmanager
async def listening(*arguments: str) -> AsyncIterator[tuple[str, asyncio.subprocess.Process]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "service", "listen", "--port", "0", *arguments,
        cwd=ROOT, env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        assert process.stderr is not None
        said = (await process.stderr.readline()).decode()
        found = re.search(r"http://\S+", said)
        assert found, said
        yield found[0], process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()  # to their ends, else the pipes stay open


async def post(url: str, body: bytes, id_: str, secret: str = SECRET) -> int:
    headers = sign(body, id=id_, at=datetime.now(UTC), secrets=(secret,))
    async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as answer:
        return answer.status


async def test_right_signatures_are_printed_and_wrong_ones_refused() -> None:
    body = json.dumps(EVENT).encode()
    async with listening("--secret", SECRET) as (url, process):
        assert await post(url, body, "evt_1") == 204
        assert await post(url, body, "evt_1") == 204
        assert await post(url, body, "evt_2", "whsec_" + "bWFyc2hzYWx0IG1hcnNoc2FsdCBtYXJz") == 401
        assert await post(url, b"no event", "evt_3") == 400
        process.send_signal(signal.SIGTERM)
        out, err = await process.communicate()
    assert process.returncode == 0
    assert out.decode().splitlines() == [
        "onrecord.assurance.weakened  Harborlight  evt_1",
        "  old: We will tell you.",
        "  new: We may tell you.",
        "  reason: 'will' became 'may'",
        "  http://here/changes/chg_1",
        "onrecord.assurance.weakened  Harborlight  evt_1  (again)",
    ]
    assert b"refused evt_2" in err
    assert b"Traceback" not in err


async def test_without_a_key_it_says_so() -> None:
    async with listening() as (url, process):
        assert process.stderr is not None
        assert b"not checked" in await process.stderr.readline()
        assert await post(url, json.dumps(EVENT).encode(), "evt_1") == 204


def test_a_key_that_is_none_is_one_line(onrecord: Any) -> None:
    ran = onrecord("listen", "--secret", "hunter2")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "onrecord: --secret: a webhook secret begins with 'whsec_'\n"


def test_strangers_text_moves_no_cursor() -> None:
    event = {"type": "t\x1b[2J", "subject": "a\nb", "data": {"error": "\x1b]0;x\x07"}}
    assert all(line.isprintable() for line in describe(event, "evt_1"))
