"""The Gaussian classes as a family."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from symcat.data.schema import Kind, Schema
from symcat.models.base import Floats, Model, Options
from symcat.models.family import Averages, Replay, Stated
from symcat.models.gaussian import averages, couplings, permutation
from symcat.models.gaussian.gaussian import FACTS, Gaussian
from symcat.models.gaussian.replay import replay
from symcat.models.tables import Tables
from symcat.symmetry import permutation_groups


class Gaussians:
    """Gaussian classes of real columns, one for each group under which the covariance is invariant."""

    name = "gaussian"
    labels = (*FACTS, permutation.LABEL)
    entries = labels

    def canonical(self, label: str) -> str | None:
        return label if label in self.labels else None

    def kinds(self, label: str) -> frozenset[Kind]:
        return frozenset({"real"})

    def entry(self, label: str) -> str:
        return label

    def candidates(self, schema: Schema) -> tuple[str, ...]:
        """With one column all are the same, and with two or three every cyclic covariance is exchangeable.

        Groups of permutations are searched for where all can be weighed; of two columns there is one, which is a class.
        """
        d = len(schema)
        if not schema.only("real"):
            return ()
        if d == 1:
            return self.labels[:1]
        left = set() if d > 3 else {"gaussian.cyclic"}
        left |= set() if 2 < d <= permutation_groups.LARGEST else {permutation.LABEL}
        return tuple(label for label in self.labels if label not in left)

    def model(self, label: str, schema: Schema, options: Options, tables: Tables) -> Model | None:
        if not schema.only("real"):
            return None
        if label == permutation.LABEL:
            return permutation.GaussianPermutation(schema, options) if len(schema) > 1 else None
        return Gaussian(label, schema, options)

    def averages(
        self, label: str, given: Mapping[str, Any], n: float | Floats | None, columns: Sequence[str] | None
    ) -> Averages:
        return averages.read(label, given, n, columns)

    def stated(self, label: str, given: Mapping[str, Any], columns: Sequence[str] | None, options: Options) -> Stated:
        return couplings.read(label, given, columns)

    def replay(self, entry: str, points: int, rng: np.random.Generator, tables: Tables) -> Iterator[Replay]:
        return replay(entry, points, rng)
