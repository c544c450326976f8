"""The running program keeps webhook secrets encrypted, signs by them after a restart, and says when its key is gone."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from service.app import App
from service.configuration.settings import Settings
from service.secrets.keyring import KEY_FILE
from service.store.store import FILE_NAME

Running = Callable[[Settings], AbstractAsyncContextManager[App]]
PAGE = "<html><body><main><h1>Requests</h1><p>{}</p></main></body></html>"
NOTICE = "We will notify affected users before we disclose their data to any government agency."
UNLESS = NOTICE[:-1] + ", unless we are legally prohibited from doing so."
SECRET = "whsec_" + "c2VjcmV0cyBhcmUga2VwdCBlbmNyeXB0ZWQ="


def everything(folder: Path) -> bytes:
    """The record's bytes on disk."""
    return b"".join(path.read_bytes() for path in folder.glob(f"{FILE_NAME}*"))


async def test_from_the_first_start_to_a_lost_key(
    world: Any,
    settings: Callable[..., Settings],
    running: Running,
) -> None:
    world.put("/requests", PAGE.format(NOTICE))
    source = {"name": "requests", "company": "Harborlight", "kind": "page", "url": f"{world.url}/requests"}
    made = settings([source], notify=[{"kind": "webhook", "url": f"{world.url}/hook", "secret": SECRET}])
    async with running(made):
        await world.polled("/requests", 3)
    world.put("/requests", PAGE.format(UNLESS))
    async with running(made):
        await world.until(lambda: len(world.hooks) == 1)
    world.hooks[0].verify(SECRET)
    assert SECRET.encode() not in everything(made.data_dir)

    async def command(*arguments: str) -> tuple[int, str, str]:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "service", *arguments, "--data-dir", str(made.data_dir),
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, err = await process.communicate()
        return process.returncode or 0, out.decode(), err.decode()

    assert SECRET in (await command("subscriptions", "--show-secrets"))[1]
    assert SECRET not in (await command("subscriptions"))[1]
    key = made.data_dir / KEY_FILE
    key.rename(key.with_name("elsewhere"))
    for arguments in (("subscriptions", "--show-secrets"), ("run", "--listen", "127.0.0.1:0")):
        code, _, said = await command(*arguments)
        assert (code, said.count("\n")) == (2, 1), said
        assert f"{key} is missing" in said
    assert not key.exists()
    key.with_name("elsewhere").rename(key)
    assert SECRET in (await command("subscriptions", "--show-secrets"))[1]
    assert (await command("subscriptions", "--new-secrets")) == (0, "", "")
    key.unlink()
    code, out, _ = await command("subscriptions", "--new-secrets")
    (line,) = out.splitlines()
    assert (code, line.split("\t")[1][:6]) == (0, "whsec_")
    assert line.split("\t")[1] in (await command("subscriptions", "--show-secrets"))[1]
    async with running(made):  # the configured one is back
        assert SECRET in (await command("subscriptions", "--show-secrets"))[1]
