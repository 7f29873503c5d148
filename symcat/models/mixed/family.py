"""Tables of discrete and real columns: which classes there are, and what they are asked by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from symcat.data.schema import Kind, Schema
from symcat.errors import InvalidData
from symcat.models.base import Floats, Model, Options
from symcat.models.family import Averages, Replay, Stated
from symcat.models.mixed import law
from symcat.models.mixed.conditional_gaussian import ConditionalGaussian
from symcat.models.mixed.given_levels import GivenLevels
from symcat.models.mixed.product import Product
from symcat.models.mixed.replay import replay, replay_levels
from symcat.models.mixed.scores_given_levels import ScoresGivenLevels
from symcat.models.tables import Tables

_KINDS: frozenset[Kind] = frozenset({"real", "two-valued", "categorical"})
_BLOCKS = ("ising.pairwise", "gaussian.full")  # the classes whose product is replayed


class Mixed:
    """The family of classes for columns of both kinds."""

    name = "mixed"
    labels: tuple[str, ...] = (Product.label, ConditionalGaussian.label, ScoresGivenLevels.label)
    entries = labels

    def canonical(self, label: str) -> str | None:
        plain = "".join(label.split())
        return plain if plain in self.labels else None

    def kinds(self, label: str) -> frozenset[Kind]:
        return _KINDS

    def entry(self, label: str) -> str:
        return label

    def candidates(self, schema: Schema) -> tuple[str, ...]:
        return self.labels if _both(schema) else ()

    def model(self, label: str, schema: Schema, options: Options, tables: Tables) -> Model | None:
        if not _both(schema):
            return None
        if label == Product.label:
            return Product(schema, options, tables)
        if label == ScoresGivenLevels.label:
            return ScoresGivenLevels(schema, options, tables)
        member = GivenLevels if schema.at("categorical") or options.parts else ConditionalGaussian
        return member(schema, options, tables)

    def averages(
        self, label: str, given: Mapping[str, Any], n: float | Floats | None, columns: Sequence[str] | None
    ) -> Averages:
        raise InvalidData(f"{label} cannot be looked up by averages yet: call solve with the data or its Statistics.")

    def stated(self, label: str, given: Mapping[str, Any], columns: Sequence[str] | None, options: Options) -> Stated:
        if label == Product.label:
            raise InvalidData(
                f"{label} is made of two blocks that do not know each other: call model for each of them."
            )
        if label == ScoresGivenLevels.label:
            raise InvalidData(f"{label} is made of a class for each column, which the couplings do not name.")
        return law.read(label, given, columns, options)

    def replay(self, entry: str, points: int, rng: np.random.Generator, tables: Tables) -> Iterator[Replay]:
        if entry == Product.label:
            return replay(lambda schema: Product(schema, Options(parts=_BLOCKS), tables), False, points, rng)
        if entry == ScoresGivenLevels.label:
            return replay_levels(points, rng, tables)
        return replay(lambda schema: ConditionalGaussian(schema, Options(), tables), True, points, rng)


def _both(schema: Schema) -> bool:
    """Whether there are both discrete and real columns."""
    return bool(schema.discrete) and len(schema.discrete) < len(schema)
