"""A first look without the internet: an invented company, a small history, the real service."""
