"""The laws of directions as a family."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from symcat.data.schema import Kind, Schema
from symcat.models.base import Floats, Model, Options
from symcat.models.family import Averages, Replay, Stated
from symcat.models.sphere import averages, bingham, uniform, von_mises_fisher, watson
from symcat.models.sphere.replay import replay
from symcat.models.sphere.sphere import OnSphere
from symcat.models.tables import Tables

MEMBERS: dict[str, type[OnSphere]] = {
    uniform.LABEL: uniform.Uniform,
    von_mises_fisher.LABEL: von_mises_fisher.VonMisesFisher,
    watson.LABEL: watson.Watson,
    bingham.LABEL: bingham.Bingham,
}


class Directions:
    """The classes of unit vectors in two columns or more."""

    name = "sphere"
    labels = tuple(MEMBERS)
    entries = labels

    def canonical(self, label: str) -> str | None:
        """Each label stands for itself."""
        return label if label in MEMBERS else None

    def kinds(self, label: str) -> frozenset[Kind]:
        """Real columns."""
        return frozenset({"real"})

    def entry(self, label: str) -> str:
        """The label."""
        return label

    def candidates(self, schema: Schema) -> tuple[str, ...]:
        """On a circle Bingham's law is Watson's."""
        if not schema.only("real") or len(schema) < 2:
            return ()
        return tuple(label for label in self.labels if len(schema) > 2 or label != bingham.LABEL)

    def model(self, label: str, schema: Schema, options: Options, tables: Tables) -> Model | None:
        """A member for two real columns or more."""
        return MEMBERS[label](schema) if schema.only("real") and len(schema) > 1 else None

    def averages(
        self, label: str, given: Mapping[str, Any], n: float | Floats | None, columns: Sequence[str] | None
    ) -> Averages:
        return averages.read(label, given, n, columns)

    def stated(self, label: str, given: Mapping[str, Any], columns: Sequence[str] | None, options: Options) -> Stated:
        return averages.stated(label, given, columns)

    def replay(self, entry: str, points: int, rng: np.random.Generator, tables: Tables) -> Iterator[Replay]:
        return replay(MEMBERS[entry], points, rng)
