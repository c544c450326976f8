"""The record over HTTP: API, feeds, stream, pages. Everything is read through the store."""
