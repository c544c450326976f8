"""Keeping the record: copies of it, its soundness, and what need not be kept for ever."""
