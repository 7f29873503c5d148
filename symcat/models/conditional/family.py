"""The classes of one column given the others that no joint class implies, and how they are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from symcat.data.schema import Kind, Schema
from symcat.errors import NoEntry
from symcat.models.base import Floats, Model, Options
from symcat.models.conditional import replay_levels
from symcat.models.conditional.discriminant import LINEAR, QUADRATIC, Discriminant
from symcat.models.conditional.left_out import SHRINKAGES
from symcat.models.conditional.maximum_likelihood import LABEL, Logistic
from symcat.models.conditional.multinomial import LABEL as MULTINOMIAL
from symcat.models.conditional.multinomial import Multinomial
from symcat.models.conditional.replay import replay
from symcat.models.family import Averages, Replay, fitted_to_rows
from symcat.models.tables import Tables


class Conditional:
    """The family of conditional models; they describe no table, so they are made for a target (``of_target``)."""

    name = "conditional"
    labels: tuple[str, ...] = (LABEL, MULTINOMIAL, LINEAR, QUADRATIC)
    of_levels = labels[1:]
    entries = labels

    def canonical(self, label: str) -> str | None:
        return label if label in self.labels else None

    def kinds(self, label: str) -> frozenset[Kind]:
        own: frozenset[Kind] = frozenset({"real", "two-valued"})
        return own if label == LABEL else own | {"categorical"}

    def entry(self, label: str) -> str:
        return label

    def candidates(self, schema: Schema) -> tuple[str, ...]:
        return ()

    def of_target(self, schema: Schema, target: int, options: Options) -> list[Model]:
        """The classes of one column alone given the others, see ``models.targets``."""
        others = schema.part([j for j in range(len(schema)) if j != target]).kinds
        if "categorical" in others or schema.kinds[target] == "real":
            return []
        if schema.kinds[target] == "two-valued":
            return [Logistic(schema, target, options)]
        of_each_level = [Discriminant(label, schema, target) for label in (LINEAR, QUADRATIC)]
        return [Multinomial(schema, target, options), *of_each_level]

    def model(self, label: str, schema: Schema, options: Options, tables: Tables) -> Model | None:
        raise NoEntry(
            f"Class {label!r} describes one column given the others, not a table.",
            label=label,
            suggestion="Name that column with target=.",
        )

    def averages(
        self, label: str, given: Mapping[str, Any], n: float | Floats | None, columns: Sequence[str] | None
    ) -> Averages:
        raise fitted_to_rows(label, "call solve with the data and target=")

    def replay(self, entry: str, points: int, rng: np.random.Generator, tables: Tables) -> Iterator[Replay]:
        if entry == LABEL:
            return replay(points, rng)
        if entry == MULTINOMIAL:
            return replay_levels.coefficients(points, rng)
        return replay_levels.left_out(points, rng, SHRINKAGES if entry == QUADRATIC else np.ones(1))
