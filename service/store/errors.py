"""What can go wrong with the record."""


class StoreError(Exception):
    """The database cannot do what was asked: full, read-only, locked, newer than this program. One line."""
