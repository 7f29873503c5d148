"""Data checks a user can replay: are the catalogue's numbers right? Nothing but symcat is needed.

Every entry is read at points it was not fitted at, and the parameters read are put back into the sums and integrals
they came from, by methods that know nothing of the table (``Family.replay``). The proofs, in ball arithmetic, are
``python -m builders verify``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from symcat.answer.records import Record
from symcat.catalogue import Catalogue, default
from symcat.catalogue.file import check_digest
from symcat.models import registry
from symcat.models.patches import tiles

POINTS = {False: 5, True: 100}

Rows = Mapping[str, list[dict[str, Any]]]


class DataCheck(Record):
    """One check of one entry: the largest residual met, and the largest allowed."""

    label: str
    check: str
    points: int
    residual: float
    bound: float
    passed: bool


def verify(full: bool = False, seed: int = 0) -> Iterator[DataCheck]:
    """Replays the checks entry by entry: a few random points each, or a hundred with ``full``.

    Raises CatalogueError if the catalogue cannot be read.
    """
    book = default()
    check_digest(book.path, again=True)
    rng = np.random.default_rng(seed)
    tables = {name: _by_label(book, name) for name in ("coverage", "provenance", "checks", "segments")}
    for entry in book.labels():
        yield _result(entry, "records", 1, float(len(_flaws(tables, entry))), 0.0)
        for replay in registry.family_of_entry(entry).replay(entry, POINTS[full], rng, book):
            yield _result(entry, replay.check, replay.points, replay.residual, replay.bound)


def _result(label: str, check: str, points: int, residual: float, bound: float) -> DataCheck:
    # A residual that is not a number must fail, hence the order of the comparison.
    return DataCheck(label=label, check=check, points=points, residual=residual, bound=bound, passed=residual <= bound)


def _by_label(book: Catalogue, table: str) -> dict[str, list[dict[str, Any]]]:
    """The rows of a table of every entry, read at once: opening the file takes longer than reading it."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in book.rows(table):
        found.setdefault(row["label"], []).append(row)
    return found


def _flaws(tables: Mapping[str, Rows], label: str) -> list[str]:
    """What an entry lacks: provenance, checks that passed when it was built, segments that join."""
    flaws = [name for name in ("coverage", "provenance", "checks") if label not in tables[name]]
    checks = tables["checks"].get(label, [])
    flaws += [row["name"] for row in checks if not row["passed"] or row["residual"] > row["bound"]]
    kinds: dict[tuple[int | None, str], list[dict[str, Any]]] = {}
    for row in tables["segments"].get(label, []):
        kinds.setdefault((row["size"], row["quantity"]), []).append(row)
    for (size, quantity), rows in kinds.items():
        lo, hi = (np.array([[row[end], *(row[f"further_{end}"] or ())] for row in rows]) for end in ("lo", "hi"))
        if not tiles(lo, hi):
            flaws.append(f"{quantity} of size {size}: segments do not join")
    return flaws
