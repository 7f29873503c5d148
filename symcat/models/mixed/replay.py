"""Data checks of the mixed classes that a user can repeat: random parameters come back from exact averages."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import product

import numpy as np

from symcat.data.moments import Floats, Moments
from symcat.data.schema import Schema
from symcat.models.base import Model, Replay

_BOUND = 1e-9
_COLUMNS = {"two-valued": 3, "real": 2}


def schema() -> Schema:
    """Three two-valued columns, then two real ones."""
    p, d = _COLUMNS["two-valued"], sum(_COLUMNS.values())
    return Schema(tuple(f"c{i}" for i in range(d)), tuple((-1, 1) if i < p else None for i in range(d)))


def replay(make: Callable[[Schema], Model], coupled: bool, points: int, rng: np.random.Generator) -> Iterator[Replay]:
    """Random two-valued columns and Gaussian ones given them -> averages, state by state -> the parameters and log Z.

    Without coupling the two blocks are independent.
    """
    worst = 0.0
    model = make(schema())
    for _ in range(points):
        truth = _drawn(rng, coupled)
        log_z, moments = _summed(truth)
        found = model.fit(moments)
        worst = max(worst, abs(float(found.log_partition[0]) - log_z))
        worst = max(worst, *(float(np.abs(v[0] - truth[name]).max()) for name, v in found.parameters.items()))
    yield Replay("parameters and log Z by going through all states", points, worst, _BOUND)


def _drawn(rng: np.random.Generator, coupled: bool) -> dict[str, Floats]:
    p, k = _COLUMNS["two-valued"], _COLUMNS["real"]
    j = np.tril(rng.normal(scale=0.4, size=(p, p)), -1)
    root = rng.normal(size=(k, k + 2))
    return {
        "h": rng.normal(scale=0.4, size=p),
        "J": j + j.T,
        "mean": rng.normal(size=k),
        "precision": root @ root.T / k + 0.3 * np.eye(k),
        "coupling": rng.normal(scale=0.4, size=(p, k)) * coupled,
    }


def _summed(values: dict[str, Floats]) -> tuple[float, Moments]:
    """log Z and the averages, state by state, with the Gaussian integral of each done by completing its square."""
    p, k = values["coupling"].shape
    covariance = np.linalg.inv(values["precision"])
    s = np.array(list(product([-1.0, 1.0], repeat=p)))
    pull = s @ values["coupling"]
    weight = s @ values["h"] + 0.5 * np.einsum("mi,ij,mj->m", s, values["J"], s)
    weight += 0.5 * np.einsum("mi,ij,mj->m", pull, covariance, pull)
    gaussian = 0.5 * (k * math.log(2.0 * math.pi) + float(np.linalg.slogdet(covariance)[1]))
    log_sum = float(np.logaddexp.reduce(weight))
    share = np.exp(weight - log_sum)
    rows = np.concatenate([s, values["mean"] + pull @ covariance], axis=1)
    second = (rows * share[:, None]).T @ rows
    second[p:, p:] += covariance
    d = p + k
    moments = Moments(schema().columns, np.array([1e12]), np.zeros((1, d)), 1.0, (share @ rows)[None], second[None])
    return log_sum + gaussian, moments
