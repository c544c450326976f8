"""Every call of the description, with what a generator makes of it, in both states of who may write."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from typing import Any

import pytest

from service.store.store import Store

PROGRAMS = r"^/(api/v1|feeds|healthz|readyz|metrics|openapi\.json)"
"""What programs call; forms and pages are tried with a browser."""
TOO_STRICT = "positive_data_acceptance"
"""Not all that makes a date, a URL or a cursor usable can be said in a schema; the refusal of the rest is described."""
EXAMPLES = os.environ.get("SCHEMATHESIS_EXAMPLES", "6")


@pytest.mark.slow
@pytest.mark.parametrize("token", ["", "right-token"])
async def test_no_call_fails_its_description(serve: Any, store: Store, token: str) -> None:
    client = await serve(store, token=token, base="")
    address = str(client.make_url("")).rstrip("/")
    command = [
        sys.executable, "-m", "schemathesis.cli", "run", f"{address}/openapi.json", "--url", address,
        "--max-examples", EXAMPLES, "--phases", "examples,coverage,fuzzing", "--seed", "1", "--no-color",
        "--include-path-regex", PROGRAMS, "--exclude-path", "/api/v1/stream",
        "--exclude-checks", TOO_STRICT, "--generation-database", "none", "--workers", "1",
        *(("-H", f"Authorization: Bearer {token}") if token else ()),
    ]  # fmt: skip
    process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        async with asyncio.timeout(240):
            told = (await process.communicate())[0].decode()
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()

    assert process.returncode == 0, told[-6000:]
