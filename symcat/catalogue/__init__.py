"""The catalogue: the book of entries that ships with symcat, and what was learned on this machine. The only SQL."""

from symcat.catalogue.book import Catalogue, default
from symcat.catalogue.file import connect, sql

__all__ = ["Catalogue", "connect", "default", "sql"]
