"""The family of the polynomial free energies of one real column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from symcat.data.schema import Kind, Schema
from symcat.models.base import Model, Options
from symcat.models.family import Averages, Replay, Stated
from symcat.models.scalar import averages, law, quartic_replay
from symcat.models.scalar.even import EvenPolynomial
from symcat.models.scalar.general import GeneralPolynomial
from symcat.models.scalar.labels import LABELS, TABULATED, is_even
from symcat.models.scalar.replay import replay
from symcat.models.scalar.tabulated import TabulatedQuartic
from symcat.models.tables import Tables


class ScalarPolynomials:
    """Degrees four, six and eight of one real column."""

    name = "scalar"
    labels = entries = LABELS

    def canonical(self, label: str) -> str | None:
        return label if label in LABELS else None

    def kinds(self, label: str) -> frozenset[Kind]:
        return frozenset({"real"})

    def entry(self, label: str) -> str:
        return label

    def candidates(self, schema: Schema) -> tuple[str, ...]:
        return LABELS if self._describes(schema) else ()

    def model(self, label: str, schema: Schema, options: Options, tables: Tables) -> Model | None:
        if not self._describes(schema):
            return None
        if label == TABULATED:
            return TabulatedQuartic(label, schema, tables)
        return (EvenPolynomial if is_even(label) else GeneralPolynomial)(label, schema)

    def averages(
        self, label: str, given: Mapping[str, Any], n: float | None, columns: Sequence[str] | None
    ) -> Averages:
        return averages.read(label, given, n, columns)

    def stated(self, label: str, given: Mapping[str, Any], columns: Sequence[str] | None, options: Options) -> Stated:
        return law.read(label, given, columns)

    def replay(self, entry: str, points: int, rng: np.random.Generator, tables: Tables) -> Iterator[Replay]:
        return (
            quartic_replay.replay(points, rng, tables.table(entry))
            if entry == TABULATED
            else replay(entry, points, rng)
        )

    @staticmethod
    def _describes(schema: Schema) -> bool:
        return len(schema) == 1 and schema.only("real")


FAMILY = ScalarPolynomials()
