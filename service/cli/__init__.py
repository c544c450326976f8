"""The commands. Data goes to stdout, logs and errors to stderr; a wrong word gives one line and exit 2."""

from service.cli.program import main

__all__ = ["main"]
