"""Mail over SMTP."""

from __future__ import annotations

from notifiers.smtp import Smtp, parse_smtp

__all__ = ["Smtp", "parse_smtp"]
