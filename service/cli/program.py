"""The program `onrecord`: its commands, and how its errors are said."""

from __future__ import annotations

import os
import signal
import sys
from importlib import import_module
from typing import Any, BinaryIO

import click

from service import __version__

COMMANDS = {
    "run": ("service.cli.daemon", "run"),
    "poll": ("service.cli.poll", "poll"),
    "demo": ("service.cli.demo", "demo"),
    "check": ("service.cli.check", "check"),
    "diff": ("service.cli.check", "diff"),
    "detect": ("service.cli.lines", "detect"),
    "compare": ("service.cli.lines", "compare"),
    "import": ("service.cli.imports", "import_"),
    "sources": ("service.cli.sources", "sources"),
    "subscriptions": ("service.cli.subscriptions", "subscriptions"),
    "tokens": ("service.cli.tokens", "tokens"),
    "export": ("service.cli.evidence", "export"),
    "verify": ("service.cli.evidence", "verify"),
    "backup": ("service.cli.keeping", "backup"),
    "doctor": ("service.cli.keeping", "doctor"),
    "prune": ("service.cli.keeping", "prune"),
    "listen": ("service.cli.listen", "listen"),
    "check-config": ("service.cli.config", "check_config"),
    "config": ("service.cli.config", "config"),
    "migrate": ("service.cli.migrate", "migrate"),
}
USAGE = 2
FAILED = 1


class Refusal(click.ClickException):
    """What was asked cannot be done: one line, exit 2."""

    exit_code = USAGE


def standard_input() -> BinaryIO:
    """The bytes that come in; Refusal where whoever called us has closed it (`<&-`)."""
    if sys.stdin is None:
        raise Refusal("standard input is closed")
    return sys.stdin.buffer


class _Program(click.Group):
    """Commands are imported when they are called for: `onrecord detect` needs no web server."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click calls it so
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click calls it so
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(module), name)
        return command


@click.command(
    cls=_Program, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="onrecord")
def program() -> None:
    """Watch what companies promise about government access to customers' data; say when a promise changes."""


def main(arguments: list[str] | None = None) -> None:
    """Run and exit; never shows a traceback for what a user can cause."""
    for library in ("OMP", "OPENBLAS", "MKL"):
        # Small matrices: more threads only get in each other's way. Read when numpy is first imported, also by workers.
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    if arguments is None and sys.argv[1:2] == ["run"]:
        _leave_when_told()
    try:
        code: Any = program.main(arguments, prog_name="onrecord", standalone_mode=False)
    except click.exceptions.Exit as leaving:
        code = leaving.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        code = USAGE
    except click.Abort:
        code = 130
    except click.ClickException as error:
        click.echo(f"onrecord: {_one_line(error)}", err=True)
        code = error.exit_code if isinstance(error, Refusal) else USAGE
    except BrokenPipeError:
        # Whoever read us has had enough (`onrecord … | head`).
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except KeyboardInterrupt:
        code = 130
    sys.exit(code if isinstance(code, int) else 0)


def _leave_when_told() -> None:
    """Before the daemon has its loop nothing is begun: a signal is then no failure either."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))


def _one_line(error: click.ClickException) -> str:
    message = " ".join(error.format_message().split())
    if isinstance(error, click.UsageError) and error.ctx is not None:
        return f"{message} (see `{error.ctx.command_path} --help`)"
    return message
