"""The family of Student's law."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from symcat.data.schema import Schema
from symcat.models.base import Floats, Model, Options
from symcat.models.family import Averages, OneColumnFamily, Replay, Stated
from symcat.models.student import averages, law
from symcat.models.student.replay import replay
from symcat.models.student.student import LABEL, Student
from symcat.models.tables import Tables


class Students(OneColumnFamily):
    """Student's t of one real column."""

    name = "student"
    labels: tuple[str, ...] = (LABEL,)

    def made(self, label: str, schema: Schema, tables: Tables) -> Model:
        return Student(schema, tables)

    def averages(
        self, label: str, given: Mapping[str, Any], n: float | Floats | None, columns: Sequence[str] | None
    ) -> Averages:
        return averages.read(label, given, n, columns)

    def stated(self, label: str, given: Mapping[str, Any], columns: Sequence[str] | None, options: Options) -> Stated:
        return law.read(label, given, columns)

    def replay(self, entry: str, points: int, rng: np.random.Generator, tables: Tables) -> Iterator[Replay]:
        return replay(points, rng, tables)
