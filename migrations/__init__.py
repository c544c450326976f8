"""Alembic's steps from one shape of the database to the next. They run by themselves when the daemon starts."""
