"""The catalogue: the book of entries that ships with symcat, and what was learned on this machine."""

from symcat.catalogue.book import Catalogue, connect, default, sql

__all__ = ["Catalogue", "connect", "default", "sql"]
