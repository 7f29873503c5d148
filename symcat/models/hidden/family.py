"""The family of laws with a hidden category."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from symcat.data.schema import Schema
from symcat.models.base import Floats, Model, Options
from symcat.models.family import Averages, OneColumnFamily, Replay, Stated, fitted_to_rows
from symcat.models.hidden import stated
from symcat.models.hidden.gaussian import LABEL, HiddenGaussian
from symcat.models.hidden.replay import replay
from symcat.models.tables import Tables


class HiddenCategories(OneColumnFamily):
    """Gaussians of real columns, one for each value of a category that is not seen."""

    name = "hidden"
    labels: tuple[str, ...] = (LABEL,)

    def candidates(self, schema: Schema) -> tuple[str, ...]:
        return self.labels if schema.only("real") else ()

    def model(self, label: str, schema: Schema, options: Options, tables: Tables) -> Model | None:
        return HiddenGaussian(schema, options) if schema.only("real") else None

    def averages(
        self, label: str, given: Mapping[str, Any], n: float | Floats | None, columns: Sequence[str] | None
    ) -> Averages:
        raise fitted_to_rows(label, "call solve with the data, or symcat.model with its parameters")

    def stated(self, label: str, given: Mapping[str, Any], columns: Sequence[str] | None, options: Options) -> Stated:
        return stated.read(label, given, columns)

    def replay(self, entry: str, points: int, rng: np.random.Generator, tables: Tables) -> Iterator[Replay]:
        return replay(points, rng)
