"""The outside world becomes documents: fetching, feeds, pages. Knows no database, no clock, no settings."""
