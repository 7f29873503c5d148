"""The radial quartic classes as a family: one for every number of columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from symcat.data.schema import Kind, Schema
from symcat.models.base import Floats, Model, Options
from symcat.models.family import Averages, Replay, Stated
from symcat.models.quartic import averages, law
from symcat.models.quartic.labels import LARGE_N, LARGEST_TABULATED_DIMENSION, dimension_of, entry_of, label_of
from symcat.models.quartic.radial_quartic import RadialQuartic
from symcat.models.quartic.replay import replay
from symcat.models.tables import Tables


class RadialQuartics:
    """The Z2-symmetric quartic of one real column and the O(N)-symmetric one of N."""

    name = "quartic"
    labels = ("z2.quartic", "o{N}.quartic")
    entries = (*(label_of(n + 1) for n in range(LARGEST_TABULATED_DIMENSION)), LARGE_N)

    def canonical(self, label: str) -> str | None:
        dimension = dimension_of(label)
        return None if dimension is None else label_of(dimension)

    def kinds(self, label: str) -> frozenset[Kind]:
        return frozenset({"real"})

    def entry(self, label: str) -> str:
        dimension = dimension_of(label)
        assert dimension is not None
        return entry_of(dimension)

    def candidates(self, schema: Schema) -> tuple[str, ...]:
        return (label_of(len(schema)),) if schema.only("real") else ()

    def model(self, label: str, schema: Schema, options: Options, tables: Tables) -> Model | None:
        return RadialQuartic(schema, tables) if label in self.candidates(schema) else None

    def averages(
        self, label: str, given: Mapping[str, Any], n: float | Floats | None, columns: Sequence[str] | None
    ) -> Averages:
        return averages.read(label, given, n, columns)

    def stated(self, label: str, given: Mapping[str, Any], columns: Sequence[str] | None, options: Options) -> Stated:
        return law.read(label, given, columns)

    def replay(self, entry: str, points: int, rng: np.random.Generator, tables: Tables) -> Iterator[Replay]:
        return replay(entry, points, rng, tables)
