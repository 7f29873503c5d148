"""The Potts family: which classes of columns with several levels there are, and for which tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from symcat.data.schema import Kind, Schema
from symcat.models.base import Floats, Model, Options
from symcat.models.family import Averages, Replay, Stated, fitted_to_rows
from symcat.models.potts import replay, stated
from symcat.models.potts.curie_weiss import CurieWeiss
from symcat.models.potts.independent import Independent
from symcat.models.potts.pairwise import Pairwise
from symcat.models.potts.potts import Potts
from symcat.models.potts.tree import Tree
from symcat.models.tables import Tables

_MEMBERS: dict[str, type[Potts]] = {found.label: found for found in (Independent, CurieWeiss, Tree, Pairwise)}


class PottsFamily:
    """The classes of columns with levels, two of them or more."""

    name = "potts"
    labels = tuple(_MEMBERS)
    entries = labels

    def canonical(self, label: str) -> str | None:
        return label if label in _MEMBERS else None

    def kinds(self, label: str) -> frozenset[Kind]:
        return frozenset({"two-valued", "categorical"})

    def entry(self, label: str) -> str:
        return label

    def candidates(self, schema: Schema) -> tuple[str, ...]:
        """Of tables with a categorical column; of two columns all pairs are a tree."""
        if "categorical" not in schema.kinds:
            return ()
        found = tuple(label for label in self.labels if _describes(label, schema))
        return tuple(label for label in found if label != Pairwise.label) if len(schema) == 2 else found

    def model(self, label: str, schema: Schema, options: Options, tables: Tables) -> Model | None:
        return _MEMBERS[label](schema, options) if _describes(label, schema) else None

    def averages(
        self, label: str, given: Mapping[str, Any], n: float | Floats | None, columns: Sequence[str] | None
    ) -> Averages:
        raise fitted_to_rows(
            label, "call solve with the data (counts= for a table of counts), or symcat.model with its couplings"
        )

    def stated(self, label: str, given: Mapping[str, Any], columns: Sequence[str] | None, options: Options) -> Stated:
        return stated.couplings(label, given, columns)

    def replay(self, entry: str, points: int, rng: np.random.Generator, tables: Tables) -> Iterator[Replay]:
        return replay.replay(_MEMBERS[entry], points, rng)


def _describes(label: str, schema: Schema) -> bool:
    if "real" in schema.kinds or not len(schema):
        return False
    if label == CurieWeiss.label:
        return len(schema) > 1 and len(set(schema.levels)) == 1
    return label == Independent.label or len(schema) > 1
