"""symcat: maximum-entropy parameters read from a certified catalogue of symmetry classes."""

from __future__ import annotations

from symcat.answer.classification import Classification
from symcat.answer.records import Check, Evidence, Step
from symcat.answer.solution import Solution
from symcat.answer.symmetry import SymmetryTest
from symcat.catalogue import connect, sql
from symcat.classify import classify
from symcat.data.schema import Schema
from symcat.data.statistics import Parts, Statistics
from symcat.errors import CatalogueError, InvalidData, NoEntry, NotConverged, SymcatError
from symcat.lookup import lookup, lookup_batch
from symcat.model import model
from symcat.solve import solve
from symcat.testing import test_symmetry

__version__ = "0.1.0"

__all__ = [
    "CatalogueError",
    "Check",
    "Classification",
    "Evidence",
    "InvalidData",
    "NoEntry",
    "NotConverged",
    "Parts",
    "Schema",
    "Solution",
    "Statistics",
    "Step",
    "SymcatError",
    "SymmetryTest",
    "classify",
    "connect",
    "lookup",
    "lookup_batch",
    "model",
    "solve",
    "sql",
    "test_symmetry",
]
