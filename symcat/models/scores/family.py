"""Normal scores as a family: one label for each class that may be of the scores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from symcat.data.schema import Kind, Schema
from symcat.errors import InvalidData
from symcat.models.base import Model, Options
from symcat.models.family import Averages, Replay, Stated, fitted_to_rows
from symcat.models.scores.composite import around
from symcat.models.scores.replay import CLASSES, replay
from symcat.models.tables import Tables

MOST_WEIGHED = 30
"""Columns of a table of which they are weighed where no class is named."""


class ScoresFamily:
    """``scores(LABEL)`` of several real columns."""

    name = "scores"
    labels: tuple[str, ...] = tuple(CLASSES)
    entries = labels

    def canonical(self, label: str) -> str | None:
        plain = "".join(label.split())
        return plain if plain in self.labels else None

    def kinds(self, label: str) -> frozenset[Kind]:
        return frozenset({"real"})

    def entry(self, label: str) -> str:
        return label

    def candidates(self, schema: Schema) -> tuple[str, ...]:
        """Those that differ, of a table that is not too wide for a search of every column."""
        if not schema.only("real") or not 2 <= len(schema) <= MOST_WEIGHED:
            return ()
        least = {around("gaussian.exchangeable"): 3, around("gaussian.cyclic"): 4}
        return tuple(
            label for label in self.labels if least.get(label, 2) <= len(schema) <= CLASSES[label].MOST_COLUMNS
        )

    def model(self, label: str, schema: Schema, options: Options, tables: Tables) -> Model | None:
        fewest = 1 if options.parts else 2  # what is left of a table given some of its columns may be one
        if not schema.only("real") or not fewest <= len(schema) <= CLASSES[label].MOST_COLUMNS:
            return None
        return CLASSES[label](label, schema, options, tables)

    def averages(
        self, label: str, given: Mapping[str, Any], n: float | None, columns: Sequence[str] | None
    ) -> Averages:
        raise fitted_to_rows(label, "call solve with the data")

    def stated(self, label: str, given: Mapping[str, Any], columns: Sequence[str] | None, options: Options) -> Stated:
        raise InvalidData(
            f"{label} is made of a class for each column, which the couplings do not name: call model for each of them."
        )

    def replay(self, entry: str, points: int, rng: np.random.Generator, tables: Tables) -> Iterator[Replay]:
        return replay(entry, points, rng, tables)
