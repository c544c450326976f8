"""The daemon: what was promised, what changed, who is told."""

__version__ = "0.1.0"
