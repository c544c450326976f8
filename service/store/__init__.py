"""The record: tables, and everything that touches them. Rows never leave this room."""
