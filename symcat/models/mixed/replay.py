"""Data checks of the mixed classes that a user can repeat: random parameters come back from exact averages, densities
integrate to one."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np

from symcat.data.schema import Schema
from symcat.models.base import Model, Options
from symcat.models.family import Replay
from symcat.models.mixed.read_back import REAL, TWO_VALUED, errors, levels_errors, random_parameters, schema
from symcat.models.mixed.scores_given_levels import ScoresGivenLevels
from symcat.models.tables import Tables

_BOUND = 1e-9
_INTEGRAL_BOUND = 1e-6
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(160)
_REACH = 6.2  # scores beyond are cut off


def replay(make: Callable[[Schema], Model], coupled: bool, points: int, rng: np.random.Generator) -> Iterator[Replay]:
    """Random two-valued columns and Gaussian ones given them -> averages, state by state -> the parameters and log Z.

    Without coupling the two blocks are independent.
    """
    model = make(schema())
    worst = max(
        error
        for _ in range(points)
        for error in errors(model, random_parameters(TWO_VALUED, REAL, coupled, rng)).values()
    )
    yield Replay("parameters and log Z by going through all states", points, worst, _BOUND)


def replay_levels(points: int, rng: np.random.Generator, tables: Tables) -> Iterator[Replay]:
    """Random effects of levels -> exact averages -> the same effects; the density in scores against its integral."""
    worst = max(error for _ in range(points) for error in levels_errors(rng).values())
    yield Replay("effects of levels from their exact averages", points, worst, _BOUND)
    few = max(points // 8, 1)
    yield Replay("integral of the density in scores", few, max(integral_errors(few, rng, tables)), _INTEGRAL_BOUND)


def integral_errors(densities: int, rng: np.random.Generator, tables: Tables) -> list[float]:
    """How far densities of a column of three levels and one of a gamma law, in scores, are from integrating to one."""
    from scipy.special import ndtr

    schema = Schema(("c", "x"), (("a", "b", "c"), None))
    model = ScoresGivenLevels(schema, Options(parts=("potts.independent", "gamma.scalar")), tables)
    z = _REACH * _NODES
    found = []
    for _ in range(densities):
        shape, rate = np.exp(rng.normal(scale=0.5, size=2)) + 0.5
        centring = model.contrasts.layout.centring
        parameters = {
            "h": centring @ rng.normal(size=3),
            "mean": 0.3 * rng.normal(size=1),
            "effect": centring @ rng.normal(scale=0.7, size=(3, 1)),
            "precision": np.exp(rng.normal(scale=0.3, size=(1, 1))) + 0.5,
            "x.shape": np.array(shape),
            "x.rate": np.array(rate),
        }
        margin, own = model.parts[1], model.of_block(1, parameters)
        x = margin.law(own).ppf(ndtr(z))
        # dx = phi(z) dz / f(x), f being the normalised density of the column.
        log_density = margin.log_density(own, 0.0, x[:, None]) - margin.normalised(own)
        log_jacobian = -0.5 * z * z - 0.5 * math.log(2.0 * math.pi) - log_density
        log_z = model.normalised(parameters)
        total = sum(
            _REACH
            * _WEIGHTS
            @ np.exp(log_jacobian + model.log_density(parameters, log_z, np.column_stack([np.full(len(z), level), x])))
            for level in range(3)
        )
        found.append(abs(float(total) - 1.0))
    return found
