"""The record: tables, and everything that touches them. Rows never leave this room."""

from service.store.errors import StoreError
from service.store.store import Store

__all__ = ["Store", "StoreError"]
