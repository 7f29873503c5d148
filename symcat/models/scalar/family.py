"""The family of the polynomial free energies of one real column."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from symcat.data.schema import Schema
from symcat.models.base import Floats, Model, Options
from symcat.models.family import Averages, OneColumnFamily, Replay, Stated
from symcat.models.scalar import averages, law, quartic_replay, sextic_replay
from symcat.models.scalar.even import EvenPolynomial
from symcat.models.scalar.general import GeneralPolynomial
from symcat.models.scalar.labels import EVEN_SEXTIC, LABELS, QUARTIC, is_even
from symcat.models.scalar.quartic_maximum import QuarticMaximum
from symcat.models.scalar.replay import replay
from symcat.models.scalar.tabulated import TabulatedQuartic
from symcat.models.scalar.tabulated_sextic import SexticMaximum, TabulatedSextic
from symcat.models.tables import Table, Tables

_Tabulated = type[TabulatedQuartic] | type[TabulatedSextic]
_TABULATED: dict[str, tuple[_Tabulated, Callable[[int, np.random.Generator, Table], Iterator[Replay]]]] = {
    QUARTIC: (TabulatedQuartic, quartic_replay.replay),
    EVEN_SEXTIC: (TabulatedSextic, sextic_replay.replay),
}
"""Those read from a table: their class, and the data checks of it."""


class ScalarPolynomials(OneColumnFamily):
    """Degrees four, six and eight of one real column."""

    name = "scalar"
    labels = LABELS

    def made(self, label: str, schema: Schema, tables: Tables) -> Model:
        if label in _TABULATED:
            return _TABULATED[label][0](label, schema, tables)
        if is_even(label):
            return EvenPolynomial(label, schema, [SexticMaximum(tables), QuarticMaximum(tables)])
        return GeneralPolynomial(label, schema)

    def averages(
        self, label: str, given: Mapping[str, Any], n: float | Floats | None, columns: Sequence[str] | None
    ) -> Averages:
        return averages.read(label, given, n, columns)

    def stated(self, label: str, given: Mapping[str, Any], columns: Sequence[str] | None, options: Options) -> Stated:
        return law.read(label, given, columns)

    def replay(self, entry: str, points: int, rng: np.random.Generator, tables: Tables) -> Iterator[Replay]:
        if entry in _TABULATED:
            return _TABULATED[entry][1](points, rng, tables.table(entry))
        return replay(entry, points, rng)


FAMILY = ScalarPolynomials()
