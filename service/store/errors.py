"""What can go wrong with the record."""


class StoreError(Exception):
    """The database cannot do what was asked: full, read-only, locked, newer than this program. One line."""


class PrunedError(StoreError):
    """What was asked for is not kept any more, by the operator's policy."""
