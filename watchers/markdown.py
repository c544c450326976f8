"""Markdown into a document."""

from __future__ import annotations

from watchers.model import Document
from watchers.plain import read_plain


def read_markdown(text: str, *, url: str) -> Document:
    """The document of a Markdown text."""
    return Document(url, "", read_plain(text), "markdown")
