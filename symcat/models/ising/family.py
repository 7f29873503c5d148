"""The Ising family: which classes of two-valued columns there are, and for which tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from symcat.data.schema import Kind, Schema
from symcat.models.base import Floats, Model, Options
from symcat.models.family import Averages, Replay, Stated
from symcat.models.ising import averages, hypercube, replay, stated
from symcat.models.ising.curie_weiss import CurieWeiss
from symcat.models.ising.independent import Independent
from symcat.models.ising.lattice.ring import Ring
from symcat.models.ising.lattice.square import SquareLattice, side_of
from symcat.models.ising.pairwise import Pairwise
from symcat.models.ising.tree import Tree
from symcat.models.ising.wide.pairwise import WidePairwise
from symcat.models.ising.wide.relaxation import RelaxablePairwise
from symcat.models.relaxation import Relaxable
from symcat.models.tables import Tables

_MEMBERS = {found.label: found for found in (Independent, CurieWeiss, Ring, SquareLattice, Tree, Pairwise)}
_LEAST_COLUMNS = {CurieWeiss.label: 2, Ring.label: 3, Tree.label: 2, Pairwise.label: 2}
_SAME = {2: Tree.label, 3: Ring.label}
"""Members that coincide with ``ising.pairwise`` in that many columns: a tree, and a ring, that couple all of them."""


class IsingFamily:
    """The classes whose columns are all two-valued."""

    name = "ising"
    labels = tuple(_MEMBERS)
    entries = labels

    def canonical(self, label: str) -> str | None:
        return label if label in _MEMBERS else None

    def kinds(self, label: str) -> frozenset[Kind]:
        return frozenset({"two-valued"})

    def entry(self, label: str) -> str:
        return label

    def candidates(self, schema: Schema) -> tuple[str, ...]:
        if not schema.only("two-valued"):
            return ()
        d = len(schema)
        return tuple(label for label in self.labels if _describes(label, d) and label != _SAME.get(d))

    def model(self, label: str, schema: Schema, options: Options, tables: Tables) -> Model | None:
        if not (schema.only("two-valued") and _describes(label, len(schema))):
            return None
        if label == Pairwise.label and len(schema) > hypercube.LARGEST:
            return WidePairwise(schema, options, tables)
        return _MEMBERS[label](schema, options, tables)

    def relaxables(self, schema: Schema, options: Options, tables: Tables) -> tuple[Relaxable, ...]:
        """All pairs of more columns than can be summed over."""
        model = self.model(WidePairwise.label, schema, options, tables)
        return (RelaxablePairwise(model),) if isinstance(model, WidePairwise) else ()

    def averages(
        self, label: str, given: Mapping[str, Any], n: float | Floats | None, columns: Sequence[str] | None
    ) -> Averages:
        return averages.stated(label, given, n, columns)

    def stated(self, label: str, given: Mapping[str, Any], columns: Sequence[str] | None, options: Options) -> Stated:
        return stated.couplings(label, given, columns, options)

    def replay(self, entry: str, points: int, rng: np.random.Generator, tables: Tables) -> Iterator[Replay]:
        if tables.sizes(entry):
            yield replay.of_table(entry, points, rng, tables)
            yield replay.spans_coverage(entry, tables)
        else:
            yield replay.of_columns(entry, points, rng, tables)


def _describes(label: str, dimension: int) -> bool:
    if label == SquareLattice.label:
        return side_of(dimension) is not None
    return label in _MEMBERS and dimension >= _LEAST_COLUMNS.get(label, 1)
