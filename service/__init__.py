"""The daemon: what was promised, what changed, who is told."""

__version__ = "0.1.0"

DETECTOR_VERSION = 1
"""Raised when reading the same text gives other assurances; stored text is then read again, unannounced."""

EXTRACTOR_VERSION = 1
"""Raised when the same bytes give other text."""
