"""A data check of ``logistic.linear`` that a user can repeat: random coefficients come back from a whole population."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from symcat.models.base import Floats
from symcat.models.conditional.log_odds import LogOdds, logistic
from symcat.models.conditional.rows import Rows
from symcat.models.conditional.search import maximum
from symcat.models.family import Replay

_BOUND = 1e-8
_DISTINCT = 60  # rows of predictors
_POPULATION = 1e6


def replay(points: int, rng: np.random.Generator) -> Iterator[Replay]:
    """Random predictors, each row with both values of the target in the shares that random coefficients say.

    The maximum of the likelihood of such a population is at these coefficients.
    """
    worst = 0.0
    for _ in range(points):
        x = rng.normal(size=(_DISTINCT, 3))
        x[:, 0] = np.where(x[:, 0] > 0.0, 1.0, -1.0)
        truth = rng.normal(scale=0.7, size=4)
        start = LogOdds(3, np.zeros(4), np.zeros((4, 4)), np.zeros(3))
        found = maximum(_population(x, truth, rng), start, np.ones(3), ("a", "b", "c"), None)
        worst = max(worst, float(np.abs(found.odds.coefficients - truth).max()))
    yield Replay("coefficients from a population with known shares", points, worst, _BOUND)


def _population(x: Floats, truth: Floats, rng: np.random.Generator) -> Rows:
    up = logistic(truth[0] + x @ truth[1:])
    weight = rng.uniform(0.5, 1.5, len(x))
    weight *= _POPULATION / weight.sum()
    target = np.repeat([1.0, -1.0], len(x))
    values = np.column_stack([np.concatenate([x, x]), target])
    return Rows(values, np.concatenate([weight * up, weight * (1.0 - up)]), everything=True)
