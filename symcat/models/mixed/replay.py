"""Data checks of the mixed classes that a user can repeat: random parameters come back from exact averages."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import product

import numpy as np

from symcat.data.moments import Floats, Moments
from symcat.data.schema import Schema
from symcat.models.base import Model
from symcat.models.family import Replay

_BOUND = 1e-9
_TWO_VALUED, _REAL = 3, 2


def schema(two_valued: int = _TWO_VALUED, real: int = _REAL) -> Schema:
    """Two-valued columns, then real ones."""
    d = two_valued + real
    return Schema(tuple(f"c{i}" for i in range(d)), tuple((-1, 1) if i < two_valued else None for i in range(d)))


def replay(make: Callable[[Schema], Model], coupled: bool, points: int, rng: np.random.Generator) -> Iterator[Replay]:
    """Random two-valued columns and Gaussian ones given them -> averages, state by state -> the parameters and log Z.

    Without coupling the two blocks are independent.
    """
    model = make(schema())
    worst = max(
        error
        for _ in range(points)
        for error in errors(model, random_parameters(_TWO_VALUED, _REAL, coupled, rng)).values()
    )
    yield Replay("parameters and log Z by going through all states", points, worst, _BOUND)


def errors(model: Model, truth: dict[str, Floats]) -> dict[str, float]:
    """How far each parameter, and ``log_z``, comes back from the truth's averages, at worst."""
    log_z, moments = summed(truth, model.schema)
    found = model.fit(moments)
    back = {name: float(np.abs(value[0] - truth[name]).max()) for name, value in found.parameters.items()}
    return back | {"log_z": abs(float(found.log_partition[0]) - log_z)}


def random_parameters(two_valued: int, real: int, coupled: bool, rng: np.random.Generator) -> dict[str, Floats]:
    """Parameters of ``mixed.conditional_gaussian``; without coupling the blocks are independent."""
    p, k = two_valued, real
    j = np.tril(rng.normal(scale=0.5, size=(p, p)), -1)
    root = rng.normal(size=(k, k + 2))
    return {
        "h": rng.normal(scale=0.4, size=p),
        "J": j + j.T,
        "mean": rng.normal(size=k),
        "precision": root @ root.T / k + 0.3 * np.eye(k),
        "coupling": rng.normal(scale=0.4, size=(p, k)) * coupled,
    }


def summed(values: dict[str, Floats], schema: Schema) -> tuple[float, Moments]:
    """log Z and the averages, state by state, with the Gaussian integral of each done by completing its square."""
    p, k = values["coupling"].shape
    covariance = np.linalg.inv(values["precision"])
    s = np.array(list(product([-1.0, 1.0], repeat=p)))
    pull = s @ values["coupling"]
    weight = s @ values["h"] + 0.5 * np.einsum("mi,ij,mj->m", s, values["J"], s)
    weight += 0.5 * np.einsum("mi,ij,mj->m", pull, covariance, pull)
    weight += 0.5 * (k * math.log(2.0 * math.pi) + float(np.linalg.slogdet(covariance)[1]))
    log_z = float(np.logaddexp.reduce(weight))
    share = np.exp(weight - log_z)
    rows = np.concatenate([s, values["mean"] + pull @ covariance], axis=1)
    second = (rows * share[:, None]).T @ rows
    second[p:, p:] += covariance
    d = p + k
    return log_z, Moments(schema.columns, np.array([1e12]), np.zeros((1, d)), 1.0, (share @ rows)[None], second[None])
