"""The classes of one column given the others that no joint class implies, and how they are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from symcat.data.schema import Kind, Schema
from symcat.errors import InvalidData, NoEntry
from symcat.models.base import Floats, Model, Options
from symcat.models.conditional.maximum_likelihood import LABEL, Logistic
from symcat.models.conditional.replay import replay
from symcat.models.family import Averages, Replay
from symcat.models.tables import Tables


class Conditional:
    """The family of conditional models; they describe no table, so they are made for a target (``of_target``)."""

    name = "conditional"
    labels: tuple[str, ...] = (LABEL,)
    entries = labels

    def canonical(self, label: str) -> str | None:
        return label if label in self.labels else None

    def kinds(self, label: str) -> frozenset[Kind]:
        return frozenset({"real", "two-valued"})

    def entry(self, label: str) -> str:
        return label

    def candidates(self, schema: Schema) -> tuple[str, ...]:
        return ()

    def of_target(self, schema: Schema, target: int, options: Options) -> list[Model]:
        """The classes of one column alone given the others, see ``models.targets``."""
        if schema.kinds[target] != "two-valued" or schema.at("categorical"):
            return []
        return [Logistic(schema, target, options)]

    def model(self, label: str, schema: Schema, options: Options, tables: Tables) -> Model | None:
        raise NoEntry(
            f"Class {label!r} describes one column given the others, not a table.",
            label=label,
            suggestion="Name that column with target=.",
        )

    def averages(
        self, label: str, given: Mapping[str, Any], n: float | Floats | None, columns: Sequence[str] | None
    ) -> Averages:
        raise InvalidData(
            f"{label} is fitted to rows, so there are no averages to look it up by: "
            "call solve with the data and target=."
        )

    def replay(self, entry: str, points: int, rng: np.random.Generator, tables: Tables) -> Iterator[Replay]:
        return replay(points, rng)
