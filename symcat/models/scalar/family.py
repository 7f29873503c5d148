"""The family of the polynomial free energies of one real column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from symcat.data.schema import Schema
from symcat.models.base import Floats, Model, Options
from symcat.models.family import Averages, OneColumnFamily, Replay, Stated
from symcat.models.scalar import averages, law, quartic_replay
from symcat.models.scalar.even import EvenPolynomial
from symcat.models.scalar.general import GeneralPolynomial
from symcat.models.scalar.labels import LABELS, TABULATED, is_even
from symcat.models.scalar.replay import replay
from symcat.models.scalar.tabulated import TabulatedQuartic
from symcat.models.tables import Tables


class ScalarPolynomials(OneColumnFamily):
    """Degrees four, six and eight of one real column."""

    name = "scalar"
    labels = LABELS

    def made(self, label: str, schema: Schema, tables: Tables) -> Model:
        if label == TABULATED:
            return TabulatedQuartic(label, schema, tables)
        return (EvenPolynomial if is_even(label) else GeneralPolynomial)(label, schema)

    def averages(
        self, label: str, given: Mapping[str, Any], n: float | Floats | None, columns: Sequence[str] | None
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


FAMILY = ScalarPolynomials()
