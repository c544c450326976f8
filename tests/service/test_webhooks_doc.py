"""The receivers that the documentation shows do work."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from notifiers.signing import sign
from service.configuration.settings import DeliverSettings

PAGE = Path(__file__).resolve().parents[2] / "docs" / "webhooks.md"
MODULES = PAGE.parents[1] / ".node" / "node_modules"
SECRET, OTHER = "whsec_" + "c2FsdG1hcnNoIHNhbHRtYXJzaCBzYWx0", "whsec_" + "bWFyc2hzYWx0IG1hcnNoc2FsdCBtYXJz"
BODY = b'{"id": "evt_1", "type": "onrecord.test", "subject": "onrecord", "data": {"kind": "test"}}\n'


def snippet(language: str) -> str:
    found = re.findall(rf"^```{language}\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.S | re.M)
    return str(found[-1])


def test_the_shell_receiver_tells_right_from_wrong(tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not here")
    script = tmp_path / "verify.sh"
    script.write_text(snippet("sh"))

    def verify(at: datetime, body: bytes, *secrets: str) -> int:
        signed = sign(BODY, id="evt_1", at=at, secrets=secrets)
        given = [signed[f"webhook-{name}"] for name in ("id", "timestamp", "signature")]
        run = ["sh", str(script), *given]
        return subprocess.run(
            run, input=body, env={**os.environ, "WEBHOOK_SECRET": SECRET}, check=False
        ).returncode

    now = datetime.now(UTC)
    assert verify(now, BODY, SECRET) == 0
    assert verify(now, BODY, OTHER, SECRET) == 0
    assert verify(now, BODY, OTHER) == 1
    assert verify(now, BODY + b" ", SECRET) == 1
    assert verify(now - timedelta(minutes=6), BODY, SECRET) == 1


async def test_the_python_receiver_takes_an_event_once(tmp_path: Path) -> None:
    script = tmp_path / "receive.py"
    script.write_text(snippet("python"))
    said = await _receives(sys.executable, str(script))
    assert said == "onrecord.test onrecord {'kind': 'test'}"


async def test_the_javascript_receiver_takes_an_event_once(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None or not (MODULES / "standardwebhooks").is_dir():
        pytest.skip("node and its standardwebhooks are not here: make receivers")
    script = tmp_path / "receive.mjs"
    script.write_text(snippet("js"))
    (tmp_path / "node_modules").symlink_to(MODULES)
    assert (
        await _receives(node, "--preserve-symlinks", str(script)) == "onrecord.test onrecord { kind: 'test' }"
    )


async def _receives(*command: str) -> str:
    """Start a receiver, send it an event twice and a forged one; what it printed."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        *command, env={**os.environ, "WEBHOOK_SECRET": SECRET, "PORT": str(port)},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        assert await _post(port, SECRET) == 204
        assert await _post(port, SECRET) == 204
        assert await _post(port, OTHER) == 401
    finally:
        process.kill()
        out, _ = await process.communicate()
    return out.decode().strip()


async def _post(port: int, secret: str) -> int:
    headers = sign(BODY, id="evt_1", at=datetime.now(UTC), secrets=(secret,))
    async with asyncio.timeout(60), aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.post(f"http://127.0.0.1:{port}/", data=BODY, headers=headers) as answer:
                    return answer.status
            except aiohttp.ClientConnectorError:
                await asyncio.sleep(0.05)


def test_the_table_of_attempts_is_the_default() -> None:
    rows = re.findall(r"^\| \d+ \| (\d+) (s|min|h) \|", PAGE.read_text(encoding="utf-8"), re.M)
    unit = {"s": 1.0, "min": 60.0, "h": 3600.0}
    assert tuple(int(n) * unit[u] for n, u in rows) == DeliverSettings().schedule
