"""The radial quartic classes as a family: one for every number of columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from symcat.data.schema import Kind, Schema
from symcat.errors import InvalidData
from symcat.models.base import Floats, Model, Options
from symcat.models.family import Averages, Replay, Stated, fitted_to_rows
from symcat.models.quartic import averages, law
from symcat.models.quartic.elliptical import EllipticalQuartic
from symcat.models.quartic.labels import (
    LARGE_N,
    LARGEST_TABULATED_DIMENSION,
    dimension_of,
    entry_of,
    label_of,
    whitened,
    within,
)
from symcat.models.quartic.radial_quartic import RadialQuartic
from symcat.models.quartic.replay import replay
from symcat.models.tables import Tables


class RadialQuartics:
    """The Z2-symmetric quartic of one real column and the O(N)-symmetric one of N."""

    name = "quartic"
    labels = ("z2.quartic", "o{N}.quartic", "whitened(o{N}.quartic)")
    entries = (*(label_of(n + 1) for n in range(LARGEST_TABULATED_DIMENSION)), LARGE_N)

    def canonical(self, label: str) -> str | None:
        inner = within(label)
        if inner is not None:
            return whitened(inner)
        dimension = dimension_of(label)
        return None if dimension is None else label_of(dimension)

    def kinds(self, label: str) -> frozenset[Kind]:
        return frozenset({"real"})

    def entry(self, label: str) -> str:
        dimension = dimension_of(within(label) or label)
        assert dimension is not None
        return entry_of(dimension)

    def words(self, label: str) -> dict[str, str]:
        """What a label of whitened columns says beyond its entry."""
        inner = within(label)
        if inner is None:
            return {}
        return {
            "label": label,
            "class of the whitened columns": inner,
            "density": "exp(-F) / Z with F = r/2 q + u/24 q^2, q = (x - mean)' covariance^-1 (x - mean)",
            "parameters": "mean (N,), covariance (N, N), u, and r, which follows from u",
        }

    def candidates(self, schema: Schema) -> tuple[str, ...]:
        if not schema.only("real"):
            return ()
        own = label_of(len(schema))
        return (own,) if len(schema) == 1 else (own, whitened(own))

    def model(self, label: str, schema: Schema, options: Options, tables: Tables) -> Model | None:
        if label not in self.candidates(schema):
            return None
        return EllipticalQuartic(schema, tables) if within(label) else RadialQuartic(schema, tables)

    def averages(
        self, label: str, given: Mapping[str, Any], n: float | Floats | None, columns: Sequence[str] | None
    ) -> Averages:
        if within(label):
            raise fitted_to_rows(label, f"call solve with the data, or whiten the columns and look up {within(label)}")
        return averages.read(label, given, n, columns)

    def stated(self, label: str, given: Mapping[str, Any], columns: Sequence[str] | None, options: Options) -> Stated:
        if within(label):
            raise InvalidData(f"{label} is not stated by its couplings: state {within(label)} of whitened columns.")
        return law.read(label, given, columns)

    def replay(self, entry: str, points: int, rng: np.random.Generator, tables: Tables) -> Iterator[Replay]:
        return replay(entry, points, rng, tables)
