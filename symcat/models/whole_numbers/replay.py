"""Data checks of the laws of whole numbers that a user can repeat."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from symcat.data.schema import Schema
from symcat.models.base import Floats
from symcat.models.family import Replay
from symcat.models.whole_numbers import negative_binomial, poisson
from symcat.models.whole_numbers.column import WholeColumn
from symcat.models.whole_numbers.histogram import Histogram
from symcat.models.whole_numbers.law import WholeNumbers

_PARAMETERS, _SUMS = 1e-8, 1e-9
_POPULATION = 1e6  # rows
_SCHEMA = Schema.real(("x",))


def random_law(entry: str, rng: np.random.Generator) -> tuple[WholeColumn, WholeNumbers]:
    """A class, and a law of it with random parameters."""
    mean, dispersion = float(np.exp(rng.uniform(-2.0, 5.0))), float(np.exp(rng.uniform(-4.0, 0.5)))
    if entry == poisson.LABEL:
        return poisson.Poisson(_SCHEMA), poisson.PoissonLaw(mean)
    return negative_binomial.NegativeBinomial(_SCHEMA), negative_binomial.NegativeBinomialLaw(mean, dispersion)


def probabilities(law: WholeNumbers) -> tuple[Floats, Floats]:
    """The whole numbers that are not beyond reach, and their probabilities."""
    top = law.location + 60.0 * float(np.sqrt(law.central(2)[0])) * (1.0 + law.quadratic) + 60.0
    values = np.arange(np.ceil(top), dtype=np.float64)
    return values, np.exp(law.log_probability(values))


def replay(entry: str, points: int, rng: np.random.Generator) -> Iterator[Replay]:
    """A population in the proportions of a law gives its parameters back; its sums are the formulas of the law."""
    parameters, sums = 0.0, 0.0
    for _ in range(points):
        model, law = random_law(entry, rng)
        values, p = probabilities(law)
        mean = float(p @ values)
        variance, below = float(p @ (values - mean) ** 2), np.cumsum(p)
        exact = float(law.central(2)[0])
        sums = max(sums, abs(float(p.sum()) - 1.0), abs(mean / law.location - 1.0), abs(variance / exact - 1.0))
        sums = max(sums, float(np.abs(law.below(values) - below).max()))
        fit = model.fitted(Histogram(values, _POPULATION * p), np.array([_POPULATION]))
        found = model.law({name: value[0] for name, value in fit.parameters.items()})
        apart = [found.location / law.location - 1.0]
        if law.quadratic:
            apart.append(found.quadratic / law.quadratic - 1.0)
        parameters = max(parameters, float(np.abs(apart).max()))
    yield Replay("parameters of a population with known probabilities", points, parameters, _PARAMETERS)
    yield Replay("total, mean, variance and shares below by sums over the whole numbers", points, sums, _SUMS)
