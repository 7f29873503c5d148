"""The family of laws of whole numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from symcat.data.schema import Schema
from symcat.errors import InvalidData
from symcat.models.base import Floats, Model, Options
from symcat.models.family import Averages, OneColumnFamily, Replay, Stated, fitted_to_rows
from symcat.models.fit import Fault
from symcat.models.one_column import averages_of_groups, moments_of_means, positive_parameters
from symcat.models.tables import Tables
from symcat.models.whole_numbers import negative_binomial, poisson
from symcat.models.whole_numbers.histogram import LARGEST
from symcat.models.whole_numbers.replay import replay

_CLASSES: dict[str, type[poisson.Poisson | negative_binomial.NegativeBinomial]] = {
    poisson.LABEL: poisson.Poisson,
    negative_binomial.LABEL: negative_binomial.NegativeBinomial,
}
_PARAMETERS = {poisson.LABEL: ("rate",), negative_binomial.LABEL: ("mean", "dispersion")}


class WholeNumberLaws(OneColumnFamily):
    """Poisson's law and the negative binomial of one column of counts."""

    name = "whole_numbers"
    labels: tuple[str, ...] = (poisson.LABEL, negative_binomial.LABEL)

    def made(self, label: str, schema: Schema, tables: Tables) -> Model:
        return _CLASSES[label](schema)

    def averages(
        self, label: str, given: Mapping[str, Any], n: float | Floats | None, columns: Sequence[str] | None
    ) -> Averages:
        if label != poisson.LABEL:
            raise fitted_to_rows(label, "call solve with the data, or symcat.model with its parameters")
        stated, batch, faults = averages_of_groups(label, ("mean",), given)
        mean = stated["mean"]
        faults.add(
            ~(mean > 0.0), lambda g: Fault(f"mean={mean[g]:.9g} is not the mean of counts: state a positive number.")
        )
        faults.check(batch)
        moments = moments_of_means(faults.cleared(mean), n, columns)
        return Averages(moments, Schema.real(moments.columns), batch, faults=faults)

    def stated(self, label: str, given: Mapping[str, Any], columns: Sequence[str] | None, options: Options) -> Stated:
        found = positive_parameters(label, _PARAMETERS[label], given, columns)
        location = float(found.parameters[_PARAMETERS[label][0]].reshape(()))
        if location > LARGEST:
            raise InvalidData(
                f"{_PARAMETERS[label][0]}={location:g} is above {LARGEST:g}, where rounding leaves no digits of the "
                "probability of a single value: state a smaller one."
            )
        return found

    def replay(self, entry: str, points: int, rng: np.random.Generator, tables: Tables) -> Iterator[Replay]:
        return replay(entry, points, rng)
