"""`onrecord listen`: a subscriber to try against."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import click
from aiohttp import web
from standardwebhooks import Webhook, WebhookVerificationError

from notifiers.signing import check_secret
from notifiers.text import one_line
from service.cli.program import Refusal

LETTERS = 500
BODY_MAX = 1024 * 1024
_TOLD = ("kind", "company", "old", "new", "categories", "links", "document", "speaker")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8901,
    show_default=True,
    help="Port to listen on; 0 for any that is free.",
)
@click.option("--secret", metavar="whsec_…", help="Verify signatures with this key and refuse the others.")
def listen(host: str, port: int, secret: str | None) -> None:
    """Receive webhooks, verify and print them, until SIGTERM or SIGINT."""
    verify: Callable[[bytes, Mapping[str, str]], object] | None = None
    if secret is not None:
        try:
            check_secret(secret)
        except ValueError as error:
            raise Refusal(f"--secret: {error}") from error
        verify = _verifier(secret)
    try:
        asyncio.run(_serve(host, port, verify))
    except OSError as error:
        raise Refusal(f"cannot listen on {host}:{port}: {error.strerror or error}") from error


def _verifier(secret: str) -> Callable[[bytes, Mapping[str, str]], object]:
    key = Webhook(secret)
    return lambda body, headers: key.verify(body, {name.lower(): value for name, value in headers.items()})


async def _serve(host: str, port: int, verify: Callable[[bytes, Mapping[str, str]], object] | None) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    app = web.Application(client_max_size=BODY_MAX)
    app.router.add_post("/{path:.*}", _Receiver(verify).take)
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        bound = runner.addresses[0][1]
        shown = f"[{host}]" if ":" in host else host
        click.echo(f"listening at http://{shown}:{bound}/", err=True)
        if verify is None:
            click.echo("signatures are not checked; name the key with --secret", err=True)
        await stop.wait()
    finally:
        await runner.cleanup()


class _Receiver:
    """Takes each event once in print; a repetition gets a line."""

    def __init__(self, verify: Callable[[bytes, Mapping[str, str]], object] | None) -> None:
        self._verify = verify
        self._seen: set[str] = set()

    async def take(self, request: web.Request) -> web.Response:
        """204, or 401 for a signature that is not right, or 400 for what is no event."""
        body, id_ = await request.read(), request.headers.get("webhook-id", "")
        try:
            if self._verify is not None:
                self._verify(body, request.headers)
            event = json.loads(body)
            lines = list(describe(event, one_line(id_, 80)))
        except WebhookVerificationError as error:
            click.echo(f"refused {one_line(id_, 80) or 'something unsigned'}: {error}", err=True)
            return web.Response(status=401, text="The signature is not right.\n")
        except (ValueError, TypeError, AttributeError, RecursionError):
            click.echo("refused what is no event", err=True)
            return web.Response(status=400, text="This is no event.\n")
        click.echo(f"{lines[0]}  (again)" if id_ in self._seen else "\n".join(lines))
        self._seen.add(id_)
        return web.Response(status=204)


def describe(event: Mapping[str, Any], id_: str) -> Iterator[str]:
    """One event in a few lines; strangers' text is made printable."""
    data = event.get("data") or {}
    who = data.get("company") or event.get("subject") or ""
    yield "  ".join(filter(None, (_line(event.get("type")), _line(who), id_)))
    for side in ("old", "new"):
        if data.get(side):
            yield f"  {side}: {_line(data[side].get('text'))}"
    for name, value in data.items():
        if name not in _TOLD and isinstance(value, str | int | float) and value != "":
            yield f"  {_line(name)}: {_line(value)}"
    link = (data.get("links") or {}).get("change")
    if link:
        yield f"  {_line(link)}"


def _line(value: object) -> str:
    return "" if value is None else one_line(str(value), LETTERS)
