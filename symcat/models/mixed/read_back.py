"""Random parameters of mixed tables, their exact averages, and how far the parameters come back from these."""

from __future__ import annotations

import math
from itertools import product

import numpy as np

from symcat.data.moments import Floats, Moments
from symcat.data.schema import Schema
from symcat.data.states import encoded
from symcat.models.base import Model
from symcat.models.mixed.contrasts import Contrasts
from symcat.models.mixed.effects import Effects

TWO_VALUED, REAL = 3, 2
"""Columns of each kind, where nothing is said."""


def schema(two_valued: int = TWO_VALUED, real: int = REAL) -> Schema:
    """Two-valued columns, then real ones."""
    d = two_valued + real
    return Schema(tuple(f"c{i}" for i in range(d)), tuple((-1, 1) if i < two_valued else None for i in range(d)))


def levels_errors(rng: np.random.Generator) -> dict[str, float]:
    """How far ``mean``, ``effect`` and ``precision`` come back from averages that random ones imply, at worst.

    Every state of the discrete columns has real columns at points that have its mean and the covariance exactly.
    """
    sizes = tuple(int(size) for size in rng.integers(2, 5, size=int(rng.integers(1, 4))))
    k = int(rng.integers(1, 4))
    contrasts = Contrasts(Schema(tuple(f"c{j}" for j in range(len(sizes))), tuple(tuple(range(n)) for n in sizes)))
    root = rng.normal(size=(k, k + 2))
    covariance = root @ root.T / k + 0.3 * np.eye(k)
    truth = {
        "mean": rng.normal(size=k),
        "effect": contrasts.layout.centring @ rng.normal(size=(contrasts.layout.levels, k)),
        "precision": np.linalg.inv(covariance),
    }
    digits = np.array(list(product(*(range(n) for n in sizes))))
    centre = truth["mean"] + truth["effect"][contrasts.layout.places(digits)].sum(axis=1)
    spread = math.sqrt(k) * np.linalg.cholesky(covariance).T
    real = np.concatenate([centre + sign * one for sign in (1.0, -1.0) for one in spread])
    discrete = np.tile(encoded(digits, sizes), (2 * k, 1))
    share = np.tile(rng.dirichlet(np.full(len(digits), 3.0)), 2 * k) * 1e6
    names = tuple(f"x{a}" for a in range(k))
    masses = [(np.concatenate([discrete, real], axis=1), share)]
    found = Effects.of(contrasts, contrasts.moments(masses, names, np.zeros(k), 1.0))
    assert isinstance(found, Effects)
    back = {"mean": found.mean, "effect": found.effect, "precision": found.given.precision[0]}
    return {name: float(np.abs(back[name] - truth[name]).max()) for name in truth}


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
