"""Where the daemon is reached: the address it serves on, and how links to it begin."""

from __future__ import annotations

import errno
import socket

from aiohttp import web

from service.configuration.settings import Settings, listen_address


class AppError(Exception):
    """The daemon cannot start; one line that names what is in the way."""


def link_base(settings: Settings) -> str:
    """How links in alerts begin, without a slash at the end."""
    return settings.http.public_url or f"http://{settings.http.listen}"


def reserve(settings: Settings) -> tuple[Settings, socket.socket | None]:
    """Where any free port will do (port 0), take one now: links name it from the first alert on. AppError if not."""
    host, port = listen_address(settings.http.listen)
    if port:
        return settings, None
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        listener.bind((host, 0))
    except OSError as error:
        listener.close()
        raise AppError(f"cannot listen on {settings.http.listen}: {error.strerror or error}") from error
    shown = f"[{host}]" if ":" in host else host
    http = settings.http.model_copy(update={"listen": f"{shown}:{listener.getsockname()[1]}"})
    return settings.model_copy(update={"http": http}), listener


async def listen(runner: web.AppRunner, where: str, listener: socket.socket | None) -> str:
    """Serve on `listener`, or on `where` (host:port); the address that it is reached by. AppError if that is taken."""
    host, port = listen_address(where)
    try:
        site = web.SockSite(runner, listener) if listener else web.TCPSite(runner, host, port)
        await site.start()
    except OSError as error:
        why = "the address is in use" if error.errno == errno.EADDRINUSE else error.strerror or str(error)
        raise AppError(f"cannot listen on {where}: {why}") from error
    bound = runner.addresses[0][1]
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{bound}/"
