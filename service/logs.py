"""Logs are events with keys, on stderr: coloured lines on a terminal, JSON elsewhere."""

from __future__ import annotations

import logging
import sys

import structlog


def configure(*, verbose: bool = False, quiet: bool = False) -> None:
    """Set structlog up, once, for the whole process; other libraries' warnings come along."""
    terminal = sys.stderr.isatty()
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[structlog.typing.Processor] = (
        [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
        if terminal
        else [structlog.processors.dict_tracebacks, structlog.processors.JSONRenderer(ensure_ascii=True)]
    )
    level = logging.DEBUG if verbose else logging.ERROR if quiet else logging.INFO
    structlog.configure(
        processors=[*shared, structlog.processors.UnicodeDecoder(), *last],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
