"""What can go wrong with a list of sources."""

from __future__ import annotations


class CatalogueError(Exception):
    """A list of sources cannot be used; the message is one line that says where and why."""
