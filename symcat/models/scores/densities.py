"""Laws of two scores beside the Gaussian: how far their densities are from integrating to one."""

from __future__ import annotations

import numpy as np

from symcat.models.base import Floats
from symcat.models.hidden.law import MixtureLaw
from symcat.models.polynomial.series.expansion import symmetric
from symcat.models.scores.matrices import random_matrix
from symcat.models.scores.pattern import Pattern
from symcat.models.scores.quartic_law import QuarticLaw
from symcat.models.scores.student_copula import Copula

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)
_PANELS, _REACH = 20, 6.3


def residuals_of_students(densities: int, rng: np.random.Generator) -> list[float]:
    """How far integrals of Student's copulas, between columns that are normal, are from one."""
    pairs, normal = _plane()
    found = []
    for _ in range(densities):
        matrix, degrees = random_student(rng)
        found.append(abs(float(normal @ np.exp(Copula(matrix, degrees).log_density(pairs))) - 1.0))
    return found


def residuals_of_mixtures(densities: int, rng: np.random.Generator) -> list[float]:
    """Likewise of two Gaussians."""
    pairs, normal = _plane()
    log_normal = -0.5 * (pairs**2).sum(axis=1) - np.log(2.0 * np.pi)
    found = []
    for _ in range(densities):
        log_density = MixtureLaw("hidden.gaussian", random_mixture(rng)).log_density(pairs)
        found.append(abs(float(normal @ np.exp(log_density - log_normal)) - 1.0))
    return found


def residuals_of_quartics(densities: int, rng: np.random.Generator) -> list[float]:
    """Likewise of quartics, whose log Z is from another rule along other axes."""
    pairs, normal = _plane()
    log_normal = -0.5 * (pairs**2).sum(axis=1) - np.log(2.0 * np.pi)
    found = []
    for _ in range(densities):
        law = QuarticLaw(random_quartic(rng))
        found.append(abs(float(normal @ np.exp(-law.energy(pairs) - law.log_partition - log_normal)) - 1.0))
    return found


def random_student(rng: np.random.Generator) -> tuple[Floats, float]:
    """A correlation matrix of two columns, and degrees of freedom."""
    return random_matrix(Pattern.full(2), rng), 2.0 + 10.0 * rng.random()


def random_mixture(rng: np.random.Generator) -> dict[str, Floats]:
    """Weights, means and covariances of two Gaussians in the plane."""
    spread = np.stack([random_matrix(Pattern.full(2), rng) for _ in range(2)]) * rng.uniform(0.3, 0.9, (2, 1, 1))
    share = rng.uniform(0.2, 0.8)
    means = rng.normal(scale=0.5, size=(2, 2))
    return {"weights": np.array([share, 1.0 - share]), "means": means, "covariances": spread}


def random_quartic(rng: np.random.Generator) -> dict[str, Floats]:
    """Couplings h, K, g, u of two scores whose quartic form is positive, with one well or two."""
    one, square = np.eye(2), rng.normal(scale=0.6, size=(2, 2, 2))
    squares = [one, *(square + square.transpose(0, 2, 1))]
    k = rng.normal(scale=0.5, size=(2, 2))
    return {
        "h": rng.normal(scale=0.3, size=2),
        "K": k + k.T + rng.uniform(-1.0, 1.0) * one,
        "g": symmetric(rng.normal(scale=0.3, size=(2, 2, 2))),
        "u": symmetric(np.sum([np.multiply.outer(s, s) for s in squares], axis=0)),
    }


def nodes() -> tuple[Floats, Floats]:
    """Scores and their weights."""
    ends = np.linspace(-_REACH, _REACH, _PANELS + 1)
    half = 0.5 * np.diff(ends)
    z = ((ends[:-1] + half)[:, None] + half[:, None] * _NODES).ravel()
    return z, (half[:, None] * _WEIGHTS).ravel()


def _plane() -> tuple[Floats, Floats]:
    """Pairs of scores, and the weights of a Gaussian of the plane there."""
    z, weight = nodes()
    pairs = np.stack([np.repeat(z, len(z)), np.tile(z, len(z))], axis=1)
    return pairs, np.exp(-0.5 * (pairs**2).sum(axis=1)) / (2.0 * np.pi) * np.outer(weight, weight).ravel()
