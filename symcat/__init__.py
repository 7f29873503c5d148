"""symcat: maximum-entropy parameters read from a certified catalogue of symmetry classes."""

from __future__ import annotations

from symcat.answer.records import Classification, Evidence
from symcat.answer.solution import Solution
from symcat.catalogue import connect, sql
from symcat.data.statistics import Statistics
from symcat.errors import CatalogueError, InvalidData, NoEntry, SymcatError
from symcat.lookup import lookup
from symcat.solve import classification as classify
from symcat.solve import solve

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
