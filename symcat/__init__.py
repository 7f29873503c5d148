"""symcat: maximum-entropy parameters read from a certified catalogue of symmetry classes."""

from __future__ import annotations

from symcat.catalogue import connect, sql
from symcat.errors import CatalogueError, InvalidData, NoEntry, SymcatError
from symcat.lookup import lookup
from symcat.records import Classification, Evidence
from symcat.solution import Solution
from symcat.solve import classification as classify
from symcat.solve import solve
from symcat.statistics import Statistics

__version__ = "0.1.0"

__all__ = [
    "CatalogueError",
    "Classification",
    "Evidence",
    "InvalidData",
    "NoEntry",
    "Solution",
    "Statistics",
    "SymcatError",
    "classify",
    "connect",
    "lookup",
    "solve",
    "sql",
]
