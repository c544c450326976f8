"""Logs are events with keys, on stderr: coloured lines on a terminal, JSON elsewhere.

Values come from strangers. JSON escapes whatever is not ASCII; on a terminal, what could end a line, move the cursor or
change the order of letters is escaped here.
"""

from __future__ import annotations

import logging
import sys
from contextlib import suppress
from io import StringIO
from typing import TextIO, cast

import structlog


class _Outlet:
    """Standard error. What cannot be written, on a full disk or to a pipe that nobody reads, is lost, not raised."""

    def write(self, text: str) -> int:
        with suppress(OSError, ValueError):
            sys.stderr.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            sys.stderr.flush()


_TRACEBACKS = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
"""Without the variables of the functions: among them are secrets."""


def configure(*, verbose: bool = False, quiet: bool = False) -> None:
    """Set structlog up, once, for the whole process; other libraries' warnings come along."""
    terminal, outlet = sys.stderr.isatty(), cast("TextIO", _Outlet())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[structlog.typing.Processor] = (
        [harmless, structlog.dev.ConsoleRenderer(exception_formatter=_traceback)]
        if terminal
        else [
            structlog.processors.ExceptionRenderer(_TRACEBACKS),
            structlog.processors.JSONRenderer(ensure_ascii=True),
        ]
    )
    level = logging.DEBUG if verbose else logging.ERROR if quiet else logging.INFO
    structlog.configure(
        processors=[*shared, structlog.processors.UnicodeDecoder(), *last],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(outlet),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(outlet)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)


def harmless(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Every text in the event without characters that a terminal acts on."""
    return {key: value if key == "exc_info" else _shown(value) for key, value in event.items()}


def _shown(value: object) -> object:
    if isinstance(value, str):
        return _escaped(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    return _escaped(str(value))


def _escaped(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _traceback(out: TextIO, error: structlog.typing.ExcInfo) -> None:
    """A plain one, indented: the message of an exception may be a stranger's, and no line of it must look like ours."""
    held = StringIO()
    structlog.dev.plain_traceback(held, error)
    out.write("\n".join(f"    {_escaped(line)}" for line in held.getvalue().split("\n")))
