"""Sources as files: the built-in catalogue, `[[sources]]` tables in TOML, feed lists in OPML."""

from service.catalogue.builtin import load_builtin
from service.catalogue.errors import CatalogueError
from service.catalogue.opml import read_opml, write_opml
from service.catalogue.tables import read_toml, write_toml

__all__ = ["CatalogueError", "load_builtin", "read_opml", "read_toml", "write_opml", "write_toml"]
